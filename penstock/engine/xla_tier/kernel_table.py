"""The one table of the XLA tier's own kernels."""

from __future__ import annotations

from penstock.engine.binding import KernelTable
from penstock.engine.xla_tier.kernels import (
    arithmetic,
    arrays,
    checks,
    convolution,
    cross_entropy,
    ctc,
    cudnn,
    depthwise,
    division,
    gather_tree,
    linear_algebra,
    nn,
    products,
    random,
    recurrent,
    reductions,
    scatter_state,
    segments,
    sparse,
    special,
    stack_rows,
    state,
    tensor_arrays,
    training,
)

__all__ = ["KERNELS"]

KERNELS: KernelTable = {
    **arithmetic.KERNELS,
    **arrays.KERNELS,
    **checks.KERNELS,
    **convolution.KERNELS,
    **cross_entropy.KERNELS,
    **ctc.KERNELS,
    **cudnn.KERNELS,
    **depthwise.KERNELS,
    **division.KERNELS,
    **gather_tree.KERNELS,
    **linear_algebra.KERNELS,
    **nn.KERNELS,
    **products.KERNELS,
    **random.KERNELS,
    **recurrent.KERNELS,
    **reductions.KERNELS,
    **scatter_state.KERNELS,
    **segments.KERNELS,
    **sparse.KERNELS,
    **special.KERNELS,
    **stack_rows.KERNELS,
    **state.KERNELS,
    **tensor_arrays.KERNELS,
    **training.KERNELS,
}
