"""One step of an LSTM and of a gated unit, forwards and backwards: what block ops compute.

Matrices are [batch, size]. An LSTM's gates stand side by side in the order input, memory's input,
forget, output.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = [
    "LSTMSettings",
    "LSTMWeights",
    "gru_step",
    "gru_step_back",
    "lstm_step",
    "lstm_step_back",
]


class LSTMWeights(NamedTuple):
    """The weights of an LSTM.

    Attributes:
      w: the kernel, [inputs + units, 4 * units].
      wci: the peephole of the input gate, [units].
      wcf: that of the forget gate.
      wco: that of the output gate.
      b: the bias, [4 * units].
    """

    w: Any
    wci: Any
    wcf: Any
    wco: Any
    b: Any


class LSTMSettings(NamedTuple):
    """What an LSTM adds to its forget gate, its memory's bound if positive, and its peepholes."""

    forget_bias: float
    cell_clip: float
    use_peephole: bool


def _sigmoid(xp: Any, x: Any) -> Any:
    return 1 / (1 + xp.exp(-x))


def lstm_step(
    xp: Any, x: Any, cs_prev: Any, h_prev: Any, weights: LSTMWeights, settings: LSTMSettings
) -> tuple[Any, ...]:
    """Compute a step: the gates i, f, o, the memory cs, its input ci, co = tanh(cs), and h."""
    gates = xp.concatenate([x, h_prev], axis=1) @ weights.w + weights.b
    i, ci, f, o = xp.split(gates, 4, axis=1)
    if settings.use_peephole:
        i = i + cs_prev * weights.wci
        f = f + cs_prev * weights.wcf
    i = _sigmoid(xp, i)
    f = _sigmoid(xp, f + settings.forget_bias)
    ci = xp.tanh(ci)
    cs = ci * i + cs_prev * f
    if settings.cell_clip > 0:
        cs = xp.clip(cs, -settings.cell_clip, settings.cell_clip)
    if settings.use_peephole:
        o = o + cs * weights.wco
    o = _sigmoid(xp, o)
    co = xp.tanh(cs)
    return i, cs, f, o, ci, co, o * co


def lstm_step_back(
    xp: Any,
    cs_prev: Any,
    weights: LSTMWeights,
    after: tuple[Any, ...],
    cs_grad: Any,
    h_grad: Any,
    use_peephole: bool,
) -> tuple[Any, ...]:
    """Compute a step backwards.

    Args:
      xp: NumPy or jax.numpy.
      cs_prev: the memory before the step.
      weights: those of the step.
      after: its i, cs, f, o, ci and co.
      cs_grad: the gradient of the memory after the step, but for what comes through h.
      h_grad: the gradient of the output.
      use_peephole: whether there are peepholes.

    Returns:
      The gradients of the memory before the step, of the gates, [batch, 4 * units], and of the
      three peepholes.
    """
    i, cs, f, o, ci, co = after
    do = o * (1 - o) * h_grad * co
    dcs = (1 - co * co) * h_grad * o + cs_grad
    if use_peephole:
        dcs = dcs + do * weights.wco
    dci = (1 - ci * ci) * dcs * i
    df = f * (1 - f) * dcs * cs_prev
    di = i * (1 - i) * dcs * ci
    cs_prev_grad = dcs * f
    gates = xp.concatenate([di, dci, df, do], axis=1)
    if not use_peephole:
        nothing = xp.zeros_like(weights.wci)
        return cs_prev_grad, gates, nothing, nothing, nothing
    cs_prev_grad = cs_prev_grad + di * weights.wci + df * weights.wcf
    peepholes = [_over_batch(xp, part) for part in (di * cs_prev, df * cs_prev, do * cs)]
    return cs_prev_grad, gates, *peepholes


def _over_batch(xp: Any, x: Any) -> Any:
    return xp.sum(x, axis=0, dtype=x.dtype)


def gru_step(
    xp: Any, x: Any, h_prev: Any, w_ru: Any, w_c: Any, b_ru: Any, b_c: Any
) -> tuple[Any, Any, Any, Any]:
    """Compute a step: the gates r and u, the candidate c, and h."""
    gates = _sigmoid(xp, xp.concatenate([x, h_prev], axis=1) @ w_ru + b_ru)
    r, u = xp.split(gates, 2, axis=1)
    c = xp.tanh(xp.concatenate([x, h_prev * r], axis=1) @ w_c + b_c)
    return r, u, c, u * h_prev + (1 - u) * c


def gru_step_back(
    xp: Any, x: Any, h_prev: Any, w_ru: Any, w_c: Any, after: tuple[Any, Any, Any], d_h: Any
) -> tuple[Any, Any, Any, Any]:
    """Compute a step backwards, from its r, u and c.

    Returns:
      The gradients of x and h_prev, of the candidate before tanh, and of both gates before the
      sigmoid.
    """
    r, u, c = after
    inputs = x.shape[1]
    d_c_bar = d_h * (1 - u) * (1 - c * c)
    d_u_bar = d_h * (h_prev - c) * u * (1 - u)
    through_c = d_c_bar @ w_c.T
    d_hr = through_c[:, inputs:]
    d_r_bar = d_hr * h_prev * r * (1 - r)
    d_gates = xp.concatenate([d_r_bar, d_u_bar], axis=1)
    through_gates = d_gates @ w_ru.T
    d_x = through_c[:, :inputs] + through_gates[:, :inputs]
    return d_x, d_hr * r + d_h * u + through_gates[:, inputs:], d_c_bar, d_gates
