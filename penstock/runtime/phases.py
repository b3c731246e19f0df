"""A program cut where a step may wait for other runs: at the ends of a queue, for example.

Such a step must hold no lock while it waits, and what waits for it must not keep others out either.
So the program becomes several, one for each phase: phases that wait, which touch nothing of the
session's values, and phases in between, each of which is atomic. Later ones are fed with what
earlier ones made. A step is in the last phase in which it can be, so that most programs touch the
session's values in one phase only.
"""

from __future__ import annotations

from penstock.engine.contract import Step
from penstock.runtime.cutting import cut
from penstock.runtime.program import Program

__all__ = ["phases"]


def phases(program: Program) -> tuple[Program, ...]:
    """Cut a program into phases, in the order in which they run.

    Returns:
      Programs over the same slots; the program itself if nothing in it waits.
    """
    if not any(_blocks(step) for step in program.steps):
        return (program,)
    numbers = _numbers(program)
    groups: dict[int, list[Step]] = {}
    for step in program.steps:
        if step.node.type != "Const":
            groups.setdefault(numbers[step], []).append(step)
    # What is fetched of the session's values is read when nothing waits any more.
    groups.setdefault(max(groups) + max(groups) % 2, [])
    steps = [groups[number] for number in sorted(groups)]
    parts = cut(program, steps, [*[()] * (len(steps) - 1), program.fetches])
    return tuple(part for part in parts if part.steps or part.fetches)


def _blocks(step: Step) -> bool:
    """Tell whether a step, or one in a function that it calls, may wait for other runs."""
    if step.node.spec.blocks:
        return True
    return any(_blocks(inner) for body in step.bodies for inner in body.steps)


def _numbers(program: Program) -> dict[Step, int]:
    """Number the phase of each step: those that wait have odd numbers."""
    before = _sources(program)
    after: dict[Step, list[Step]] = {step: [] for step in program.steps}
    blocks = {step: _blocks(step) for step in program.steps}
    earliest: dict[Step, int] = {}
    for step in program.steps:
        number = int(blocks[step])
        for source in before[step]:
            number = max(number, earliest[source] + (blocks[source] != blocks[step]))
            after[source].append(step)
        earliest[step] = number
    last = max(earliest.values())
    last += last % 2
    latest: dict[Step, int] = {}
    for step in reversed(program.steps):
        if blocks[step]:
            latest[step] = earliest[step]
        else:
            latest[step] = min([latest[then] - blocks[then] for then in after[step]], default=last)
    return latest


def _sources(program: Program) -> dict[Step, list[Step]]:
    """List the steps that each step has to come after."""
    steps = program.steps
    made_by = {slot: step for step in steps for slot in step.targets}
    return {
        step: [made_by[slot] for slot in step.sources if slot in made_by]
        + [steps[number] for number in step.waits]
        for step in steps
    }
