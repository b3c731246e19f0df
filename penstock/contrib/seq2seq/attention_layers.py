"""The mechanisms of an `AttentionWrapper`, and the layers that make attention of what they read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.contrib.seq2seq.memory_attention import AttentionMechanism
from penstock.core.dtypes import float32
from penstock.core.shapes import TensorShape
from penstock.layers.core import Dense

__all__ = ["attention_layers", "check_mechanisms"]


def check_mechanisms(mechanisms: Sequence[Any]) -> None:
    """Check that all of these are attention mechanisms.

    Raises:
      TypeError: if one is not.
    """
    for one in mechanisms:
        if not isinstance(one, AttentionMechanism):
            raise TypeError(
                "attention_mechanism must be a tf.contrib.seq2seq.AttentionMechanism such as "
                f"LuongAttention, or a list of these, but {one!r} is none."
            )


def attention_layers(
    mechanisms: Sequence[Any], sizes: Any, layers: Any, dtype: Any
) -> tuple[Any, Any]:
    """Give a layer for each mechanism, or None for none; and the depth of the attention.

    Args:
      mechanisms: the mechanisms.
      sizes: the depth of each attention, or one, or None.
      layers: in their place layers, or one, or None.
      dtype: of the layers made for `sizes`.

    Raises:
      ValueError: if both are given, or there are not as many as mechanisms.
    """
    if sizes is not None and layers is not None:
        raise ValueError(
            "attention_layer_size and attention_layer exclude each other, but both are given."
        )
    if sizes is not None:
        sizes = tuple(sizes if isinstance(sizes, (list, tuple)) else (sizes,))
        _check_count("attention_layer_size", len(sizes), mechanisms)
        dtype = dtype or float32
        made = tuple(
            Dense(size, name="attention_layer", use_bias=False, dtype=dtype) for size in sizes
        )
        return made, sum(sizes)
    contexts = [mechanism.values.get_shape().as_list()[-1] for mechanism in mechanisms]
    if layers is None:
        return None, sum(contexts)
    layers = tuple(layers if isinstance(layers, (list, tuple)) else (layers,))
    _check_count("attention_layer", len(layers), mechanisms)
    depths = [
        TensorShape(layer.compute_output_shape([None, mechanism_depth])).as_list()[-1]
        for layer, mechanism_depth in zip(layers, contexts, strict=True)
    ]
    return layers, sum(depths)


def _check_count(what: str, count: int, mechanisms: Sequence[Any]) -> None:
    if count != len(mechanisms):
        raise ValueError(
            f"{what} must have an entry for each attention mechanism, of which there are "
            f"{len(mechanisms)}, but has {count}."
        )
