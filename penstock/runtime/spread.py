"""How a program's values are spread over the replicas of a mesh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.errors import InvalidArgumentError
from penstock.core.mesh import Mesh
from penstock.engine.contract import Stage
from penstock.engine.on_demand import replica_count
from penstock.engine.sharding import Sharding
from penstock.graph.node import Tensor
from penstock.runtime.program import Program

__all__ = ["Spread"]


class Spread:
    """How the values of a program are spread over replicas.

    Args:
      mesh: the replicas.
      program: the program.

    Attributes:
      count: how many replicas there are.
    """

    def __init__(self, mesh: Mesh, program: Program) -> None:
        self._mesh = mesh
        self.count = replica_count(mesh.replicas)
        self._batches = _batches(program)
        self._is_training = bool(program.state_writes)
        self._feeds = frozenset(program.feeds)
        self._numbers = {slot: number for number, slot in enumerate(program.feeds)}
        self._state = frozenset(program.reads.values()) | frozenset(program.versions)
        self._counters = frozenset(program.counters.values())

    def check(self, feeds: Sequence[Any]) -> None:
        """Check that each replica can have its part of what is fed.

        Where nothing is written (to evaluate, say), each has all of what cannot be parted.

        Raises:
          InvalidArgumentError: if a batch cannot be divided by the number of replicas, and the
            program changes variables.
        """
        if not self._is_training:
            return
        for slot, tensor in self._batches.items():
            shape = feeds[self._numbers[slot]].shape
            if shape[0] % self.count:
                raise InvalidArgumentError(
                    None,
                    tensor.op,
                    f"A batch is parted among {self.count} replicas, so its size must be a "
                    f"multiple of that, but {tensor.name!r}, made at {tensor.op.line}, was fed "
                    f"with shape {tuple(shape)}. Feed {shape[0] // self.count * self.count or ''}"
                    f" or {-(-shape[0] // self.count) * self.count} rows; what is no batch is on "
                    "every replica if the placeholder's first size is fixed.",
                )

    def sharding(self, stage: Stage, inputs: Sequence[Any]) -> Sharding:
        """Settle how a stage's inputs and the state that it gives are spread.

        Args:
          stage: the stage.
          inputs: its inputs.
        """
        axes = [self._axis(slot, value) for slot, value in zip(stage.inputs, inputs, strict=True)]
        return Sharding(
            self.count,
            tuple(axes),
            self._state.intersection(stage.outputs),
            lambda shape, dtype: self._mesh.axis_of(shape, dtype, self.count),
        )

    def _axis(self, slot: int, value: Any) -> int | None:
        shape = getattr(value, "shape", ())
        if not isinstance(shape, tuple) or not shape or slot in self._counters:
            return None
        if slot in self._state:
            return self._mesh.axis_of(shape, value.dtype, self.count)
        if slot in self._feeds and slot not in self._batches:
            return None
        return 0 if shape[0] and shape[0] % self.count == 0 else None

    def text(self, stage: Stage, sharding: Sharding) -> str:
        """Say how a stage's inputs are spread."""
        parted: dict[int, list[str]] = {}
        whole = []
        for slot, axis in zip(stage.inputs, sharding.inputs, strict=True):
            if axis is None:
                whole.append(stage.names[slot])
            else:
                parted.setdefault(axis, []).append(stage.names[slot])
        texts = [f"{', '.join(names)} by axis {axis}" for axis, names in parted.items()]
        texts.extend([f"{', '.join(whole)} on each"] if whole else [])
        return f"over {self.count} replicas: {'; '.join(texts)}"


def _batches(program: Program) -> dict[int, Tensor]:
    """Find the feeds that are batches: of placeholders whose first size is not known."""
    found: dict[int, Tensor] = {}
    feeds = frozenset(program.feeds)
    for step in program.steps:
        for tensor, slot in zip(step.node.inputs, step.sources, strict=False):
            shape = tensor.static_shape
            if (
                slot in feeds
                and tensor.op.type.startswith("Placeholder")
                and shape
                and shape[0] is None
            ):
                found[slot] = tensor
    return found
