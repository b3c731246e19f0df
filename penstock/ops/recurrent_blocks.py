"""Steps of recurrent cells as single ops."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import float16, float32
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops import composed, shape_rules as rules
from penstock.ops.recurrent_steps import (
    LSTMSettings,
    LSTMWeights,
    gru_step,
    gru_step_back,
    lstm_step,
    lstm_step_back,
)

__all__ = ["HALVES", "SPECS", "WEIGHTS", "known_size"]

HALVES = frozenset({float16, float32})
WEIGHTS = ["w: T", "wci: T", "wcf: T", "wco: T", "b: T"]

_NO_SECOND = Undefined("second derivatives of block cells are not known; use a plain LSTMCell")


def known_size(node: Any, name: str, axis: int) -> int:
    """Give a size of a matrix that a gradient cuts by.

    Raises:
      ValueError: if the graph does not know it.
    """
    tensor = node.inputs[node.spec.input_index[name]]
    size: int | None = tensor.static_shape[axis] if tensor.static_shape else None
    if size is None:
        raise ValueError(
            f"The gradient of {node.name!r} needs to know the last size of its input {name!r}, "
            f"but the shape of {tensor.name!r} does not tell it. Set it by set_shape."
        )
    return size


def _units(c: ShapeContext, name: str) -> tuple[int | None, int | None]:
    batch = rules.with_rank(c, "x", 2)[0]
    return batch, rules.with_rank(c, name, 2)[1]


def _lstm_shape(c: ShapeContext) -> list[Shape]:
    return [_units(c, "cs_prev")] * 7


def _lstm_back_shape(c: ShapeContext) -> list[Shape]:
    batch, units = _units(c, "cs_prev")
    wide = None if units is None else 4 * units
    return [(batch, units), (batch, wide), (units,), (units,), (units,)]


def _lstm(
    xp: Any, x: Any, cs_prev: Any, h_prev: Any, *weights: Any,
    forget_bias: float, cell_clip: float, use_peephole: bool,
) -> tuple[Any, ...]:  # fmt: skip
    settings = LSTMSettings(forget_bias, cell_clip, use_peephole)
    return lstm_step(xp, x, cs_prev, h_prev, LSTMWeights(*weights), settings)


def _lstm_back(xp: Any, *inputs: Any, use_peephole: bool) -> tuple[Any, ...]:
    weights, after = LSTMWeights(*inputs[3:8]), inputs[8:14]
    cs_grad, h_grad = inputs[14:]
    return lstm_step_back(xp, inputs[1], weights, after, cs_grad, h_grad, use_peephole)


def _lstm_grad(ops: Any, node: Any, *dys: Any) -> list[Any]:
    x, cs_prev, h_prev, w, *rest = node.inputs
    i, cs, f, o, ci, co, _ = node.outputs
    batch = x.static_shape[0] if x.static_shape and x.static_shape[0] is not None else -1
    inputs, units = known_size(node, "x", 1), known_size(node, "cs_prev", 1)
    back = ops.LSTMBlockCellGrad(
        x, cs_prev, h_prev, w, *rest, i, cs, f, o, ci, co, dys[1], dys[6],
        use_peephole=node.attrs["use_peephole"],
    )  # fmt: skip
    through = ops.MatMul(back.dicfo, w, transpose_b=True)
    x_grad = ops.Slice(through, (0, 0), (batch, inputs))
    h_grad = ops.Slice(through, (0, inputs), (batch, units))
    both = ops.ConcatV2([x, h_prev], composed.constant(1, name="concat/axis"), name="concat")
    w_grad = ops.MatMul(both, back.dicfo, transpose_a=True)
    b_grad = ops.BiasAddGrad(back.dicfo)
    peepholes = [back.wci_grad, back.wcf_grad, back.wco_grad]
    return [x_grad, back.cs_prev_grad, h_grad, w_grad, *peepholes, b_grad]


def _gru_back(xp: Any, *inputs: Any) -> tuple[Any, ...]:
    x, h_prev, w_ru, w_c, _, _, *after, d_h = inputs
    return gru_step_back(xp, x, h_prev, w_ru, w_c, tuple(after), d_h)


def _gru_back_shape(c: ShapeContext) -> list[Shape]:
    batch, units = _units(c, "h_prev")
    wide = None if units is None else 2 * units
    return [rules.with_rank(c, "x", 2), (batch, units), (batch, units), (batch, wide)]


def _gru_grad(ops: Any, node: Any, *dys: Any) -> list[Any]:
    x, h_prev = node.inputs[:2]
    r, u, c, _ = node.outputs
    back = ops.GRUBlockCellGrad(*node.inputs, r, u, c, dys[3])
    both = ops.ConcatV2([x, h_prev], composed.constant(1, name="concat/axis"), name="concat")
    w_ru = ops.MatMul(both, back.d_r_bar_u_bar, transpose_a=True)
    b_ru = ops.BiasAddGrad(back.d_r_bar_u_bar)
    reset = ops.Mul(h_prev, r, name="mul")
    both = ops.ConcatV2([x, reset], composed.constant(1, name="concat_1/axis"), name="concat_1")
    w_c = ops.MatMul(both, back.d_c_bar, transpose_a=True)
    b_c = ops.BiasAddGrad(back.d_c_bar)
    return [back.d_x, back.d_h_prev, w_ru, w_c, b_ru, b_c]


_LSTM_STATE = ["x: T", "cs_prev: T", "h_prev: T"]
_LSTM_OUTPUTS = ["i: T", "cs: T", "f: T", "o: T", "ci: T", "co: T", "h: T"]
_GRU_INPUTS = ["x: T", "h_prev: T", "w_ru: T", "w_c: T", "b_ru: T", "b_c: T"]

SPECS = [
    OpSpec(
        "LSTMBlockCell",
        inputs=[*_LSTM_STATE, *WEIGHTS],
        outputs=_LSTM_OUTPUTS,
        attrs={"forget_bias": 1.0, "cell_clip": 3.0, "use_peephole": False, "T": HALVES},
        doc="A step of an LSTM: its gates, its memory `cs`, and its output `h`.",
        shape=_lstm_shape,
        kernel=_lstm,
        grad=_lstm_grad,
    ),
    OpSpec(
        "LSTMBlockCellGrad",
        inputs=[*_LSTM_STATE, *WEIGHTS, *_LSTM_OUTPUTS[:6], "cs_grad: T", "h_grad: T"],
        outputs=["cs_prev_grad: T", "dicfo: T", "wci_grad: T", "wcf_grad: T", "wco_grad: T"],
        attrs={"use_peephole": attr("bool"), "T": HALVES},
        doc="A step of an LSTM backwards: the gradients of memory, gates and peepholes.",
        shape=_lstm_back_shape,
        kernel=_lstm_back,
        grad=_NO_SECOND,
    ),
    OpSpec(
        "GRUBlockCell",
        inputs=_GRU_INPUTS,
        outputs=["r: T", "u: T", "c: T", "h: T"],
        attrs={"T": frozenset({float32})},
        doc="A step of a gated recurrent unit: its gates, its candidate, and its output `h`.",
        shape=lambda c: [_units(c, "h_prev")] * 4,
        kernel=gru_step,
        grad=_gru_grad,
    ),
    OpSpec(
        "GRUBlockCellGrad",
        inputs=[*_GRU_INPUTS, "r: T", "u: T", "c: T", "d_h: T"],
        outputs=["d_x: T", "d_h_prev: T", "d_c_bar: T", "d_r_bar_u_bar: T"],
        attrs={"T": frozenset({float32})},
        doc="A step of a gated recurrent unit backwards.",
        shape=_gru_back_shape,
        kernel=_gru_back,
        grad=_NO_SECOND,
    ),
]
