"""Updates of a variable by index, by XLA's scatter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from penstock.engine.xla_tier.checks import require_in_range
from penstock.ops.scatter_state import divide_whole

__all__ = ["KERNELS", "checked", "inside"]

Kernel = Callable[..., Any]


def inside(indices: Any, size: int) -> Any:
    """Turn negative indices, which JAX would count from the end, into ones that are left out."""
    return jnp.where(indices < 0, size, indices)


def checked(indices: Any, size: int) -> Any:
    """Require that indices are in range; what is given back leaves out those that are not."""
    require_in_range(indices, size, "the rows of the variable")
    return inside(indices, size)


# JAX's name for what is done to an element; division has none that drops the fraction.
_METHODS = {
    "Update": "set",
    "Add": "add",
    "Sub": "subtract",
    "Mul": "multiply",
    "Min": "min",
    "Max": "max",
}


def _divide(ref: Any, where: Any, updates: Any) -> Any:
    divisor = jnp.ones_like(ref).at[where].multiply(updates, mode="drop")
    if jnp.issubdtype(ref.dtype, jnp.integer):
        return divide_whole(jnp, ref, divisor)
    return ref / divisor


def _change(name: str) -> Kernel:
    if name == "Div":
        return _divide

    def change(ref: Any, where: Any, updates: Any) -> Any:
        return getattr(ref.at[where], _METHODS[name])(updates, mode="drop")

    return change


def _rows_kernel(name: str) -> Kernel:
    change = _change(name)

    def kernel(xp: Any, ref: Any, indices: Any, updates: Any) -> Any:
        return change(ref, checked(indices, ref.shape[0]), updates)

    return kernel


def _positions_kernel(name: str) -> Kernel:
    change = _change(name)

    def kernel(xp: Any, ref: Any, indices: Any, updates: Any) -> Any:
        require_in_range(indices, ref.shape[: indices.shape[-1]], "the shape of the variable")
        columns = jnp.moveaxis(indices, -1, 0)
        where = tuple(inside(along, size) for along, size in zip(columns, ref.shape, strict=False))
        return change(ref, where, updates)

    return kernel


_ROWS = (*_METHODS, "Div")
_POSITIONS = ("Update", "Add", "Sub")

KERNELS = {
    f"{form}Scatter{part}{name}": make(name)
    for form in ("", "Resource")
    for part, make, names in (
        ("", _rows_kernel, _ROWS),
        ("Nd", _positions_kernel, _POSITIONS),
    )
    for name in names
}
