"""What a session tells of its devices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["DeviceAttributes", "describe_devices", "full_name"]


class DeviceAttributes(NamedTuple):
    """A device: its full name, its type, and its memory in bytes (0 where that is not known)."""

    name: str
    device_type: str
    memory_limit_bytes: int


def describe_devices(names: Iterable[str]) -> list[DeviceAttributes]:
    """Give the attributes of devices by their names."""
    return [DeviceAttributes(full_name(name), name.split(":")[1], 0) for name in sorted(names)]


def full_name(name: str) -> str:
    """Give the full name of a device of this process, from ``/device:CPU:0`` or the like."""
    return f"/job:localhost/replica:0/task:0{name}"
