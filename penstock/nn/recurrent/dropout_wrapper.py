"""Dropout on a cell's inputs, states and outputs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from penstock.core import nest
from penstock.core.dtypes import as_dtype
from penstock.core.shapes import TensorShape
from penstock.functions.arrays_joining import concat
from penstock.functions.math import div
from penstock.functions.random import random_uniform
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.dropouts import dropout
from penstock.nn.recurrent.lstm_state import LSTMStateTuple
from penstock.nn.recurrent.wrappers import CellWrapper

__all__ = ["DropoutWrapper"]


class DropoutWrapper(CellWrapper):
    """A cell with dropout on its inputs, states and outputs.

    A keep probability of 1 leaves things as they are. The memory `c` of an `LSTMStateTuple` is
    never dropped, unless a filter says so.

    Args:
      cell: the cell.
      input_keep_prob: the probability to keep an element of the inputs: a number or scalar tensor.
      output_keep_prob: the same for the outputs.
      state_keep_prob: the same for the next states.
      variational_recurrent: whether what is dropped stays the same in all steps of a run, for all
        of the batch. Needs `dtype`, and `input_size` if inputs are dropped.
      input_size: sizes of the inputs: a nest of shapes without the batch's axis.
      dtype: of inputs, states and outputs.
      seed: from which a seed is made for each of the tensors.
      dropout_state_filter_visitor: from a part of the state to True if it is to be dropped, or to
        a nest of these, one level deep.
      **kwargs: as those of `tf.layers.Layer`.

    Raises:
      TypeError: if `cell` is none, or the filter cannot be called.
      ValueError: if a probability is not in [0, 1], or `dtype` or `input_size` is missing.

    Source: Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent
    neural networks", 2016.
    """

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cell, dtype=dtype, **kwargs)
        if dropout_state_filter_visitor is not None and not callable(dropout_state_filter_visitor):
            raise TypeError(
                "dropout_state_filter_visitor must be a function, but is "
                f"{dropout_state_filter_visitor!r}."
            )
        self._filter = dropout_state_filter_visitor or _all_but_memory
        self._variational = variational_recurrent
        self._seed = seed
        self._noise: dict[str, Any] = dict.fromkeys(("input", "state", "output"))
        with name_scope("DropoutWrapperInit"):
            self._input_keep_prob = _probability("input_keep_prob", input_keep_prob)
            self._state_keep_prob = _probability("state_keep_prob", state_keep_prob)
            self._output_keep_prob = _probability("output_keep_prob", output_keep_prob)
        if variational_recurrent:
            self._make_noise(input_size, dtype)

    def _make_noise(self, input_size: Any, dtype: Any) -> None:
        if dtype is None:
            raise ValueError("DropoutWrapper needs a dtype where variational_recurrent is True.")
        if _drops(self._input_keep_prob):
            if input_size is None:
                raise ValueError(
                    "DropoutWrapper needs the input_size where variational_recurrent is True and "
                    "input_keep_prob is below 1 or a tensor."
                )
            self._noise["input"] = self._noise_for("input", input_size, dtype)
        self._noise["state"] = self._noise_for("state", self.cell.state_size, dtype)
        self._noise["output"] = self._noise_for("output", self.cell.output_size, dtype)

    def _noise_for(self, role: str, sizes: Any, dtype: Any) -> Any:
        def draw(index: int, size: Any) -> Tensor:
            shape = concat(([1], TensorShape(size).as_list()), 0)
            return random_uniform(shape, seed=self._seed_of(role, index), dtype=as_dtype(dtype))

        return _enumerated(sizes, draw, sizes)

    def _seed_of(self, role: str, index: int) -> int | None:
        if self._seed is None:
            return None
        text = f"{self._seed}{role}_{index}"
        return int(hashlib.md5(text.encode()).hexdigest()[:8], 16) & 0x7FFFFFFF

    def _wrap(self, inputs: Any, state: Any, step: Callable[..., Any], **kwargs: Any) -> Any:
        if _drops(self._input_keep_prob):
            inputs = self._dropped("input", inputs, self._input_keep_prob, inputs)
        output, state = step(inputs, state, **kwargs)
        if _drops(self._state_keep_prob):
            chosen = nest.get_traverse_shallow_structure(self._filter, state)
            state = self._dropped("state", state, self._state_keep_prob, chosen)
        if _drops(self._output_keep_prob):
            output = self._dropped("output", output, self._output_keep_prob, output)
        return output, state

    def _dropped(self, role: str, values: Any, keep_prob: Any, chosen: Any) -> Any:
        """Build values with dropout, where a nest of choices does not say False."""

        def drop(index: int, choice: Any, value: Any, noise: Any = None) -> Any:
            if choice is False:
                return value
            if self._variational:
                return _masked(value, noise, keep_prob)
            return dropout(value, rate=1.0 - keep_prob, seed=self._seed_of(role, index))

        nests = (values, self._noise[role]) if self._variational else (values,)
        return _enumerated(chosen, drop, chosen, *nests)


def _probability(name: str, given: Any) -> Any:
    tensor = convert_to_tensor(given)
    known = constant_value(tensor)
    if known is None:
        return tensor
    if not 0 <= known <= 1:
        raise ValueError(f"The parameter {name} must be in [0, 1], but is {known}.")
    return float(known)


def _drops(keep_prob: Any) -> bool:
    return not isinstance(keep_prob, float) or keep_prob < 1


def _masked(value: Tensor, noise: Tensor, keep_prob: Any) -> Tensor:
    mask = raw.Floor(keep_prob + noise)
    result: Tensor = div(value, keep_prob) * mask
    result.set_shape(value.static_shape)
    return result


def _all_but_memory(part: Any) -> Any:
    """Choose what to drop of a state: all tensors but an LSTM's memory."""
    if isinstance(part, LSTMStateTuple):
        return LSTMStateTuple(c=False, h=True)
    return isinstance(part, Tensor) or nest.is_sequence(part)


def _enumerated(shallow: Any, function: Callable[..., Any], *nests: Any) -> Any:
    """Map a function of a running number and leaves over nests, as deep as the first goes."""
    count = iter(range(len(nest.flatten(shallow))))
    return nest.map_structure_up_to(shallow, lambda *each: function(next(count), *each), *nests)
