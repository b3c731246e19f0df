"""cuDNN's networks of several layers, in one direction or two, and the one vector of their weights.

The vector has all weights, layer by layer, direction by direction, those of the inputs before those
of the last output; then all biases in the same order. cuDNN says nothing of the order in it, so
that nothing depends on that: programs and files have each weight by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

from penstock.core.errors import InvalidArgumentError
from penstock.ops.cudnn_layers import GATES, LayerWeights, Trace, run_back, run_layer
from penstock.ops.scanning import Scan

__all__ = [
    "Network",
    "Run",
    "canonical_shapes",
    "joined",
    "network_back",
    "network_of",
    "run_network",
]


class Network(NamedTuple):
    """The form of a network.

    Attributes:
      mode: ``"lstm"``, ``"gru"``, ``"rnn_tanh"`` or ``"rnn_relu"``.
      layers: the number of layers.
      directions: 1 or 2.
      units: the number of outputs of a layer in one direction.
      inputs: the size of the inputs.
      skips: whether the first layer's gates get the inputs as they are.
    """

    mode: str
    layers: int
    directions: int
    units: int
    inputs: int
    skips: bool

    def inputs_of(self, layer: int) -> int:
        """Give the size of the inputs of a layer."""
        return self.inputs if layer == 0 else self.units * self.directions


def network_of(
    mode: str, direction: str, input_mode: str, layers: int, units: int, inputs: int
) -> Network:
    """Give the form of a network by the attributes of its node.

    Raises:
      InvalidArgumentError: if the inputs are to be taken as they are, but have another size.
    """
    skips = input_mode == "skip_input" or (input_mode == "auto_select" and inputs == units)
    if skips and inputs != units:
        raise InvalidArgumentError(
            None,
            None,
            f"With input_mode='skip_input' the inputs must be of the size of the units, {units}, "
            f"but are of size {inputs}. Use 'linear_input'",
        )
    directions = 2 if direction == "bidirectional" else 1
    return Network(mode, layers, directions, units, inputs, skips)


def canonical_shapes(network: Network) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """List the shapes of all weights, one for each gate, and of all biases."""
    units, gates = network.units, GATES[network.mode]
    weights: list[tuple[int, ...]] = []
    for layer in range(network.layers):
        own = [(units, network.inputs_of(layer))] * gates + [(units, units)] * gates
        weights.extend(own * network.directions)
    return weights, [(units,)] * len(weights)


def joined(xp: Any, parts: Sequence[Any]) -> Any:
    """Give weights and biases as one vector."""
    return xp.concatenate([part.reshape(-1) for part in parts])


def _weights_of(xp: Any, params: Any, network: Network) -> list[LayerWeights]:
    """Take the vector of weights apart: one for each direction of each layer."""
    weights, biases = canonical_shapes(network)
    if params.shape != (sum(map(prod, [*weights, *biases])),):
        raise InvalidArgumentError(
            None,
            None,
            f"params must have the weights of {network.layers} layers of {network.units} units, "
            f"{sum(map(prod, [*weights, *biases]))} numbers, but has shape {params.shape}. Make "
            "them with CudnnRNNCanonicalToParams of the same sizes",
        )
    gates, units = GATES[network.mode], network.units
    at, rest = 0, sum(map(prod, weights))
    found = []
    for index in range(network.layers * network.directions):
        size = network.inputs_of(index // network.directions)
        taken = []
        for shape in ((gates * units, size), (gates * units, units)):
            taken.append(params[at : at + prod(shape)].reshape(shape))
            at += prod(shape)
        biases_of = [params[rest + n * gates * units :][: gates * units] for n in range(2)]
        rest += 2 * gates * units
        first = network.skips and index < network.directions
        found.append(LayerWeights(None if first else taken[0], taken[1], *biases_of))
    return found


class Run(NamedTuple):
    """What a network gave: outputs, last outputs and memories, and what its way back needs."""

    outputs: Any
    h: Any
    c: Any
    traces: list[Trace]
    weights: list[LayerWeights]


def run_network(
    xp: Any, scan: Scan, network: Network, x: Any, h: Any, c: Any, params: Any, lengths: Any,
    masks: Sequence[Any],
) -> Run:  # fmt: skip
    """Run a network.

    Args:
      xp: NumPy or jax.numpy.
      scan: repeats a step.
      network: its form.
      x: the inputs, [time, batch, size].
      h: the first outputs, [layers * directions, batch, units].
      c: the first memories, of the same shape; of no use but for an LSTM.
      params: the vector of weights.
      lengths: the lengths of the sequences, or None.
      masks: what the inputs of each layer but the first are multiplied by; empty for nothing.
    """
    weights = _weights_of(xp, params, network)
    alive = None if lengths is None else xp.arange(len(x))[:, None, None] < lengths[:, None]
    memories = c if network.mode == "lstm" else xp.zeros_like(h)
    traces, lasts = [], []
    for layer in range(network.layers):
        x = x * masks[layer - 1] if layer and len(masks) else x
        outputs = []
        for direction in range(network.directions):
            at = layer * network.directions + direction
            made, last, trace = run_layer(
                xp, scan, x, (h[at], memories[at]), alive, direction == 1, weights[at],
                network.mode,
            )  # fmt: skip
            outputs.append(made)
            lasts.append(last)
            traces.append(trace)
        x = xp.concatenate(outputs, -1)
    return Run(x, *[xp.stack(parts) for parts in zip(*lasts, strict=True)], traces, weights)


def network_back(
    xp: Any, scan: Scan, network: Network, run: Run, d_outputs: Any, dh: Any, dc: Any,
    masks: Sequence[Any],
) -> tuple[Any, Any, Any, Any]:  # fmt: skip
    """Run a network backwards; gives the gradients of x, h, c and params."""
    dc = dc if network.mode == "lstm" else xp.zeros_like(dh)
    count = network.layers * network.directions
    firsts: list[Any] = [None] * count
    weights: list[Any] = [None] * count
    dx = d_outputs
    for layer in reversed(range(network.layers)):
        parts = xp.split(dx, network.directions, -1)
        total: Any = 0
        for direction in range(network.directions):
            at = layer * network.directions + direction
            one, firsts[at], weights[at] = run_back(
                xp, scan, run.traces[at], parts[direction], (dh[at], dc[at]), run.weights[at],
                network.mode,
            )  # fmt: skip
            total = total + one
        dx = total * masks[layer - 1] if layer and len(masks) else total
    d_first = [xp.stack(parts) for parts in zip(*firsts, strict=True)]
    flat = []
    for own in weights:
        nothing = xp.zeros((own.r.shape[0], network.inputs), own.r.dtype)
        flat += [nothing if own.w is None else own.w, own.r]
    d_params = joined(xp, [*flat, *[bias for own in weights for bias in (own.bw, own.br)]])
    return dx, *d_first, d_params
