"""A whole LSTM as one op, forwards and backwards: sequences [time, batch, size]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops import shape_rules as rules
from penstock.ops.recurrent_blocks import HALVES, WEIGHTS
from penstock.ops.recurrent_steps import LSTMSettings, LSTMWeights, lstm_step, lstm_step_back

__all__ = ["SPECS", "before_each", "forget_before_input", "sequence_gradients"]


def _shape(c: ShapeContext) -> list[Shape]:
    time, batch, _ = rules.with_rank(c, "x", 3)
    units = rules.with_rank(c, "b", 1)[0]
    return [(time, batch, None if units is None else units // 4)] * 7


def _back_shape(c: ShapeContext) -> list[Shape]:
    return [c.shape(name) for name in ("x", "cs_prev", "h_prev", "w", "wci", "wcf", "wco", "b")]


def _run(
    xp: Any, seq_len_max: Any, x: Any, cs_prev: Any, h_prev: Any, *weights: Any,
    forget_bias: float, cell_clip: float, use_peephole: bool,
) -> list[Any]:  # fmt: skip
    settings = LSTMSettings(forget_bias, cell_clip, use_peephole)
    outputs = [xp.zeros((*x.shape[:2], cs_prev.shape[1]), x.dtype) for _ in range(7)]
    for time in range(min(int(seq_len_max), len(x))):
        after = lstm_step(xp, x[time], cs_prev, h_prev, LSTMWeights(*weights), settings)
        for output, value in zip(outputs, after, strict=True):
            output[time] = value
        cs_prev, h_prev = after[1], after[6]
    return outputs


def _run_back(xp: Any, seq_len_max: Any, *inputs: Any, use_peephole: bool) -> tuple[Any, ...]:
    x, cs_prev, h_prev = inputs[:3]
    weights, after = LSTMWeights(*inputs[3:8]), inputs[8:15]
    cs_grad, h_grad = inputs[15:]
    cs_before = before_each(xp, cs_prev, after[1])
    gates = xp.zeros((*x.shape[:2], weights.b.shape[0]), x.dtype)
    peepholes = [xp.zeros_like(weights.wci) for _ in range(3)]
    d_cs, d_h = xp.zeros_like(cs_prev), xp.zeros_like(h_prev)
    for time in reversed(range(min(int(seq_len_max), len(x)))):
        step = tuple(part[time] for part in after[:6])
        d_cs, gates[time], *more = lstm_step_back(
            xp, cs_before[time], weights, step, cs_grad[time] + d_cs, h_grad[time] + d_h,
            use_peephole,
        )  # fmt: skip
        d_h = gates[time] @ weights.w[x.shape[2] :].T
        peepholes = [total + one for total, one in zip(peepholes, more, strict=True)]
    return sequence_gradients(xp, x, h_prev, after[6], weights, gates, (d_cs, d_h), peepholes)


def before_each(xp: Any, first: Any, after: Any) -> Any:
    """Give the states before each step from the first one and those after each step."""
    return xp.concatenate([first[None], after[:-1]], axis=0)


def sequence_gradients(
    xp: Any, x: Any, h_prev: Any, h: Any, weights: LSTMWeights, gates: Any, states: Any,
    peepholes: Any,
) -> tuple[Any, ...]:  # fmt: skip
    """Give all gradients of a sequence from those of the gates, [time, batch, 4 * units].

    What all steps share is computed for all of them at once.
    """
    x_grad = gates @ weights.w[: x.shape[2]].T
    both = xp.concatenate([x, before_each(xp, h_prev, h)], axis=2)
    flat = gates.reshape(-1, gates.shape[2])
    w_grad = both.reshape(-1, both.shape[2]).T @ flat
    return x_grad, *states, w_grad, *peepholes, xp.sum(flat, axis=0, dtype=flat.dtype)


def _swapped(xp: Any, weights: Any) -> Any:
    """Give weights with the second and third of the four gates in each other's place."""
    first, second, third, fourth = xp.split(weights, 4, axis=-1)
    return xp.concatenate([first, third, second, fourth], axis=-1)


def forget_before_input(
    run: Callable[..., Any], run_back: Callable[..., Any]
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Make the kernels of an LSTM whose forget gate stands before the memory's input.

    Args:
      run, run_back: the kernels of one where it stands after it.
    """

    def forwards(xp: Any, *inputs: Any, cell_clip: float, use_peephole: bool) -> Any:
        *first, w, wci, wcf, wco, b = inputs
        weights = _swapped(xp, w), wci, wcf, wco, _swapped(xp, b)
        settings = {"forget_bias": 0.0, "cell_clip": cell_clip, "use_peephole": use_peephole}
        return run(xp, *first, *weights, **settings)

    def backwards(xp: Any, *inputs: Any, use_peephole: bool) -> tuple[Any, ...]:
        first, (w, *peepholes, b), rest = inputs[:4], inputs[4:9], inputs[9:]
        weights = _swapped(xp, w), *peepholes, _swapped(xp, b)
        made = run_back(xp, *first, *weights, *rest, use_peephole=use_peephole)
        return *made[:3], _swapped(xp, made[3]), *made[4:7], _swapped(xp, made[7])

    return forwards, backwards


def _grad_v2(ops: Any, node: Any, *dys: Any) -> list[Any]:
    back = ops.BlockLSTMGradV2(
        *node.inputs, *node.outputs, dys[1], dys[6], use_peephole=node.attrs["use_peephole"]
    )
    return [None, *back]


def _grad(ops: Any, node: Any, *dys: Any) -> list[Any]:
    back = ops.BlockLSTMGrad(
        *node.inputs, *node.outputs, dys[1], dys[6], use_peephole=node.attrs["use_peephole"]
    )
    return [None, *back]


_INPUTS = ["seq_len_max: int64", "x: T", "cs_prev: T", "h_prev: T", *WEIGHTS]
_OUTPUTS = ["i: T", "cs: T", "f: T", "o: T", "ci: T", "co: T", "h: T"]

_GRADIENTS = [
    "x_grad: T", "cs_prev_grad: T", "h_prev_grad: T", "w_grad: T",
    "wci_grad: T", "wcf_grad: T", "wco_grad: T", "b_grad: T",
]  # fmt: skip
_run_v2, _run_back_v2 = forget_before_input(_run, _run_back)
_NOT_TWICE = Undefined("second derivatives of BlockLSTM are not known; use dynamic_rnn")

SPECS = [
    OpSpec(
        "BlockLSTM",
        inputs=_INPUTS,
        outputs=_OUTPUTS,
        attrs={"forget_bias": 1.0, "cell_clip": 3.0, "use_peephole": False, "T": HALVES},
        doc="An LSTM over a sequence; what lies beyond `seq_len_max` is 0.",
        shape=_shape,
        kernel=_run,
        grad=_grad,
    ),
    OpSpec(
        "BlockLSTMGrad",
        inputs=[*_INPUTS, *_OUTPUTS, "cs_grad: T", "h_grad: T"],
        outputs=_GRADIENTS,
        attrs={"use_peephole": attr("bool"), "T": HALVES},
        doc="The gradients of an LSTM over a sequence.",
        shape=_back_shape,
        kernel=_run_back,
        grad=_NOT_TWICE,
    ),
    OpSpec(
        "BlockLSTMV2",
        inputs=_INPUTS,
        outputs=_OUTPUTS,
        attrs={"cell_clip": 0.0, "use_peephole": False, "T": HALVES},
        doc="As BlockLSTM, but the forget gate's weights stand before those of the memory's input.",
        shape=_shape,
        kernel=_run_v2,
        grad=_grad_v2,
    ),
    OpSpec(
        "BlockLSTMGradV2",
        inputs=[*_INPUTS, *_OUTPUTS, "cs_grad: T", "h_grad: T"],
        outputs=_GRADIENTS,
        attrs={"use_peephole": attr("bool"), "T": HALVES},
        doc="The gradients of BlockLSTMV2.",
        shape=_back_shape,
        kernel=_run_back_v2,
        grad=_NOT_TWICE,
    ),
]
