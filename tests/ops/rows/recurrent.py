"""Rows of the ops that are steps of recurrent cells, or all of them; `float64` is the reference.

Gradients are held against TensorFlow's in `tests/golden/control_flow`.
"""

import numpy as np

from tests.ops.row import Row, normal

_BATCH, _INPUTS, _UNITS, _TIME = 2, 3, 4, 5
_STATE = [normal(_BATCH, _UNITS, seed=1), normal(_BATCH, _UNITS, seed=2)]
_WEIGHTS = [
    normal(_INPUTS + _UNITS, 4 * _UNITS, seed=3),
    *[normal(_UNITS, seed=seed) for seed in (4, 5, 6)],
    normal(4 * _UNITS, seed=7),
]
_GRU = [
    normal(_BATCH, _INPUTS, seed=8),
    _STATE[0],
    normal(_INPUTS + _UNITS, 2 * _UNITS, seed=9),
    normal(_INPUTS + _UNITS, _UNITS, seed=10),
    normal(2 * _UNITS, seed=11),
    normal(_UNITS, seed=12),
]


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _lstm(forget_bias, cell_clip, use_peephole):
    def step(x, cs, h, w, wci, wcf, wco, b):
        if not use_peephole:
            wci = wcf = wco = 0.0
        i, ci, f, o = np.split(np.concatenate([x, h], 1) @ w + b, 4, axis=1)
        i, ci = _sigmoid(i + cs * wci), np.tanh(ci)
        f = _sigmoid(f + forget_bias + cs * wcf)
        cs = i * ci + f * cs
        if cell_clip > 0:
            cs = np.clip(cs, -cell_clip, cell_clip)
        o = _sigmoid(o + cs * wco)
        return [i, cs, f, o, ci, np.tanh(cs), o * np.tanh(cs)]

    return step


def _sequence(length, **settings):
    step = _lstm(**settings)

    def run(_, x, cs, h, *weights):
        outputs = []
        for time in range(len(x)):
            outputs.append(step(x[time], cs, h, *weights))
            cs, h = outputs[-1][1], outputs[-1][6]
        stacked = [np.stack(parts) for parts in zip(*outputs, strict=True)]
        for output in stacked:
            output[length:] = 0
        return stacked

    return run


def _slopes(total, places, step=1e-6):
    """The derivatives of a number by arrays, by differences."""
    places = [np.array(place, np.float64) for place in places]
    found = []
    for place in places:
        slopes = np.zeros_like(place)
        for index in np.ndindex(place.shape):
            kept = place[index]
            place[index] = kept + step
            above = total(*places)
            place[index] = kept - step
            slopes[index] = (above - total(*places)) / (2 * step)
            place[index] = kept
        found.append(slopes)
    return found


def _lstm_back(x, cs, h, w, wci, wcf, wco, b, *rest):
    """A bias for each of the batch stands for the gates."""
    cs_grad, h_grad = rest[-2:]
    run = _lstm(1.0, -1.0, True)

    def total(cs, gates, *peepholes):
        after = run(x, cs, h, w, *peepholes, gates)
        return np.sum(after[1] * cs_grad) + np.sum(after[6] * h_grad)

    return _slopes(total, [cs, np.tile(b, (_BATCH, 1)), wci, wcf, wco])


def _sequence_back(length, x, cs, h, w, wci, wcf, wco, b, *rest):
    cs_grad, h_grad = rest[-2:]
    run = _sequence(int(length), forget_bias=1.0, cell_clip=-1.0, use_peephole=True)

    def total(*places):
        after = run(None, *places)
        return np.sum(after[1] * cs_grad) + np.sum(after[6] * h_grad)

    return _slopes(total, [x, cs, h, w, wci, wcf, wco, b])


def _gru(x, h, w_ru, w_c, b_ru, b_c):
    r, u = np.split(_sigmoid(np.concatenate([x, h], 1) @ w_ru + b_ru), 2, axis=1)
    c = np.tanh(np.concatenate([x, r * h], 1) @ w_c + b_c)
    return [r, u, c, u * h + (1 - u) * c]


def _gru_back(x, h, w_ru, w_c, b_ru, b_c, r, u, c, d_h):
    """The chain rule, a product of Jacobians for each gate."""
    d_c_bar = d_h * (1 - u) * (1 - c**2)
    d_r = (d_c_bar @ w_c[_INPUTS:].T) * h
    d_gates = np.concatenate([d_r * r * (1 - r), d_h * (h - c) * u * (1 - u)], 1)
    d_x = d_c_bar @ w_c[:_INPUTS].T + d_gates @ w_ru[:_INPUTS].T
    d_h_prev = d_h * u + (d_c_bar @ w_c[_INPUTS:].T) * r + d_gates @ w_ru[_INPUTS:].T
    return [d_x, d_h_prev, d_c_bar, d_gates]


def _steps(inputs, run):
    """What a step gives, as inputs of its gradient."""
    return [np.asarray(part, np.float32) for part in run(*[np.float64(one) for one in inputs])]


_ORDER = np.arange(4 * _UNITS).reshape(4, _UNITS)[[0, 2, 1, 3]].ravel()


def _second(run):
    """The same with the forget gate's weights before those of the memory's input."""

    def of(length, x, cs, h, w, wci, wcf, wco, b, *rest):
        made = run(length, x, cs, h, w[:, _ORDER], wci, wcf, wco, b[_ORDER], *rest)
        return [part[..., _ORDER] if part.shape[-1] == 4 * _UNITS else part for part in made]

    return of


def _second_sequence(length, **settings):
    return _second(_sequence(length, forget_bias=0.0, **settings))


def _second_back(length, *inputs):
    cs_grad, h_grad = inputs[-2:]
    run = _second_sequence(int(length), cell_clip=-1.0, use_peephole=True)

    def total(*places):
        after = run(None, *places)
        return np.sum(after[1] * cs_grad) + np.sum(after[6] * h_grad)

    return _slopes(total, inputs[:8])


def _second_back_row(length):
    run = _second_sequence(length, cell_clip=-1.0, use_peephole=True)
    inputs = [np.int64(length), *_RUN]
    slopes = [normal(_TIME, _BATCH, _UNITS, seed=17), normal(_TIME, _BATCH, _UNITS, seed=18)]
    return Row(
        "BlockLSTMGradV2", [*inputs, *_steps(inputs, run), *slopes], _second_back,
        attrs={"use_peephole": True}, rtol=1e-4, label=str(length),
    )  # fmt: skip


def _back_row(length):
    run = _sequence(length, forget_bias=1.0, cell_clip=-1.0, use_peephole=True)
    inputs = [np.int64(length), *_RUN]
    slopes = [normal(_TIME, _BATCH, _UNITS, seed=17), normal(_TIME, _BATCH, _UNITS, seed=18)]
    return Row(
        "BlockLSTMGrad", [*inputs, *_steps(inputs, run), *slopes], _sequence_back,
        attrs={"use_peephole": True}, rtol=1e-4, label=str(length),
    )  # fmt: skip


_STEP = [normal(_BATCH, _INPUTS, seed=13), *_STATE, *_WEIGHTS]
_RUN = [normal(_TIME, _BATCH, _INPUTS, seed=14), *_STATE, *_WEIGHTS]
_PLAIN = {"forget_bias": 1.0, "cell_clip": -1.0, "use_peephole": False}
_WHOLE = {"forget_bias": 0.5, "cell_clip": 0.4, "use_peephole": True}
_SLOPES = [normal(_BATCH, _UNITS, seed=15), normal(_BATCH, _UNITS, seed=16)]

ROWS = [
    Row("LSTMBlockCell", _STEP, _lstm(**_PLAIN), attrs=_PLAIN),
    Row("LSTMBlockCell", _STEP, _lstm(**_WHOLE), attrs=_WHOLE, label="peepholes and clip"),
    Row("LSTMBlockCell", _STEP, _lstm(**_PLAIN), attrs=_PLAIN, dtypes=("float16",), rtol=2e-2,
        label="16 bits"),
    Row("LSTMBlockCellGrad",
        [*_STEP, *_steps(_STEP, _lstm(1.0, -1.0, True))[:6], *_SLOPES],
        _lstm_back, attrs={"use_peephole": True}, rtol=1e-4),
    Row("BlockLSTM", [np.int64(5), *_RUN], _sequence(5, **_PLAIN), attrs=_PLAIN),
    Row("BlockLSTM", [np.int64(3), *_RUN], _sequence(3, **_WHOLE), attrs=_WHOLE, label="shorter"),
    Row("BlockLSTM", [np.int64(0), *_RUN], _sequence(0, **_PLAIN), attrs=_PLAIN, label="none"),
    *[_back_row(length) for length in (5, 3, 0)],
    Row("BlockLSTMV2", [np.int64(5), *_RUN],
        _second_sequence(5, cell_clip=0.0, use_peephole=False)),
    Row("BlockLSTMV2", [np.int64(3), *_RUN],
        _second_sequence(3, cell_clip=0.4, use_peephole=True),
        attrs={"cell_clip": 0.4, "use_peephole": True}, label="peepholes and clip"),
    *[_second_back_row(length) for length in (5, 0)],
    Row("GRUBlockCell", _GRU, _gru),
    Row("GRUBlockCellGrad", [*_GRU, *_steps(_GRU, _gru)[:3], _SLOPES[0]], _gru_back),
]  # fmt: skip
