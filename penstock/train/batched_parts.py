"""What goes through the queue of a batch: components, sparse ones as numbers, and their shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from penstock.core.dtypes import DType, bool as boolean, int32, int64
from penstock.core.shapes import TensorShape
from penstock.functions.arrays import expand_dims, squeeze
from penstock.functions.arrays_joining import dynamic_partition
from penstock.functions.grouping import no_op, with_dependencies
from penstock.functions.math_casts import cast
from penstock.functions.queues import QueueBase
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.conversion import constant
from penstock.graph.default import default_graph
from penstock.graph.node import Node, Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.layers.utils import smart_cond
from penstock.train.queue_filling import QueueRunner
from penstock.train.queue_threads import add_queue_runner

__all__ = [
    "SparsePart",
    "checked_keep",
    "checked_part",
    "fill_queue",
    "in_original_form",
    "listed",
    "restore_sparse",
    "shapes_of",
    "store_sparse",
    "types_of",
]


class SparsePart(NamedTuple):
    """How a component that is sparse goes through the queue.

    Attributes:
      map_op: the node whose map holds it; None for a component that is dense.
      rank: its rank; None if it is not known.
    """

    map_op: Node | None
    rank: int | None


def listed(tensors: Any) -> list[Any]:
    """Give components in their order: a dict's by its sorted keys."""
    if isinstance(tensors, Mapping):
        return [tensors[key] for key in sorted(tensors)]
    return list(tensors)


def in_original_form(original: Any, results: Any) -> Any:
    """Give what came out of the queue in the form of what went in."""
    if isinstance(original, Mapping):
        parts = results if isinstance(results, list) else [results]
        return dict(zip(sorted(original), parts, strict=True))
    return results


def checked_part(value: Any) -> Any:
    """Make a tensor of a component; one that is sparse is given back."""
    return value if isinstance(value, SparseTensor) else convert_to_tensor(value)


def checked_keep(keep_input: Any, enqueue_many: bool) -> Tensor:
    """Make a tensor of what says whether an element is kept.

    Raises:
      ValueError: if it is no scalar, nor a vector where there are many elements.
    """
    keep: Tensor = convert_to_tensor(keep_input)
    rank = keep.shape.ndims
    if rank is None:
        raise ValueError(
            f"keep_input must have a known rank, but {keep.name!r} has none. Set its shape."
        )
    if rank > int(enqueue_many):
        raise ValueError(
            f"keep_input must be a scalar, or with enqueue_many a vector, but {keep.name!r} has "
            f"shape {keep.shape}."
        )
    if keep.dtype.base_dtype is not boolean:
        raise TypeError(f"keep_input must be bool, but {keep.name!r} is {keep.dtype.name}.")
    return keep


def types_of(lists: Sequence[Sequence[Any]]) -> list[DType]:
    """Give the dtype of each component.

    Raises:
      TypeError: if it is not the same from all sources.
    """
    kinds = [[tensor.dtype.base_dtype for tensor in one] for one in lists]
    for other in kinds[1:]:
        if other != kinds[0]:
            raise TypeError(
                "All sources must give components of the same types, but these are "
                f"{[kind.name for kind in kinds[0]]} and {[kind.name for kind in other]}."
            )
    return kinds[0]


def shapes_of(lists: Sequence[Sequence[Tensor]], shapes: Any, enqueue_many: bool) -> Any:
    """Give the shape of each component of an element.

    Args:
      lists: the components, from each source.
      shapes: what the caller says of them; None for what the tensors tell.
      enqueue_many: whether the tensors have many elements each.

    Raises:
      ValueError: if a rank is not known, or sources differ.
    """
    if shapes is not None:
        return shapes
    found = []
    for column in zip(*lists, strict=True):
        known = []
        for tensor in column:
            if tensor.shape.ndims is None:
                raise ValueError(
                    f"Cannot infer Tensor's rank: {tensor.name!r} goes in a queue of batches, and "
                    "nothing is known of its shape. Call its set_shape, or give `shapes`."
                )
            known.append(tensor.shape.with_rank_at_least(1)[1:] if enqueue_many else tensor.shape)
        for other in known[1:]:
            known[0].assert_is_compatible_with(other)
        found.append(TensorShape(known[0]))
    return found


def store_sparse(
    tensors: Sequence[Any], enqueue_many: bool, keep: Tensor, map_ops: Sequence[Any] | None = None
) -> tuple[list[Tensor], list[SparsePart]]:
    """Put sparse components in maps, and give numbers in their place.

    Args:
      tensors: the components.
      enqueue_many: whether each has many elements.
      keep: whether an element is kept.
      map_ops: nodes whose maps are used, if there are some already.
    """
    stored: list[Tensor] = []
    parts: list[SparsePart] = []
    for index, tensor in enumerate(tensors):
        if not isinstance(tensor, SparseTensor):
            stored.append(tensor)
            parts.append(SparsePart(None, None))
            continue
        map_op = None if map_ops is None else map_ops[index]
        number, made = _stored(tensor, enqueue_many, keep, map_op)
        rank = tensor.dense_shape.shape.with_rank(1).as_list()[0]
        parts.append(SparsePart(map_op or made, rank - 1 if enqueue_many and rank else rank))
        stored.append(expand_dims(number, [-1]))
    return stored, parts


def _stored(
    tensor: SparseTensor, enqueue_many: bool, keep: Tensor, map_op: Node | None
) -> tuple[Tensor, Node]:
    made: list[Node] = []

    def put() -> Tensor:
        op = raw.AddManySparseToTensorsMap if enqueue_many else raw.AddSparseToTensorsMap
        number: Tensor = op(
            tensor.indices,
            tensor.values,
            tensor.dense_shape,
            shared_name="" if map_op is None else map_op.name,
        )
        made.append(number.op)
        return number

    if keep.shape.ndims:
        return put(), made[0]
    nothing = lambda: constant(default_graph(), -1, int64)  # noqa: E731
    return smart_cond(keep, put, nothing), made[0]


def restore_sparse(results: Any, parts: Sequence[SparsePart]) -> Any:
    """Make sparse tensors again of the numbers that stand for them, all once one is used."""
    tensors = results if isinstance(results, list) else [results]
    if all(part.map_op is None for part in parts):
        return results
    made = [
        tensor if part.map_op is None else _restored(tensor, part)
        for tensor, part in zip(tensors, parts, strict=True)
    ]
    waited = [each.values if isinstance(each, SparseTensor) else each for each in made]
    ensured = [_after(each, waited) for each in made]
    return ensured if isinstance(results, list) else made[0]


def _after(tensor: Any, waited: Sequence[Tensor]) -> Any:
    """Give a component that is there once all of them are."""
    if not isinstance(tensor, SparseTensor):
        return with_dependencies(waited, tensor)
    parts = (tensor.indices, tensor.values, tensor.dense_shape)
    return SparseTensor(*[with_dependencies(waited, part) for part in parts])


def _restored(numbers: Tensor, part: SparsePart) -> SparseTensor:
    assert part.map_op is not None
    rank = None if part.rank is None else part.rank + 1
    handles = squeeze(numbers, [1])
    with default_graph().colocate_with(part.map_op):
        indices, values, shape = raw.TakeManySparseFromTensorsMap(
            handles,
            dtype=part.map_op.get_attr("T"),
            container=part.map_op.get_attr("container"),
            shared_name=part.map_op.get_attr("shared_name") or part.map_op.name,
        )
    indices.set_shape([None, rank])
    shape.set_shape([rank])
    return SparseTensor(indices, values, shape)


def fill_queue(
    queue: QueueBase,
    lists: Sequence[Sequence[Tensor]],
    threads: int,
    enqueue_many: bool,
    keep: Tensor,
) -> None:
    """Add the queue runner that fills a queue.

    Args:
      queue: the queue.
      lists: the components, from each source.
      threads: how many threads each source has.
      enqueue_many: whether each has many elements.
      keep: whether an element is kept.
    """
    put: Callable[[Any], Node] = queue.enqueue_many if enqueue_many else queue.enqueue
    ops = []
    for tensors in lists:
        if keep.shape.ndims:
            ops.append(put(_kept(tensors, keep)))
        else:
            ops.append(smart_cond(keep, lambda tensors=tensors: put(tensors), no_op))
    add_queue_runner(QueueRunner(queue, [op for op in ops for _ in range(threads)]))


def _kept(tensors: Sequence[Tensor], keep: Tensor) -> list[Tensor]:
    """Give those of many elements that are kept."""
    chosen = cast(keep, int32)
    return [dynamic_partition(tensor, chosen, num_partitions=2)[1] for tensor in tensors]
