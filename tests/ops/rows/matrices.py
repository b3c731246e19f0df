"""Rows of diagonals, bands, solutions and decompositions of matrices."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, complexes, normal

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_DOUBLE = ("float32", "float64")
_X = normal(2, 3, 4)
_A = normal(2, 3, 3) + 3 * np.eye(3, dtype=np.float32)
_Z = complexes(3, 3) + 3 * np.eye(3, dtype=np.complex64)
_S = (_A @ np.swapaxes(_A, -1, -2)).astype(np.float32)
_H = (_Z @ np.conj(_Z.T)).astype(np.complex64)
_B, _C = normal(2, 3, 2), complexes(3, 2)
_TRUE = {"adjoint": True}


def _adjoint(x):
    return np.conj(np.swapaxes(x, -1, -2))


def _spread(diagonal):
    return np.eye(diagonal.shape[-1], dtype=diagonal.dtype) * diagonal[..., None, :]


def _with_diagonal(x, diagonal):
    result = x.copy()
    places = range(min(x.shape[-2:]))
    result[..., places, places] = diagonal
    return result


def _band(below, above):
    return lambda x, *_: np.triu(np.tril(x, above), -below)


def _damped(weight):
    def reference(a, b, _):
        rows = np.sqrt(weight) * np.eye(a.shape[-1])
        return np.linalg.lstsq(np.vstack([a, rows]), np.vstack([b, np.zeros((a.shape[-1], 2))]))[0]

    return reference


def _is_product(matrix, *conditions):
    """Check that the product of the parts is the matrix."""

    def check(parts):
        product = parts[0].astype(np.float64 if parts[0].dtype.kind == "f" else complex)
        for part in parts[1:]:
            product = product @ part
        np.testing.assert_allclose(product, matrix, rtol=1e-3, atol=1e-4)
        for part, condition in zip(parts, conditions, strict=False):
            np.testing.assert_allclose(*condition(part), atol=1e-4)

    return check


def _orthogonal(q):
    product = _adjoint(q) @ q
    return product, np.broadcast_to(np.eye(q.shape[-1]), product.shape)


def _upper(r):
    return np.tril(r, -1), np.zeros(r.shape)


def _eigen(matrix):
    return lambda out: _is_product(matrix)([out[1], _spread(out[0]), _adjoint(out[1])])


def _singular(matrix):
    def check(out):
        s, u, v = out
        count = s.shape[-1]
        _is_product(matrix)([u[..., :count], _spread(s.astype(u.dtype)), _adjoint(v[..., :count])])
        np.testing.assert_allclose(*_orthogonal(u), atol=1e-4)
        np.testing.assert_allclose(*_orthogonal(v), atol=1e-4)

    return check


def _values_only(matrix):
    def check(out):
        np.testing.assert_allclose(out[0], np.linalg.svd(matrix, compute_uv=False), rtol=1e-4)
        assert out[1].shape == out[2].shape == (0,)

    return check


def _eigenvalues_only(out):
    np.testing.assert_allclose(out[0], np.linalg.eigvalsh(_S), rtol=1e-4)
    assert out[1].shape == (0,)


def _cholesky_grad(factor, dy):
    """Solve for the symmetric step that moves the factor by dy, by brute force."""
    result = np.zeros(factor.shape)
    matrix, step = factor @ _adjoint(factor), 1e-6
    for i, j in np.ndindex(3, 3):
        move = np.zeros((3, 3))
        move[i, j] += step / 2
        move[j, i] += step / 2
        change = np.linalg.cholesky(matrix + move) - np.linalg.cholesky(matrix - move)
        result[..., i, j] = np.sum(dy * change, axis=(-1, -2)) / (2 * step)
    return result


ROWS = [
    Row("MatrixDiag", [_X[0]], _spread, dtypes=(*_FLOATS, "int32", "bool"), grad=True),
    Row("MatrixDiagPart", [_X], lambda x: np.diagonal(x, 0, -2, -1), grad=True,
        dtypes=(*_FLOATS, "int32", "bool")),
    Row("MatrixDiagPart", [_A], lambda x: np.diagonal(x, 0, -2, -1), grad=True, label="square"),
    Row("MatrixSetDiag", [_X, normal(2, 3)], _with_diagonal, dtypes=(*_FLOATS, "int32"),
        grad=True),
    Row("MatrixSetDiag", [np.swapaxes(_X, 1, 2), normal(2, 3)], _with_diagonal, grad=True,
        label="high"),
    Row("MatrixBandPart", [_X, np.int64(1), np.int64(0)], _band(1, 0), grad=[0],
        dtypes=(*_FLOATS, "int32", "bool")),
    Row("MatrixBandPart", [_X, np.int32(-1), np.int32(1)], _band(9, 1), grad=[0], label="all"),
    Row("MatrixInverse", [_A], np.linalg.inv, dtypes=_DOUBLE, grad=True, rtol=1e-4),
    Row("MatrixInverse", [_Z], np.linalg.inv, grad=True, rtol=1e-4, label="complex"),
    Row("MatrixInverse", [_Z], lambda x: _adjoint(np.linalg.inv(x)), _TRUE, grad=True,
        rtol=1e-4, label="adjoint"),
    Row("MatrixInverse", [_A], np.linalg.inv, dtypes=["float16"], rtol=2e-2, label="half"),
    Row("MatrixDeterminant", [_A], np.linalg.det, dtypes=_DOUBLE, grad=True, rtol=1e-4),
    Row("LogMatrixDeterminant", [_A], np.linalg.slogdet, dtypes=_DOUBLE, grad=True, rtol=1e-4),
    Row("LogMatrixDeterminant", [-_Z], np.linalg.slogdet, rtol=1e-4, label="complex"),
    Row("Cholesky", [_S], np.linalg.cholesky, dtypes=_DOUBLE, grad=True, symmetric=True,
        rtol=1e-4),
    Row("Cholesky", [_H], np.linalg.cholesky, rtol=1e-4, label="complex"),
    Row("Cholesky", [np.tril(_S)], lambda _: np.linalg.cholesky(_S.astype(float)), rtol=1e-4,
        label="lower triangle"),
    Row("CholeskyGrad", [np.linalg.cholesky(_S), _A], _cholesky_grad, rtol=1e-3),
    Row("MatrixSolve", [_A, _B], np.linalg.solve, dtypes=_DOUBLE, grad=True, rtol=1e-4),
    Row("MatrixSolve", [_Z, _C], lambda a, b: np.linalg.solve(_adjoint(a), b), _TRUE,
        grad=True, rtol=1e-4, label="adjoint"),
    *(Row("MatrixTriangularSolve", [_A, _B], label=f"{lower}{adjoint}", dtypes=_DOUBLE, grad=True,
          attrs={"lower": lower, "adjoint": adjoint}, rtol=1e-4,
          reference=lambda a, b, lower=lower, adjoint=adjoint: np.linalg.solve(
              (_adjoint if adjoint else np.array)((np.tril if lower else np.triu)(a)), b))
      for lower in (False, True) for adjoint in (False, True)),
    Row("MatrixTriangularSolve", [_Z, _C], lambda a, b: np.linalg.solve(_adjoint(np.tril(a)), b),
        _TRUE, grad=True, rtol=1e-4, label="complex"),
    Row("MatrixSolveLs", [normal(4, 3), normal(4, 2), np.float64(0.5)], _damped(0.5), rtol=1e-4,
        dtypes=_DOUBLE, grad=[0, 1]),
    Row("MatrixSolveLs", [normal(2, 3), normal(2, 2), np.float64(0.5)], _damped(0.5), rtol=1e-4,
        grad=[0, 1], label="wide"),
    # Its gradient divides by the gap of a value to itself before that is put away: no second one.
    Row("SelfAdjointEigV2", [_S], check=_eigen(_S), dtypes=_DOUBLE, grad=True, symmetric=True,
        second=False, rtol=1e-3),
    Row("SelfAdjointEigV2", [_H], check=_eigen(_H), rtol=1e9, label="complex"),
    Row("SelfAdjointEigV2", [_S], check=_eigenvalues_only, attrs={"compute_v": False}, rtol=1e-3,
        dtypes=_DOUBLE, label="values"),
    Row("Qr", [np.swapaxes(_X, 1, 2)], check=_is_product(np.swapaxes(_X, 1, 2), _orthogonal,
        _upper), dtypes=_DOUBLE, grad=True, rtol=1e-3),
    Row("Qr", [_A], check=_is_product(_A, _orthogonal, _upper), grad=True, rtol=1e-3,
        label="square"),
    Row("Qr", [np.swapaxes(_X, 1, 2)], check=_is_product(np.swapaxes(_X, 1, 2), _orthogonal,
        _upper), attrs={"full_matrices": True}, rtol=1e9, label="full"),
    *(Row("Svd", [x], check=_singular(x), grad=True, rtol=1e-3, dtypes=_DOUBLE, label=label)
      for label, x in (("square", _A), ("wide", _X), ("high", np.swapaxes(_X, 1, 2)))),
    Row("Svd", [_X], check=_singular(_X), attrs={"full_matrices": True}, rtol=1e9, label="full"),
    Row("Svd", [_Z], check=_singular(_Z), rtol=1e9, label="complex"),
    Row("Svd", [_X], check=_values_only(_X), attrs={"compute_uv": False}, rtol=1e-3,
        label="values"),
]  # fmt: skip
