"""`Graph.create_op`: a node of any op, from tensors in a row and attributes by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from penstock.core.dtypes import as_dtype
from penstock.core.errors import NotFoundError
from penstock.graph.as_messages import attr_of_message, is_message
from penstock.graph.attributes import fill_attrs, given_attrs
from penstock.graph.input_types import note_type
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import MISSING, Arg, OpSpec

if TYPE_CHECKING:
    from penstock.graph.graph import Graph

__all__ = ["create_op"]


def create_op(
    graph: Graph,
    op_type: str,
    inputs: Sequence[Tensor],
    input_types: Any,
    name: str | None,
    given: dict[str, Any],
) -> Node:
    """Add a node; see `Graph.create_op`."""
    spec = graph.library.get(op_type)
    if spec is None:
        raise NotFoundError(
            None, None, f"Op type not registered: the graph's library has no {op_type!r}. "
            "`dir(tf.raw_ops)` lists the ops there are."
        )  # fmt: skip
    _check_inputs(op_type, inputs, input_types)
    given = {
        key: attr_of_message(value) if is_message(value) else value for key, value in given.items()
    }
    private = {key: value for key, value in given.items() if key.startswith("_")}
    attrs = given_attrs(spec, {key: given[key] for key in given.keys() - private.keys()})
    start = 0
    for arg in spec.inputs:
        count = _count(spec, arg, len(inputs), attrs) if arg.is_list else 1
        members = inputs[start : start + count]
        if len(members) < count:
            raise TypeError(
                f"{op_type} needs {count} tensors for its input {arg.name!r}, but only "
                f"{len(members)} are left of the {len(inputs)} that were given."
            )
        if arg.type_list_attr is not None:
            attrs[arg.type_list_attr] = [tensor.dtype.base_dtype for tensor in members]
        else:
            for tensor in members:
                note_type(spec, arg, tensor, attrs)
        start += count
    if start < len(inputs):
        raise TypeError(f"{op_type} takes {start} inputs here, but {len(inputs)} were given.")
    for declared in spec.attrs:
        if declared.name not in attrs and declared.default is MISSING:
            raise ValueError(
                f"{op_type} needs its attribute {declared.name!r}: give it in create_op's attrs."
            )
    fill_attrs(spec, attrs)
    return graph.add_node(spec, tuple(inputs), attrs | private, op_type if name is None else name)


def _check_inputs(op_type: str, inputs: Sequence[Tensor], input_types: Any) -> None:
    for index, tensor in enumerate(inputs):
        if not isinstance(tensor, Tensor):
            raise TypeError(
                f"create_op takes tensors, but input {index} of {op_type} is {tensor!r}. "
                "Make it one with tf.convert_to_tensor, or call tf.raw_ops."
            )
    if input_types is None:
        return
    wanted = [as_dtype(one) for one in input_types]
    found = [tensor.dtype for tensor in inputs]
    if len(wanted) != len(found) or not all(
        one.is_compatible_with(other) for one, other in zip(found, wanted, strict=True)
    ):
        raise TypeError(
            f"The inputs of {op_type} are to be {[one.name for one in wanted]} by input_types, "
            f"but are {[one.name for one in found]}. Convert them with tf.cast."
        )


def _count(spec: OpSpec, arg: Arg, given: int, attrs: dict[str, Any]) -> int:
    """Tell how many tensors a list input takes: what an attr says, or all that others leave."""
    if arg.number_attr is not None and arg.number_attr in attrs:
        return int(attrs[arg.number_attr])
    if arg.type_list_attr is not None and arg.type_list_attr in attrs:
        return len(attrs[arg.type_list_attr])
    if sum(other.is_list for other in spec.inputs) > 1:
        raise ValueError(
            f"{spec.name} takes several lists, so its attribute "
            f"{arg.number_attr or arg.type_list_attr!r} must say how long {arg.name!r} is."
        )
    count = given - (len(spec.inputs) - 1)
    if arg.number_attr is not None:
        attrs[arg.number_attr] = count
    return count
