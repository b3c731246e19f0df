"""The fourth link of a run: steps are parted into stages, each for one device or for the host.

A stage is as large as it can be: it ends where a value has to change hands between devices or
between the compiled world and the host's interpreter, or at a *cut*: a slot whose value has to be
known before what depends on it can be compiled.

Steps that depend on nothing from outside (constants, and what is computed from them) belong to
every stage that uses them, so that each stage knows their values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from penstock.engine.contract import HOST, NOTHING, Stage, Step
from penstock.runtime.place import DEFAULT
from penstock.runtime.program import Program

__all__ = ["Staged", "stage"]


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """A program parted into stages.

    Attributes:
      program: the steps and slots.
      stages: in the order in which they run.
    """

    program: Program
    stages: tuple[Stage, ...]

    def __repr__(self) -> str:
        return "\n".join(map(str, self.stages))


def stage(
    program: Program,
    default_device: str,
    cuts: frozenset[int] = frozenset(),
    ends: frozenset[int] = frozenset(),
) -> Staged:
    """Part a program into stages.

    Args:
      program: what to run.
      default_device: the device of steps that ask for none.
      cuts: slots that must be known before the stage in which a step needs their value begins.
      ends: slots with which a stage ends: only a run can tell their sizes.
    """
    free = _free_steps(program)
    places = {step: _place(step, default_device) for step in program.steps}
    levels = _levels(program, free, cuts, ends, places)
    groups: dict[_Group, list[Step]] = {}
    for step in program.steps:
        if step not in free:
            groups.setdefault((levels[step], *places[step]), []).append(step)
    if not groups and free:
        groups[0, default_device, ""] = []
    return Staged(program, _make_stages(program, groups, free))


# A stage's level, its device, and the place of what the host runs.
_Group = tuple[int, str, str]


def _place(step: Step, default_device: str) -> tuple[str, str]:
    """Give a step's device, and for one of the host its place, if that is another than the rest's.

    What programs put on different devices runs at the same time, also where the host runs it.
    """
    if step.device == HOST:
        return HOST, "" if step.place in (DEFAULT, default_device) else step.place
    return (default_device if step.device == DEFAULT else step.device), ""


def _free_steps(program: Program) -> set[Step]:
    """Find the steps that neither feeds, state nor randomness reach."""
    bound = {*program.feeds, *program.reads.values(), *program.queries.values()}
    bound.update(program.counters.values())
    free = set()
    for step in program.steps:
        if step.device != HOST and not step.node.spec.stateful and bound.isdisjoint(step.sources):
            free.add(step)
        else:
            bound.update(step.targets)
    return free


def _levels(
    program: Program,
    free: set[Step],
    cuts: frozenset[int],
    ends: frozenset[int],
    places: Mapping[Step, tuple[str, str]],
) -> dict[Step, int]:
    made_by = {slot: step for step in program.steps for slot in step.targets}
    levels: dict[Step, int] = {}
    for step in program.steps:
        level = 0
        static = (
            set(step.sources) if step.bodies else set(map(step.sources.__getitem__, step.static))
        )
        for slot in step.sources:
            source = made_by.get(slot)
            if source is None or source in free:
                continue
            crosses = places[source] != places[step] or (slot in cuts and slot in static)
            crosses |= slot in ends
            level = max(level, levels[source] + crosses)
        if step.device == HOST:
            # What it does cannot be undone, so what it waits for must have been done and checked.
            for source in map(program.steps.__getitem__, step.waits):
                if source in levels:
                    level = max(level, levels[source] + (places[source] != places[step]))
        levels[step] = level
    return levels


def _make_stages(
    program: Program, groups: dict[_Group, list[Step]], free: set[Step]
) -> tuple[Stage, ...]:
    made_free = {slot: step for step in program.steps if step in free for slot in step.targets}
    order = {step: index for index, step in enumerate(program.steps)}
    wanted = set(program.fetches) | set(program.writes.values())
    free_wanted = {slot for slot in wanted if slot in made_free}
    filled = []
    keys = sorted(groups)
    for key in keys:
        group = groups[key]
        needed = _needed_free(group, free_wanted if key == keys[-1] else (), made_free)
        filled.append(sorted([*group, *needed], key=order.__getitem__))
    stages = []
    for number, steps in enumerate(filled):
        later = {
            slot for others in filled[number + 1 :] for step in others for slot in step.sources
        }
        is_last = number == len(filled) - 1
        donated = _replaced_state(program) if is_last else frozenset()
        _, device, place = keys[number]
        kept = later.union(program.writes.values())
        one = _make_stage(number, steps, set(program.fetches), kept, donated, device, program.names)
        stages.append(replace(one, place=place))
    return tuple(stages)


def _replaced_state(program: Program) -> frozenset[int]:
    """Find the old versions of written state that nobody looks at once the last stage has run."""
    old = {**program.reads, **program.counters}
    slots = {old[key] for key in program.writes if key in old}
    return frozenset(slots.difference(program.fetches))


def _needed_free(group: list[Step], also: Iterable[int], made_free: dict[int, Step]) -> set[Step]:
    needed: set[Step] = set()
    waiting = [slot for step in group for slot in step.sources]
    waiting.extend(also)
    while waiting:
        step = made_free.get(waiting.pop())
        if step is not None and step not in needed:
            needed.add(step)
            waiting.extend(step.sources)
    return needed


def _make_stage(
    number: int,
    steps: list[Step],
    fetched: set[int],
    kept: set[int],
    replaced: frozenset[int],
    device: str,
    names: Mapping[int, str],
) -> Stage:
    made = {slot for step in steps for slot in step.targets}
    taken = dict.fromkeys(slot for step in steps for slot in step.sources if slot not in made)
    taken.pop(NOTHING, None)
    return Stage(
        number=number,
        steps=tuple(steps),
        inputs=tuple(taken),
        outputs=tuple(sorted(made & (fetched | kept))),
        fetched=frozenset(made & (fetched - kept)),
        donated=replaced.intersection(taken),
        device=device,
        names=names,
    )
