"""A whole LSTM as one op: XLA repeats a step, instead of having them all one after another."""

from __future__ import annotations

from typing import Any

import jax

from penstock.engine.binding import KernelTable
from penstock.ops.recurrent_sequences import (
    before_each,
    forget_before_input,
    sequence_gradients,
)
from penstock.ops.recurrent_steps import LSTMSettings, LSTMWeights, lstm_step, lstm_step_back

__all__ = ["KERNELS"]


def _run(
    xp: Any, seq_len_max: Any, x: Any, cs_prev: Any, h_prev: Any, *weights: Any,
    forget_bias: float, cell_clip: float, use_peephole: bool,
) -> Any:  # fmt: skip
    settings = LSTMSettings(forget_bias, cell_clip, use_peephole)

    def step(state: Any, turn: Any) -> Any:
        time, now = turn
        cs, h = state
        after = lstm_step(xp, now, cs, h, LSTMWeights(*weights), settings)
        after = tuple(xp.where(time < seq_len_max, part, 0).astype(x.dtype) for part in after)
        return (after[1], after[6]), after

    return jax.lax.scan(step, (cs_prev, h_prev), (xp.arange(len(x)), x))[1]


def _run_back(xp: Any, seq_len_max: Any, *inputs: Any, use_peephole: bool) -> tuple[Any, ...]:
    x, cs_prev, h_prev = inputs[:3]
    weights, after = LSTMWeights(*inputs[3:8]), inputs[8:15]
    cs_grad, h_grad = inputs[15:]
    through = weights.w[x.shape[2] :].T

    def step(carried: Any, turn: Any) -> Any:
        time, before, one, d_cs, d_h = turn
        d_cs, d_h = d_cs + carried[0], d_h + carried[1]
        d_cs, gates, *more = lstm_step_back(xp, before, weights, one, d_cs, d_h, use_peephole)
        inside = time < seq_len_max
        d_cs, gates, *more = (xp.where(inside, part, 0) for part in (d_cs, gates, *more))
        more = [total + part for total, part in zip(carried[2:], more, strict=True)]
        return (d_cs, gates @ through, *more), gates

    nothing = [xp.zeros_like(part) for part in (cs_prev, h_prev, *[weights.wci] * 3)]
    turns = (xp.arange(len(x)), before_each(xp, cs_prev, after[1]), after[:6], cs_grad, h_grad)
    (d_cs, d_h, *more), gates = jax.lax.scan(step, tuple(nothing), turns, reverse=True)
    return sequence_gradients(xp, x, h_prev, after[6], weights, gates, (d_cs, d_h), more)


_run_v2, _run_back_v2 = forget_before_input(_run, _run_back)

KERNELS: KernelTable = {
    "BlockLSTM": _run,
    "BlockLSTMGrad": _run_back,
    "BlockLSTMV2": _run_v2,
    "BlockLSTMGradV2": _run_back_v2,
}
