"""cuDNN's recurrent networks: several layers, in one direction or two, as one op."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from penstock.core.dtypes import float16, float32, float64, int32, int64
from penstock.core.errors import InvalidArgumentError, UnimplementedError
from penstock.core.shapes import Shape
from penstock.graph.node import Node
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, Undefined, attr
from penstock.ops import shape_rules as rules
from penstock.ops.cudnn_kernels import kernels
from penstock.ops.cudnn_networks import Network, canonical_shapes, joined, network_of
from penstock.ops.scanning import scan_in_python

__all__ = ["SPECS"]

_T = frozenset({float16, float32, float64})
_MODE = attr("string", "lstm", allowed=["rnn_relu", "rnn_tanh", "lstm", "gru"])
_FORM = {
    "rnn_mode": _MODE,
    "input_mode": attr(
        "string", "linear_input", allowed=["linear_input", "skip_input", "auto_select"]
    ),
    "direction": attr("string", "unidirectional", allowed=["unidirectional", "bidirectional"]),
    "dropout": 0.0,
    "seed": 0,
    "seed2": 0,
}
_SIZES = ["num_layers: int32", "num_units: int32", "input_size: int32"]
_STATIC = ["num_layers", "num_units", "input_size"]
_INPUTS = ["input: T", "input_h: T", "input_c: T", "params: T"]
_OUTPUTS = ["output: T", "output_h: T", "output_c: T", "reserve_space: T"]
_GIVEN = ["output_backprop: T", "output_h_backprop: T", "output_c_backprop: T", "reserve_space: T"]
_GRADIENTS = ["input_backprop: T", "input_h_backprop: T", "input_c_backprop: T",
              "params_backprop: T"]  # fmt: skip
_LENGTHS = "sequence_lengths: int32"
_HOST = "host_reserved: int8"


def _blocks(
    attrs: Mapping[str, Any], inputs: Sequence[Sequence[int]], outputs: Sequence[Sequence[int]]
) -> int:
    """Tell how many random blocks a run draws: four numbers each, of all that it has reserved."""
    return -(-prod(outputs[3]) // 4)


def _run_shapes(c: ShapeContext) -> list[Shape]:
    x = rules.with_rank(c, "input", 3)
    h = rules.with_rank(c, "input_h", 3)
    rules.with_rank(c, "params", 1)
    directions = 2 if c.attrs["direction"] == "bidirectional" else 1
    size = None if h[2] is None else h[2] * directions
    memory = h if c.attrs["rnn_mode"] == "lstm" else ()
    return [(*x[:2], size), h, memory, (None,), *[(None,)] * (len(c.spec.outputs) - 4)]


def _back_shapes(c: ShapeContext) -> list[Shape]:
    return [c.shape(name) for name in ("input", "input_h", "input_c", "params")]


def _gradient(version: str) -> Callable[..., list[Any]]:
    def grad(ops: Any, node: Node, *dys: Any) -> list[Any]:
        if not node.attrs["is_training"]:
            raise ValueError(
                f"The gradient of a cuDNN network can be had where is_training is true, but "
                f"{node.name!r}, made at {node.line}, has is_training=False. Build it with "
                "training=True."
            )
        attrs = {name: node.attrs[name] for name in (*_FORM, "num_proj", "time_major")
                 if name in node.attrs}  # fmt: skip
        back = getattr(ops, f"CudnnRNNBackprop{version}")(
            *node.inputs, *node.outputs[:3], *dys[:3], *node.outputs[3:], **attrs
        )
        return [*back, *[None] * (len(node.inputs) - 4)]

    return grad


_TWICE = Undefined("second derivatives of cuDNN's networks are not known; use dynamic_rnn")
_PROJECTED = {"num_proj": 0}
_MAJOR = {"time_major": True}
_KERNELS = kernels(scan_in_python)


def _network_records(version: str) -> list[OpSpec]:
    """Make the records of one version of the op and of its gradient."""
    lengths = [_LENGTHS] if version == "V3" else []
    host = [_HOST] if version else []
    more = {**_PROJECTED} if version == "V3" else {}
    last = _MAJOR if version == "V3" else {}
    return [
        OpSpec(
            f"CudnnRNN{version}",
            inputs=[*_INPUTS, *lengths],
            outputs=[*_OUTPUTS, *host],
            attrs={"T": _T, **_FORM, **more, "is_training": True, **last},
            doc="A recurrent network of several layers over whole sequences, as cuDNN has it.",
            shape=_run_shapes,
            kernel=_KERNELS[f"CudnnRNN{version}"],
            grad=_gradient(version),
            random=_blocks,
        ),
        OpSpec(
            f"CudnnRNNBackprop{version}",
            inputs=[*_INPUTS, *lengths, "output: T", "output_h: T", "output_c: T", *_GIVEN, *host],
            outputs=_GRADIENTS,
            attrs={"T": _T, **_FORM, **more, **last},
            doc="The gradients of a recurrent network of several layers, as cuDNN has it.",
            shape=_back_shapes,
            kernel=_KERNELS[f"CudnnRNNBackprop{version}"],
            grad=_TWICE,
            stateful=True,
        ),
    ]


def _network_of_sizes(layers: Any, units: Any, inputs: Any, attrs: Mapping[str, Any]) -> Network:
    if attrs.get("num_proj"):
        raise UnimplementedError(
            None, None, "Weights of networks with a projection cannot be told apart; set num_proj=0"
        )
    form = attrs["rnn_mode"], attrs["direction"], attrs["input_mode"]
    return network_of(*form, int(layers), int(units), int(inputs))


def _size(xp: Any, layers: Any, units: Any, inputs: Any, *, attrs: Mapping[str, Any]) -> Any:
    weights, biases = canonical_shapes(_network_of_sizes(layers, units, inputs, attrs))
    return np.array([sum(map(prod, [*weights, *biases]))], attrs["S"].as_numpy_dtype)


def _to_params(
    xp: Any, layers: Any, units: Any, inputs: Any, weights: Any, biases: Any, *,
    attrs: Mapping[str, Any],
) -> Any:  # fmt: skip
    of_weights, of_biases = canonical_shapes(_network_of_sizes(layers, units, inputs, attrs))
    parts, shapes = [*weights, *biases], [*of_weights, *of_biases]
    if [part.size for part in parts] != [prod(shape) for shape in shapes]:
        raise InvalidArgumentError(
            None,
            None,
            f"The weights and biases of this network have shapes {shapes}, but what came has "
            f"{[part.shape for part in parts]}. Give them layer by layer, direction by direction, "
            "those of the inputs before those of the last output",
        )
    return joined(xp, parts)


def _to_canonical(
    xp: Any, layers: Any, units: Any, inputs: Any, params: Any, *, attrs: Mapping[str, Any]
) -> list[list[Any]]:
    found = []
    at = 0
    for shapes in canonical_shapes(_network_of_sizes(layers, units, inputs, attrs)):
        parts = []
        for shape in shapes:
            parts.append(params[at : at + prod(shape)].reshape(shape))
            at += prod(shape)
        found.append(parts)
    return found


def _canonical_records(version: str) -> list[OpSpec]:
    """Make the records of one version of the ops that part the weights and join them."""
    counts = ["num_params_weights", "num_params_biases"] if version else ["num_params"] * 2
    of_counts = {name: attr("int", minimum=1) for name in counts}
    projected = _PROJECTED if version else {}
    weights, biases = f"weights: {counts[0]} * T", f"biases: {counts[1]} * T"
    return [
        OpSpec(
            f"CudnnRNNCanonicalToParams{version}",
            inputs=[*_SIZES, weights, biases],
            outputs=["params: T"],
            attrs={"T": _T, **of_counts, **_FORM, **projected},
            doc="The weights and biases of a network as the one vector that CudnnRNN takes.",
            shape=lambda c: (None,),
            kernel=_to_params,
            static=_STATIC,
        ),
        OpSpec(
            f"CudnnRNNParamsToCanonical{version}",
            inputs=[*_SIZES, "params: T"],
            outputs=[weights, biases],
            attrs={"T": _T, **of_counts, **_FORM, **projected},
            doc="The weights and biases in the one vector that CudnnRNN takes.",
            shape=lambda c: [None] * (c.attrs[counts[0]] + c.attrs[counts[1]]),
            kernel=_to_canonical,
            static=_STATIC,
        ),
    ]


SPECS = (
    *[record for version in ("", "V2", "V3") for record in _network_records(version)],
    *[record for version in ("", "V2") for record in _canonical_records(version)],
    OpSpec(
        "CudnnRNNParamsSize",
        inputs=_SIZES,
        outputs=["params_size: S"],
        attrs={"T": _T, "S": frozenset({int32, int64}), **_FORM, **_PROJECTED},
        doc="The size of the one vector that CudnnRNN takes.",
        shape=lambda c: (1,),
        kernel=_size,
        static=_STATIC,
        grad=NOT_DIFFERENTIABLE,
    ),
)
