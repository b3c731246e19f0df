"""`tf.TensorArray`: an array of tensors, written and read one element at a time, as loops do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from penstock.core.containers import Composite
from penstock.core.dtypes import DType, as_dtype, int64
from penstock.core.shapes import Shape, TensorShape, as_static, describe, merge
from penstock.functions.arrays import shape as shape_of
from penstock.functions.math_casts import cast
from penstock.functions.math_sequences import range as range_of
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.ops.tensor_array_gradients import gradient_array

__all__ = ["TensorArray"]


class TensorArray(Composite):
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

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Tensor | None = None,
        flow: Tensor | None = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        excluded = {
            "tensor_array_name": tensor_array_name,
            "size": size,
            "element_shape": element_shape,
            "dynamic_size": dynamic_size,
            "clear_after_read": clear_after_read,
        }
        _check_arguments(handle, flow, excluded)
        self._dtype = as_dtype(dtype).base_dtype
        self._dynamic_size = bool(dynamic_size)
        self._infer_shape = infer_shape
        # Shared by all arrays that come from this one: what one write tells holds for them all.
        self._element_shape: list[Shape] = [as_static(element_shape)]
        self._beside: list[Tensor] | None = [] if colocate_with_first_write_call else None
        with name_scope(name, "TensorArray", [handle, size, flow]) as scope:
            if handle is not None:
                assert flow is not None
                self._handle, self._flow = handle, flow
                return
            with _anywhere() if colocate_with_first_write_call else nullcontext():
                made = raw.TensorArrayV3(
                    size,
                    dtype=self._dtype,
                    element_shape=self._element_shape[0],
                    identical_element_shapes=infer_shape,
                    dynamic_size=self._dynamic_size,
                    clear_after_read=clear_after_read is None or clear_after_read,
                    tensor_array_name=tensor_array_name or "",
                    name=scope,
                )
            self._handle, self._flow = made.handle, made.flow

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self._dtype

    @property
    def handle(self) -> Tensor:
        """The handle of the array."""
        return self._handle

    @property
    def flow(self) -> Tensor:
        """The tensor that carries what is in the array; as a number, it is 0.0."""
        return self._flow

    @property
    def element_shape(self) -> TensorShape:
        """The shape of each element, as far as it is known."""
        return TensorShape(self._element_shape[0])

    @property
    def dynamic_size(self) -> bool:
        """Whether a write beyond the end makes the array longer."""
        return self._dynamic_size

    def _with_flow(self, flow: Tensor) -> TensorArray:
        made = object.__new__(TensorArray)
        made.__dict__.update(self.__dict__)
        made._flow = flow
        return made

    def composite_parts(self) -> tuple[Any, ...]:
        """The tensors that this is made of: its flow. The handle is the same everywhere."""
        return (self._flow,)

    def composite_with(self, parts: tuple[Any, ...]) -> TensorArray:
        """The same array with another flow."""
        (flow,) = parts
        return self._with_flow(flow)

    def identity(self) -> TensorArray:
        """Give an array with the same contents, whose control dependencies are those of now."""
        return self._with_flow(raw.Identity(self._flow))

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

    def _note_shape(self, shape: Shape) -> None:
        """Remember what a write tells of the elements' shape.

        Raises:
          ValueError: if it contradicts what is known.
        """
        known = self._element_shape[0]
        try:
            merged = merge(known, shape)
        except ValueError:
            raise ValueError(
                f"Inconsistent shapes: the elements of this TensorArray have shape "
                f"{describe(known)}, but what is written has {describe(shape)}. Create it with "
                "infer_shape=False if its elements have different shapes."
            ) from None
        if self._infer_shape:
            self._element_shape[0] = merged

    @contextmanager
    def _beside_first(self, value: Tensor) -> Iterator[None]:
        if self._beside is None:
            yield
            return
        if not self._beside:
            self._beside.append(value)
        with default_graph().colocate_with(self._beside[0].op):
            yield

    def __repr__(self) -> str:
        return f"<tf.TensorArray of {self._dtype.name}, flow {self._flow.name!r}>"


def _check_arguments(handle: Any, flow: Any, excluded: dict[str, Any]) -> None:
    if handle is None:
        if excluded["size"] is None:
            raise ValueError("A TensorArray needs a size, or the handle of one that exists.")
        return
    for argument, value in excluded.items():
        if value is not None:
            raise ValueError(
                f"{argument} is for a new TensorArray, but came with the handle of one that "
                f"exists: {value!r}. Leave one of them out."
            )
    if not isinstance(handle, Tensor):
        raise TypeError(f"The handle of a TensorArray is a tensor, not {handle!r}.")
    if flow is None:
        raise ValueError("A TensorArray that exists is given by its handle and its flow.")


@contextmanager
def _anywhere() -> Iterator[None]:
    """Let a node stand on no particular device."""
    graph = default_graph()
    with graph.device(None), graph.colocate_with(None, ignore_existing=True):
        yield
