"""What a session tells of its devices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["DeviceAttributes", "describe_devices"]


class DeviceAttributes(NamedTuple):
    """A device: its full name, its type, and its memory in bytes (0 where that is not known).

    `incarnation` tells devices of one name apart that were made one after the other; here 0.
    """

    name: str
    device_type: str
    memory_limit_bytes: int
    incarnation: int = 0


def describe_devices(names: Iterable[str]) -> list[DeviceAttributes]:
    """Give the attributes of devices by their full names."""
    return [DeviceAttributes(name, name.rsplit(":", 2)[1], 0) for name in names]
