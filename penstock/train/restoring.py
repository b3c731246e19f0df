"""Bring a checkpoint into a session by the nodes of a saver.

The nodes say what they want: each output of a restoring node goes to an assignment. That is held
against the checkpoint before anything runs. If all is there under its own name, the nodes are run
as they are; otherwise the values are read here and fed to the assignments in place of what the
nodes would read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from absl import logging

from penstock.core.shapes import Shape, num_elements
from penstock.formats.checkpoint import checkpoint_exists, open_checkpoint, prefix_of
from penstock.formats.object_graph import keys_by_full_name
from penstock.formats.slices import parse_spec
from penstock.graph.constant_value import constant_value
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.train.differences import Wanted, compare

__all__ = ["restore"]


@dataclass(frozen=True)
class _Assigned:
    """An assignment of a saver, with what it takes from the checkpoint."""

    node: Node
    sources: tuple[tuple[Tensor, Wanted, str], ...]  # where it comes in, what it is, its spec


def restore(sess: Any, saver_def: Any, save_path: Any, rename: Any, partial: bool) -> list[str]:
    """Restore a checkpoint; see `Saver.restore`."""
    prefix = prefix_of(save_path)
    if not checkpoint_exists(prefix):
        raise ValueError(
            f"The passed save_path is not a valid checkpoint: {os.fspath(save_path)}. It is what "
            "Saver.save or tf.train.latest_checkpoint returns: the path without .index or .meta."
        )
    logging.info("Restoring parameters from %s", prefix)
    assigned = _assignments(sess.graph, saver_def.restore_op_name)
    wanted = [item for each in assigned for _, item, _ in each.sources]
    reader = open_checkpoint(prefix)
    names = _names_there(wanted, reader, rename)
    differences = compare(wanted, reader, names)
    if differences and not partial:
        raise differences.error(prefix, names)
    if not differences and all(here == there for here, there in names.items()):
        sess.run(saver_def.restore_op_name, {saver_def.filename_tensor_name: prefix})
        return []
    left = {*differences.missing, *differences.misfits}
    _assign(sess, assigned, left, reader, names)
    return sorted(left)


def _assign(
    sess: Any, assigned: Sequence[_Assigned], left: set[str], reader: Any, names: Mapping[str, str]
) -> None:
    """Run those assignments for which the checkpoint has what they want."""
    feeds: dict[Tensor, np.ndarray] = {}
    targets = []
    for each in assigned:
        if any(item.name in left for _, item, _ in each.sources):
            continue
        targets.append(each.node)
        for tensor, item, spec in each.sources:
            part = parse_spec(spec)[1] if spec else None
            feeds[tensor] = reader.read(names[item.name], part)
    if targets:
        sess.run(targets, feeds)


def _names_there(wanted: Sequence[Wanted], reader: Any, rename: Any) -> dict[str, str]:
    """Give for each wanted name the one that the checkpoint has for it."""
    there = _renaming(rename)
    names = {item.name: there(item.name) for item in wanted}
    if all(name in reader.shapes for name in names.values()):
        return names
    keys = keys_by_full_name(reader)
    return {here: name if name in reader.shapes else keys.get(name, name)
            for here, name in names.items()}  # fmt: skip


def _renaming(rename: Any) -> Callable[[str], str]:
    if rename is None:
        return lambda name: name
    if callable(rename):
        return rename  # type: ignore[no-any-return]
    if not isinstance(rename, Mapping):
        raise TypeError(
            "rename must be a dict from names in the checkpoint to names in the graph, or a "
            f"function from a name in the graph to one in the checkpoint, not {rename!r}."
        )
    exact = {here: there for there, here in rename.items()}
    scopes = sorted(
        ((here, there) for here, there in exact.items() if _is_scope(here) and _is_scope(there)),
        key=lambda pair: -len(pair[0]),
    )

    def there_of(name: str) -> str:
        if name in exact:
            return exact[name]
        for here, there in scopes:
            if name.startswith(here):
                return there + name[len(here) :]
        return name

    return there_of


def _is_scope(name: str) -> bool:
    return not name or name.endswith("/")


def _assignments(graph: Graph, restore_op: str) -> list[_Assigned]:
    """List what a restoring node runs: follow control inputs through nodes that only gather."""
    waiting = [graph.get_operation_by_name(restore_op)]
    found: dict[Node, None] = {}
    while waiting:
        node = waiting.pop()
        if node.type == "NoOp":
            waiting.extend(reversed(node.control_inputs))
        else:
            found[node] = None
    return [_Assigned(node, tuple(_sources(node))) for node in found]


def _sources(node: Node) -> list[tuple[Tensor, Wanted, str]]:
    """Find the outputs of restoring nodes that a node's inputs come from."""
    found = []
    waiting, seen = list(reversed(node.inputs)), set()
    while waiting:
        tensor = waiting.pop()
        if tensor in seen:
            continue
        seen.add(tensor)
        if tensor.op.type in ("RestoreV2", "Restore", "RestoreSlice"):
            name, spec = _restored(tensor)
            item = _wanted(node, tensor, name, spec)
            found.append((tensor, item, spec))
        else:
            waiting.extend(reversed(tensor.op.inputs))
    return found


def _restored(tensor: Tensor) -> tuple[str, str]:
    """Give name and spec of what an output of a restoring node is."""
    inputs = tensor.op.inputs
    texts = [
        np.asarray(constant_value(given), object).reshape(-1)[tensor.value_index].decode()
        for given in inputs[1:]
    ]
    return texts[0], texts[1] if len(texts) > 1 else ""


def _wanted(node: Node, tensor: Tensor, name: str, spec: str) -> Wanted:
    part = parse_spec(spec)[0] if spec else None
    shape, elements = _declared(node)
    return Wanted(name, part, tensor.dtype, shape, elements)


def _declared(node: Node) -> tuple[Shape, int | None]:
    """Give the shape that an assignment wants, or the number of elements if it reshapes."""
    if node.type == "Assign":
        shape = node.inputs[0].static_shape
        if node.attrs["validate_shape"]:
            return shape, None
    elif node.type == "AssignVariableOp" and node.inputs[0].handle_data is not None:
        shape = node.inputs[0].handle_data[1]
    else:
        return None, None
    return (None, num_elements(shape)) if _reshapes(node) else (shape, None)


def _reshapes(node: Node) -> bool:
    value = node.inputs[1].op
    return value.type == "Reshape" or (
        value.type == "Identity" and value.inputs[0].op.type == "Reshape"
    )
