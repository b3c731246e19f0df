"""Cells around a cell: with its inputs added to its outputs, or on another device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import nest
from penstock.functions.graph_scopes import device as on_device
from penstock.graph.name_scope import name_scope
from penstock.nn.recurrent.cell import RNNCell, assert_like_rnncell

__all__ = ["CellWrapper", "DeviceWrapper", "ResidualWrapper"]


class CellWrapper(RNNCell):
    """A cell around another one, whose scopes and variables it takes.

    A subclass defines `_wrap`.

    Args:
      cell: the other cell.
      **kwargs: as those of `tf.layers.Layer`.
    """

    def __init__(self, cell: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        assert_like_rnncell("cell", cell)
        self.cell = cell

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """Build one step; see `RNNCell`."""
        return self._wrap(inputs, state, self.cell.__call__, scope=scope)

    def call(self, inputs: Any, state: Any, **kwargs: Any) -> Any:
        """Build one step, in the scope of the caller."""
        return self._wrap(inputs, state, self.cell.call, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Make the variables of the cell inside."""
        self.cell.build(input_shape)
        self.built = True

    def _wrap(self, inputs: Any, state: Any, step: Callable[..., Any], **kwargs: Any) -> Any:
        """Build one step around `step`, that of the cell inside."""
        raise NotImplementedError

    @property
    def wrapped_cell(self) -> Any:
        """The cell inside."""
        return self.cell

    @property
    def state_size(self) -> Any:
        """That of the cell inside."""
        return self.cell.state_size

    @property
    def output_size(self) -> Any:
        """That of the cell inside."""
        return self.cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Build a state of zeros; see `RNNCell`."""
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            return self.cell.zero_state(batch_size, dtype)


class ResidualWrapper(CellWrapper):
    """A cell whose inputs are added to its outputs.

    Args:
      cell: the cell.
      residual_fn: from inputs and outputs to the outputs; a sum if None, which needs both to be of
        one structure and of fitting shapes.
      **kwargs: as those of `tf.layers.Layer`.
    """

    def __init__(
        self, cell: Any, residual_fn: Callable[[Any, Any], Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cell, **kwargs)
        self._residual_fn = residual_fn

    def _wrap(self, inputs: Any, state: Any, step: Callable[..., Any], **kwargs: Any) -> Any:
        outputs, state = step(inputs, state, **kwargs)
        return (self._residual_fn or _sums)(inputs, outputs), state


def _sums(inputs: Any, outputs: Any) -> Any:
    nest.assert_same_structure(inputs, outputs)
    for one, other in zip(nest.flatten(inputs), nest.flatten(outputs), strict=True):
        one.get_shape().assert_is_compatible_with(other.get_shape())
    return nest.map_structure(lambda one, other: one + other, inputs, outputs)


class DeviceWrapper(CellWrapper):
    """A cell that is run on a device.

    Args:
      cell: the cell.
      device: what `tf.device` takes.
      **kwargs: as those of `tf.layers.Layer`.
    """

    def __init__(self, cell: Any, device: Any, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._device = device

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Build a state of zeros, on the device."""
        with (
            name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]),
            on_device(self._device),
        ):
            return self.cell.zero_state(batch_size, dtype)

    def _wrap(self, inputs: Any, state: Any, step: Callable[..., Any], **kwargs: Any) -> Any:
        with on_device(self._device):
            return step(inputs, state, **kwargs)
