"""The closed form of batch normalization's second derivative, against differences."""

import numpy as np
import pytest

from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.graph import Graph
from penstock.ops.batch_normalization_second import second_order
from tests.ops.tiers import evaluate

_EPSILON = 1e-3
_AXES = {"NHWC": (0, 1, 2), "NCHW": (0, 2, 3)}


def _gradients(dy, x, scale, data_format):
    """Give batch normalization's gradients by x, scale and offset, moments being the batch's."""
    axes = _AXES[data_format]
    keep = [1 if axis in axes else size for axis, size in enumerate(x.shape)]
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    root = 1 / np.sqrt(variance + _EPSILON)
    normal = (x - mean) * root
    centred = dy - dy.mean(axes, keepdims=True) - normal * (dy * normal).mean(axes, keepdims=True)
    return [scale.reshape(keep) * root * centred, (dy * normal).sum(axes), dy.sum(axes)]


@pytest.mark.parametrize("data_format", ["NHWC", "NCHW"])
@pytest.mark.parametrize("version", ["", "V2", "V3"])
def test_second_order_is_what_differences_say(version: str, data_format: str) -> None:
    """Gradients by the outer gradient, the input and the scale, moments moving with the input."""
    random = np.random.default_rng(0)
    shape = (2, 3, 2, 4) if data_format == "NHWC" else (2, 4, 3, 2)
    dy, x, ddx = random.normal(size=(3, *shape))
    scale, ddscale, ddoffset = random.normal(size=(3, 4))
    axes = _AXES[data_format]
    with Graph().as_default():
        inputs = [dy, x, scale, x.mean(axes), x.var(axes)]
        tensors = [convert_to_tensor(np.float32(value)) for value in inputs]
        saved = [convert_to_tensor(np.float32(0))] if version == "V3" else []
        build = getattr(raw, f"FusedBatchNormGrad{version}")
        outputs = build(*tensors, *saved, epsilon=_EPSILON, data_format=data_format)
        outer = [convert_to_tensor(np.float32(value)) for value in (ddx, ddscale, ddoffset)]
        found = second_order(raw, outputs[0].op, *outer, None, None)
        assert found[3:] == [None] * (len(tensors) + len(saved) - 3)
        values = evaluate(found[:3], {})
    for place, (value, point) in enumerate(zip(values, (dy, x, scale), strict=True)):
        direction = random.normal(size=point.shape)
        ends = []
        for step in (1e-5, -1e-5):
            moved = [dy, x, scale]
            moved[place] = point + step * direction
            parts = _gradients(*moved, data_format)
            ends.append(
                sum((o * p).sum() for o, p in zip((ddx, ddscale, ddoffset), parts, strict=True))
            )
        numeric = (ends[0] - ends[1]) / 2e-5
        np.testing.assert_allclose((value * direction).sum(), numeric, rtol=1e-3, atol=1e-3)
