"""Strings: parts of them, their case, and regular expressions."""

from __future__ import annotations

from typing import Any

from penstock.graph.build import raw
from penstock.graph.node import Tensor

__all__ = [
    "decode_base64",
    "encode_base64",
    "regex_full_match",
    "regex_replace",
    "string_length",
    "string_lower",
    "string_strip",
    "string_to_hash_bucket",
    "string_to_hash_bucket_fast",
    "string_to_hash_bucket_strong",
    "string_upper",
    "substr",
]


def substr(input: Any, pos: Any, len: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """Build parts of strings.

    Args:
      input: strings.
      pos: where the parts begin; negative ones count from behind.
      len: how long they are at most.
      name: the node's name.
      unit: what is counted: ``"BYTE"`` or ``"UTF8_CHAR"``.
    """
    return raw.Substr(input, pos, len, unit=unit, name=name)


def string_length(input: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """Build the lengths of strings, in bytes or (`unit` being ``"UTF8_CHAR"``) characters."""
    return raw.StringLength(input, unit=unit, name=name)


def string_strip(input: Any, name: str | None = None) -> Tensor:
    """Build strings without white space at both ends."""
    return raw.StringStrip(input, name=name)


def string_lower(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """Build strings in lower case; all letters, not ASCII's alone, if `encoding` is "utf-8"."""
    return raw.StringLower(input, encoding=encoding, name=name)


def string_upper(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """Build strings in upper case; as `string_lower`."""
    return raw.StringUpper(input, encoding=encoding, name=name)


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, bytes))


def regex_replace(
    input: Any,
    pattern: Any,
    rewrite: Any,
    replace_global: bool = True,
    name: str | None = None,
) -> Tensor:
    """Build strings with what matches a regular expression replaced.

    Args:
      input: strings.
      pattern: the expression.
      rewrite: what takes the place of a match; ``\\1`` stands for the first group.
      replace_global: whether every match is replaced, or the first only.
      name: the node's name.
    """
    if _is_text(pattern) and _is_text(rewrite):
        return raw.StaticRegexReplace(
            input, pattern=pattern, rewrite=rewrite, replace_global=replace_global, name=name
        )
    return raw.RegexReplace(input, pattern, rewrite, replace_global=replace_global, name=name)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Tensor:
    """Build whether a regular expression matches the whole of each string."""
    if _is_text(pattern):
        return raw.StaticRegexFullMatch(input, pattern=pattern, name=name)
    return raw.RegexFullMatch(input, pattern, name=name)


def string_to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Tensor:
    """Build the number of each string's bucket, from 0 to `num_buckets`, by a hash of it.

    Args:
      input: strings.
      num_buckets: how many buckets there are.
      name: the node's name.
    """
    return raw.StringToHashBucketFast(input, num_buckets=num_buckets, name=name)


def string_to_hash_bucket(
    string_tensor: Any = None,
    num_buckets: int | None = None,
    name: str | None = None,
    input: Any = None,
) -> Tensor:
    """As `string_to_hash_bucket_fast`, by an older hash; `input` names the strings, too."""
    text = input if string_tensor is None else string_tensor
    return raw.StringToHashBucket(text, num_buckets=num_buckets, name=name)


def string_to_hash_bucket_strong(
    input: Any, num_buckets: int, key: Any, name: str | None = None
) -> Tensor:
    """As `string_to_hash_bucket_fast`, by a hash that only those who know the key can foresee.

    Nobody else can send strings that all fall into one bucket.

    Args:
      input: strings.
      num_buckets: how many buckets there are.
      key: two numbers, the key of the hash.
      name: the node's name.
    """
    return raw.StringToHashBucketStrong(input, num_buckets=num_buckets, key=list(key), name=name)


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> Tensor:
    """Build strings in web-safe base 64, with or without padding."""
    return raw.EncodeBase64(input, pad=pad, name=name)


def decode_base64(input: Any, name: str | None = None) -> Tensor:
    """Build what strings in web-safe base 64 stand for."""
    return raw.DecodeBase64(input, name=name)
