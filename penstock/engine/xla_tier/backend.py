"""JAX's devices and settings, as the rest of Penstock asks for them."""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Any

import jax

from penstock.core.errors import InvalidArgumentError
from penstock.core.settings import current
from penstock.engine.xla_tier.host_memory import keep_freed_memory

__all__ = [
    "default_kind_devices",
    "device_names",
    "find_device",
    "replica_count",
    "use_compile_cache",
]

_KINDS = {"cpu": "CPU", "gpu": "GPU", "cuda": "GPU", "rocm": "GPU", "tpu": "TPU"}


@cache
def _devices() -> dict[str, Any]:
    # A run waits for its results anyway: handing a CPU's work to another thread costs some 20 µs.
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    keep_freed_memory()
    found: dict[str, Any] = {}
    for device in [*jax.local_devices(), *jax.local_devices(backend="cpu")]:
        kind = _KINDS.get(device.platform, device.platform.upper())
        same = [name for name, other in found.items() if f":{kind}:" in name and other != device]
        if device not in found.values():
            found[f"/device:{kind}:{len(same)}"] = device
    return found


def device_names() -> tuple[str, ...]:
    """List the devices in TensorFlow's notation, the default one first."""
    return tuple(_devices())


def find_device(name: str) -> Any:
    """Give the JAX device of that name; CPUs beyond those that JAX has share them."""
    devices = _devices()
    if name in devices:
        return devices[name]
    _, kind, index = name.split(":")
    same = [device for other, device in devices.items() if f":{kind}:" in other]
    return same[int(index) % len(same)]


def default_kind_devices() -> list[Any]:
    """List JAX's devices of the kind of the default one."""
    devices = _devices()
    kind = next(iter(devices)).split(":")[1]
    return [device for name, device in devices.items() if f":{kind}:" in name]


def replica_count(wanted: int | None) -> int:
    """Give how many replicas there are, having JAX make as many CPUs if it can still do that.

    Args:
      wanted: how many are asked for; None for all devices.

    Raises:
      InvalidArgumentError: if there are fewer.
    """
    if wanted is not None and wanted > 1 and not _devices.cache_info().currsize:
        with contextlib.suppress(RuntimeError):  # JAX has been used, and has its devices
            jax.config.update("jax_num_cpu_devices", wanted)
    there = default_kind_devices()
    if wanted is not None and wanted > len(there):
        raise InvalidArgumentError(
            None, None, f"The mesh asks for {wanted} replicas, but there are {len(there)} devices: "
            f"{list(device_names())}. Ask for fewer. More CPUs are there if the mesh is the first "
            "thing that uses JAX, or by `penstock run --replicas`."
        )  # fmt: skip
    return wanted or len(there)


@cache
def use_compile_cache() -> None:
    """Keep compiled programs on disk, so that the next process need not compile them again."""
    if jax.config.jax_compilation_cache_dir:
        return
    folder = current().cache_dir / "xla"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # a home that cannot be written to: compile without a cache
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.2)
