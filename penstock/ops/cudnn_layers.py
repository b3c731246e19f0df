"""What one direction of one layer of a cuDNN network computes, forwards and backwards.

Sequences are [time, batch, size]. The weights of all gates stand one below the other: for an LSTM
input gate, forget gate, memory's input, output gate; for a gated unit reset, update, candidate.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from penstock.ops.scanning import Scan

__all__ = ["GATES", "LayerWeights", "Trace", "run_back", "run_layer"]

GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}


class LayerWeights(NamedTuple):
    """The weights of one direction of one layer.

    Attributes:
      w: of the inputs, [gates * units, inputs]; None if each gate gets the inputs as they are.
      r: of the last output, [gates * units, units].
      bw, br: the biases of both, [gates * units].
    """

    w: Any
    r: Any
    bw: Any
    br: Any


class Trace(NamedTuple):
    """What a layer was given and gave.

    Attributes:
      x: its inputs.
      states: output and memory after each step, side by side.
      first: output and memory before the first step.
      alive: which steps are within the lengths, [time, batch, 1]; None if all are.
      reverse: whether it goes backwards in time.
    """

    x: Any
    states: Any
    first: tuple[Any, Any]
    alive: Any
    reverse: bool


def _sigmoid(xp: Any, x: Any) -> Any:
    return 1 / (1 + xp.exp(-x))


def _from_inputs(xp: Any, x: Any, weights: LayerWeights, mode: str) -> Any:
    """Give what the gates get of the inputs."""
    given = xp.concatenate([x] * GATES[mode], -1) if weights.w is None else x @ weights.w.T
    return given + weights.bw


def _gates(xp: Any, given: Any, h: Any, weights: LayerWeights, mode: str) -> list[Any]:
    """Give the gates of a step, or of all; for a gated unit also what the last output gave."""
    parts = xp.split(given, GATES[mode], -1)
    hidden = xp.split(h @ weights.r.T + weights.br, GATES[mode], -1)
    if mode == "gru":
        r, u = (_sigmoid(xp, a + b) for a, b in zip(parts[:2], hidden[:2], strict=True))
        return [r, u, xp.tanh(parts[2] + r * hidden[2]), hidden[2]]
    total = [a + b for a, b in zip(parts, hidden, strict=True)]
    if mode == "lstm":
        i, f, g, o = total
        return [_sigmoid(xp, i), _sigmoid(xp, f), xp.tanh(g), _sigmoid(xp, o)]
    return [xp.maximum(total[0], 0) if mode == "rnn_relu" else xp.tanh(total[0])]


def _next(xp: Any, gates: list[Any], h: Any, c: Any, mode: str) -> tuple[Any, Any]:
    if mode == "lstm":
        i, f, g, o = gates
        c = f * c + i * g
        return o * xp.tanh(c), c
    if mode == "gru":
        return (1 - gates[1]) * gates[2] + gates[1] * h, c
    return gates[0], c


def run_layer(
    xp: Any, scan: Scan, x: Any, first: tuple[Any, Any], alive: Any, reverse: bool,
    weights: LayerWeights, mode: str,
) -> tuple[Any, tuple[Any, Any], Trace]:  # fmt: skip
    """Run one direction of a layer.

    Returns:
      The outputs, [time, batch, units], zero beyond the lengths; output and memory after the last
      step; and what `run_back` needs.
    """

    def step(carry: Any, rows: Any) -> Any:
        h, c = carry
        after = _next(xp, _gates(xp, rows[0], h, weights, mode), h, c, mode)
        if alive is not None:
            after = tuple(xp.where(rows[1], a, b) for a, b in zip(after, carry, strict=True))
        return after, xp.concatenate(after, -1)

    rows = (_from_inputs(xp, x, weights, mode),) + (() if alive is None else (alive,))
    last, states = scan(step, first, rows, reverse)
    outputs = states[..., : first[0].shape[-1]]
    if alive is not None:
        outputs = xp.where(alive, outputs, 0).astype(x.dtype)
    return outputs, last, Trace(x, states, first, alive, reverse)


def run_back(
    xp: Any, scan: Scan, trace: Trace, d_outputs: Any, d_last: tuple[Any, Any],
    weights: LayerWeights, mode: str,
) -> tuple[Any, tuple[Any, Any], LayerWeights]:  # fmt: skip
    """Run one direction of a layer backwards.

    Args:
      xp: NumPy or jax.numpy.
      scan: repeats a step.
      trace: as `run_layer` gives it.
      d_outputs: the gradient of the outputs.
      d_last: those of output and memory after the last step.
      weights: those of the layer.
      mode: the kind of the network.

    Returns:
      The gradients of the inputs, of the first output and memory, and of the weights.
    """
    units = trace.first[0].shape[-1]
    start = xp.concatenate(trace.first, -1)[None]
    before = [trace.states[1:], start] if trace.reverse else [start, trace.states[:-1]]
    h_before, c_before = xp.split(xp.concatenate(before, 0), [units], -1)
    given = _from_inputs(xp, trace.x, weights, mode)
    gates = _gates(xp, given, h_before, weights, mode)

    def step(carry: Any, rows: Any) -> Any:
        dh, dc = carry
        d_output, h, c, c_after, *own = rows[: 4 + len(gates)]
        back = _step_back(xp, own, (h, c, c_after), (dh + d_output, dc), weights, mode)
        if trace.alive is not None:
            kept = (dh, dc, *[0 * part for part in back[2:]])
            back = tuple(xp.where(rows[-1], a, b) for a, b in zip(back, kept, strict=True))
        return back[:2], xp.concatenate(back[2:], -1)

    rows = (d_outputs, h_before, c_before, trace.states[..., units:], *gates)
    rows += () if trace.alive is None else (trace.alive,)
    first, parts = scan(step, d_last, rows, not trace.reverse)
    d_given, d_hidden = xp.split(parts, 2, -1)
    flat = d_given.reshape(-1, d_given.shape[-1])
    hidden = d_hidden.reshape(flat.shape)
    x, h = (each.reshape(flat.shape[0], -1) for each in (trace.x, h_before))
    if weights.w is None:
        d_w, dx = None, sum(xp.split(d_given, GATES[mode], -1))
    else:
        d_w, dx = flat.T @ x, d_given @ weights.w
    return dx, first, LayerWeights(d_w, hidden.T @ h, _over(xp, flat), _over(xp, hidden))


def _over(xp: Any, x: Any) -> Any:
    return xp.sum(x, axis=0, dtype=x.dtype)


def _step_back(
    xp: Any, gates: list[Any], states: tuple[Any, Any, Any], d_after: tuple[Any, Any],
    weights: LayerWeights, mode: str,
) -> tuple[Any, Any, Any, Any]:  # fmt: skip
    """Give the gradients of output and memory before a step, and of what the gates were given."""
    h, c, c_after = states
    dh, dc = d_after
    if mode == "lstm":
        i, f, g, o = gates
        bent = xp.tanh(c_after)
        dc = dc + dh * o * (1 - bent * bent)
        slopes = [dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g)]
        d_given = xp.concatenate([*slopes, dh * bent * o * (1 - o)], -1)
        return d_given @ weights.r, dc * f, d_given, d_given
    if mode == "gru":
        r, u, n, hidden = gates
        dn = dh * (1 - u) * (1 - n * n)
        du = dh * (h - n) * u * (1 - u)
        dr = dn * hidden * r * (1 - r)
        d_hidden = xp.concatenate([dr, du, dn * r], -1)
        return dh * u + d_hidden @ weights.r, dc, xp.concatenate([dr, du, dn], -1), d_hidden
    (after,) = gates
    slope = (after > 0).astype(after.dtype) if mode == "rnn_relu" else 1 - after * after
    d_given = dh * slope
    return d_given @ weights.r, dc, d_given, d_given
