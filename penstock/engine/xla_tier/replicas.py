"""Replicas as JAX has them: a mesh of devices, and arrays that are spread over it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from penstock.engine.sharding import Sharding
from penstock.engine.xla_tier.backend import default_kind_devices

__all__ = ["SpreadInputs"]

_AXIS = "replicas"


@cache
def _mesh(count: int) -> Mesh:
    """Give the first so many devices of the default kind."""
    return Mesh(np.array(default_kind_devices()[:count]), (_AXIS,))


class SpreadInputs:
    """Spreads the values of a stage over devices that run one program together.

    Args:
      sharding: how.
    """

    def __init__(self, sharding: Sharding) -> None:
        self._sharding = sharding
        self._mesh = _mesh(sharding.replicas)
        self._inputs = [self._along(axis) for axis in sharding.inputs]

    def _along(self, axis: int | None) -> NamedSharding:
        spec = PartitionSpec() if axis is None else PartitionSpec(*[None] * axis, _AXIS)
        return NamedSharding(self._mesh, spec)

    def placed(self, inputs: Sequence[Any]) -> list[Any]:
        """Spread the inputs; those that are spread so already stay as they are."""
        with jax.enable_x64(True):
            return [
                jax.device_put(value, where)
                for value, where in zip(inputs, self._inputs, strict=True)
            ]

    def everywhere(self, values: Iterable[Any]) -> tuple[Any, ...]:
        """Put values on each device."""
        with jax.enable_x64(True):
            return tuple(jax.device_put(value, self._along(None)) for value in values)

    def held(self, slot: int, value: Any) -> Any:
        """Have a traced output spread as the state is that it becomes a version of."""
        if slot not in self._sharding.state or not hasattr(value, "shape"):
            return value
        axis = self._sharding.axis_of(value.shape, value.dtype)
        return jax.lax.with_sharding_constraint(value, self._along(axis))
