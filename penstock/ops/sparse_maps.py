"""Maps of sparse tensors: a number stands for one, so that it can go through a queue."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.core.held import Shared
from penstock.core.shapes import Shape
from penstock.graph.node import Node
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]

_Sparse = tuple[np.ndarray, np.ndarray, np.ndarray]


class _SparseMap(Shared):
    """Sparse tensors by number: each is put in once, and taken out once.

    Args:
      name: what messages call it.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._tensors: dict[int, _Sparse] = {}
        self._numbers = itertools.count()

    def put(self, tensor: _Sparse) -> int:
        """Put a tensor in; gives its number."""
        with self.changed:
            number = next(self._numbers)
            self._tensors[number] = tensor
        return number

    def take(self, number: int) -> _Sparse:
        """Take a tensor out.

        Raises:
          InvalidArgumentError: if there is none with that number.
        """
        with self.changed:
            if number not in self._tensors:
                raise InvalidArgumentError(
                    None, None, f"There is no sparse tensor with the handle {number} in "
                    f"{self.name!r}. Take each out once."
                )  # fmt: skip
            return self._tensors.pop(number)


def _make(node: Node) -> _SparseMap:
    return _SparseMap(node.attrs["shared_name"] or node.name)


def _checked(indices: Any, values: Any, shape: Any) -> _Sparse:
    tensor = np.array(indices), np.array(values), np.array(shape)
    if tensor[0].shape != (len(tensor[1]), len(tensor[2])):
        raise InvalidArgumentError(
            None, None, f"A sparse tensor has a row of indices for each value, and a column for "
            f"each axis, but its parts have shapes {[part.shape for part in tensor]}."
        )  # fmt: skip
    return tensor


def _add(xp: Any, held: _SparseMap, indices: Any, values: Any, shape: Any) -> Any:
    return np.int64(held.put(_checked(indices, values, shape)))


def _add_many(xp: Any, held: _SparseMap, indices: Any, values: Any, shape: Any) -> Any:
    indices, values, shape = _checked(indices, values, shape)
    if len(shape) < 2:
        raise InvalidArgumentError(
            None, None, f"Rows of a sparse tensor need a rank of 2 or more, but its shape is "
            f"{shape.tolist()}."
        )  # fmt: skip
    rows = [indices[:, 0] == row for row in range(shape[0])]
    return np.array(
        [held.put((indices[of][:, 1:], values[of], shape[1:])) for of in rows], np.int64
    )


def _take_many(xp: Any, held: _SparseMap, handles: Any) -> tuple[Any, ...]:
    tensors = [held.take(number) for number in np.ravel(handles).tolist()]
    if len({len(shape) for _, _, shape in tensors}) != 1:
        raise InvalidArgumentError(
            None, None, "Sparse tensors that become one must be some, of one rank, but their "
            f"shapes are {[shape.tolist() for _, _, shape in tensors]}."
        )  # fmt: skip
    indices = [
        np.concatenate([np.full([len(rows), 1], number), rows], 1)
        for number, (rows, _, _) in enumerate(tensors)
    ]
    sizes = np.max([shape for _, _, shape in tensors], 0)
    return (
        np.concatenate(indices).astype(np.int64),
        np.concatenate([values for _, values, _ in tensors]),
        np.concatenate([[len(tensors)], sizes]).astype(np.int64),
    )


def _in_shape(output: Shape) -> Any:
    def shape(c: ShapeContext) -> Shape:
        for name, rank in (("sparse_indices", 2), ("sparse_values", 1), ("sparse_shape", 1)):
            rules.with_rank(c, name, rank)
        return output

    return shape


def _op(name: str, inputs: list[str], outputs: list[str], kind: str, **fields: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=inputs,
        outputs=outputs,
        attrs={kind: attr("type"), "container": "", "shared_name": ""},
        makes=_make,
        keeps=True,
        stateful=True,
        **fields,
    )


_PARTS = ["sparse_indices: int64", "sparse_values: T", "sparse_shape: int64"]

SPECS = (
    _op(
        "AddSparseToTensorsMap",
        _PARTS,
        ["sparse_handle: int64"],
        "T",
        shape=_in_shape(()),
        kernel=_add,
        doc="Puts a sparse tensor in a map; gives its number.",
    ),
    _op(
        "AddManySparseToTensorsMap",
        _PARTS,
        ["sparse_handles: int64"],
        "T",
        shape=_in_shape((None,)),
        kernel=_add_many,
        doc="Puts the rows of a sparse tensor in a map; gives their numbers.",
    ),
    _op(
        "TakeManySparseFromTensorsMap",
        ["sparse_handles: int64"],
        ["sparse_indices: int64", "sparse_values: dtype", "sparse_shape: int64"],
        "dtype",
        shape=lambda c: [(None, None), (None,), (None,)],
        kernel=_take_many,
        doc="Takes sparse tensors out of a map, as the rows of one.",
    ),
)
