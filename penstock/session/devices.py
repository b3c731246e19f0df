"""What a session tells of its devices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["DeviceAttributes", "describe_devices"]


class DeviceAttributes(NamedTuple):
    """A device: its full name, its type, and its memory in bytes (0 where that is not known)."""

    name: str
    device_type: str
    memory_limit_bytes: int


def describe_devices(names: Iterable[str]) -> list[DeviceAttributes]:
    """Give the attributes of devices by their full names."""
    return [DeviceAttributes(name, name.rsplit(":", 2)[1], 0) for name in names]
