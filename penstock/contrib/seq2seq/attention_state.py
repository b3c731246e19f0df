"""The state of an `AttentionWrapper`."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from penstock.core import nest
from penstock.graph.node import Tensor

__all__ = ["AttentionWrapperState"]


class AttentionWrapperState(
    namedtuple(
        "AttentionWrapperState",
        (
            "cell_state",
            "attention",
            "time",
            "alignments",
            "alignment_history",
            "attention_state",
        ),
    )
):
    """The state of an `AttentionWrapper`.

    Attributes:
      cell_state: the state of the wrapped cell.
      attention: the last attention, [batch, attention size].
      time: the number of steps so far, an int32 scalar.
      alignments: the last alignments [batch, places]; a tuple, one for each mechanism, if several.
      alignment_history: a `TensorArray` of all steps' alignments, or a tuple of these; an empty
        tuple if they are not kept.
      attention_state: the states of the mechanisms, like `alignments`.
    """

    __slots__ = ()

    def clone(self, **kwargs: Any) -> AttentionWrapperState:
        """Give this state with some of its parts replaced.

        Args:
          **kwargs: the new parts by name, nested as the old ones, and of the same shapes.

        Raises:
          ValueError: if a part is nested otherwise, or has another shape.

        Example:
            decoder_cell.zero_state(batch_size, tf.float32).clone(cell_state=encoder_state)
        """
        clone = self._replace(**kwargs)
        nest.map_structure(_check_shape, self, clone)
        return clone


def _check_shape(old: Any, new: Any) -> Any:
    if isinstance(old, Tensor) and isinstance(new, Tensor):
        if not old.get_shape().is_compatible_with(new.get_shape()):
            raise ValueError(
                f"The parts of a state keep their shapes: {old.get_shape()} is expected, but "
                f"{new.name!r} has shape {new.get_shape()}. Make zero_state for the same batch, "
                "and for a cell of the same size."
            )
        new.set_shape(old.get_shape())
    return new
