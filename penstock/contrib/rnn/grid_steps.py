"""One step of a grid LSTM in one window: an LSTM along time and one along frequency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from penstock.contrib.rnn.shards import concatenated
from penstock.functions.arrays_joining import concat, split
from penstock.functions.clipping import clip_by_value
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Zeros
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.functions.math_products import matmul
from penstock.nn.activations import bias_add

__all__ = ["GridSettings", "GridWeights", "grid_step"]


@dataclass(frozen=True, slots=True)
class GridSettings:
    """What holds for all windows of a grid cell; see `GridLSTMCell`."""

    units: int
    peepholes: bool
    shared: bool
    clip: float | None
    shards: int
    forget_bias: float
    coupled: bool


@dataclass(frozen=True, slots=True)
class _Weights:
    """The weights of one of the two LSTMs.

    Attributes:
      kernel, bias: of the linear map.
      diagonals: for each gate by its letter, what it sees the memories of frequency and time by.
    """

    kernel: Any
    bias: Any
    diagonals: dict[str, tuple[Any, Any]]


class GridWeights:
    """The variables of one block of windows.

    Args:
      block: its number.
      size: the size of a window.
      dtype: of the variables.
      settings: the cell's.

    Attributes:
      frequency, time: the weights of the two LSTMs; one and the same if they share them.
    """

    def __init__(self, block: int, size: int, dtype: Any, settings: GridSettings) -> None:
        gates = "IO" if settings.coupled else "FIO"
        width = (len(gates) + 1) * settings.units
        shape = [size + 2 * settings.units, width]
        maps = []
        for short in "f" if settings.shared else "ft":
            kernel = concatenated(f"W_{short}_{block}", shape, dtype, settings.shards)
            bias = get_variable(
                f"B_{short}_{block}", shape=[width], initializer=Zeros(), dtype=dtype
            )
            maps.append((kernel, bias))
        made = []
        for (kernel, bias), long in zip(maps, ("freq", "time"), strict=False):
            diagonals = {}
            if settings.peepholes:
                for gate in gates:
                    diagonals[gate] = tuple(
                        get_variable(
                            f"W_{gate}_diag_{long}{of}_{block}",
                            shape=[settings.units],
                            dtype=dtype,
                        )
                        for of in "ft"
                    )
            made.append(_Weights(kernel, bias, diagonals))
        self.frequency, self.time = made[0], made[-1]


def grid_step(
    window: Any,
    before: tuple[Any, Any],
    below: tuple[Any, Any],
    weights: GridWeights,
    settings: GridSettings,
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Build the step of one window.

    Args:
      window: the window of the inputs, [batch, size].
      before: memory and output that it had in the last step, each [batch, units].
      below: memory and output of the window below.
      weights: those of the block.
      settings: the cell's.

    Returns:
      Memory and output of the LSTM along time, and of that along frequency.
    """
    memories = (below[0], before[0])
    joined = concat([window, before[1], below[1]], 1)
    by_frequency = by_time = _gates(joined, weights.frequency, settings)
    if not settings.shared:
        by_time = _gates(joined, weights.time, settings)
    c_below = _memory(by_frequency, weights.frequency, memories, memories[0], settings)
    c_after = _memory(by_time, weights.time, memories, memories[1], settings)
    memories = (c_below, c_after)
    m_below = _seeing(by_frequency["O"], weights.frequency, "O", memories) * tanh(c_below)
    m_after = _seeing(by_time["O"], weights.time, "O", memories) * tanh(c_after)
    return (c_after, m_after), (c_below, m_below)


def _gates(joined: Any, weights: _Weights, settings: GridSettings) -> dict[str, Any]:
    names = "IJO" if settings.coupled else "IJFO"
    product = bias_add(matmul(joined, weights.kernel), weights.bias)
    parts = split(value=product, num_or_size_splits=len(names), axis=1)
    return dict(zip(names, parts, strict=True))


def _seeing(x: Any, weights: _Weights, gate: str, memories: tuple[Any, Any]) -> Any:
    """Build a gate, which may see both memories."""
    if weights.diagonals:
        of_frequency, of_time = weights.diagonals[gate]
        x = x + of_frequency * memories[0] + of_time * memories[1]
    return sigmoid(x)


def _memory(
    gates: dict[str, Any],
    weights: _Weights,
    memories: tuple[Any, Any],
    own: Any,
    settings: GridSettings,
) -> Any:
    """Build the memory of one LSTM after the step, `own` being that before it."""
    taken = _seeing(gates["I"], weights, "I", memories)
    if settings.coupled:
        kept = 1.0 - taken
    else:
        kept = _seeing(gates["F"] + settings.forget_bias, weights, "F", memories)
    c = kept * own + taken * tanh(gates["J"])
    return c if settings.clip is None else clip_by_value(c, -settings.clip, settings.clip)
