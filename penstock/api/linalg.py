"""`tf.linalg`: linear algebra; matrices stand in the last two axes."""

from penstock.core.surface import lacking as _lacking
from penstock.functions.arrays import (
    matrix_transpose,
    matrix_transpose as transpose,
)
from penstock.functions.arrays_filling import (
    diag as tensor_diag,
    diag_part as tensor_diag_part,
)
from penstock.functions.clipping import (
    global_norm,
)
from penstock.functions.einsum import (
    einsum,
)
from penstock.functions.linalg import (
    adjoint,
    cholesky,
    cholesky_solve,
    eye,
    logdet,
    matrix_band_part as band_part,
    matrix_determinant as det,
    matrix_diag as diag,
    matrix_diag_part as diag_part,
    matrix_inverse as inv,
    matrix_set_diag as set_diag,
    matrix_solve as solve,
    matrix_solve_ls as lstsq,
    matrix_triangular_solve as triangular_solve,
    qr,
    self_adjoint_eig as eigh,
    self_adjoint_eigvals as eigvalsh,
    slogdet,
    svd,
    trace,
)
from penstock.functions.math_products import (
    cross,
    matmul,
    matvec,
    tensordot,
)
from penstock.functions.norms import (
    norm,
    normalize,
)
from penstock.nn.normalizing import (
    l2_normalize,
)

__all__ = [
    "adjoint",
    "band_part",
    "cholesky",
    "cholesky_solve",
    "cross",
    "det",
    "diag",
    "diag_part",
    "eigh",
    "eigvalsh",
    "einsum",
    "eye",
    "global_norm",
    "inv",
    "l2_normalize",
    "logdet",
    "lstsq",
    "matmul",
    "matrix_transpose",
    "matvec",
    "norm",
    "normalize",
    "qr",
    "set_diag",
    "slogdet",
    "solve",
    "svd",
    "tensor_diag",
    "tensor_diag_part",
    "tensordot",
    "trace",
    "transpose",
    "triangular_solve",
]

__getattr__ = _lacking(__name__, __all__)
