"""What was read of a TensorArray whose elements can be read once only."""

from __future__ import annotations

from collections.abc import Iterable

from penstock.ops.array_errors import wrong
from penstock.ops.array_values import ArrayForm

__all__ = ["Reads"]


class Reads:
    """The indices that were read: of the array, and of all that were made of it by writes.

    Args:
      indices: those that were read already.
    """

    def __init__(self, indices: Iterable[int] = ()) -> None:
        self._indices = set(indices)

    @classmethod
    def of(cls, form: ArrayForm) -> Reads | None:
        """Begin to note what is read of an array of that form, if that matters."""
        return cls() if form.clears else None

    def note(self, index: int) -> None:
        """Note that an element is read.

        Raises:
          InvalidArgumentError: if it was read before.
        """
        if index in self._indices:
            raise wrong(
                f"An element of this TensorArray can be read once, but index {index} is read "
                "again. Create the array with clear_after_read=False"
            )
        self._indices.add(index)

    def __iter__(self) -> Iterable[int]:
        return iter(self._indices)
