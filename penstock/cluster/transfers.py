"""Reads of state from elsewhere, made explicit: a step at home that hands the value on.

A lowered program reads a variable by its slot wherever it uses it. If that is on another task, the
value has to travel; so its home gets a step that gives it as a value like any other. A fetch of a
variable becomes such a step, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from penstock.core.dtypes import DType, bool as tf_bool
from penstock.core.errors import UnimplementedError
from penstock.engine.contract import NOTHING, Step
from penstock.graph.build import raw
from penstock.graph.graph import Graph
from penstock.graph.node import Node
from penstock.runtime.place import DEFAULT
from penstock.runtime.program import Program

__all__ = ["with_own_counters", "with_transfers"]


def with_transfers(
    program: Program, homes: Mapping[str, str], types: Mapping[str, DType]
) -> Program:
    """Give a program in which each step uses state of its own task only.

    Args:
      program: steps that know their tasks.
      homes: the task of each state, by its key.
      types: the dtype of each variable, by its key.
    """
    return _Transfers(program, homes, types).program()


class _Transfers:
    def __init__(
        self, program: Program, homes: Mapping[str, str], types: Mapping[str, DType]
    ) -> None:
        self._program = program
        self._homes = homes
        self._types = types
        self._key_of = {slot: key for slot, key in program.versions.items() if key in homes}
        self._key_of.update((slot, key) for key, slot in program.reads.items())
        self._queries = {slot: key for key, slot in program.queries.items()}
        self._size = program.size
        self._made_at = {
            slot: place for place, step in enumerate(program.steps) for slot in step.targets
        }
        # Steps to insert before the step of that number; the slots that they give.
        self._inserted: dict[int, list[Step]] = {}
        self._copies: dict[int, int] = {}
        self._graph = Graph()

    def program(self) -> Program:
        steps = [self._localized(step) for step in self._program.steps]
        fetches = tuple(self._fetched(slot) for slot in self._program.fetches)
        if not self._copies:
            return self._program
        moved: dict[int, int] = {}
        merged: list[Step] = []
        for place, step in enumerate(steps):
            merged.extend(self._inserted.get(place, ()))
            moved[place] = len(merged)
            merged.append(step)
        merged.extend(self._inserted.get(len(steps), ()))
        renumbered = [
            replace(step, waits=tuple(moved[number] for number in step.waits)) for step in merged
        ]
        return replace(self._program, steps=tuple(renumbered), size=self._size, fetches=fetches)

    def _localized(self, step: Step) -> Step:
        if step.node.type == "Const":
            return step
        sources = tuple(
            slot if self._home(slot) in (None, step.task) else self._copied(slot)
            for slot in step.sources
        )
        return step if sources == step.sources else replace(step, sources=sources)

    def _fetched(self, slot: int) -> int:
        """Give what is fetched in place of a slot: a copy, if it is state from before the run."""
        return self._copied(slot) if self._home(slot) and slot not in self._made_at else slot

    def _home(self, slot: int) -> str | None:
        if slot == NOTHING:
            return None
        key = self._key_of.get(slot) or self._queries.get(slot)
        return None if key is None else self._homes.get(key)

    def _copied(self, slot: int) -> int:
        if slot not in self._copies:
            copy = self._copies[slot] = self._size
            self._size += 1
            step = Step(
                self._reader(slot), (slot,), (copy,), device=DEFAULT, task=self._home(slot) or ""
            )
            place = self._made_at.get(slot, -1) + 1
            self._inserted.setdefault(place, []).append(step)
        return self._copies[slot]

    def _reader(self, slot: int) -> Node:
        if slot in self._queries:
            dtype = tf_bool
        else:
            key = self._key_of[slot]
            if key not in self._types:
                raise UnimplementedError(
                    None, None, f"{key!r} is used on another task than {self._homes[key]}, where "
                    "it is. Only values of variables travel: put the op that uses it on its task, "
                    "by tf.device or tf.colocate_with."
                )  # fmt: skip
            dtype = self._types[key].base_dtype
        with self._graph.as_default():
            value = raw.Placeholder(dtype=dtype, shape=None)
            node: Node = raw.Identity(value).op
            return node


def with_own_counters(program: Program, session: str) -> Program:
    """Give random ops counters of the session's own: other state is shared by its names."""
    names = {key: f"{session} {key}" for key in program.counters}
    if not names:
        return program

    def renamed(slots: Mapping[str, int]) -> dict[str, int]:
        return {names.get(key, key): slot for key, slot in slots.items()}

    return replace(
        program,
        counters=renamed(program.counters),
        writes=renamed(program.writes),
        versions={slot: names.get(key, key) for slot, key in program.versions.items()},
    )
