"""A cell that looks at a memory: what it read last is part of its input at the next step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.contrib.seq2seq.attention_layers import attention_layers, check_mechanisms
from penstock.contrib.seq2seq.attention_state import AttentionWrapperState
from penstock.core import nest
from penstock.core.dtypes import int32
from penstock.core.shapes import TensorShape
from penstock.functions.arrays import expand_dims, identity, shape as shape_of, squeeze
from penstock.functions.arrays_filling import zeros
from penstock.functions.arrays_joining import concat
from penstock.functions.checks import assert_equal
from penstock.functions.graph_scopes import control_dependencies
from penstock.functions.math_products import matmul
from penstock.functions.tensor_array import TensorArray
from penstock.graph.name_scope import name_scope
from penstock.nn.recurrent.cell import RNNCell, assert_like_rnncell, zero_state_tensors

__all__ = ["AttentionWrapper", "attend"]


def attend(
    attention_mechanism: Any,
    cell_output: Any,
    attention_state: Any,
    attention_layer: Any,
) -> tuple[Any, Any, Any]:
    """Read a memory once.

    Returns:
      The attention [batch, depth], the alignments [batch, places], and the mechanism's next state.
    """
    alignments, next_state = attention_mechanism(cell_output, state=attention_state)
    read = matmul(expand_dims(alignments, 1), attention_mechanism.values)
    context = squeeze(read, [1])
    if attention_layer is None:
        return context, alignments, next_state
    return attention_layer(concat([cell_output, context], 1)), alignments, next_state


class AttentionWrapper(RNNCell):
    """Adds attention to a cell.

    In each step, the cell is given the input joined with the last attention; its output is the
    query of each attention mechanism; what these read, through a layer each, is the new attention.

    Args:
      cell: an `RNNCell`.
      attention_mechanism: an `AttentionMechanism`, or a list of them.
      attention_layer_size: the depth of the attention, or a list of depths. None (and no
        `attention_layer`) for the context that was read itself.
      alignment_history: whether the state keeps all steps' alignments, in a `TensorArray`.
      cell_input_fn: from the input and the last attention to what the cell is given; by default
        they are joined.
      output_attention: whether the output is the attention (Luong's style), or the output of the
        cell (Bahdanau's).
      initial_cell_state: the cell's state that `zero_state` gives; zeros by default.
      name: the cell's name and that of its variable scope.
      attention_layer: in place of `attention_layer_size`: a layer from the cell's output joined
        with the context to the attention, or a list of them.
      attention_fn: called with mechanism, cell output, mechanism's state and attention layer;
        gives attention, alignments and the mechanism's next state.
      dtype: of the cell's variables.

    Raises:
      TypeError: if `cell`, the mechanisms or `cell_input_fn` are of another kind.
      ValueError: if there are not as many layers as mechanisms.

    Example:
        attention = tf.contrib.seq2seq.LuongAttention(units, encoder_outputs, lengths)
        cell = tf.contrib.seq2seq.AttentionWrapper(cell, attention, attention_layer_size=units)
        state = cell.zero_state(batch_size, tf.float32).clone(cell_state=encoder_state)
    """

    def __init__(
        self,
        cell: Any,
        attention_mechanism: Any,
        attention_layer_size: Any = None,
        alignment_history: bool = False,
        cell_input_fn: Callable[[Any, Any], Any] | None = None,
        output_attention: bool = True,
        initial_cell_state: Any = None,
        name: str | None = None,
        attention_layer: Any = None,
        attention_fn: Callable[..., Any] | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        assert_like_rnncell("cell", cell)
        self._is_multi = isinstance(attention_mechanism, (list, tuple))
        mechanisms = attention_mechanism if self._is_multi else (attention_mechanism,)
        check_mechanisms(mechanisms)
        if cell_input_fn is None:
            cell_input_fn = _joined
        elif not callable(cell_input_fn):
            raise TypeError(
                "cell_input_fn must be a function from the input and the attention to what the "
                f"cell is given, but is {cell_input_fn!r}."
            )
        self._attention_layers, self._attention_layer_size = attention_layers(
            mechanisms, attention_layer_size, attention_layer, dtype
        )
        self._cell = cell
        self._attention_mechanisms = tuple(mechanisms)
        self._cell_input_fn = cell_input_fn
        self._attention_fn = attention_fn or attend
        self._output_attention = output_attention
        self._alignment_history = alignment_history
        with name_scope(name, "AttentionWrapperInit"):
            if initial_cell_state is None:
                self._initial_cell_state = None
            else:
                self._initial_cell_state = self._with_batch_size(
                    initial_cell_state,
                    _batch_size_of(nest.flatten(initial_cell_state)[-1]),
                    "initial_cell_state",
                )

    def _with_batch_size(self, state: Any, batch_size: Any, name: str) -> Any:
        """Give a cell's state once it is certain that the memories have its batch's size."""
        message = (
            f"The memories of the AttentionWrapper {self.name!r} must have the same batch size as "
            "its state. For a BeamSearchDecoder, tile memory, lengths and state by "
            "tf.contrib.seq2seq.tile_batch, and call zero_state with batch_size * beam_width."
        )
        with control_dependencies(self._batch_size_checks(batch_size, message)):
            return nest.map_structure(lambda one: identity(one, name=name), state)

    def _batch_size_checks(self, batch_size: Any, error_message: str) -> list[Any]:
        return [
            assert_equal(batch_size, mechanism.batch_size, message=error_message)
            for mechanism in self._attention_mechanisms
        ]

    def _item_or_tuple(self, items: Sequence[Any]) -> Any:
        """Give what there is of each mechanism, or the one item if there is one mechanism."""
        made = tuple(items)
        return made if self._is_multi else made[0]

    @property
    def output_size(self) -> Any:
        """The depth of the attention, or of the cell's output."""
        return self._attention_layer_size if self._output_attention else self._cell.output_size

    @property
    def state_size(self) -> AttentionWrapperState:
        """The sizes of the state's parts."""
        sizes = [mechanism.alignments_size for mechanism in self._attention_mechanisms]
        return AttentionWrapperState(
            cell_state=self._cell.state_size,
            time=TensorShape([]),
            attention=self._attention_layer_size,
            alignments=self._item_or_tuple(sizes),
            attention_state=self._item_or_tuple(
                [mechanism.state_size for mechanism in self._attention_mechanisms]
            ),
            alignment_history=self._item_or_tuple(
                [size if self._alignment_history else () for size in sizes]
            ),
        )

    def zero_state(self, batch_size: Any, dtype: Any) -> AttentionWrapperState:
        """Build the first state.

        Args:
          batch_size: the batch's size, a number or a scalar tensor; that of the memories.
          dtype: the dtype of the state.

        Returns:
          An `AttentionWrapperState`: the cell's state that was given, or zeros; no attention yet.

        Raises:
          InvalidArgumentError: if a memory has another batch size; when the graph runs, if that is
            not known before.
        """
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            if self._initial_cell_state is not None:
                cell_state = self._initial_cell_state
            elif hasattr(self._cell, "get_initial_state"):
                cell_state = self._cell.get_initial_state(batch_size=batch_size, dtype=dtype)
            else:
                cell_state = self._cell.zero_state(batch_size, dtype)
            cell_state = self._with_batch_size(cell_state, batch_size, "checked_cell_state")
            mechanisms = self._attention_mechanisms
            alignments = [one.initial_alignments(batch_size, dtype) for one in mechanisms]
            return AttentionWrapperState(
                cell_state=cell_state,
                time=zeros([], dtype=int32),
                attention=zero_state_tensors(self._attention_layer_size, batch_size, dtype),
                alignments=self._item_or_tuple(alignments),
                attention_state=self._item_or_tuple(
                    [one.initial_state(batch_size, dtype) for one in mechanisms]
                ),
                alignment_history=self._item_or_tuple(
                    [self._history(one, dtype) for one in alignments]
                ),
            )

    def _history(self, alignments: Any, dtype: Any) -> Any:
        if not self._alignment_history:
            return ()
        return TensorArray(dtype, size=0, dynamic_size=True, element_shape=alignments.get_shape())

    def call(self, inputs: Any, state: Any) -> tuple[Any, AttentionWrapperState]:
        """Build one step; see the class.

        Raises:
          TypeError: if `state` is no `AttentionWrapperState`.
        """
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(
                "The state of an AttentionWrapper must be an AttentionWrapperState, but is "
                f"{state!r}. Take zero_state(batch_size, dtype), and put the state of an encoder "
                "into it by clone(cell_state=...)."
            )
        output, cell_state = self._cell(
            self._cell_input_fn(inputs, state.attention), state.cell_state
        )
        output = self._with_batch_size(output, _batch_size_of(output), "checked_cell_output")
        attentions, alignments, states, histories = self._attend_all(output, state)
        attention = concat(attentions, 1)
        following = AttentionWrapperState(
            time=state.time + 1,
            cell_state=cell_state,
            attention=attention,
            attention_state=self._item_or_tuple(states),
            alignments=self._item_or_tuple(alignments),
            alignment_history=self._item_or_tuple(histories),
        )
        return (attention if self._output_attention else output), following

    def _attend_all(self, output: Any, state: AttentionWrapperState) -> Any:
        """Call all mechanisms: lists of attentions, alignments, next states and histories."""
        befores = state.attention_state if self._is_multi else [state.attention_state]
        histories = state.alignment_history if self._is_multi else [state.alignment_history]
        layers = self._attention_layers or [None] * len(self._attention_mechanisms)
        rows = []
        for mechanism, before, history, layer in zip(
            self._attention_mechanisms, befores, histories, layers, strict=True
        ):
            attention, alignments, after = self._attention_fn(mechanism, output, before, layer)
            if self._alignment_history:
                history = history.write(state.time, alignments)
            rows.append((attention, alignments, after, history))
        return zip(*rows, strict=True)


def _joined(inputs: Any, attention: Any) -> Any:
    return concat([inputs, attention], -1)


def _batch_size_of(tensor: Any) -> Any:
    known = tensor.get_shape().as_list()[0]
    return shape_of(tensor)[0] if known is None else known
