"""Rows of products of matrices and vectors."""

from __future__ import annotations

import itertools

import numpy as np

from tests.ops.row import Row, complexes, normal

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_FLAGS = list(itertools.product([False, True], repeat=2))


def _adjoint(x, flag):
    return np.conj(np.swapaxes(x, -1, -2)) if flag else x


def _turned(x, flag):
    return np.swapaxes(x, -1, -2) if flag else x


def _product(turn, flags):
    return lambda x, y: turn(x, flags[0]) @ turn(y, flags[1])


def _sized(make, flags, batch=(2,), other=(2,), n=4):
    shapes = [(3, n), (n, 2)]
    shapes = [shape[::-1] if flag else shape for shape, flag in zip(shapes, flags, strict=True)]
    return [make(*batch, *shapes[0]), make(*other, *shapes[1], seed=1)]


_EQUATIONS = {
    "ij,jk->ik": [(2, 3), (3, 4)],
    "b i j, b j k -> b i k": [(2, 2, 3), (2, 3, 4)],
    "bhqd,bhkd->bhqk": [(2, 1, 2, 3), (2, 1, 4, 3)],
    "...ij,jk->...ik": [(2, 2, 2, 3), (3, 4)],
    "...ij,...jk->...ik": [(2, 1, 2, 3), (3, 3, 4)],
    "i...,i->...": [(2, 3, 4), (2,)],
    "ij->ji": [(2, 3)],
    "ij,k->k": [(2, 3), (4,)],
    "i,j->ij": [(2,), (3,)],
    "abc,cd,de->abe": [(2, 2, 3), (3, 2), (2, 4)],
    ",i->i": [(), (3,)],
}


def _einsum(equation):
    return lambda inputs: np.einsum(equation.replace(" ", ""), *inputs)


ROWS = [
    *(Row("MatMul", _sized(normal, flags, (), ()), _product(_turned, flags),
          {"transpose_a": flags[0], "transpose_b": flags[1]}, grad=True, label=f"{flags}",
          dtypes=(*_FLOATS, "int32")) for flags in _FLAGS),
    # Large enough for the XLA tier to multiply with a transposed copy.
    *(Row("MatMul", [normal(96, 80), normal(*((90, 96) if turned else (96, 90)), seed=1)],
          _product(_turned, (True, turned)), {"transpose_a": True, "transpose_b": turned},
          dtypes=("float32", "float64"), rtol=1e-4, label=f"large, {turned}")
      for turned in (False, True)),
    Row("MatMul", _sized(complexes, (0, 0), (), ()), np.matmul, grad=True, label="complex"),
    Row("MatMul", _sized(normal, (0, 0), (), (), 0), np.matmul, grad=True, label="empty"),
    *(Row(op, _sized(complexes, flags), _product(_adjoint, flags),
          {"adj_x": flags[0], "adj_y": flags[1]}, grad=True, label=f"{flags}")
      for flags in _FLAGS for op in ("BatchMatMul", "BatchMatMulV2")),
    Row("BatchMatMul", _sized(normal, (0, 0)), np.matmul, dtypes=_FLOATS),
    Row("BatchMatMulV2", _sized(normal, (0, 0), (3, 1), (2,)), np.matmul, grad=True,
        dtypes=(*_FLOATS, "int32"), label="stretched"),
    Row("BatchMatMulV2", [normal(2, 3, 3), normal(2, 3, 3, seed=1)], np.matmul, grad=True,
        label="one shape"),
    *(Row("SparseMatMul", _sized(normal, flags, (), ()), _product(_turned, flags),
          {"transpose_a": flags[0], "transpose_b": flags[1], "a_is_sparse": True}, grad=True,
          dtypes=("float32", "bfloat16"), label=f"{flags}") for flags in _FLAGS),
    Row("Cross", [normal(2, 3), normal(2, 3, seed=1)], np.cross, grad=True,
        dtypes=("float16", "float32", "int32")),
    *(Row("Einsum", [[normal(*shape, seed=seed) for seed, shape in enumerate(given)]],
          _einsum(equation), attrs={"equation": equation}, grad=True, label=equation)
      for equation, given in _EQUATIONS.items()),
    Row("Einsum", [[normal(2, 2)]], _einsum("ii->i"), attrs={"equation": "ii->i"}),
    Row("Einsum", [[complexes(2, 3), complexes(3, 2, seed=1)]], _einsum("ij,jk->ki"),
        attrs={"equation": "ij,jk->ki"}, grad=True),
    Row("Einsum", [[normal(2, 3), normal(3, 2)]], _einsum("ij,jk->ik"),
        attrs={"equation": "ij,jk->ik"}, dtypes=("float16", "bfloat16", "int32", "int64")),
]  # fmt: skip
