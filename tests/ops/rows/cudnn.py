"""Rows of cuDNN's networks: the reference goes step by step, in float64.

That they compute what TensorFlow's compatible cells do is tested in
`tests/unit/contrib/test_cudnn_rnn.py`.
"""

import numpy as np

from tests.ops.row import Row, normal
from tests.ops.rows.recurrent import _slopes

_TIME, _BATCH, _INPUTS, _UNITS, _LAYERS = 4, 3, 2, 3, 2
_GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}
_EMPTY = np.zeros(0, np.float32)


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _shapes(mode, directions, layers=_LAYERS):
    shapes = []
    for layer in range(layers):
        size = _INPUTS if layer == 0 else _UNITS * directions
        own = [(_UNITS, size)] * _GATES[mode] + [(_UNITS, _UNITS)] * _GATES[mode]
        shapes += own * directions
    return shapes, [(_UNITS,)] * len(shapes)


def _parted(params, mode, directions, layers=_LAYERS):
    parts, at = [], 0
    for shape in sum(_shapes(mode, directions, layers), []):
        parts.append(params[at : at + np.prod(shape)].reshape(shape))
        at += np.prod(shape)
    return parts[: len(parts) // 2], parts[len(parts) // 2 :]


def _step(mode, x, h, c, weights, biases):
    count = _GATES[mode]
    given = [x @ w.T + b for w, b in zip(weights[:count], biases[:count], strict=True)]
    hidden = [h @ w.T + b for w, b in zip(weights[count:], biases[count:], strict=True)]
    if mode == "gru":
        r, u = (_sigmoid(given[k] + hidden[k]) for k in range(2))
        return (1 - u) * np.tanh(given[2] + r * hidden[2]) + u * h, c
    total = [a + b for a, b in zip(given, hidden, strict=True)]
    if mode == "lstm":
        c = _sigmoid(total[1]) * c + _sigmoid(total[0]) * np.tanh(total[2])
        return _sigmoid(total[3]) * np.tanh(c), c
    return (np.tanh(total[0]) if mode == "rnn_tanh" else np.maximum(total[0], 0)), c


def _run(mode, directions, x, h, c, params, lengths):
    weights, biases = _parted(params, mode, directions)
    count = 2 * _GATES[mode]
    memories = c if mode == "lstm" else np.zeros_like(h)
    last = []
    for layer in range(_LAYERS):
        outputs = []
        for direction in range(directions):
            at = layer * directions + direction
            own = [part[at * count : (at + 1) * count] for part in (weights, biases)]
            state = h[at], memories[at]
            output = np.zeros((_TIME, _BATCH, _UNITS))
            for time in range(_TIME)[:: -1 if direction else 1]:
                alive = (lengths > time)[:, None]
                after = _step(mode, x[time], *state, *own)
                state = tuple(np.where(alive, a, b) for a, b in zip(after, state, strict=True))
                output[time] = np.where(alive, state[0], 0)
            outputs.append(output)
            last.append(state)
        x = np.concatenate(outputs, -1)
    return [x, *(np.stack(parts) for parts in zip(*last, strict=True))]


def _inputs(mode, directions, version, time_major=True):
    size = sum(int(np.prod(shape)) for shape in sum(_shapes(mode, directions), []))
    x = normal(_TIME, _BATCH, _INPUTS, seed=1)
    h, c = (normal(_LAYERS * directions, _BATCH, _UNITS, seed=seed) for seed in (2, 3))
    if not time_major:
        x, h, c = (np.ascontiguousarray(np.swapaxes(one, 0, 1)) for one in (x, h, c))
    lengths = [np.array([4, 0, 2], np.int32)] if version == "V3" else []
    return [x, h, c if mode == "lstm" else _EMPTY, normal(size, seed=4), *lengths]


def _forwards(mode, directions, version, time_major=True):
    """All that the op gives, in its order of axes."""

    def turned(value):
        return np.swapaxes(value, 0, 1) if value.ndim == 3 and not time_major else value

    def reference(x, h, c, params, *lengths):
        given = lengths[0] if lengths else np.full(_BATCH, _TIME)
        outputs, last, memory = _run(
            mode, directions, turned(x), turned(h), turned(c), params, given
        )
        memory = turned(memory) if mode == "lstm" else np.zeros(())
        host = [np.zeros(0, np.int8)] if version else []
        return [turned(outputs), turned(last), memory, _EMPTY, *host]

    return reference


def _attrs(mode, directions, version, time_major):
    attrs = {"rnn_mode": mode, "direction": ("uni", "bi")[directions - 1] + "directional"}
    return {**attrs, "time_major": time_major} if version == "V3" else attrs


def _row(mode, directions, version="", time_major=True):
    return Row(
        f"CudnnRNN{version}", _inputs(mode, directions, version, time_major),
        _forwards(mode, directions, version, time_major),
        attrs=_attrs(mode, directions, version, time_major), rtol=1e-4, shape_known=False,
        label=f"{mode} {directions} {time_major}",
    )  # fmt: skip


def _back_row(mode, directions, version="", time_major=True):
    inputs = _inputs(mode, directions, version, time_major)
    run = _forwards(mode, directions, version, time_major)
    made = [np.asarray(one, np.float32) for one in run(*[np.float64(one) for one in inputs])]
    slopes = [normal(*one.shape, seed=seed) for seed, one in enumerate(made[:3], 5)]
    host = [np.zeros(0, np.int8)] if version else []
    lengths = inputs[4:]

    def reference(x, h, c, params, *rest):
        def total(x, h, c, params):
            after = run(x, h, c, params, *lengths)
            count = 3 if mode == "lstm" else 2
            return sum(np.sum(a * b) for a, b in zip(after[:count], slopes, strict=False))

        return _slopes(total, [x, h, c, params])

    return Row(
        f"CudnnRNNBackprop{version}", [*inputs, *made[:3], *slopes, _EMPTY, *host], reference,
        attrs=_attrs(mode, directions, version, time_major), rtol=2e-3,
        label=f"{mode} {directions} {time_major}",
    )  # fmt: skip


def _canonical_rows(version):
    weights, biases = _shapes("gru", 2)
    parts = [normal(*shape, seed=seed) for seed, shape in enumerate(weights + biases)]
    sizes = [np.int32(_LAYERS), np.int32(_UNITS), np.int32(_INPUTS)]
    params = np.concatenate([part.ravel() for part in parts])
    count = len(weights)
    counts = {"num_params_weights": count, "num_params_biases": count} if version else {}
    attrs = {"rnn_mode": "gru", "direction": "bidirectional", **counts}
    into = [*sizes, parts[:count], parts[count:]]
    return [
        Row(f"CudnnRNNCanonicalToParams{version}", into, lambda *_: params, attrs=attrs,
            shape_known=False),
        Row(f"CudnnRNNParamsToCanonical{version}", [*sizes, params], lambda *_: parts,
            attrs=attrs if version else {**attrs, "num_params": count}, shape_known=False),
    ]  # fmt: skip


ROWS = [
    *[_row(mode, 1 + (mode in ("gru", "rnn_relu"))) for mode in _GATES],
    _row("lstm", 2, "V2"),
    _row("lstm", 1, "V3"), _row("gru", 2, "V3", False),
    _back_row("lstm", 2), _back_row("gru", 1),
    _back_row("rnn_tanh", 2),
    _back_row("lstm", 1, "V2"),
    _back_row("lstm", 1, "V3", False), _back_row("gru", 2, "V3"),
    *_canonical_rows(""),
    *_canonical_rows("V2"),
    Row("CudnnRNNParamsSize", [np.int32(2), np.int32(3), np.int32(2)],
        lambda *_: np.array([135], np.int32),
        attrs={"T": "float32", "S": "int32", "rnn_mode": "gru"}),
]  # fmt: skip
