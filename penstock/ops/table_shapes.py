"""The static shapes of what look-up tables give, and the checks that a graph allows."""

from __future__ import annotations

from penstock.core.shapes import Shape, describe, is_compatible
from penstock.graph.shape_context import ShapeContext

__all__ = ["exported", "filled", "found_shape", "imported", "inserted", "removed"]


def _shapes_of(c: ShapeContext) -> tuple[Shape, Shape]:
    """Give the shapes of a key and of a value, if the graph shows which table it is."""
    node = c.tensor("table_handle").op
    if node.spec.makes is None or node.type.startswith("HashTable"):
        return None, None
    key: Shape = ()
    if node.type.startswith("MutableDenseHashTable"):
        key = node.inputs[0].static_shape
    return key, node.attrs.get("value_shape", ())


def _check_dtypes(c: ShapeContext, key: str, value: str | None) -> None:
    """Check the dtypes against those of a table that changes; one that does not looks itself."""
    node = c.tensor("table_handle").op
    if node.spec.makes is None or node.type.startswith("HashTable"):
        return
    for name, wanted in ((key, "key_dtype"), (value, "value_dtype")):
        if name is not None and c.attrs[name] is not node.attrs[wanted]:
            raise c.mismatch(
                f"{wanted[:-6]}s of dtype {node.attrs[wanted].name}, which those of "
                f"{node.name!r} have, not {c.attrs[name].name}"
            )


def found_shape(c: ShapeContext) -> Shape:
    """Work out the shape of the values of keys."""
    _check_dtypes(c, "Tin", "Tout")
    keys = c.shape("keys")
    key, value = _shapes_of(c)
    if keys is None or key is None or value is None:
        return None
    count = len(keys) - len(key)
    if count < 0 or not is_compatible(keys[count:], key):
        raise c.mismatch(f"keys of shape {describe(key)}")
    return keys[:count] + value


def inserted(c: ShapeContext) -> list[Shape]:
    """Check what is put in a table."""
    _check_dtypes(c, "Tin", "Tout")
    return []


def filled(c: ShapeContext) -> list[Shape]:
    """Check what fills a table."""
    keys, values = c.shape("keys"), c.shape("values")
    if keys is not None and len(keys) < 1:
        raise c.mismatch("keys in a vector")
    if keys and values and not is_compatible(keys[:1], values[:1]):
        raise c.mismatch("as many values as keys")
    return []


def imported(c: ShapeContext) -> list[Shape]:
    """Check what a table is to hold."""
    _check_dtypes(c, "Tin", "Tout")
    return filled(c)


def removed(c: ShapeContext) -> list[Shape]:
    """Check what is taken out of a table."""
    _check_dtypes(c, "Tin", None)
    return []


def exported(c: ShapeContext) -> list[Shape]:
    """Work out the shapes of all keys and values."""
    _check_dtypes(c, "Tkeys", "Tvalues")
    key, value = _shapes_of(c)
    if value is None:
        return [(None,), None]
    if c.tensor("table_handle").op.type.startswith("MutableDenseHashTable"):
        # Its buckets are rows of matrices, though TensorFlow declares vectors of scalars.
        return [None, (None, *value) if value else None]
    return [None if key is None else (None, *key), (None, *value)]
