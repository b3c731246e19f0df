"""How what a graph wants to restore and what a checkpoint holds differ, in words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penstock.core.dtypes import DType
from penstock.core.errors import InvalidArgumentError, NotFoundError, OpError
from penstock.core.shapes import Shape, describe

__all__ = ["Differences", "Wanted", "compare", "fitting_scopes"]

_SHOWN = 8  # names in a list, the rest is counted
_COMPARED = 2000  # names that are looked at for near ones


@dataclass(frozen=True)
class Wanted:
    """A tensor that a graph wants from a checkpoint.

    Attributes:
      name: its name in the graph's saver.
      part: the shape of the whole tensor that it is a part of; None if it is whole.
      dtype: its dtype.
      shape: the shape that it must have, as far as it is known.
      elements: how many elements it must have if its shape does not matter; None otherwise.
    """

    name: str
    part: tuple[int, ...] | None
    dtype: DType
    shape: Shape
    elements: int | None = None


@dataclass
class Differences:
    """What keeps a checkpoint from being restored, and what else it holds.

    Attributes:
      missing: names that the checkpoint lacks.
      misfits: sentences by name on those that are of another shape or dtype there.
      unexpected: names that only the checkpoint has.
    """

    missing: list[str] = field(default_factory=list)
    misfits: dict[str, str] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.misfits)

    def error(self, prefix: str, names: Iterable[str]) -> OpError:
        """Give the error that reports them.

        Args:
          prefix: the checkpoint's.
          names: all names that the graph wants.
        """
        first = (
            f"Key {self.missing[0]} not found in checkpoint"
            if self.missing
            else next(iter(self.misfits.values()))
        )
        lines = [f"The checkpoint {prefix!r} does not fit the graph. {first}."]
        lines += self._listed()
        lines += _advice(self.missing, self.unexpected)
        kind = NotFoundError if self.missing else InvalidArgumentError
        return kind(None, None, "\n".join(lines))

    def _listed(self) -> list[str]:
        lines = []
        if self.missing:
            shown = [_with_near(name, self.unexpected) for name in self.missing[:_SHOWN]]
            lines.append(_row("not in the checkpoint", shown, len(self.missing)))
        if self.misfits:
            shown = list(self.misfits.values())[:_SHOWN]
            lines.append(_row("different", shown, len(self.misfits)))
        if self.unexpected:
            shown = [repr(name) for name in self.unexpected[:_SHOWN]]
            lines.append(_row("only in the checkpoint", shown, len(self.unexpected)))
        return lines


def _row(title: str, shown: Sequence[str], count: int) -> str:
    more = f", and {count - len(shown)} more" if count > len(shown) else ""
    return f"  {title} ({count}): {'; '.join(shown)}{more}"


def _with_near(name: str, others: list[str]) -> str:
    near = difflib.get_close_matches(name, others[:_COMPARED], n=1)
    return f"{name!r} (near: {near[0]!r})" if near else repr(name)


def _advice(missing: list[str], unexpected: list[str]) -> list[str]:
    lines = []
    scopes = fitting_scopes(missing, unexpected)
    if scopes is not None:
        there, here = scopes
        lines.append(
            f"All that is missing is there under {there!r} in place of {here!r}: restore it with "
            f"saver.restore(sess, path, rename={{{there!r}: {here!r}}})."
        )
    lines.append(
        "Save and restore the same variables; or restore what fits and leave the rest as it is, "
        "with saver.restore(sess, path, partial=True); or tell by rename={'name there': 'name "
        "here'} what is called differently. Nothing was restored."
    )
    return lines


def fitting_scopes(missing: Sequence[str], others: Iterable[str]) -> tuple[str, str] | None:
    """Find the two scopes by which all missing names differ from names that are there.

    Args:
      missing: the names that the graph wants.
      others: the names that the checkpoint has besides those that fit.

    Returns:
      The scope there and the scope here, each empty or with a slash at its end; None if there is
      no such pair.
    """
    if not missing:
        return None
    available = set(others)
    first = missing[0]
    for name in sorted(available):
        there, here = _scopes(name, first)
        if there == here:
            continue
        if all(
            wanted.startswith(here) and there + wanted[len(here) :] in available
            for wanted in missing
        ):
            return there, here
    return None


def _scopes(name: str, other: str) -> tuple[str, str]:
    """Take from two names the path that they end with alike; gives the rests."""
    ours, theirs = name.split("/"), other.split("/")
    count = 0
    while count < min(len(ours), len(theirs)) and ours[-1 - count] == theirs[-1 - count]:
        count += 1
    if count == 0:
        return "", ""
    return _scope(ours[: len(ours) - count]), _scope(theirs[: len(theirs) - count])


def _scope(parts: Sequence[str]) -> str:
    return "".join(f"{part}/" for part in parts)


def compare(wanted: Sequence[Wanted], reader: Any, names: Mapping[str, str]) -> Differences:
    """Compare what a graph wants with what an open checkpoint holds.

    Args:
      wanted: the tensors.
      reader: the checkpoint.
      names: from the wanted tensors' names to those in the checkpoint.
    """
    found = Differences()
    for item in wanted:
        name = names[item.name]
        if name not in reader.shapes:
            if item.name not in found.missing:
                found.missing.append(item.name)
            continue
        misfit = _misfit(item, name, reader)
        if misfit:
            found.misfits[item.name] = misfit
    taken = set(names.values())
    found.unexpected = sorted(name for name in reader.shapes if name not in taken)
    return found


def _misfit(item: Wanted, name: str, reader: Any) -> str:
    shape, dtype = reader.shapes[name], reader.dtypes[name]
    called = repr(name) if name == item.name else f"{item.name!r} (there {name!r})"
    if dtype is not item.dtype:
        return f"{called} is {dtype.name} there, but {item.dtype.name} here"
    if item.part is not None:
        if shape != item.part:
            return f"{called} has shape {describe(shape)} there, but {describe(item.part)} here"
        return ""
    if item.elements is not None:
        return (
            ""
            if _count(shape) == item.elements
            else (f"{called} has {_count(shape)} elements there, but {item.elements} here")
        )
    if item.shape is not None and not _fits(shape, item.shape):
        return f"{called} has shape {describe(shape)} there, but {describe(item.shape)} here"
    return ""


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count


def _fits(shape: tuple[int, ...], declared: tuple[int | None, ...]) -> bool:
    return len(shape) == len(declared) and all(
        size in (None, found) for found, size in zip(shape, declared, strict=True)
    )
