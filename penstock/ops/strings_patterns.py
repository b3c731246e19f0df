"""Strings and regular expressions, and strings in base 64."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.graph.spec import attr
from penstock.ops.strings import each_string, elementwise

__all__ = ["SPECS"]


def _pattern(text: Any) -> re.Pattern[bytes]:
    pattern = text if isinstance(text, bytes) else text.encode()
    try:
        return re.compile(pattern)
    except re.error as error:
        raise InvalidArgumentError(
            None, None, f"Invalid pattern: {pattern.decode(errors='replace')}: {error}."
        ) from None


def _replace(x: Any, pattern: Any, rewrite: Any, everywhere: bool) -> Any:
    compiled = _pattern(pattern)
    text = rewrite if isinstance(rewrite, bytes) else rewrite.encode()
    template = re.sub(rb"\\(\d)", rb"\\g<\1>", text)
    return each_string(lambda one: compiled.sub(template, one, 0 if everywhere else 1), x)


def _full_match(x: Any, pattern: Any) -> Any:
    compiled = _pattern(pattern)
    return each_string(lambda one: compiled.fullmatch(one) is not None, x, dtype=np.bool_)


def _element(value: Any) -> Any:
    return np.asarray(value, object).item()


# Base 64


def _decode_base64(text: bytes) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        raise InvalidArgumentError(
            None, None, f"Invalid character found in base64: {text!r}."
        ) from None


def _encode_base64(xp: Any, x: Any, *, pad: bool) -> Any:
    def encode(text: bytes) -> bytes:
        written = base64.urlsafe_b64encode(text)
        return written if pad else written.rstrip(b"=")

    return each_string(encode, x)


SPECS = (
    elementwise(
        "RegexReplace", "Strings with what matches a pattern replaced.",
        lambda xp, x, pattern, rewrite, *, replace_global: _replace(
            x, _element(pattern), _element(rewrite), replace_global),
        attrs={"replace_global": True}, inputs=["input", "pattern", "rewrite"],
    ),
    elementwise(
        "StaticRegexReplace", "Strings with what matches a pattern replaced.",
        lambda xp, x, *, pattern, rewrite, replace_global: _replace(
            x, pattern, rewrite, replace_global),
        attrs={"pattern": attr("string"), "rewrite": attr("string"), "replace_global": True},
    ),
    elementwise(
        "RegexFullMatch", "Whether a pattern matches the whole string.",
        lambda xp, x, pattern: _full_match(x, _element(pattern)),
        inputs=["input", "pattern"], outputs="output: bool",
    ),
    elementwise(
        "StaticRegexFullMatch", "Whether a pattern matches the whole string.",
        lambda xp, x, *, pattern: _full_match(x, pattern),
        attrs={"pattern": attr("string")}, outputs="output: bool",
    ),
    elementwise(
        "EncodeBase64", "Strings in web-safe base 64.", _encode_base64, attrs={"pad": False}
    ),
    elementwise(
        "DecodeBase64", "What web-safe base 64 stands for.",
        lambda xp, x: each_string(_decode_base64, x),
    ),
)  # fmt: skip
