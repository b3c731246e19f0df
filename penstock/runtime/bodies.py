"""The signature that all functions of one step share, and their programs brought into it.

A branch may write a variable that the other leaves alone, so each takes the old value of every
variable that one of them needs, and gives a new value of every one that one of them writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from penstock.engine.contract import Body

if TYPE_CHECKING:
    from penstock.runtime.program import Program

__all__ = ["Signature", "make_body"]


@dataclass(frozen=True, slots=True)
class Signature:
    """The state that goes into and comes out of a step's functions, by key, beside the values.

    Attributes:
      reads: variables whose value goes in.
      queries: variables of which it is asked whether they have a value.
      counters: random counters; each goes in and comes out.
      writes: variables whose new value comes out.
    """

    reads: tuple[str, ...]
    queries: tuple[str, ...]
    counters: tuple[str, ...]
    writes: tuple[str, ...]

    def carried(self, arguments: int, variables: Sequence[int]) -> tuple[int, ...]:
        """Give, for each output of a loop's body, the input whose value it is in the next turn.

        Args:
          arguments: how many values go into the loop beside the state.
          variables: which of these the body gives anew, in the order of its outputs.
        """
        first_counter = arguments + len(self.reads) + len(self.queries)
        return (
            *[arguments + self.reads.index(key) for key in self.writes],
            *range(first_counter, first_counter + len(self.counters)),
            *variables,
        )

    @classmethod
    def of(cls, bodies: Sequence[Program]) -> Signature:
        """Find what the bodies need together."""
        writes = dict.fromkeys(key for body in bodies for key in body.state_writes)
        reads = dict.fromkeys(key for body in bodies for key in body.reads)
        for key in writes:
            if not all(key in body.writes for body in bodies):
                reads[key] = None  # where it is not written, the old value is passed on
        return cls(
            tuple(reads),
            tuple(dict.fromkeys(key for body in bodies for key in body.queries)),
            tuple(dict.fromkeys(key for body in bodies for key in body.counters)),
            tuple(writes),
        )


def make_body(program: Program, signature: Signature) -> Body:
    """Bring a function's program into the signature of its step."""
    size = program.size
    inputs = list(program.feeds)
    state: dict[str, int] = {}
    for keys, known in (
        (signature.reads, program.reads),
        (signature.queries, program.queries),
        (signature.counters, program.counters),
    ):
        for key in keys:
            slot = known.get(key)
            if slot is None:
                slot, size = size, size + 1
            inputs.append(slot)
            if keys is not signature.queries:
                state[key] = slot
    outputs = [
        program.writes.get(key, state.get(key, 0))
        for key in (*signature.writes, *signature.counters)
    ]
    first = len(program.feeds)
    required = tuple(
        (first + position, key)
        for position, key in enumerate(signature.reads)
        if key in program.reads and key not in program.optional
    )
    return Body(program.steps, tuple(inputs), (*outputs, *program.fetches), required)
