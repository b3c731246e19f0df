"""The parts of TensorFlow's first choices and loops, for programs that build them by hand.

A value goes through `switch` and comes out of one of two outputs; what depends on the other is
dead, and does not run. `merge` gives what is alive. `enter` sends a value into a frame, whose nodes
run once per iteration; `next_iteration` and `leave` send one on, and out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from penstock.core.dtypes import as_dtype
from penstock.functions.arrays import identity
from penstock.graph.build import convert_to_tensor, graph_of, raw
from penstock.graph.conversion import convert
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor

__all__ = [
    "Merged",
    "enter",
    "leave",
    "merge",
    "next_iteration",
    "switch",
    "switch_beside",
]

Composite = (IndexedSlices, SparseTensor)


class Merged(NamedTuple):
    """What `merge` gives.

    Attributes:
      output: the input that is alive.
      value_index: its place among the inputs.
    """

    output: Any
    value_index: Tensor


def switch(data: Any, pred: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Send `data` out of the second output if `pred` holds, else out of the first.

    Args:
      data: a tensor, `IndexedSlices` or `SparseTensor`.
      pred: a boolean scalar.
      dtype: what `data` must be; None lets the value decide.
      name: the node's name.

    Returns:
      The pair (output_false, output_true); one of them is dead in a run.
    """
    with name_scope(name, "Switch", [data, pred]) as scope:
        if isinstance(data, Composite):
            flag = convert_to_tensor(pred, name="pred")
            pairs = [raw.Switch(part, flag) for part in _parts(data)]
            return tuple(_rebuilt(data, [pair[side] for pair in pairs]) for side in (0, 1))
        data = _reference_or_tensor(data, dtype, "data")
        return raw.Switch(data, convert_to_tensor(pred, name="pred"), name=scope)


def switch_beside(data: Any, pred: Any, name: str = "Switch") -> Any:
    """`switch` on the device of `data`; a reference to a variable stays one."""
    if isinstance(data, Composite):
        return switch(data, pred, name=name)
    data = convert_to_tensor(data, name="data")
    with data.graph.colocate_with(data, ignore_existing=True):
        if data.dtype.is_ref_dtype:
            return raw.RefSwitch(data, pred, name=name)
        return switch(data, pred, name=name)


def merge(inputs: Sequence[Any], name: str | None = None) -> Any:
    """Give whichever of `inputs` is alive; if several are, the one that is there first.

    Args:
      inputs: tensors, `IndexedSlices` or `SparseTensor`, of one dtype.
      name: the node's name.

    Returns:
      A named tuple `(output, value_index)`.

    Raises:
      ValueError: if one of them is None.
      TypeError: if their dtypes differ.
    """
    if any(one is None for one in inputs):
        raise ValueError(
            f"merge needs a value at each of its inputs, but was given {list(inputs)}. Leave out "
            "what is None."
        )
    with name_scope(name, "Merge", inputs) as scope:
        found = [_reference_or_tensor(one, None, None) for one in inputs]
        if not any(isinstance(one, Composite) for one in found):
            references = found and all(one.dtype.is_ref_dtype for one in found)
            op = raw.RefMerge if references else raw.Merge
            return op(found, name=scope)
        members = [one if isinstance(one, Composite) else _as_slices(one) for one in found]
        merged = [raw.Merge(list(parts)) for parts in zip(*map(_parts, members), strict=True)]
        return Merged(_rebuilt(members[0], [one.output for one in merged]), merged[0].value_index)


def enter(
    data: Any,
    frame_name: str,
    is_constant: bool = False,
    parallel_iterations: int = 10,
    use_ref: bool = True,
    use_input_shape: bool = True,
    name: str | None = None,
) -> Any:
    """Send `data` into a frame: to its first iteration, or to all of them.

    Args:
      data: a tensor, `IndexedSlices` or `SparseTensor`.
      frame_name: the frame; the same name in the same place means the same frame.
      is_constant: whether all iterations see it.
      parallel_iterations: accepted; iterations are not run side by side.
      use_ref: whether a reference to a variable stays one.
      use_input_shape: whether the result is known to have the shape of `data`.
      name: the node's name.
    """
    data = _reference_or_tensor(data, None, None)
    if isinstance(data, Composite):
        parts = [
            enter(part, frame_name, is_constant, parallel_iterations, use_input_shape)
            for part in _parts(data)
        ]
        return _rebuilt(data, parts)
    op = raw.RefEnter if data.dtype.is_ref_dtype and use_ref else raw.Enter
    result: Tensor = op(
        data,
        frame_name=frame_name,
        is_constant=is_constant,
        parallel_iterations=parallel_iterations,
        name=name,
    )
    if use_input_shape:
        result.set_shape(data.static_shape)
    return result


def leave(data: Any, name: str | None = None) -> Any:
    """Send `data` out of its frame, when the loop ends. TensorFlow: `exit`."""
    return _sent(data, raw.Exit, raw.RefExit, name)


def next_iteration(data: Any, name: str | None = None) -> Any:
    """Send `data` to the next iteration of its frame."""
    return _sent(data, raw.NextIteration, raw.RefNextIteration, name)


def _sent(data: Any, plain: Any, of_reference: Any, name: str | None) -> Any:
    data = _reference_or_tensor(data, None, None)
    if isinstance(data, Composite):
        return _rebuilt(data, [_sent(part, plain, of_reference, name) for part in _parts(data)])
    return (of_reference if data.dtype.is_ref_dtype else plain)(data, name=name)


def _reference_or_tensor(value: Any, dtype: Any, name: str | None) -> Any:
    if isinstance(value, Composite):
        return value
    wanted = None if dtype is None else as_dtype(dtype)
    return convert(graph_of((value,)), value, wanted, name, None, as_ref=True)


def _parts(value: Any) -> list[Tensor]:
    if isinstance(value, SparseTensor):
        return [value.indices, value.values, value.dense_shape]
    parts = [value.values, value.indices]
    return parts if value.dense_shape is None else [*parts, value.dense_shape]


def _rebuilt(like: Any, parts: Sequence[Tensor]) -> Any:
    return type(like)(*parts)


def _as_slices(tensor: Tensor) -> IndexedSlices:
    rows = raw.Range(0, raw.GatherV2(raw.Shape(tensor), 0, 0), 1)
    return IndexedSlices(identity(tensor), rows, raw.Shape(tensor))
