"""What a recurrent cell is: one step of a recurrent network, from input and state to the next.

A cell tells its `state_size` and its `output_size`, nests of numbers or shapes without the batch's
axis, makes a first state, and is called with an input and a state.
"""

from __future__ import annotations

from typing import Any

from penstock.core import nest
from penstock.core.dtypes import as_dtype, int32
from penstock.core.shapes import TensorShape, as_static, concatenate, describe
from penstock.functions.arrays import constant, expand_dims
from penstock.functions.arrays_joining import concat
from penstock.functions.layer import Layer
from penstock.functions.partitioned_variable import PartitionedVariable
from penstock.functions.variable_collections import trainable_variables
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.build import convert_to_tensor
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "LayerRNNCell",
    "RNNCell",
    "assert_like_rnncell",
    "check_dtypes",
    "check_floating",
    "concat_sizes",
    "known_depth",
    "like_rnncell",
    "zero_state_tensors",
]


class RNNCell(Layer):
    """A recurrent cell whose `call` may make its variables, by `tf.get_variable`.

        class Adder(tf.nn.rnn_cell.RNNCell):
            state_size = output_size = 5

            def call(self, inputs, state):
                w = tf.get_variable("w", [5])
                return state, state + inputs * w

    Args:
      trainable: whether its variables are to be trained.
      name: its name and that of its variable scope.
      dtype: of its variables.
      **kwargs: as those of `tf.layers.Layer`.
    """

    def __init__(
        self, trainable: bool = True, name: Any = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(trainable=trainable, name=name, dtype=dtype, **kwargs)
        self._rnncell_scope: Any = None

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """Build one step.

        Args:
          inputs: a tensor [batch, depth], or a nest of tensors.
          state: a nest of tensors [batch, size], like `state_size`.
          scope: the variable scope; named after the class by default.

        Returns:
          The output, a nest like `output_size`, and the next state.
        """
        if scope is not None:
            with variable_scope(scope, custom_getter=self._rnn_get_variable) as scope:
                return super().__call__(inputs, state, scope=scope)
        if self._rnncell_scope is None:
            self._rnncell_scope = get_variable_scope()
        with variable_scope(self._rnncell_scope, custom_getter=self._rnn_get_variable):
            return super().__call__(inputs, state)

    def _rnn_get_variable(self, getter: Any, *args: Any, **kwargs: Any) -> Any:
        """Let a variable that is made in a call be one of the cell's."""
        variable = getter(*args, **kwargs)
        parts = list(variable) if isinstance(variable, PartitionedVariable) else [variable]
        if all(variable is not known for known, _ in self._held_weights):
            trained = trainable_variables()
            self._held_weights.append((variable, any(parts[0] is each for each in trained)))
        return variable

    @property
    def state_size(self) -> Any:
        """Sizes of the state: a nest of numbers or shapes, without the batch's axis."""
        raise NotImplementedError(f"{type(self).__name__} does not tell its state_size.")

    @property
    def output_size(self) -> Any:
        """Sizes of the output: a nest of numbers or shapes, without the batch's axis."""
        raise NotImplementedError(f"{type(self).__name__} does not tell its output_size.")

    def build(self, input_shape: Any) -> None:
        """Make the variables that every call uses; none by default."""

    def get_initial_state(
        self, inputs: Any = None, batch_size: Any = None, dtype: Any = None
    ) -> Any:
        """Build a state of zeros.

        Args:
          inputs: a tensor [batch, ...] that the batch's size and the dtype are taken from.
          batch_size: else the batch's size, a number or a scalar tensor.
          dtype: else the dtype.

        Returns:
          A nest of tensors like `state_size`.

        Raises:
          ValueError: if the two ways disagree, or tell neither size nor dtype.
        """
        if inputs is not None:
            inputs = convert_to_tensor(inputs, name="inputs")
            size = inputs.static_shape[0]
            given = constant_value(batch_size) if isinstance(batch_size, Tensor) else batch_size
            if batch_size is not None and given != size:
                raise ValueError(
                    f"batch_size must be the first size of the inputs, which is {size}, "
                    f"but is {batch_size}."
                )
            if dtype is not None and as_dtype(dtype) is not inputs.dtype:
                raise ValueError(
                    f"dtype must be that of the inputs, {inputs.dtype.name}, but is {dtype!r}."
                )
            batch_size = size or composed.shape(inputs)[0]
            dtype = inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                "A first state needs batch_size and dtype, or inputs to take them from, but "
                f"batch_size is {batch_size!r} and dtype is {dtype!r}."
            )
        return self.zero_state(batch_size, dtype)

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Build a state of zeros.

        Args:
          batch_size: the batch's size, a number or a scalar tensor.
          dtype: the state's dtype.

        Returns:
          A nest of tensors like `state_size`, of shapes [batch_size, size].
        """
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            return zero_state_tensors(self.state_size, batch_size, dtype)


class LayerRNNCell(RNNCell):
    """A recurrent cell that makes its variables in `build`, as other layers do."""

    def __call__(
        self, inputs: Any, state: Any, scope: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Build one step; see `RNNCell`."""
        return Layer.__call__(self, inputs, state, *args, scope=scope, **kwargs)


def like_rnncell(cell: Any) -> bool:
    """Tell whether an object has what a cell needs."""
    return not _lacks(cell)


def assert_like_rnncell(cell_name: str, cell: Any) -> None:
    """Check that an object has what a cell needs, of whatever class it is.

    Raises:
      TypeError: if it does not; `cell_name` is the name of the argument.
    """
    lacks = _lacks(cell)
    if lacks:
        raise TypeError(
            f"The argument {cell_name!r} must be an RNNCell, but {cell!r} "
            f"{' and '.join(lacks)}. Make one by a class of tf.nn.rnn_cell."
        )


def _lacks(cell: Any) -> list[str]:
    lacks = [f"has no {name!r}" for name in ("output_size", "state_size") if not _has(cell, name)]
    if not (_has(cell, "zero_state") or _has(cell, "get_initial_state")):
        lacks.append("has neither 'zero_state' nor 'get_initial_state'")
    if not callable(cell):
        lacks.append("cannot be called")
    return lacks


def _has(cell: Any, name: str) -> bool:
    """Look without reading: a property may not work before the cell is built."""
    return name in dir(cell)


def check_dtypes(tensors: Any) -> None:
    """Check that all tensors of a nest are of floats or complex numbers.

    Raises:
      ValueError: if one is not.
    """
    for tensor in nest.flatten(tensors):
        check_floating(tensor.dtype)


def check_floating(dtype: Any) -> None:
    """Check that a dtype, if there is one, is of floats or complex numbers."""
    if dtype is None:
        return
    kind = as_dtype(dtype)
    if not (kind.is_floating or kind.is_complex):
        raise ValueError(
            f"RNN cells compute with floating point numbers only, but got the dtype {kind.name}. "
            "Convert inputs and states with tf.cast."
        )


def known_depth(cell: Layer, input_shape: Any) -> int:
    """Give the last size of a cell's input, which its variables' shapes depend on.

    Raises:
      ValueError: if the graph does not know it.
    """
    depth = TensorShape(input_shape).as_list()[-1]
    if depth is None:
        raise ValueError(
            f"The last size of the inputs of the cell {cell.name!r} must be known, since it is "
            f"that of its variables, but their shape is {input_shape}. Set it by set_shape."
        )
    return depth


def concat_sizes(prefix: Any, suffix: Any, static: bool = False) -> Any:
    """Build the shape [*prefix, *suffix].

    Args:
      prefix: the batch's size: a number, a shape, or a tensor.
      suffix: the sizes after it, in the same forms.
      static: whether to give what is known of it now, as a list with None for unknown sizes.

    Returns:
      An int32 vector; of a static shape the list, or None if not even the rank is known.

    Raises:
      ValueError: if a part is a matrix, or is not known although `static` is not set.
    """
    parts = [_size_vector("prefix", prefix), _size_vector("suffix", suffix)]
    if static:
        known = concatenate(_static_sizes(prefix), _static_sizes(suffix))
        return None if known is None else list(known)
    if parts[0] is None or parts[1] is None:
        raise ValueError(
            f"The sizes of a shape must be known or tensors, but are {prefix!r} and {suffix!r}. "
            "Take those that are not known from tf.shape."
        )
    return concat(parts, 0)


def _static_sizes(sizes: Any) -> Any:
    if isinstance(sizes, Tensor):
        value = constant_value(sizes)
        if value is None:
            return (None,) if sizes.static_shape == () else None
        return as_static(value.tolist())
    return as_static(sizes)


def _size_vector(role: str, sizes: Any) -> Tensor | None:
    if isinstance(sizes, Tensor):
        rank = None if sizes.static_shape is None else len(sizes.static_shape)
        if rank not in (0, 1):
            raise ValueError(
                f"The {role} of a shape must be a scalar or vector, but {sizes.name!r} has shape "
                f"{describe(sizes.static_shape)}."
            )
        return expand_dims(sizes, 0) if rank == 0 else sizes
    static = as_static(sizes)
    if static is None or None in static:
        return None
    return constant(list(static), dtype=int32)


def zero_state_tensors(state_size: Any, batch_size: Any, dtype: Any) -> Any:
    """Build zeros for each of a nest of sizes.

    Args:
      state_size: a nest of numbers or shapes, without the batch's axis.
      batch_size: the batch's size, a number or a scalar tensor.
      dtype: their dtype.
    """

    def zeros(size: Any) -> Tensor:
        made: Tensor = composed.zeros(concat_sizes(batch_size, size), as_dtype(dtype))
        made.set_shape(concat_sizes(batch_size, size, static=True))
        return made

    return nest.map_structure(zeros, state_size)
