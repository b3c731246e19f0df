"""The arguments of `tf.gradients`, brought into the form in which a walk takes them."""

from __future__ import annotations

from typing import Any

from penstock.autodiff.sums import identity_of
from penstock.core import dtypes
from penstock.functions.resource_variable_base import is_resource_variable
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.conversion import convert
from penstock.graph.default import default_graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.ops import composed

__all__ = ["as_list", "converted", "differentiable", "given_list", "seed", "weights"]


def as_list(value: Any) -> list[Any]:
    """Give a list of what may be one, several, or None."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def given_list(value: Any, name: str) -> list[Any]:
    """Give a list of what is one or several of the `name` of `tf.gradients`.

    Raises:
      TypeError: if it is None, or one of them is.
    """
    values = as_list(value)
    if value is None or any(one is None for one in values):
        raise TypeError(
            f"The {name} of tf.gradients are tensors or variables, but here are {value!r}. A None "
            "often comes from a function without a return, or from tf.gradients where nothing "
            "depends on what it was asked for."
        )
    return values


def weights(grad_ys: Any, count: int) -> list[Any]:
    """Give what each of the ys' derivatives are weighted by: None where nothing is given.

    Raises:
      ValueError: if there are not as many as ys.
    """
    if grad_ys is None:
        return [None] * count
    given = as_list(grad_ys)
    if len(given) != count:
        raise ValueError(
            f"grad_ys must have a gradient, or None, for each of the {count} ys, but has "
            f"{len(given)}."
        )
    return given


def converted(values: list[Any], name: str) -> list[Any]:
    """Make tensors of values, but for those that are slices, or None."""
    return [
        value
        if value is None or isinstance(value, IndexedSlices)
        else convert_to_tensor(value, name=f"{name}_{index}")
        for index, value in enumerate(values)
    ]


def differentiable(x: Any, name: str) -> Any:
    """Give the tensor that stands for x: the reference or the handle, if it is a variable."""
    if isinstance(x, IndexedSlices):
        return x
    if is_resource_variable(x):
        return x.handle
    return convert(default_graph(), x, name=name, as_ref=True)


def seed(y: Any, given: Any, index: int) -> Any:
    """Build the gradient that one of the ys begins with."""
    name = f"grad_ys_{index}"
    if given is None:
        if y.dtype.is_complex:
            raise TypeError(
                f"The gradient of {y.name!r} is not defined by itself, since it is "
                f"{y.dtype.name}: pass grad_ys, or differentiate tf.real(y) or tf.abs(y)."
            )
        shape = composed.shape(y)
        return raw.Fill(shape, composed.constant(1, y.dtype.base_dtype, name))
    _check_seed(y, given, index)
    return identity_of(given, name)


def _check_seed(y: Any, given: Any, index: int) -> None:
    kinds = ((dtype.is_floating or dtype.is_integer, dtype.is_complex, dtype is dtypes.variant)
             for dtype in (y.dtype.base_dtype, given.dtype.base_dtype))  # fmt: skip
    kind, given_kind = kinds
    if kind != given_kind or not any(kind):
        raise TypeError(
            f"grad_ys[{index}] is {given.dtype.name}, which cannot be the gradient of "
            f"{y.name!r} of dtype {y.dtype.name}: real goes with real, complex with complex."
        )
