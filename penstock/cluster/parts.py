"""A program cut by task: parts that each run on one task, and what goes from part to part.

Steps are grouped by task and *level*: how often values had to change hands before. A part is what
one task runs at one level, with one call. Its outputs are bundled into *parcels*, one for each set
of parts that takes the same, so that a parcel is made once and goes straight to whoever needs it.
What is ordered by a control edge alone, or by state, gets an empty parcel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from penstock.engine.contract import Step
from penstock.runtime.cutting import cut
from penstock.runtime.program import Program

__all__ = ["Division", "Parcel", "Part", "divide"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Values that one part gives to others, or to the client.

    Attributes:
      slots: what is in it; nothing, if it only says that the part is done.
      takers: the numbers of the parts that take it.
      is_fetched: whether the client takes it.
    """

    slots: tuple[int, ...]
    takers: frozenset[int]
    is_fetched: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What one task runs with one call.

    Attributes:
      number: its place in the order of parts.
      level: how often values change hands before it.
      task: where it runs.
      program: its steps.
      fed: those slots of its program's feeds that the client feeds.
      takes: the parcels that it takes: (number of the part, number of the parcel) each.
      gives: the parcels that it gives.
      writes: whether it changes anything, so that it must not run twice.
    """

    number: int
    level: int
    task: str
    program: Program
    fed: tuple[int, ...]
    takes: tuple[tuple[int, int], ...]
    gives: tuple[Parcel, ...]
    writes: bool

    def __repr__(self) -> str:
        return (
            f"Part {self.number} on {self.task}, level {self.level}: "
            f"{len(self.program.steps)} steps; takes {list(self.takes)}; gives "
            f"{[list(parcel.slots) for parcel in self.gives]}"
        )


@dataclass(frozen=True, slots=True)
class Division:
    """A program's parts, in an order in which they can run.

    Attributes:
      program: the whole.
      parts: the parts.
    """

    program: Program
    parts: tuple[Part, ...]

    @property
    def stages(self) -> tuple[Part, ...]:
        """The parts, which are a distributed step's stages."""
        return self.parts

    @property
    def awaited(self) -> tuple[tuple[int, int], ...]:
        """The parcels that the client waits for: the number of the part and its own there.

        They are those that it fetches, and of a part that nobody takes anything from, the first.
        """
        found: list[tuple[int, int]] = []
        for part in self.parts:
            fetched = [index for index, parcel in enumerate(part.gives) if parcel.is_fetched]
            if not fetched and not any(parcel.takers for parcel in part.gives):
                fetched = [0]
            found.extend((part.number, index) for index in fetched)
        return tuple(found)

    @property
    def fetch_places(self) -> list[tuple[int, tuple[int, int] | None]]:
        """Each fetch's slot, and where its value is in what is awaited; None if it is fed."""
        places: dict[int, tuple[int, int]] = {}
        for place, (number, index) in enumerate(self.awaited):
            gives = self.parts[number].gives
            for position, slot in enumerate(gives[index].slots if gives else ()):
                places[slot] = (place, position)
        fed = set(self.program.feeds)
        return [(slot, None if slot in fed else places[slot]) for slot in self.program.fetches]

    def __repr__(self) -> str:
        return "\n".join(map(str, self.parts))


def divide(program: Program) -> Division:
    """Cut a program, whose steps use state of their own task only, by task."""
    levels = _levels(program)
    groups: dict[tuple[int, str], list[Step]] = {}
    for step, level in levels.items():
        groups.setdefault((level, step.task), []).append(step)
    keys = sorted(groups)
    if not keys:
        return Division(program, ())
    made_in = {
        slot: number
        for number, key in enumerate(keys)
        for step in groups[key]
        for slot in step.targets
    }
    wanted: list[list[int]] = [[] for _ in keys]
    for slot in dict.fromkeys(program.fetches):
        if slot not in program.feeds:
            wanted[made_in.get(slot, 0)].append(slot)
    programs = cut(program, [groups[key] for key in keys], wanted)
    return Division(program, _connected(program, keys, programs, levels))


def _levels(program: Program) -> dict[Step, int]:
    """Give each step a level at which its task has something to do anyway, if it can be."""
    before = _sources(program)
    steps = list(before)
    earliest: dict[Step, int] = {}
    for step in steps:
        earliest[step] = max(
            (earliest[source] + (source.task != step.task) for source in before[step]), default=0
        )
    last = max(earliest.values(), default=0)
    latest = dict.fromkeys(steps, last)
    for step in reversed(steps):
        for source in before[step]:
            bound = latest[step] - (source.task != step.task)
            latest[source] = min(latest[source], bound)
    busy: dict[str, set[int]] = {}
    for step in steps:
        if earliest[step] == latest[step]:
            busy.setdefault(step.task, set()).add(earliest[step])
    chosen: dict[Step, int] = {}
    writes = set(program.versions)
    for step in steps:
        least = max(
            (chosen[source] + (source.task != step.task) for source in before[step]), default=0
        )
        mine = busy.setdefault(step.task, set())
        fitting = [level for level in mine if least <= level <= latest[step]]
        late = not writes.isdisjoint(step.targets)
        chosen[step] = (max if late else min)(fitting, default=least)
        mine.add(chosen[step])
    return chosen


def _sources(program: Program) -> dict[Step, list[Step]]:
    """List what each step comes after: by data, by control edges, and as the next writer."""
    steps = program.steps
    made_by = {slot: step for step in steps for slot in step.targets}
    writer: dict[str, Step] = {}
    found: dict[Step, list[Step]] = {}
    # A constant is made wherever it is used; what waits for it waits for what it waits for.
    constants: dict[Step, list[Step]] = {}
    for step in steps:
        before = [made_by[slot] for slot in step.sources if slot in made_by]
        before.extend(steps[number] for number in step.waits)
        for slot in step.targets:
            key = program.versions.get(slot)
            if key is not None:
                if key in writer:
                    before.append(writer[key])
                writer[key] = step
        sources = dict.fromkeys(
            behind for source in before for behind in constants.get(source, (source,))
        )
        (constants if step.node.type == "Const" else found)[step] = list(sources)
    return found


@dataclass
class _Draft:
    """A part in the making."""

    takes: list[tuple[int, int]] = field(default_factory=list)
    gives: list[Parcel] = field(default_factory=list)


def _connected(
    program: Program,
    keys: Sequence[tuple[int, str]],
    programs: Sequence[Program],
    levels: Mapping[Step, int],
) -> tuple[Part, ...]:
    numbers = {key: number for number, key in enumerate(keys)}
    fed = set(program.feeds)
    fetched = set(program.fetches)
    takers: dict[int, set[int]] = {}
    for number, one in enumerate(programs):
        for slot in one.feeds:
            if slot not in fed:
                takers.setdefault(slot, set()).add(number)
    drafts = [_Draft() for _ in keys]
    reached: list[set[int]] = [set() for _ in keys]
    orders = _orders(program, numbers, levels)
    for number, one in enumerate(programs):
        bundles: dict[tuple[frozenset[int], bool], list[int]] = {}
        for slot in one.fetches:
            who = (frozenset(takers.get(slot, ())), slot in fetched)
            bundles.setdefault(who, []).append(slot)
        for (parts, is_fetched), slots in bundles.items():
            _give(drafts, number, Parcel(tuple(slots), parts, is_fetched))
    for number in range(len(keys)):
        direct = {source for source, _ in drafts[number].takes}
        for source in direct:
            reached[number] |= {source, *reached[source]}
        for source in sorted(orders.get(number, ()), reverse=True):
            if source not in reached[number]:
                _give(drafts, source, Parcel((), frozenset([number]), False))
                reached[number] |= {source, *reached[source]}
    return tuple(
        Part(
            number, level, task, one, tuple(slot for slot in one.feeds if slot in fed),
            tuple(draft.takes), tuple(draft.gives), _changes(one),
        )
        for number, ((level, task), one, draft) in enumerate(
            zip(keys, programs, drafts, strict=True)
        )
    )  # fmt: skip


def _give(drafts: list[_Draft], number: int, parcel: Parcel) -> None:
    place = (number, len(drafts[number].gives))
    drafts[number].gives.append(parcel)
    for taker in parcel.takers:
        drafts[taker].takes.append(place)


def _orders(
    program: Program, numbers: Mapping[tuple[int, str], int], levels: Mapping[Step, int]
) -> dict[int, set[int]]:
    """List the parts that each part comes after, whether or not it takes anything from them."""
    part_of = {step: numbers[level, step.task] for step, level in levels.items()}
    found: dict[int, set[int]] = {}
    for step, sources in _sources(program).items():
        for source in sources:
            if source in part_of and part_of[source] != part_of[step]:
                found.setdefault(part_of[step], set()).add(part_of[source])
    last: dict[str, int] = {}
    for (_, task), number in numbers.items():
        if task in last:
            found.setdefault(number, set()).add(last[task])
        last[task] = number
    return found


def _changes(program: Program) -> bool:
    """Tell whether a part changes anything that a second run of it would change again."""
    if program.writes or program.makers:
        return True
    return any(step.node.spec.stateful for step in program.steps)
