"""The XLA tier, loaded when it is first needed: what is only interpreted never loads JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from penstock.engine.contract import Stage

if TYPE_CHECKING:
    from penstock.engine.xla_tier.compiler import CompiledStage

__all__ = [
    "device_names",
    "replica_count",
    "result_shapes",
    "stage_compiler",
    "vector_jacobian",
]


def device_names() -> tuple[str, ...]:
    """List the devices there are, such as ``/device:CPU:0``, the default one first."""
    from penstock.engine.xla_tier.backend import device_names  # noqa: PLC0415

    return device_names()


def replica_count(wanted: int | None) -> int:
    """Give how many replicas there are; see `xla_tier.backend`."""
    from penstock.engine.xla_tier.backend import replica_count  # noqa: PLC0415

    return replica_count(wanted)


def vector_jacobian(function: Callable[..., Any], compiles: bool) -> Callable[..., Any]:
    """Give what multiplies a vector by a function's Jacobian; see `xla_tier.derivatives`."""
    from penstock.engine.xla_tier.derivatives import vector_jacobian  # noqa: PLC0415

    return vector_jacobian(function, compiles)


def result_shapes(function: Callable[..., Any], shapes: Any, dtypes: Any) -> list[Any]:
    """Give the shapes of a function's results; see `xla_tier.derivatives`."""
    from penstock.engine.xla_tier.derivatives import result_shapes  # noqa: PLC0415

    return result_shapes(function, shapes, dtypes)


def stage_compiler(stage: Stage) -> CompiledStage:
    """Make a stage ready to be compiled for its device."""
    from penstock.engine.xla_tier.backend import find_device, use_compile_cache  # noqa: PLC0415
    from penstock.engine.xla_tier.compiler import CompiledStage  # noqa: PLC0415

    use_compile_cache()
    return CompiledStage(stage, find_device(stage.device))
