"""What a record of examples holds, whichever of the two kinds of example it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import DecodeError

from penstock.formats.example_messages import SequenceExample

__all__ = ["features_of"]

_KINDS = {"bytes_list": "bytes", "float_list": "float32", "int64_list": "int64"}


def features_of(record: bytes) -> list[tuple[str, str, list[Any]]] | None:
    """List the features of an `Example` or `SequenceExample`.

    Args:
      record: its bytes.

    Returns:
      Each feature's name, the kind of its values, and these; the values of a list of features one
      after the other, its name with ``[]`` at the end. None if the record is no example.
    """
    try:
        example = SequenceExample.FromString(record)
    except DecodeError:
        return None
    found = list(_features(example)) if example.SerializeToString() else []
    return found or None


def _features(example: Any) -> Iterator[tuple[str, str, list[Any]]]:
    for name, feature in example.context.feature.items():
        kind = feature.WhichOneof("kind")
        yield name, _KINDS.get(kind, "empty"), _values(feature)
    for name, features in example.feature_lists.feature_list.items():
        kinds = {feature.WhichOneof("kind") for feature in features.feature} - {None}
        kind = _KINDS[kinds.pop()] if len(kinds) == 1 else "mixed" if kinds else "empty"
        yield f"{name}[]", kind, [one for each in features.feature for one in _values(each)]


def _values(feature: Any) -> list[Any]:
    kind = feature.WhichOneof("kind")
    return list(getattr(feature, kind).value) if kind else []
