"""The node of a cuDNN network, by the version of its op that is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.functions.arrays import shape as shape_of
from penstock.functions.arrays_filling import fill
from penstock.functions.random_seed import get_seed
from penstock.graph.build import raw

__all__ = ["run_network"]


def run_network(
    inputs: Any,
    h: Any,
    c: Any,
    params: Any,
    lengths: Any,
    time_major: bool,
    training: bool,
    dropout: float,
    seed: int | None,
    form: Mapping[str, Any],
) -> tuple[Any, Any, Any]:
    """Build a network's node; gives outputs, last outputs and last memories.

    Args:
      inputs: a tensor [time, batch, size], or [batch, time, size].
      h: the first outputs.
      c: the first memories.
      params: the vector of weights.
      lengths: the lengths of the sequences, or None.
      time_major: whether time is the first axis.
      training: whether there is dropout.
      dropout: its rate.
      seed: its seed.
      form: the network's attributes.
    """
    first, second = get_seed(seed)
    attrs = {
        **form,
        "dropout": dropout,
        "seed": first or 0,
        "seed2": second or 0,
        "is_training": training,
    }
    if lengths is None and not time_major:
        batch, most = shape_of(inputs)[0], shape_of(inputs)[1]
        lengths = fill([batch], most)
    if lengths is None:
        made = raw.CudnnRNN(inputs, h, c, params, **attrs)
    else:
        made = raw.CudnnRNNV3(inputs, h, c, params, lengths, time_major=time_major, **attrs)
    return made.output, made.output_h, made.output_c
