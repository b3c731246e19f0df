"""What a `tf.TensorArray` is made of: handle, flow, and what is known of its elements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Self

from penstock.core.containers import Composite
from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import Shape, TensorShape, as_static, describe, merge
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = ["ArrayParts"]


class ArrayParts(Composite):
    """An array of tensors, without what is done to it; see `TensorArray` for the arguments."""

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

    def _with_flow(self, flow: Tensor) -> Self:
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made._flow = flow
        return made

    def composite_parts(self) -> tuple[Any, ...]:
        """The tensors that this is made of: its flow. The handle is the same everywhere."""
        return (self._flow,)

    def composite_with(self, parts: tuple[Any, ...]) -> Self:
        """The same array with another flow."""
        (flow,) = parts
        return self._with_flow(flow)

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
