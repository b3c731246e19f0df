"""Order without data: nodes that hold others together, and tensors that wait for something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core import nest
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = ["group", "no_op", "tuple", "with_dependencies"]


def no_op(name: str | None = None) -> Node:
    """Build a node that does nothing; it is of use for its control inputs.

    Args:
      name: the node's name.
    """
    return raw.NoOp(name=name)


def group(*inputs: Any, name: str | None = None) -> Node:
    """Build a node that is done when all of `inputs` are.

    Args:
      *inputs: nodes, tensors or variables, or nests of them.
      name: the node's name.

    Returns:
      A NoOp node with control inputs. If the inputs are on several devices, each device has a
      node of its own, and the node that is returned waits for these.

    Raises:
      TypeError: if one of them is nothing that a graph can run.
    """
    with name_scope(name, "group_deps", inputs) as scope:
        if not inputs:
            return no_op(scope)
        by_device: dict[str, list[Any]] = {}
        for item in nest.flatten(inputs, expand_composites=True):
            if not hasattr(item, "device"):
                raise TypeError(
                    f"tf.group takes nodes, tensors and variables, but {item!r} is "
                    f"{type(item).__name__}. Leave out what is None."
                )
            by_device.setdefault(item.device, []).append(item)
        if len(by_device) == 1:
            ((device, members),) = by_device.items()
            return _after(members, device, scope)
        groups = [_after(members, device) for device, members in sorted(by_device.items())]
        with default_graph().control_dependencies(groups):
            return no_op(scope)


def _after(members: Sequence[Any], device: str, name: str | None = None) -> Node:
    graph = default_graph()
    with graph.control_dependencies(members), graph.device(device):
        return no_op(name)


def tuple(tensors: Sequence[Any], name: str | None = None, control_inputs: Any = None) -> list[Any]:
    """Build copies of tensors, none of which is there before all are.

    Args:
      tensors: tensors or `IndexedSlices`; None and nodes may stand among them.
      name: name scope of what is built.
      control_inputs: what must be done before any of them is there, too.

    Returns:
      A list: for each tensor its copy, for a node or None itself.

    Raises:
      ValueError: if there is no tensor and no node.
      TypeError: if `control_inputs` are neither nodes nor tensors.
    """
    with name_scope(name, "tuple", tensors):
        items = [_as_item(item) for item in tensors]
        gates = {item if isinstance(item, Node) else item.op for item in items if item is not None}
        ordered = sorted(gates, key=lambda node: node._id)
        ordered += [_as_node(item) for item in control_inputs or ()]
        if not ordered:
            raise ValueError(
                f"tf.tuple needs at least one tensor or node to wait for, but got {tensors!r}."
            )
        gate = group(*ordered)
        return [
            item if item is None or isinstance(item, Node) else with_dependencies([gate], item)
            for item in items
        ]


def _as_item(item: Any) -> Any:
    if item is None or isinstance(item, (Node, Tensor, IndexedSlices)):
        return item
    return convert_to_tensor(item)


def _as_node(item: Any) -> Node:
    if isinstance(item, Tensor):
        return item.op
    if isinstance(item, Node):
        return item
    raise TypeError(f"control_inputs of tf.tuple must be nodes or tensors, but {item!r} is not.")


def with_dependencies(
    dependencies: Sequence[Any], output_tensor: Any, name: str | None = None
) -> Any:
    """Build a copy of a tensor that is there only after `dependencies`.

    Args:
      dependencies: nodes or tensors.
      output_tensor: a tensor or `IndexedSlices`.
      name: name of the copy.
    """
    with name_scope(name, "control_dependency", [*dependencies, output_tensor]) as scope:
        graph = default_graph()
        with graph.colocate_with(output_tensor), graph.control_dependencies(dependencies):
            if isinstance(output_tensor, IndexedSlices):
                values = raw.Identity(output_tensor.values, name=scope)
                return IndexedSlices(values, output_tensor.indices, output_tensor.dense_shape)
            return raw.Identity(convert_to_tensor(output_tensor), name=scope)
