"""The decoder of a cell and a helper: run the cell, sample its output, choose the next input."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from penstock.contrib.seq2seq.decoder import Decoder
from penstock.contrib.seq2seq.helpers import Helper
from penstock.core import nest
from penstock.core.shapes import TensorShape
from penstock.functions.layer import Layer
from penstock.graph.name_scope import name_scope
from penstock.nn.recurrent.cell import assert_like_rnncell

__all__ = ["BasicDecoder", "BasicDecoderOutput", "check_output_layer", "layer_output_size"]


class BasicDecoderOutput(namedtuple("BasicDecoderOutput", ("rnn_output", "sample_id"))):
    """What a `BasicDecoder` gives: the cell's output, and what was sampled of it."""

    __slots__ = ()


def check_output_layer(output_layer: Any) -> None:
    """Check that an output layer is a layer, or None.

    Raises:
      TypeError: if it is not.
    """
    if output_layer is not None and not isinstance(output_layer, Layer):
        raise TypeError(
            f"output_layer must be a layer such as tf.layers.Dense(n), but is {output_layer!r}."
        )


def layer_output_size(output_layer: Any, size: Any) -> Any:
    """Tell the sizes of what a layer makes of a cell's output of the size `size`."""
    if output_layer is None:
        return size
    shapes = nest.map_structure(lambda one: TensorShape([None]).concatenate(one), size)
    made = output_layer.compute_output_shape(shapes)
    return nest.map_structure(lambda shape: shape[1:], made)


class BasicDecoder(Decoder):
    """Decodes by a cell whose next input a helper chooses.

    Args:
      cell: an `RNNCell`.
      helper: a `Helper`: what to feed next, and when a sequence ends.
      initial_state: the cell's first state: a nest of tensors [batch, ...]. With an
        `AttentionWrapper`, ``cell.zero_state(...).clone(cell_state=encoder_state)``.
      output_layer: a layer such as `tf.layers.Dense` that is applied to the cell's output before
        it is sampled and stored.

    Raises:
      TypeError: if `cell`, `helper` or `output_layer` are of another kind.
    """

    def __init__(
        self, cell: Any, helper: Any, initial_state: Any, output_layer: Any = None
    ) -> None:
        assert_like_rnncell("cell", cell)
        if not isinstance(helper, Helper):
            raise TypeError(
                f"helper must be a tf.contrib.seq2seq.Helper, but is {helper!r}. Use a "
                "TrainingHelper to feed given inputs, a GreedyEmbeddingHelper to feed what is "
                "decoded."
            )
        check_output_layer(output_layer)
        self._cell = cell
        self._helper = helper
        self._initial_state = initial_state
        self._output_layer = output_layer

    @property
    def batch_size(self) -> Any:
        """The number of sequences, an int32 scalar."""
        return self._helper.batch_size

    def _rnn_output_size(self) -> Any:
        return layer_output_size(self._output_layer, self._cell.output_size)

    @property
    def output_size(self) -> BasicDecoderOutput:
        """The sizes of `rnn_output` and `sample_id`, without the batch's axis."""
        return BasicDecoderOutput(
            rnn_output=self._rnn_output_size(), sample_id=self._helper.sample_ids_shape
        )

    @property
    def output_dtype(self) -> BasicDecoderOutput:
        """The dtypes of `rnn_output`, that of the first state, and of `sample_id`."""
        dtype = nest.flatten(self._initial_state)[0].dtype
        return BasicDecoderOutput(
            nest.map_structure(lambda _: dtype, self._rnn_output_size()),
            self._helper.sample_ids_dtype,
        )

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """Give `finished`, the first inputs and the first state."""
        finished, inputs = self._helper.initialize()
        return finished, inputs, self._initial_state

    def step(
        self, time: Any, inputs: Any, state: Any, name: str | None = None
    ) -> tuple[Any, Any, Any, Any]:
        """Build one step; see `Decoder.step`."""
        with name_scope(name, "BasicDecoderStep", nest.flatten((time, inputs, state))):
            cell_outputs, cell_state = self._cell(inputs, state)
            if self._output_layer is not None:
                cell_outputs = self._output_layer(cell_outputs)
            sample_ids = self._helper.sample(time=time, outputs=cell_outputs, state=cell_state)
            finished, next_inputs, next_state = self._helper.next_inputs(
                time=time, outputs=cell_outputs, state=cell_state, sample_ids=sample_ids
            )
        return BasicDecoderOutput(cell_outputs, sample_ids), next_state, next_inputs, finished
