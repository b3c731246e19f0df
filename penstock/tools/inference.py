"""`optimize_for_inference`: a trained graph without what only training needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.formats.graph_files import read_message, write_message
from penstock.formats.messages import GraphDef, NodeDef
from penstock.formats.subgraphs import node_of_input, remove_training_nodes
from penstock.formats.tensors import array_from_proto, array_to_proto
from penstock.tools.stripping import check_names, strip_unused

__all__ = [
    "ensure_graph_is_valid",
    "fold_batch_norms",
    "optimize_for_inference",
    "optimize_for_inference_from_files",
]

# Where the mean, the variance, the offset and the scale stand among the inputs.
_ORDERS = {
    "BatchNormWithGlobalNormalization": (1, 2, 3, 4),
    "FusedBatchNorm": (3, 4, 2, 1),
    "FusedBatchNormV2": (3, 4, 2, 1),
    "FusedBatchNormV3": (3, 4, 2, 1),
}
_CONVOLUTIONS = frozenset({"Conv2D", "DepthwiseConv2dNative"})


def optimize_for_inference(
    input_graph_def: Any,
    input_node_names: Sequence[str],
    output_node_names: Sequence[str],
    placeholder_type_enum: Any,
    toco_compatible: bool = False,
) -> Any:
    """Take out of a frozen graph what inference needs, and fold batch normalizations.

    Args:
      input_graph_def: the `tf.GraphDef`, with constants in place of variables.
      input_node_names: names of the nodes that will be fed.
      output_node_names: names of the nodes that are wanted.
      placeholder_type_enum: the dtype of what is fed, or a list with one for each.
      toco_compatible: makes no difference: resizing is never fused with a convolution here, since
        XLA fuses what it can.

    Returns:
      A new GraphDef.

    Raises:
      ValueError: if the graph contradicts itself.
      KeyError, AssertionError: if a node is not in it.
    """
    ensure_graph_is_valid(input_graph_def)
    graph_def = strip_unused(
        input_graph_def, input_node_names, output_node_names, placeholder_type_enum
    )
    graph_def = fold_batch_norms(remove_training_nodes(graph_def, output_node_names))
    ensure_graph_is_valid(graph_def)
    return graph_def


def optimize_for_inference_from_files(
    input: str,  # as TensorFlow's tool calls it
    output: str,
    input_names: str,
    output_names: str,
    frozen_graph: bool,
    placeholder_type_enum: Any,
    toco_compatible: bool = False,
) -> int:
    """Do so from file to file; see `optimize_for_inference`.

    Args:
      input: the file to read, of bytes or text.
      output: the file to write.
      input_names: names with commas.
      output_names: names with commas.
      frozen_graph: whether to write bytes, not text.
      placeholder_type_enum: see `optimize_for_inference`.
      toco_compatible: makes no difference.

    Returns:
      How many nodes the new graph has.

    Raises:
      NotFoundError: if an input or output is not in the graph; it tells what is near.
      OpError: if a file cannot be read or written.
    """
    graph_def = read_message(GraphDef, input)
    inputs, outputs = input_names.split(","), output_names.split(",")
    check_names(graph_def, [*inputs, *outputs], input)
    made = optimize_for_inference(graph_def, inputs, outputs, placeholder_type_enum)
    write_message(made, output, as_text=not frozen_graph)
    return len(made.node)


def ensure_graph_is_valid(graph_def: Any) -> None:
    """Check that each node has a name of its own, and takes from nodes that are there.

    Raises:
      ValueError: if not.
    """
    names = Counter(node.name for node in graph_def.node)
    for name, count in names.items():
        if count > 1:
            raise ValueError(f"Duplicate node names detected for {name!r}.")
    for node in graph_def.node:
        for text in node.input:
            if node_of_input(text) not in names:
                raise ValueError(f"Input {text!r} of {node.name!r} not found in the graph.")


@dataclass(frozen=True)
class _Fold:
    """A normalization that goes into the convolution before it.

    Attributes:
      norm, convolution, weights: the nodes.
      scale, offset: what the normalization comes to, for each channel.
    """

    norm: Any
    convolution: Any
    weights: Any
    scale: np.ndarray
    offset: np.ndarray


def fold_batch_norms(input_graph_def: Any) -> Any:
    """Fold batch normalizations of trained models into the convolutions before them.

    A convolution's weights are scaled, and a `BiasAdd` takes the normalization's place and name.
    What shares its weights or its result with other nodes stays as it is.

    Args:
      input_graph_def: the `tf.GraphDef`, with constants in place of variables.

    Returns:
      A new GraphDef.
    """
    nodes = {node.name: node for node in input_graph_def.node}
    takers = Counter(node_of_input(text) for node in nodes.values() for text in node.input)
    outputs = {text for node in nodes.values() for text in node.input}
    folds = [
        fold
        for node in nodes.values()
        if node.op in _ORDERS
        for fold in [_fold_of(node, nodes, takers)]
        if fold is not None and not any(f"{node.name}:{i}" in outputs for i in range(1, 6))
    ]
    norms = {fold.norm.name: fold for fold in folds}
    scaled = {fold.weights.name: fold for fold in folds}
    folded = GraphDef()
    folded.library.CopyFrom(input_graph_def.library)
    folded.versions.CopyFrom(input_graph_def.versions)
    left = {
        node_of_input(text)
        for name, node in nodes.items()
        if name not in norms
        for text in node.input
    }
    parameters = {node_of_input(text) for fold in folds for text in fold.norm.input[1:]} - left
    for node in nodes.values():
        if node.name in norms:
            _write_bias(folded, norms[node.name])
        elif node.name in scaled:
            folded.node.append(_scaled_weights(scaled[node.name]))
        elif node.name not in parameters:
            folded.node.append(node)
    return folded


def _fold_of(norm: Any, nodes: dict[str, Any], takers: Counter[str]) -> _Fold | None:
    """Say how a normalization can be folded; None if it cannot."""
    if len(norm.input) != 5 or norm.attr["is_training"].b:
        return None
    sources = [nodes.get(node_of_input(text)) for text in norm.input]
    convolution, *parameters = sources
    if convolution is None or convolution.op not in _CONVOLUTIONS:
        return None
    weights = nodes.get(node_of_input(convolution.input[1]))
    constants = [weights, *parameters]
    if any(node is None or node.op != "Const" for node in constants):
        return None
    if takers[convolution.name] > 1 or takers[constants[0].name] > 1:
        return None
    mean, variance, beta, gamma = (_value(sources[place]) for place in _ORDERS[norm.op])
    key = "epsilon" if "epsilon" in norm.attr else "variance_epsilon"
    scale = 1.0 / np.sqrt(variance + np.float32(norm.attr[key].f))
    if norm.op != "BatchNormWithGlobalNormalization" or norm.attr["scale_after_normalization"].b:
        scale = scale * gamma
    shape = _value(weights).shape
    channels = shape[3] if convolution.op == "Conv2D" else shape[2] * shape[3]
    if any(one.shape != (channels,) for one in (mean, variance, beta, gamma)):
        return None
    return _Fold(norm, convolution, weights, scale, beta - mean * scale)


def _value(node: Any) -> np.ndarray:
    return array_from_proto(node.attr["value"].tensor)


def _scaled_weights(fold: _Fold) -> Any:
    weights = _value(fold.weights)
    axes = (1, 1, 1, -1) if fold.convolution.op == "Conv2D" else (1, 1, *weights.shape[2:])
    scaled = (weights * fold.scale.reshape(axes)).astype(weights.dtype)
    return _constant(fold.weights.name, scaled, fold.weights)


def _constant(name: str, value: np.ndarray, like: Any) -> Any:
    made = NodeDef(name=name, op="Const", device=like.device)
    made.attr["dtype"].CopyFrom(like.attr["dtype"])
    array_to_proto(value, proto=made.attr["value"].tensor)
    return made


def _write_bias(graph_def: Any, fold: _Fold) -> None:
    offset = fold.offset.astype(_value(fold.weights).dtype)
    name = f"{fold.convolution.name}_bn_offset"
    graph_def.node.append(_constant(name, offset, fold.weights))
    bias = graph_def.node.add(name=fold.norm.name, op="BiasAdd", device=fold.norm.device)
    bias.input.extend([fold.convolution.name, name])
    bias.attr["T"].CopyFrom(fold.convolution.attr["T"])
    if "data_format" in fold.convolution.attr:
        bias.attr["data_format"].CopyFrom(fold.convolution.attr["data_format"])
