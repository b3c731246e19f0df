"""What nests are made of: which values are containers, what they hold, how to make another.

A *leaf* is what is in no container. A `Composite` (a sparse tensor, say) is a leaf, unless
`expand_composites` asks for its parts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Mapping, MappingView, Sequence
from typing import Any, Final

__all__ = [
    "Composite",
    "is_nested",
    "is_sequence",
    "items_of",
    "keys_of",
    "like",
    "pack",
    "same_container_type",
    "walks_into",
]

_PLAIN: Final = (list, tuple, dict)


class Composite(ABC):
    """A value that is made of several tensors."""

    __slots__ = ()

    @abstractmethod
    def composite_parts(self) -> tuple[Any, ...]:
        """The tensors that this is made of, in a fixed order."""

    @abstractmethod
    def composite_with(self, parts: tuple[Any, ...]) -> Any:
        """The same kind of value, made of other tensors."""


def is_nested(value: Any) -> bool:
    """Whether `value` is a container that nests walk into; strings, sets and arrays are not."""
    if isinstance(value, _PLAIN):
        return True
    if isinstance(value, str | bytes | bytearray | memoryview):
        return False
    return isinstance(value, Sequence | Mapping | MappingView) or _is_attrs(value)


is_sequence = is_nested


def _is_attrs(value: Any) -> bool:
    return hasattr(type(value), "__attrs_attrs__")


def _is_namedtuple(value: Any) -> bool:
    return isinstance(value, tuple) and hasattr(value, "_fields")


def walks_into(value: Any, expand_composites: bool) -> bool:
    """Whether `value` is a container, counting composites as such if they are expanded."""
    return is_nested(value) or (expand_composites and isinstance(value, Composite))


def keys_of(nest: Any) -> Sequence[Any]:
    """What names the items of a container: sorted keys, fields, or positions."""
    if isinstance(nest, Mapping):
        try:
            return sorted(nest)
        except TypeError:
            raise TypeError(
                "The keys of a dict in a nest must be sortable, to give its items an order; "
                f"got {list(nest)!r}."
            ) from None
    if _is_namedtuple(nest):
        return list(nest._fields)
    if _is_attrs(nest):
        return [attribute.name for attribute in type(nest).__attrs_attrs__]
    return range(len(items_of(nest)))


def items_of(nest: Any) -> Sequence[Any]:
    """What a container holds, in the order in which nests are walked."""
    if isinstance(nest, list | tuple):
        return nest
    if isinstance(nest, Mapping):
        return [nest[key] for key in keys_of(nest)]
    if _is_attrs(nest):
        return [getattr(nest, attribute.name) for attribute in type(nest).__attrs_attrs__]
    if isinstance(nest, Composite):
        return nest.composite_parts()
    return list(nest)


def like(nest: Any, items: Sequence[Any]) -> Any:
    """Makes a container like `nest` of other items."""
    kind = type(nest)
    if kind is list or isinstance(nest, range | MappingView):
        return list(items)
    if isinstance(nest, Mapping):
        by_key = dict(zip(keys_of(nest), items, strict=True))
        in_its_order = {key: by_key[key] for key in nest}
        if isinstance(nest, defaultdict):
            return kind(nest.default_factory, in_its_order)
        return kind(in_its_order)
    if _is_namedtuple(nest) or _is_attrs(nest):
        return kind(*items)
    if isinstance(nest, Composite):
        return nest.composite_with(tuple(items))
    return kind(items)


def same_container_type(a: Any, b: Any) -> bool:
    """Whether two containers count as of one type.

    All mappings do, so do lists and their subclasses, and named tuples of one name and fields.
    """
    if type(a) is type(b):
        return True
    if _is_namedtuple(a) and _is_namedtuple(b):
        return type(a).__name__ == type(b).__name__ and bool(a._fields == b._fields)
    return any(isinstance(a, kind) and isinstance(b, kind) for kind in (list, Mapping))


def pack(structure: Any, leaves: Iterator[Any], expand_composites: bool) -> Any:
    """Makes a nest like `structure` of the leaves that come next."""
    if not walks_into(structure, expand_composites):
        return next(leaves)
    packed = [pack(item, leaves, expand_composites) for item in items_of(structure)]
    return like(structure, packed)
