"""A linear map of several tensors, whose variables are made in the current scope."""

from __future__ import annotations

from typing import Any

from penstock.core import nest
from penstock.core.dtypes import int32
from penstock.functions.arrays import constant
from penstock.functions.arrays_joining import concat
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Constant
from penstock.functions.math_products import matmul
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.node import Tensor
from penstock.nn.activations import bias_add

__all__ = ["Linear", "linear"]


class Linear:
    """The sum of several matrices, each multiplied by its part of one kernel, and a bias.

    Args:
      args: a tensor [batch, size], or a list of them: those that it will be called with, or such
        of the same sizes and dtype.
      output_size: the number of outputs.
      build_bias: whether there is a bias.
      bias_initializer: of the bias; zeros by default.
      kernel_initializer: of the kernel; the scope's by default.

    Raises:
      ValueError: if `args` is empty, or one of them is not a matrix of known size.
    """

    def __init__(
        self,
        args: Any,
        output_size: int,
        build_bias: bool,
        bias_initializer: Any = None,
        kernel_initializer: Any = None,
    ) -> None:
        members, size = _members(args)
        self._one = not nest.is_sequence(args)
        dtype = members[0].dtype
        with variable_scope(get_variable_scope()) as outer:
            self._kernel = get_variable(
                "kernel", [size, output_size], dtype=dtype, initializer=kernel_initializer
            )
            self._bias = _bias(outer, output_size, dtype, bias_initializer) if build_bias else None

    def __call__(self, args: Any) -> Tensor:
        """Build the map of a tensor, or of a list of them."""
        members = [args] if self._one else list(args)
        if len(members) == 1:
            product = matmul(members[0], self._kernel)
        else:
            product = matmul(concat(members, constant(1, dtype=int32)), self._kernel)
        return product if self._bias is None else bias_add(product, self._bias)


def linear(
    args: Any,
    output_size: int,
    bias: bool,
    bias_initializer: Any = None,
    kernel_initializer: Any = None,
) -> Tensor:
    """Build a linear map at once; see `Linear`.

    Args:
      args: a tensor [batch, size], or a list of them.
      output_size: the number of outputs.
      bias: whether there is a bias.
      bias_initializer: of the bias; zeros by default.
      kernel_initializer: of the kernel; the scope's by default.

    Returns:
      A tensor [batch, output_size].

    Raises:
      ValueError: if `args` is empty, or one of them is not a matrix of known size.
    """
    members, size = _members(args)
    dtype = members[0].dtype
    with variable_scope(get_variable_scope()) as outer:
        kernel = get_variable(
            "kernel", [size, output_size], dtype=dtype, initializer=kernel_initializer
        )
        joined = members[0] if len(members) == 1 else concat(members, 1)
        product = matmul(joined, kernel)
        if not bias:
            return product
        return bias_add(product, _bias(outer, output_size, dtype, bias_initializer))


def _members(args: Any) -> tuple[list[Any], int]:
    """Give the tensors, and the sum of their sizes."""
    if args is None or (nest.is_sequence(args) and not args):
        raise ValueError(f"A linear map needs at least one tensor, but args is {args!r}.")
    members = list(args) if nest.is_sequence(args) else [args]
    total = 0
    for member in members:
        shape = member.get_shape()
        if shape.rank != 2 or shape.as_list()[1] is None:
            raise ValueError(
                "A linear map takes matrices whose second size is known, but "
                f"{member.name!r} has shape {shape}. Set it by set_shape."
            )
        total += shape.as_list()[1]
    return members, total


def _bias(scope: Any, size: int, dtype: Any, initializer: Any) -> Any:
    with variable_scope(scope) as inner:
        inner.set_partitioner(None)
        return get_variable(
            "bias", [size], dtype=dtype, initializer=initializer or Constant(0.0, dtype=dtype)
        )
