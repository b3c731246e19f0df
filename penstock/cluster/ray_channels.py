"""Channels in memory that Ray shares between the processes of a machine; see `lanes`."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import ray
import ray.exceptions
from ray.experimental.channel import shared_memory_channel

from penstock.cluster.actor import TaskActor
from penstock.cluster.bells import Bells, make_bells
from penstock.cluster.channels import ChannelClosed, ChannelIdle
from penstock.cluster.lanes import Lane
from penstock.cluster.scripts import Script, script_for, wire
from penstock.cluster.transport import Installed

__all__ = ["LanedActor", "RayChannel", "lay"]

# How many bytes a channel holds at first; it grows with what goes through.
_BUFFER = 64 * 1024
# From so many bytes on a value is not copied, but looked at where it is.
_LARGE = 512 * 1024
# How long what is there already may take to be read.
_AT_ONCE = 5.0
# The name of the session's process among those of a lane.
_CLIENT = "client"


def _node_name() -> str:
    """Give Ray's name of the machine that this process is on."""
    name: str = ray.get_runtime_context().get_node_id()
    return name


class RayChannel:
    """A channel in memory that Ray shares between the processes of a machine.

    Args:
      number: its number in the lane.
      readers: the names of the processes that read it.
      writer: the actor that writes it; None for a process that is no actor.
      stand_in: an actor of the same machine: Ray wants one for each reader.
    """

    def __init__(self, number: int, readers: Sequence[str], writer: Any, stand_in: Any) -> None:
        places = [(stand_in, _node_name())] * len(readers)
        self._channel = shared_memory_channel.Channel(writer, places, _BUFFER)
        self._number = number
        self._readers = tuple(readers)
        self._bells: Bells | None = None
        # What Ray keeps for the readers it keeps as long as this process knows of it.
        self._written: Any = None

    def __reduce__(self) -> Any:
        return _channel_of, (self._channel, self._number, self._readers)

    def attach(self, bells: Bells) -> None:
        """Let this process use it."""
        self._bells = bells

    def write(self, value: Any, seconds: float) -> None:
        """Put a value in, once all readers have read the last one."""
        try:
            self._written = _packed(value)
            self._channel.write(self._written, seconds)
        except ray.exceptions.RayChannelTimeoutError as error:
            raise ChannelIdle from error
        except ray.exceptions.RayChannelError as error:
            raise ChannelClosed from error
        self._ring()

    def _ring(self) -> None:
        assert self._bells is not None
        for name in self._readers:
            self._bells.ring(name, self._number)

    def read(self, seconds: float) -> Any:
        """Give the value, once there is a new one."""
        assert self._bells is not None
        has_rung = self._bells.wait(self._number, seconds)
        try:
            return _unpacked(self._channel.read(_AT_ONCE if has_rung else 0.0))
        except ray.exceptions.RayChannelTimeoutError as error:
            raise ChannelIdle from error
        except ray.exceptions.RayChannelError as error:
            raise ChannelClosed from error

    def close(self) -> None:
        """Take it down."""
        self._channel.close()
        self._ring()


def _packed(value: Any) -> Any:
    """Make of a value what goes through a channel: bytes, or where Ray keeps it if it is large.

    Ray takes bytes as they are. Large arrays it keeps where all processes can look at them.
    """
    buffers: list[pickle.PickleBuffer] = []
    small = pickle.dumps(value, 5, buffer_callback=buffers.append)
    if not buffers:
        return small
    if sum(buffer.raw().nbytes for buffer in buffers) > _LARGE:
        return ray.put(value)
    return pickle.dumps(value, 5)


def _unpacked(value: Any) -> Any:
    """Give what was packed."""
    return pickle.loads(value) if isinstance(value, bytes) else ray.get(value)


def _channel_of(channel: Any, number: int, readers: tuple[str, ...]) -> RayChannel:
    """Make a channel anew in another process."""
    made = RayChannel.__new__(RayChannel)
    made._channel, made._number, made._readers = channel, number, readers
    made._bells = made._written = None
    return made


class LanedActor(TaskActor):
    """A task's actor, with its ends of lanes."""

    def node(self) -> str:
        """Give Ray's name of the machine that it is on."""
        return _node_name()

    def channels(self, wanted: Mapping[int, Sequence[str]]) -> list[RayChannel]:
        """Make channels that it writes, by their numbers, each for some readers."""
        own = ray.get_runtime_context().current_actor
        return [RayChannel(number, readers, own, own) for number, readers in wanted.items()]

    def follow(self, script: Script, folder: Path, own: str, others: Sequence[str]) -> None:
        """Begin to run a script for each step that comes."""
        bells = Bells(folder, own, others)
        for channel in script.channels:
            cast(RayChannel, channel).attach(bells)
        self._task.follow(script)


def lay(
    session: str,
    parts: Sequence[Installed],
    awaited: Sequence[tuple[int, int]],
    actors: Mapping[str, Any],
    ask: Callable[[Any], Any],
    live: Callable[[], bool],
) -> Lane | None:
    """Lay a lane through all tasks of a program; None if one is on another machine.

    Args:
      session: whose it is.
      parts: the program's parts.
      awaited: the parcels that the client waits for.
      actors: by task.
      ask: waits for what was called.
      live: tells whether all tasks still live.
    """
    if set(ask([actor.node.remote() for actor in actors.values()])) != {_node_name()}:
        return None
    names = {task: str(number) for number, task in enumerate(actors)}
    everybody = [_CLIENT, *names.values()]
    readers = wire([one.part for one in parts], awaited)
    numbers = {place: number for number, place in enumerate(readers, 1)}
    channels: dict[tuple[int, int], RayChannel] = {}
    made = {}
    for task, actor in actors.items():
        places = [place for place in readers if parts[place[0]].part.task == task]
        wanted = {
            numbers[place]: [names.get(reader or "", _CLIENT) for reader in readers[place]]
            for place in places
        }
        made[task] = places, actor.channels.remote(wanted)
    for places, reference in made.values():
        channels.update(zip(places, ask(reference), strict=True))
    request = RayChannel(0, list(names.values()), None, next(iter(actors.values())))
    with tempfile.TemporaryDirectory(prefix="penstock-") as path:
        folder = Path(path)
        make_bells(folder, everybody)
        scripts = {task: script_for(task, session, parts, request, channels) for task in actors}
        ask(
            [
                actor.follow.remote(scripts[task], folder, names[task], everybody)
                for task, actor in actors.items()
            ]
        )
        bells = Bells(folder, _CLIENT, everybody)
    for channel in (request, *channels.values()):
        channel.attach(bells)
    return Lane(request, [channels[place] for place in awaited], live)
