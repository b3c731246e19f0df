"""Nests walked part of the way: down to the leaves of a shallower one, or with the paths there.

A *path* is a tuple of what leads to a leaf: keys of dicts, names of fields, positions in sequences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from penstock.core.containers import (
    is_nested,
    items_of,
    keys_of,
    like,
    pack,
    same_container_type,
    walks_into,
)

__all__ = [
    "Path",
    "assert_shallow_structure",
    "flatten_up_to",
    "flatten_with_joined_string_paths",
    "flatten_with_tuple_paths",
    "flatten_with_tuple_paths_up_to",
    "get_traverse_shallow_structure",
    "map_structure_up_to",
    "map_structure_with_paths",
    "map_structure_with_tuple_paths",
    "map_structure_with_tuple_paths_up_to",
    "yield_flat_paths",
    "yield_flattened_up_to",
]

Path: TypeAlias = tuple[Any, ...]


def assert_shallow_structure(
    shallow_tree: Any,
    input_tree: Any,
    check_types: bool = True,
    expand_composites: bool = False,
    check_subtrees_length: bool = True,
) -> None:
    """Raises unless `input_tree` has a container wherever `shallow_tree` has one.

    Args:
        shallow_tree: the shallower nest.
        input_tree: a nest that may go on where `shallow_tree` has leaves.
        check_types: whether containers must have the same type.
        expand_composites: whether to look into each `Composite`.
        check_subtrees_length: whether containers must have as many items; otherwise those of
            `input_tree` may have more.

    Raises:
        TypeError: if a container stands against a leaf, or differs in type.
        ValueError: if a container has too few or too many items, or lacks a key.
    """
    if not walks_into(shallow_tree, expand_composites):
        return
    if not walks_into(input_tree, expand_composites):
        raise TypeError(
            f"The input must have a container where the shallow structure has {shallow_tree!r}; "
            f"it has {input_tree!r} ({type(input_tree).__name__})."
        )
    if check_types and not same_container_type(shallow_tree, input_tree):
        raise TypeError(
            f"The input must have a {type(shallow_tree).__name__} where the shallow structure has "
            f"one; it has {input_tree!r} ({type(input_tree).__name__})."
        )
    wanted, found = len(items_of(shallow_tree)), len(items_of(input_tree))
    if found < wanted or (check_subtrees_length and found != wanted):
        raise ValueError(
            f"The input must have {wanted} items where the shallow structure has {shallow_tree!r}; "
            f"it has {found}: {input_tree!r}."
        )
    for _, below, item in _pairs(shallow_tree, input_tree):
        assert_shallow_structure(below, item, check_types, expand_composites, check_subtrees_length)


def _pairs(shallow_tree: Any, input_tree: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Key, item of the shallow container and item of the input, for each item of the former."""
    if not (isinstance(shallow_tree, Mapping) and isinstance(input_tree, Mapping)):
        yield from zip(
            keys_of(shallow_tree), items_of(shallow_tree), items_of(input_tree), strict=False
        )
        return
    missing = [key for key in shallow_tree if key not in input_tree]
    if missing:
        raise ValueError(
            f"The input must have all keys of the shallow structure; it lacks {missing!r} and has "
            f"{list(input_tree)!r}."
        )
    for key in keys_of(shallow_tree):
        yield key, shallow_tree[key], input_tree[key]


def yield_flattened_up_to(
    shallow_tree: Any, input_tree: Any, expand_composites: bool = False, path: Path = ()
) -> Iterator[tuple[Path, Any]]:
    """Gives path and part of `input_tree` for each leaf of `shallow_tree`, unchecked."""
    if not walks_into(shallow_tree, expand_composites):
        yield path, input_tree
        return
    for key, below, item in _pairs(shallow_tree, input_tree):
        yield from yield_flattened_up_to(below, item, expand_composites, (*path, key))


def flatten_with_tuple_paths_up_to(
    shallow_tree: Any,
    input_tree: Any,
    check_types: bool = True,
    expand_composites: bool = False,
    check_subtrees_length: bool = True,
) -> list[tuple[Path, Any]]:
    """Lists path and part of `input_tree` for each leaf of `shallow_tree`."""
    assert_shallow_structure(
        shallow_tree, input_tree, check_types, expand_composites, check_subtrees_length
    )
    return list(yield_flattened_up_to(shallow_tree, input_tree, expand_composites))


def flatten_up_to(
    shallow_tree: Any,
    input_tree: Any,
    check_types: bool = True,
    expand_composites: bool = False,
    check_subtrees_length: bool = True,
) -> list[Any]:
    """Lists the parts of `input_tree` that stand where `shallow_tree` has leaves.

    Raises:
        TypeError, ValueError: as `assert_shallow_structure` does.

    Example:
        >>> flatten_up_to([0, 0], [[1, 2], (3,)])
        [[1, 2], (3,)]
    """
    found = flatten_with_tuple_paths_up_to(
        shallow_tree, input_tree, check_types, expand_composites, check_subtrees_length
    )
    return [part for _, part in found]


def map_structure_up_to(
    shallow_tree: Any,
    func: Callable[..., Any],
    *inputs: Any,
    check_types: bool = True,
    expand_composites: bool = False,
) -> Any:
    """Calls `func` with the parts of `inputs` that stand where `shallow_tree` has leaves.

    Returns:
        The results, nested like `shallow_tree`.

    Raises:
        TypeError, ValueError: as `assert_shallow_structure` does.

    Example:
        >>> map_structure_up_to([0, 0], len, [[1, 2], [3]])
        [2, 1]
    """
    return map_structure_with_tuple_paths_up_to(
        shallow_tree,
        lambda _, *parts: func(*parts),
        *inputs,
        check_types=check_types,
        expand_composites=expand_composites,
    )


def map_structure_with_tuple_paths_up_to(
    shallow_tree: Any,
    func: Callable[..., Any],
    *inputs: Any,
    check_types: bool = True,
    expand_composites: bool = False,
) -> Any:
    """As `map_structure_up_to`, with the path as `func`'s first argument."""
    if not inputs:
        raise ValueError("There must be at least one structure to map over; got none.")
    flat = [
        flatten_with_tuple_paths_up_to(shallow_tree, each, check_types, expand_composites)
        for each in inputs
    ]
    results = [
        func(together[0][0], *(part for _, part in together))
        for together in zip(*flat, strict=True)
    ]
    return pack(shallow_tree, iter(results), expand_composites)


def map_structure_with_tuple_paths(func: Callable[..., Any], *structure: Any, **checks: Any) -> Any:
    """As `map_structure`, with the path as `func`'s first argument."""
    if not structure:
        raise ValueError("There must be at least one structure to map over; got none.")
    return map_structure_with_tuple_paths_up_to(structure[0], func, *structure, **checks)


def map_structure_with_paths(func: Callable[..., Any], *structure: Any, **checks: Any) -> Any:
    """As `map_structure`, with the path, joined by slashes, as `func`'s first argument."""
    return map_structure_with_tuple_paths(
        lambda path, *leaves: func("/".join(map(str, path)), *leaves), *structure, **checks
    )


def yield_flat_paths(nest: Any, expand_composites: bool = False) -> Iterator[Path]:
    """Gives the path to each leaf."""
    for path, _ in yield_flattened_up_to(nest, nest, expand_composites):
        yield path


def flatten_with_tuple_paths(
    structure: Any, expand_composites: bool = False
) -> list[tuple[Path, Any]]:
    """Lists path and leaf for each leaf."""
    return list(yield_flattened_up_to(structure, structure, expand_composites))


def flatten_with_joined_string_paths(
    structure: Any, separator: str = "/", expand_composites: bool = False
) -> list[tuple[str, Any]]:
    """Lists path, its parts joined by `separator`, and leaf for each leaf."""
    return [
        (separator.join(map(str, path)), leaf)
        for path, leaf in yield_flattened_up_to(structure, structure, expand_composites)
    ]


def get_traverse_shallow_structure(
    traverse_fn: Callable[[Any], Any], structure: Any, expand_composites: bool = False
) -> Any:
    """Makes the shallow structure of booleans that says how far `traverse_fn` would go.

    Args:
        traverse_fn: takes a part of the nest, and says whether to walk into it: True, False, or
            a structure of booleans for its items.
        structure: a nest.
        expand_composites: whether to look into each `Composite`.

    Returns:
        A nest of booleans, False where the walk ends before a leaf.

    Raises:
        TypeError: if `traverse_fn` gives anything else.
    """
    decision = traverse_fn(structure)
    if not walks_into(structure, expand_composites):
        if not isinstance(decision, bool):
            raise TypeError(f"traverse_fn must give a bool for a leaf; it gave {decision!r}.")
        return decision
    if isinstance(decision, bool):
        if not decision:
            return False
        below = [
            get_traverse_shallow_structure(traverse_fn, item, expand_composites)
            for item in items_of(structure)
        ]
        return like(structure, below)
    if not is_nested(decision):
        raise TypeError(f"traverse_fn must give a bool or a nest of them; it gave {decision!r}.")
    assert_shallow_structure(decision, structure, check_types=False)
    below = [
        get_traverse_shallow_structure(traverse_fn, item, expand_composites) if enter else False
        for _, enter, item in _pairs(decision, structure)
    ]
    return like(structure, below)
