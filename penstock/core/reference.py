"""A hashable stand-in for what is compared by its value or may not be hashed."""

from __future__ import annotations

from typing import Any

__all__ = ["Reference"]


class Reference:
    """Stands for one object as a key: equal to another reference to the same object.

    Args:
      wrapped: the object.
    """

    __slots__ = ("_wrapped",)

    def __init__(self, wrapped: Any) -> None:
        self._wrapped = wrapped

    def deref(self) -> Any:
        """Give the object."""
        return self._wrapped

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Reference):
            raise TypeError(
                f"{self!r} can be compared with another reference only, not with {other!r}. "
                "Compare it with other.experimental_ref()."
            )
        return self._wrapped is other._wrapped

    def __hash__(self) -> int:
        return id(self._wrapped)

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._wrapped!r}>"
