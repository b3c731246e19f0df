"""Nests: values within lists, tuples, dicts, named tuples and attrs classes, to any depth.

What is in no container is a *leaf*: a number, a tensor, a string, an array. Dicts are walked in the
order of their sorted keys, whatever order they keep themselves, so that two dicts with the same
keys always flatten alike; everything else is walked in its own order.

A `Composite` (a sparse tensor, say) is a leaf, unless `expand_composites` asks for its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.core.containers import (
    Composite,
    is_nested,
    is_sequence,
    items_of,
    pack,
    same_container_type,
    walks_into,
)
from penstock.core.nest_up_to import (
    assert_shallow_structure,
    flatten_up_to,
    flatten_with_joined_string_paths,
    flatten_with_tuple_paths,
    flatten_with_tuple_paths_up_to,
    get_traverse_shallow_structure,
    map_structure_up_to,
    map_structure_with_paths,
    map_structure_with_tuple_paths,
    map_structure_with_tuple_paths_up_to,
    yield_flat_paths,
    yield_flattened_up_to,
)

__all__ = [
    "Composite",
    "assert_same_structure",
    "assert_shallow_structure",
    "flatten",
    "flatten_dict_items",
    "flatten_up_to",
    "flatten_with_joined_string_paths",
    "flatten_with_tuple_paths",
    "flatten_with_tuple_paths_up_to",
    "get_traverse_shallow_structure",
    "is_nested",
    "is_sequence",
    "map_structure",
    "map_structure_up_to",
    "map_structure_with_paths",
    "map_structure_with_tuple_paths",
    "map_structure_with_tuple_paths_up_to",
    "pack_sequence_as",
    "yield_flat_paths",
    "yield_flattened_up_to",
]


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """Lists the leaves of a nest, in order; those of a leaf are itself.

    Example:
        >>> flatten([1, (2, {"b": 4, "a": 3})])
        [1, 2, 3, 4]
    """
    flat: list[Any] = []
    _flatten_into(flat, structure, expand_composites)
    return flat


def _flatten_into(flat: list[Any], structure: Any, expand_composites: bool) -> None:
    if not walks_into(structure, expand_composites):
        flat.append(structure)
        return
    for item in items_of(structure):
        _flatten_into(flat, item, expand_composites)


def pack_sequence_as(
    structure: Any, flat_sequence: Sequence[Any], expand_composites: bool = False
) -> Any:
    """Puts leaves, as `flatten` lists them, into a nest like `structure`.

    Raises:
        TypeError: if `flat_sequence` is not a sequence.
        ValueError: if there are more or fewer leaves than `structure` has.
    """
    if not is_nested(flat_sequence):
        raise TypeError(
            "flat_sequence is a list or tuple of leaves; "
            f"got {flat_sequence!r} ({type(flat_sequence).__name__})."
        )
    leaves = list(flat_sequence)
    wanted = len(flatten(structure, expand_composites))
    if len(leaves) != wanted:
        raise ValueError(
            f"The structure {structure!r} has {wanted} leaves, but flat_sequence has "
            f"{len(leaves)}: {leaves!r}."
        )
    return pack(structure, iter(leaves), expand_composites)


def map_structure(
    func: Callable[..., Any],
    *structure: Any,
    check_types: bool = True,
    expand_composites: bool = False,
) -> Any:
    """Calls `func` with the leaves of nests of one structure, and nests its results likewise.

    Args:
        func: takes one leaf of each nest.
        *structure: at least one nest; the result is like the first.
        check_types: whether containers must have the same type, not only as many items.
        expand_composites: whether the parts of a `Composite` are leaves.

    Raises:
        TypeError: if `func` cannot be called, or types of containers differ.
        ValueError: if no structure is given, or the structures differ.

    Example:
        >>> map_structure(lambda a, b: a + b, {"x": [1, 2]}, {"x": [10, 20]})
        {'x': [11, 22]}
    """
    if not callable(func):
        raise TypeError(f"func must be something to call; got {func!r}.")
    if not structure:
        raise ValueError("map_structure takes at least one structure; got none.")
    for other in structure[1:]:
        assert_same_structure(structure[0], other, check_types, expand_composites)
    flat = [flatten(each, expand_composites) for each in structure]
    results = [func(*leaves) for leaves in zip(*flat, strict=True)]
    return pack_sequence_as(structure[0], results, expand_composites)


def assert_same_structure(
    nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Raises unless two nests have leaves in the same places.

    Args:
        nest1: a nest, or a leaf.
        nest2: another.
        check_types: whether containers must have the same type too. All mappings count as one
            type, so do lists and their subclasses, and named tuples of one name and fields.
        expand_composites: whether to look into each `Composite`.

    Raises:
        TypeError: if `check_types` and a container differs in type.
        ValueError: if a container stands against a leaf, or differs in length or keys.
    """
    difference = _difference(nest1, nest2, check_types, expand_composites)
    if difference is not None:
        kind, why = difference
        raise kind(
            f"The nests must have one structure, but {why}. They are {nest1!r} and {nest2!r}."
        )


def _difference(
    a: Any, b: Any, check_types: bool, expand_composites: bool
) -> tuple[type[Exception], str] | None:
    """The first difference between two structures: the error's class, and the words for it."""
    walks_a, walks_b = walks_into(a, expand_composites), walks_into(b, expand_composites)
    if not walks_a and not walks_b:
        return None
    if walks_a != walks_b:
        return ValueError, f"{a!r} is against {b!r}: only one of them is a container"
    if check_types:
        if not same_container_type(a, b):
            return TypeError, f"one is a {type(a).__name__}, the other a {type(b).__name__}"
        if isinstance(a, Mapping) and set(a) != set(b):
            return ValueError, f"one has the keys {list(a)!r}, the other {list(b)!r}"
    items_a, items_b = items_of(a), items_of(b)
    if len(items_a) != len(items_b):
        return ValueError, f"{a!r} has {len(items_a)} items, {b!r} has {len(items_b)}"
    for one, other in zip(items_a, items_b, strict=True):
        found = _difference(one, other, check_types, expand_composites)
        if found is not None:
            return found
    return None


def flatten_dict_items(dictionary: Mapping[Any, Any]) -> dict[Any, Any]:
    """Makes a dict without nests of one whose keys are nests and whose values are nests like them.

    Raises:
        TypeError: if `dictionary` is no dict.
        ValueError: if a value is not nested as its key is, or a key comes twice.

    Example:
        >>> flatten_dict_items({(4, 5, (6, 8)): ("a", "b", ("c", "d"))})
        {4: 'a', 5: 'b', 6: 'c', 8: 'd'}
    """
    if not isinstance(dictionary, Mapping):
        raise TypeError(f"A dictionary is wanted; got {dictionary!r}.")
    flat: dict[Any, Any] = {}
    for nested_key, nested_value in dictionary.items():
        keys, values = flatten(nested_key), flatten(nested_value)
        if len(keys) != len(values):
            raise ValueError(
                f"A value must be nested as its key is; the key {nested_key!r} has {len(keys)} "
                f"leaves, the value {nested_value!r} has {len(values)}."
            )
        for key, value in zip(keys, values, strict=True):
            if key in flat:
                raise ValueError(
                    f"A key may come only once in the nested keys; {key!r} comes again."
                )
            flat[key] = value
    return flat
