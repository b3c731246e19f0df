"""Channels: places for one value, from one writer to a fixed number of readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from penstock.core.errors import OpError

__all__ = ["PAUSE", "Channel", "ChannelClosed", "ChannelIdle", "Failed"]

# How many seconds to look at one channel before looking whether all still live.
PAUSE = 2.0


class ChannelIdle(Exception):
    """Nothing came in time."""


class ChannelClosed(Exception):
    """The channel was taken down."""


class Channel(Protocol):
    """Holds one value, from one writer to its readers."""

    def write(self, value: Any, seconds: float) -> None:
        """Put a value in, once all readers have read the last one."""

    def read(self, seconds: float) -> Any:
        """Give the value, once there is a new one; arrays in it may be read-only."""

    def close(self) -> None:
        """Take it down: who reads or writes gets ChannelClosed."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What goes through a channel in place of a parcel that could not be made."""

    error: OpError
