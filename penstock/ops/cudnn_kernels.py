"""The kernels of cuDNN's recurrent networks, for either tier's way to repeat a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from penstock.core.errors import UnimplementedError
from penstock.ops import distributions
from penstock.ops.cudnn_networks import Network, network_back, network_of, run_network
from penstock.ops.scanning import Scan

__all__ = ["kernels"]


def _form(x: Any, h: Any, attrs: Mapping[str, Any]) -> Network:
    if attrs.get("num_proj"):
        raise UnimplementedError(
            None,
            None,
            f"Networks with a projection cannot be run, but num_proj is {attrs['num_proj']}. Use "
            "tf.nn.rnn_cell.LSTMCell with num_proj",
        )
    directions = 2 if attrs["direction"] == "bidirectional" else 1
    layers = h.shape[0 if _is_time_major(attrs) else 1] // directions
    return network_of(
        attrs["rnn_mode"], attrs["direction"], attrs["input_mode"], layers, h.shape[2], x.shape[2]
    )


def _is_time_major(attrs: Mapping[str, Any]) -> bool:
    return bool(attrs.get("time_major", True))


def _turned(xp: Any, values: Sequence[Any], attrs: Mapping[str, Any]) -> list[Any]:
    """Bring arrays from the order of the op into that of the network, or back."""
    if _is_time_major(attrs):
        return list(values)
    return [xp.swapaxes(one, 0, 1) if one.ndim == 3 else one for one in values]


def _masks_shape(network: Network, x: Any) -> tuple[int, ...]:
    """Give the shape of what the layers' inputs are multiplied by in dropout."""
    return (network.layers - 1, *x.shape[:2], network.units * network.directions)


def kernels(scan: Scan) -> dict[str, Callable[..., Any]]:
    """Make the kernels that run networks, by their ops.

    Args:
      scan: repeats a step.
    """

    def run(
        xp: Any, x: Any, h: Any, c: Any, params: Any, lengths: Any = None, *,
        attrs: Mapping[str, Any], key: Any, counter: Any,
    ) -> list[Any]:  # fmt: skip
        network = _form(x, h, attrs)
        x, h, c = _turned(xp, (x, h, c), attrs)
        masks = xp.zeros((0,), x.dtype)
        if _drops(attrs, network.layers):
            rate, shape = attrs["dropout"], _masks_shape(network, x)
            drawn = distributions.uniform(xp, key, counter, shape, np.dtype(np.float32))
            masks = (drawn >= rate).astype(x.dtype) / x.dtype.type(max(1 - rate, 1e-7))
        made = run_network(xp, scan, network, x, h, c, params, lengths, masks)
        last_c = made.c if network.mode == "lstm" else xp.zeros((), x.dtype)
        return [*_turned(xp, (made.outputs, made.h, last_c), attrs), masks.reshape(-1)]

    def run_v2(
        xp: Any, x: Any, h: Any, c: Any, params: Any, lengths: Any = None, *,
        attrs: Mapping[str, Any], key: Any, counter: Any,
    ) -> list[Any]:  # fmt: skip
        made = run(xp, x, h, c, params, lengths, attrs=attrs, key=key, counter=counter)
        return [*made, np.zeros(0, np.int8)]

    def back(
        xp: Any, inputs: Sequence[Any], lengths: Any, given: Sequence[Any],
        attrs: Mapping[str, Any],
    ) -> list[Any]:  # fmt: skip
        network = _form(*inputs[:2], attrs)
        x, h, c = _turned(xp, inputs[:3], attrs)
        d_outputs, dh, dc = _turned(xp, given[:3], attrs)
        masks = given[3]
        if masks.shape[0]:
            masks = masks.reshape(_masks_shape(network, x))
        made = run_network(xp, scan, network, x, h, c, inputs[3], lengths, masks)
        dx, dh, dc, d_params = network_back(xp, scan, network, made, d_outputs, dh, dc, masks)
        dc = dc if network.mode == "lstm" else xp.zeros_like(c)
        return [*_turned(xp, (dx, dh, dc), attrs), d_params]

    def back_v1(xp: Any, *inputs: Any, attrs: Mapping[str, Any]) -> list[Any]:
        return back(xp, inputs[:4], None, inputs[7:11], attrs)

    def back_v3(xp: Any, *inputs: Any, attrs: Mapping[str, Any]) -> list[Any]:
        return back(xp, inputs[:4], inputs[4], inputs[8:12], attrs)

    return {
        "CudnnRNN": run,
        "CudnnRNNV2": run_v2,
        "CudnnRNNV3": run_v2,
        "CudnnRNNBackprop": back_v1,
        "CudnnRNNBackpropV2": back_v1,
        "CudnnRNNBackpropV3": back_v3,
    }


def _drops(attrs: Mapping[str, Any], layers: int) -> bool:
    return bool(attrs["is_training"] and attrs["dropout"] and layers > 1)
