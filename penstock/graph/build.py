"""From a call to a node: arguments become tensors, type attrs are inferred, the node is added.

`raw` is the namespace of raw ops: ``raw.MatMul(a, b, transpose_a=True, name="product")`` makes a
MatMul node in the graph of its inputs. Gradient functions and the TF-shaped functions are written
in terms of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from penstock.core.dtypes import DType, as_dtype
from penstock.graph.attributes import fill_attrs, given_attrs
from penstock.graph.conversion import convert
from penstock.graph.default import default_graph
from penstock.graph.elsewhere import from_elsewhere
from penstock.graph.input_types import note_type
from penstock.graph.results import structured_outputs
from penstock.graph.spec import MISSING, Arg, OpSpec

if TYPE_CHECKING:
    from penstock.graph.graph import Graph
    from penstock.graph.node import Tensor

__all__ = [
    "RawOps",
    "apply",
    "apply_spec",
    "convert_to_tensor",
    "graph_of",
    "raw",
    "structured_outputs",
]


class RawOps:
    """Raw ops as functions, by the names of their records."""

    def __getattr__(self, op: str) -> Callable[..., Any]:
        if op.startswith("_"):
            raise AttributeError(op)

        def call(*args: Any, name: str | None = None, **keywords: Any) -> Any:
            return apply(op, args, keywords, name)

        call.__name__ = call.__qualname__ = op
        setattr(self, op, call)
        return call


raw = RawOps()


def graph_of(values: Any, graph: Graph | None = None) -> Graph:
    """Find the graph that `values` live in; the default graph if none of them lives in one.

    Raises:
      ValueError: if they come from different graphs, or not from `graph`.
    """
    if graph is None:
        current = default_graph()
        if current.building_function:
            return current  # it captures what comes from the graphs around it
    first = None
    for value in values:
        if isinstance(value, (list, tuple)):
            value = next((item for item in value if hasattr(item, "graph")), None)
        found: Any = getattr(value, "graph", None)
        if found is graph or not hasattr(found, "add_node"):
            continue
        if graph is None:
            if found.building_function:
                raise ValueError(from_elsewhere(None, "one", value))
            graph, first = found, value
        elif found is not graph:
            other = f"that of {first.name!r}" if first is not None else "another graph"
            raise ValueError(
                f"All inputs of a node must come from one graph, but {value.name!r} is in a "
                f"different graph than {other}. Build both inside one `with graph.as_default():`."
            )
    return default_graph() if graph is None else graph


def convert_to_tensor(
    value: Any,
    dtype: Any = None,
    name: str | None = None,
    preferred_dtype: Any = None,
    dtype_hint: Any = None,
) -> Tensor:
    """Turn `value` into a tensor: a tensor is given back, anything else becomes a constant.

    Args:
      value: a tensor, variable, number, string, array, or a nest of these.
      dtype: what the tensor must be; None lets the value decide.
      name: name of a constant made for it.
      preferred_dtype: tried first where `dtype` is None and the value leaves a choice.
      dtype_hint: the same.

    Returns:
      A `Tensor`.

    Raises:
      TypeError: if the value cannot have that dtype, or cannot be a tensor.
      ValueError: if the value is ragged.
    """
    hint = preferred_dtype if preferred_dtype is not None else dtype_hint
    return convert(
        graph_of((value,)),
        value,
        None if dtype is None else as_dtype(dtype),
        name,
        None if hint is None else as_dtype(hint),
    )


def apply(op: str, args: tuple[Any, ...], keywords: dict[str, Any], name: str | None) -> Any:
    """Make a node of the op named `op`.

    Args:
      op: the op's name in the graph's library.
      args: its inputs by position.
      keywords: further inputs, and attrs, by name.
      name: the node's name; its type by default.

    Returns:
      The output tensor; a list for a list output; a named tuple for several outputs; the node
      itself if the op has no outputs.

    Raises:
      TypeError: if dtypes do not fit, or an argument is missing or unknown.
      ValueError: if shapes do not fit.
      NotImplementedError: if the graph's library has no such op, or it was removed.
    """
    graph = graph_of(args) if args else graph_of(keywords.values())
    spec = graph.library.get(op)
    if spec is None:
        raise NotImplementedError(f"There is no op {op!r} in this graph's library.")
    return apply_spec(graph, spec, args, keywords, name)


def apply_spec(
    graph: Graph, spec: OpSpec, args: tuple[Any, ...], keywords: dict[str, Any], name: str | None
) -> Any:
    """Make a node of an op by its record, which need not be in the graph's library; see `apply`."""
    name = spec.name if name is None else name
    inputs = args if len(args) == len(spec.inputs) else _sort_inputs(spec, args, keywords)
    attrs = given_attrs(spec, keywords) if keywords else {}
    if spec.plain_inputs and _all_tensors(inputs):
        for arg, tensor in zip(spec.inputs, inputs, strict=True):
            note_type(spec, arg, tensor, attrs)
        fill_attrs(spec, attrs)
        node = graph.add_node(spec, inputs, attrs, name)
    else:
        with graph.name_scope(name) as scope:
            tensors = _convert_inputs(graph, spec, inputs, attrs)
            fill_attrs(spec, attrs)
            node = graph.add_node(spec, tensors, attrs, scope)
    return node.outputs[0] if spec.single_output else structured_outputs(node)


def _sort_inputs(spec: OpSpec, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, ...]:
    """Put the inputs of a call in order; those given by name are taken out of `keywords`."""
    if len(args) > len(spec.inputs):
        raise TypeError(
            f"{spec.name} takes {len(spec.inputs)} inputs, but {len(args)} were given. "
            "Attributes are given by name."
        )
    rest = spec.inputs[len(args) :]
    for arg in rest:
        if arg.name not in keywords:
            raise TypeError(f"{spec.name} needs its input {arg.name!r}, which was not given.")
    return (*args, *(keywords.pop(arg.name) for arg in rest))


def _all_tensors(values: tuple[Any, ...]) -> bool:
    for value in values:  # noqa: SIM110  (a generator would take three times as long)
        if not hasattr(value, "value_index"):
            return False
    return True


def _convert_inputs(
    graph: Graph, spec: OpSpec, inputs: tuple[Any, ...], attrs: dict[str, Any]
) -> tuple[Tensor, ...]:
    tensors: list[Tensor] = []
    for arg, value in zip(spec.inputs, inputs, strict=True):
        if arg.is_list:
            tensors.extend(_convert_list(graph, spec, arg, value, attrs))
            continue
        dtype = arg.dtype
        preferred = None
        if arg.type_attr is not None:
            known = attrs.get(arg.type_attr)
            dtype = None if known is None else as_dtype(known).base_dtype
            default = spec.attr_by_name[arg.type_attr].default
            preferred = None if default is MISSING else default
        try:
            tensor = convert(graph, value, _wanted(value, dtype), arg.name, preferred, arg.is_ref)
        except TypeError as error:
            raise TypeError(f"Input {arg.name!r} of {spec.name}: {error}") from error
        note_type(spec, arg, tensor, attrs)
        tensors.append(tensor)
    return tuple(tensors)


def _wanted(value: Any, dtype: DType | None) -> DType | None:
    """Leave out the dtype for what is a tensor already: `note_type` says more when it differs."""
    return None if hasattr(value, "value_index") else dtype


def _convert_list(
    graph: Graph, spec: OpSpec, arg: Arg, values: Any, attrs: dict[str, Any]
) -> list[Tensor]:
    if not isinstance(values, (list, tuple)):
        raise TypeError(
            f"Input {arg.name!r} of {spec.name} must be a list of tensors, not {values!r}."
        )
    if arg.type_list_attr is not None:
        kinds = attrs.get(arg.type_list_attr) or [None] * len(values)
        tensors = [
            convert(graph, value, kind, f"{arg.name}_{index}")
            for index, (value, kind) in enumerate(zip(values, kinds, strict=True))
        ]
        attrs[arg.type_list_attr] = [tensor.dtype.base_dtype for tensor in tensors]
        return tensors
    _check_length(spec, arg, len(values), attrs)
    dtype = arg.dtype or _dtype_of_list(arg, values, attrs)
    tensors = [
        convert(graph, value, _wanted(value, dtype), f"{arg.name}_{index}", as_ref=arg.is_ref)
        for index, value in enumerate(values)
    ]
    for tensor in tensors:
        note_type(spec, arg, tensor, attrs)
    return tensors


def _check_length(spec: OpSpec, arg: Arg, length: int, attrs: dict[str, Any]) -> None:
    number = spec.attr_by_name[arg.number_attr or ""]
    if length < (number.minimum or 0):
        raise ValueError(
            f"Input {arg.name!r} of {spec.name} must be a list of at least {number.minimum} "
            f"tensors, but {length} were given."
        )
    if attrs.setdefault(number.name, length) != length:
        raise ValueError(
            f"Input {arg.name!r} of {spec.name} must have as many members as the lists before "
            f"it, {attrs[number.name]}, but has {length}."
        )


def _dtype_of_list(arg: Arg, values: Any, attrs: dict[str, Any]) -> DType | None:
    known = attrs.get(arg.type_attr or "")
    if known is not None:
        return as_dtype(known).base_dtype
    for value in values:
        dtype = getattr(value, "dtype", None)
        if isinstance(dtype, DType):
            return dtype.base_dtype
    return None
