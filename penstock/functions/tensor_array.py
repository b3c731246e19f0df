"""`tf.TensorArray`: an array of tensors, written and read one element at a time, as loops do."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import int64
from penstock.functions.arrays import shape as shape_of
from penstock.functions.math_casts import cast
from penstock.functions.math_sequences import range as range_of
from penstock.functions.tensor_array_parts import ArrayParts
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.ops.tensor_array_gradients import gradient_array

__all__ = ["TensorArray"]


class TensorArray(ArrayParts):
    """An array of tensors of one dtype, each written once, in any order, and read.

    What writes gives a new `TensorArray`; use that from there on, so that the write happens:

        # WRONG: the write is lost
        array.write(0, x)
        # RIGHT
        array = array.write(0, x)

    It can be a loop variable of `tf.while_loop` and a result of `tf.cond`, and gradients flow
    through it.

    Args:
      dtype: of the elements.
      size: the number of elements, an integer scalar.
      dynamic_size: whether a write beyond the end makes the array longer; False by default.
      clear_after_read: whether an element can be read once only; True by default.
      tensor_array_name: a name of the array, kept in its node.
      handle: the handle of an array that exists, in place of `size`.
      flow: the flow of that array.
      infer_shape: whether all elements have one shape.
      element_shape: the shape of each element, as far as it is known.
      colocate_with_first_write_call: whether the writes stand on the device of what is written
        first.
      name: name scope of the array.

    Raises:
      ValueError: if neither `size` nor `handle` is given, or arguments that exclude each other.
      TypeError: if `handle` is not a tensor.

    Example:
        squares = tf.TensorArray(tf.int32, size=10)
        _, squares = tf.while_loop(
            lambda i, _: i < 10, lambda i, array: (i + 1, array.write(i, i * i)), [0, squares]
        )
        squares.stack()
    """

    def identity(self) -> TensorArray:
        """Give an array with the same contents, whose control dependencies are those of now."""
        flow = raw.Identity(self._flow)
        with name_scope(None, "TensorArray", [self._handle]):  # TensorFlow makes another one here
            return self._with_flow(flow)

    def grad(self, source: str, flow: Tensor | None = None, name: str | None = None) -> TensorArray:
        """Give the array that holds the gradients of this one's elements.

        Args:
          source: names who asks; kept in the node.
          flow: the flow to go on from; this array's by default.
          name: name scope.
        """
        handle, flow = gradient_array(
            raw, self._handle, self._flow if flow is None else flow, source, name
        )
        made = self._with_flow(flow)
        made._handle = handle
        made._beside = None
        return made

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """Build the element at `index`, an integer scalar.

        Raises:
          InvalidArgumentError: when run, if there is no such index, or it was not written and the
            shape of the elements is not known, or it is read again though `clear_after_read`.
        """
        value = raw.TensorArrayReadV3(self._handle, index, self._flow, dtype=self._dtype, name=name)
        value.set_shape(self._element_shape[0])
        return value

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Give the array with `value` written at `index`, an integer scalar.

        Raises:
          ValueError: if the static shape of `value` does not fit the elements before it.
          InvalidArgumentError: when run, if there is no such index, or it was written before, or
            shape or dtype do not fit.
        """
        with name_scope(name, "TensorArrayWrite", [self._handle, index, value]):
            value = convert_to_tensor(value, preferred_dtype=self._dtype, name="value")
            self._note_shape(value.static_shape)
            with self._beside_first(value):
                flow = raw.TensorArrayWriteV3(self._handle, index, value, self._flow, name=name)
        return self._with_flow(flow)

    def stack(self, name: str | None = None) -> Tensor:
        """Build one tensor of all elements, which must have one shape, along a new first axis."""
        beside = default_graph().colocate_with(self._handle.op)
        with beside, name_scope(name, "TensorArrayStack", [self._handle]):
            return self.gather(range_of(0, self.size()), name=name)

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """Build one tensor of the elements at `indices`, along a new first axis.

        Args:
          indices: a vector of integers.
          name: name of the node.

        Raises:
          InvalidArgumentError: when run, if an index does not exist, or shapes differ.
        """
        shape = self._element_shape[0]
        value = raw.TensorArrayGatherV3(
            self._handle,
            indices,
            self._flow,
            dtype=self._dtype,
            element_shape=shape,
            name=name,
        )
        if shape is not None:
            value.set_shape((None, *shape))
        return value

    def concat(self, name: str | None = None) -> Tensor:
        """Build one tensor of all elements, one behind the other along their first axis.

        Raises:
          InvalidArgumentError: when run, if an element is a scalar, or sizes differ beyond the
            first axis.
        """
        shape = self._element_shape[0]
        rest = None if shape is None else shape[1:]
        made = raw.TensorArrayConcatV3(
            self._handle, self._flow, dtype=self._dtype, element_shape_except0=rest, name=name
        )
        if rest is not None:
            made.value.set_shape((None, *rest))
        return made.value

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """Give the array with the rows of `value` written, from index 0 on.

        Raises:
          InvalidArgumentError: when run, if there are more rows than elements.
        """
        with name_scope(name, "TensorArrayUnstack", [self._handle, value]):
            return self.scatter(range_of(0, shape_of(value)[0]), value, name=name)

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """Give the array with the rows of `value` written at `indices`.

        Args:
          indices: a vector of integers.
          value: a tensor with a row for each of them.
          name: name scope.

        Raises:
          InvalidArgumentError: when run, if an index does not exist or was written before.
        """
        with name_scope(name, "TensorArrayScatter", [self._handle, value, indices]):
            value = convert_to_tensor(value, preferred_dtype=self._dtype, name="value")
            shape = value.static_shape
            self._note_shape(None if shape is None else shape[1:])
            with self._beside_first(value):
                flow = raw.TensorArrayScatterV3(self._handle, indices, value, self._flow, name=name)
        return self._with_flow(flow)

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """Give the array with pieces of `value` written, cut along its first axis.

        Args:
          value: a tensor.
          lengths: a vector of integers, the pieces' sizes along that axis, which add up to its
            size.
          name: name scope.

        Raises:
          InvalidArgumentError: when run, if the lengths do not add up, or are not as many as there
            are elements.
        """
        with name_scope(name, "TensorArraySplit", [self._handle, value, lengths]):
            value = convert_to_tensor(value, dtype=self._dtype, name="value")
            with self._beside_first(value):
                lengths = cast(lengths, int64)
                known = constant_value(lengths)
                if value.static_shape and known is not None and len(np.unique(known)) == 1:
                    self._note_shape((int(known[0]), *value.static_shape[1:]))
                flow = raw.TensorArraySplitV3(self._handle, value, lengths, self._flow, name=name)
        return self._with_flow(flow)

    def size(self, name: str | None = None) -> Tensor:
        """Build the number of elements, an int32 scalar."""
        return raw.TensorArraySizeV3(self._handle, self._flow, name=name)

    def close(self, name: str | None = None) -> Node:
        """Build a node that says that the array is not needed any more."""
        return raw.TensorArrayCloseV3(self._handle, name=name)
