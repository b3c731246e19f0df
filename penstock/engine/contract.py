"""What the runtime hands to a tier: steps over numbered slots, every value written once.

A `Step` is one kernel call. Its sources and targets are slots: places in a table of values. The
state of variables is in slots too: a step that reads a variable has the slot of the version it
reads among its sources, and one that writes has a new slot among its targets. So a tier knows
nothing of variables, and what a read sees is settled before anything runs.

A `Stage` is a run of steps for one device and one tier, with the slots it takes and gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.core.errors import FailedPreconditionError, InvalidArgumentError
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls

if TYPE_CHECKING:
    from penstock.engine.regions import Region

__all__ = [
    "ELEMENTS",
    "HOST",
    "NOTHING",
    "TURNS",
    "Body",
    "Form",
    "NeedsHost",
    "NeedsRoom",
    "NeedsTrimmed",
    "NeedsValue",
    "Site",
    "Stage",
    "Step",
    "Table",
    "chosen",
    "fill_body",
    "uninitialized",
]

# The slot that holds None in every table of values.
NOTHING = 0

# The "device" of steps that only the interpreter can run.
HOST = ""

# Values by slot.
Table = dict[int, Any]

# What compiled code has room for: the turns of a loop, or elements of TensorArrays that grow in it.
Site = tuple[Node, str]
TURNS = "turns"
ELEMENTS = "elements of its TensorArrays"


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A function that a step calls, such as a branch: steps over a table of values of their own.

    All bodies of a step take the same inputs, the step's sources without the predicate, and give
    the same outputs, the step's targets.

    Attributes:
      steps: in the order in which they run.
      inputs: slots that the inputs fill.
      outputs: slots of the outputs; an input's where the body passes a state on.
      required: inputs that are variables this body reads: position among the inputs, and key.
    """

    steps: tuple[Step, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    required: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One kernel call.

    Attributes:
      node: the node it stands for.
      sources: slots of the kernel's inputs (`NOTHING` for state that is only written); a random
        op's last one is its counter.
      targets: slots of the new state versions, then of the outputs.
      static: positions in `sources` whose values the kernel needs as NumPy arrays.
      key: for a random op, the pair (seed, seed2) of this session; else None.
      device: the device it is placed on; empty for the host's interpreter.
      task: the task of the cluster that it is placed on; empty where there is none.
      bodies: the functions it calls, in the order of the record's `bodies`.
      carried: for a loop, the position among its inputs that each of the first targets takes in the
        next turn; the other targets are stacks of all turns' values.
      waits: numbers of the steps that run before it by a control input.
      region: the nodes that it stands for, where these run by dead and alive values.
      place: for a step of the host, the device that it was placed on.
    """

    node: Node
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    static: tuple[int, ...] = ()
    key: tuple[int, int] | None = None
    device: str = ""
    task: str = ""
    bodies: tuple[Body, ...] = ()
    carried: tuple[int, ...] = ()
    waits: tuple[int, ...] = ()
    region: Region | None = None
    place: str = ""

    @property
    def is_loop(self) -> bool:
        """Whether its bodies are a condition and what is repeated while that holds."""
        return bool(self.carried)

    @property
    def stacks(self) -> tuple[Tensor, ...]:
        """The outputs of a loop's node that are stacks of all turns' values."""
        return self.node.outputs[len(self.node.outputs) - len(self.targets) + len(self.carried) :]

    def __repr__(self) -> str:
        return f"{self.targets} = {self.node.type}{self.sources}  # {self.node.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Steps that one tier runs together on one device.

    Attributes:
      number: its place in the order of stages.
      steps: in the order in which they run.
      inputs: slots that must hold values before it runs.
      outputs: slots that later stages, fetches or the state need from it.
      fetched: those outputs that only the caller of the run looks at.
      donated: those inputs whose buffers the stage may overwrite.
      device: the device it runs on; empty for the host's interpreter.
      names: what a slot is called in messages.
      padded: inputs and outputs that are distinct indices, filled up as `engine/padded.py` says,
        each with the slot of the indices they come from.
      place: for a stage of the host, the device that its steps were placed on, if it is not the
        default one.
    """

    number: int
    steps: tuple[Step, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    fetched: frozenset[int]
    donated: frozenset[int]
    device: str
    names: Mapping[int, str]
    padded: Mapping[int, int] = field(default_factory=dict)
    place: str = ""

    @property
    def is_host(self) -> bool:
        """Whether only the interpreter can run it."""
        return self.device == HOST

    def __repr__(self) -> str:
        where = self.device or f"host {self.place}".rstrip()
        return f"Stage {self.number} on {where}: {len(self.steps)} steps"


class NeedsValue(Exception):
    """A step needs the value of a slot which is not known while the stage is traced."""

    def __init__(self, slot: int, step: Step) -> None:
        super().__init__(slot, step)
        self.slot = slot
        self.step = step


class NeedsHost(Exception):
    """A step cannot be compiled for what it is given; the interpreter can run it.

    Attributes:
      step: the step.
      reason: why, as the end of a sentence that begins with it.
    """

    def __init__(self, step: Step, reason: str) -> None:
        super().__init__(step, reason)
        self.step = step
        self.reason = reason


class NeedsTrimmed(Exception):
    """A step needs a value without the room for more that compiled code has left in it.

    Attributes:
      slot: the value's slot.
      step: the step.
    """

    def __init__(self, slot: int, step: Step) -> None:
        super().__init__(slot, step)
        self.slot = slot
        self.step = step


class NeedsRoom(Exception):
    """A compiled stage had too little room for what it was given.

    Attributes:
      needs: how much there must be room for, by what it is.
    """

    def __init__(self, needs: Mapping[Site, int]) -> None:
        super().__init__(needs)
        self.needs = needs


@dataclass(frozen=True, slots=True)
class Form:
    """Which form a loop or a branch takes where it runs, and why.

    Attributes:
      node: its node.
      kind: ``"scan"`` for a loop of a known number of turns, ``"while"`` for one that ends by its
        values, ``"unrolled"``; ``"branch"`` for a branch that is known, ``"switch"`` for one that
        only a run can tell; ``"interpreter"``.
      reason: why, as a sentence's end.
    """

    node: Node
    kind: str
    reason: str

    def __str__(self) -> str:
        return f"{self.node.name} ({self.node.type}): {self.kind}, {self.reason}"


def chosen(step: Step, selector: Any) -> int:
    """Tell which of its bodies a step calls, by the value of its first input.

    As in TensorFlow, a predicate holds that is not zero, a string that is not empty, an array with
    elements; an index that there is no body for means the last.
    """
    if step.node.spec.calls is Calls.INDEX:
        if np.ndim(selector):
            raise InvalidArgumentError(
                None, None, f"The number of a branch must be a scalar, but has shape "
                f"{np.shape(selector)}. Take one element of it."
            )  # fmt: skip
        last = len(step.bodies) - 1
        return int(selector) if 0 <= selector <= last else last
    holds = bool(np.size(selector)) if np.ndim(selector) else bool(np.asarray(selector).item())
    return 0 if holds else 1


def uninitialized(node: Node, missing: Sequence[str]) -> FailedPreconditionError:
    """Make the error of reading variables that have no value."""
    others = f" So are all of these: {', '.join(missing)}." if len(missing) > 1 else ""
    return FailedPreconditionError(
        None,
        node,
        f"Attempting to use uninitialized value {missing[0]}.{others} A variable has no value "
        "in a session until it is initialized or restored there. Run "
        "sess.run(tf.global_variables_initializer()) first (and "
        "tf.local_variables_initializer() for local variables).",
    )


def fill_body(step: Step, body: Body, values: Sequence[Any]) -> Table:
    """Make the table of values of a body from the step's inputs.

    Raises:
      FailedPreconditionError: if the body reads a variable that has no value.
    """
    missing = [key for position, key in body.required if values[position] is None]
    if missing:
        raise uninitialized(step.node, missing)
    return {NOTHING: None, **dict(zip(body.inputs, values, strict=True))}
