"""What a task does in each step of a program that has a lane: the parts that it runs, in order.

A `Script` says of each part from which channel each parcel comes, and into which each goes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penstock.cluster.channels import PAUSE, Channel, ChannelClosed, ChannelIdle, Failed
from penstock.cluster.parts import Part
from penstock.core.errors import InternalError, OpError

__all__ = ["Script", "ScriptPart", "follow", "script_for", "wire"]

# After so many seconds without a step a task takes its end of a lane down.
_IDLE = 600.0


@dataclass(frozen=True, slots=True)
class ScriptPart:
    """A part in a task's script.

    Attributes:
      place: the part's place in its program.
      number: its number in the task.
      takes: for each parcel that it takes, the place of its part and its number there.
      gives: for each parcel, the channel that it goes into; None if only this task takes it.
    """

    place: int
    number: int
    takes: tuple[tuple[int, int], ...]
    gives: tuple[Channel | None, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """What a task does in each step.

    Attributes:
      session, life: whose it is, and in which life of the task.
      request: the channel from which steps come.
      parts: what it runs.
      sources: the channels of parcels that other tasks give, by the part's place and the parcel's
        number.
    """

    session: str
    life: int
    request: Channel
    parts: tuple[ScriptPart, ...]
    sources: Mapping[tuple[int, int], Channel]

    @property
    def channels(self) -> list[Channel]:
        """All channels that it names."""
        gives = [one for part in self.parts for one in part.gives if one is not None]
        return [self.request, *self.sources.values(), *gives]


def wire(
    parts: Sequence[Part], awaited: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], tuple[str | None, ...]]:
    """Find the parcels that leave their task, and who reads them: tasks; None is the client.

    Args:
      parts: its parts.
      awaited: the parcels that the client waits for.
    """
    readers: dict[tuple[int, int], tuple[str | None, ...]] = {}
    for part in parts:
        for index in range(max(1, len(part.gives))):
            place = (part.number, index)
            takers = part.gives[index].takers if part.gives else frozenset()
            tasks: dict[str | None, None] = dict.fromkeys(
                sorted({parts[taker].task for taker in takers} - {part.task})
            )
            if place in awaited:
                tasks[None] = None
            if tasks:
                readers[place] = tuple(tasks)
    return readers


def script_for(
    task: str,
    session: str,
    parts: Sequence[Any],
    request: Channel,
    channels: Mapping[tuple[int, int], Channel],
) -> Script:
    """Write a task's script.

    Args:
      task: the task.
      session: whose it is.
      parts: all parts of the program, as `transport.Installed`.
      request: the channel from which steps come.
      channels: by the place of the parcel, those of all parcels that leave their task.
    """
    own = [one for one in parts if one.part.task == task]
    lines = tuple(
        ScriptPart(
            one.part.number,
            one.number,
            one.part.takes,
            tuple(
                channels.get((one.part.number, index))
                for index in range(max(1, len(one.part.gives)))
            ),
        )
        for one in own
    )
    sources = {
        place: channels[place]
        for one in own
        for place in one.part.takes
        if parts[place[0]].part.task != task
    }
    return Script(session, own[0].life, request, lines, sources)


def follow(script: Script, run: Callable[..., Any], goes_on: Callable[[], bool]) -> None:
    """Run a task's script for each step that comes, until the lane is taken down.

    Args:
      script: what to do.
      run: runs a part; takes what `Task.run` takes.
      goes_on: whether the session still is.
    """
    last = time.monotonic()
    try:
        while goes_on() and time.monotonic() - last < _IDLE:
            try:
                message = script.request.read(PAUSE)
            except ChannelIdle:
                continue
            _make_step(script, run, message, goes_on)
            last = time.monotonic()
    except ChannelClosed:
        return
    for channel in script.channels:
        channel.close()


def _make_step(
    script: Script, run: Callable[..., Any], message: Any, goes_on: Callable[[], bool]
) -> None:
    step, oldest, milliseconds, fed = message
    known: dict[tuple[int, int], Any] = {}
    for part in script.parts:
        for place in part.takes:
            if place not in known:
                known[place] = _read(script.sources[place], goes_on)
        parcels = [known[place] for place in part.takes]
        made: Sequence[Any] = [one for one in parcels if isinstance(one, Failed)][:1] * max(
            1, len(part.gives)
        )
        if not made:
            try:
                made = run(
                    script.session, script.life, part.number, step, oldest, milliseconds,
                    fed.get(part.place, ()), *parcels,
                ) or [()]  # fmt: skip
            except Exception as error:
                made = [Failed(_told(error))] * max(1, len(part.gives))
        for index, (parcel, channel) in enumerate(zip(made, part.gives, strict=True)):
            known[part.place, index] = parcel
            if channel is not None:
                channel.write(parcel, _IDLE)


def _read(channel: Channel, goes_on: Callable[[], bool]) -> Any:
    while True:
        try:
            return channel.read(PAUSE)
        except ChannelIdle:
            if not goes_on():
                raise ChannelClosed from None


def _told(error: Exception) -> OpError:
    if isinstance(error, OpError):
        return error
    return InternalError(None, None, f"A task failed in a way that it should not: {error!r}")
