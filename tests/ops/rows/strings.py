"""Rows of strings."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row


def _text(*values):
    return np.array(values, object)


_WORDS = np.array([[b"a b", b" c "], [b"", b"d,e f"]], object)
_AT = np.array([[0, 0], [0, 1], [1, 0]])

ROWS = [
    Row("AsString", [np.array([1, -20], np.int32)], lambda x: _text(b"1", b"-20"),
        dtypes=("int8", "int32", "int64")),
    Row("AsString", [np.array([1.5, -20.25], np.float32)],
        lambda x: _text(b"1.500000", b"-20.250000"), dtypes=("float32", "float64"), label="floats"),
    Row("AsString", [np.array([3.14159])], lambda x: _text(b"003.14"),
        attrs={"precision": 2, "width": 6, "fill": "0"}, label="filled"),
    Row("AsString", [np.array([True, False])], lambda x: _text(b"true", b"false"), label="bool"),
    Row("AsString", [np.array([1e10])], lambda x: _text(b"1e+10"), attrs={"shortest": True},
        label="shortest"),
    Row("StringToNumber", [_text(b"1.5", b"-2e3", b" 4 ")], lambda x: np.array([1.5, -2000, 4])),
    Row("StringToNumber", [_text(b"7")], lambda x: np.array([7]), attrs={"out_type": "int64"},
        label="integers"),
    Row("DecodeRaw", [_text(bytes([1, 0, 2, 0]), bytes([255, 255, 0, 1]))],
        lambda x: np.array([[1, 2], [-1, 256]]), attrs={"out_type": "int16"}),
    Row("DecodeRaw", [_text(bytes([1, 0]))], lambda x: np.array([[256]]),
        attrs={"out_type": "int16", "little_endian": False}, label="big endian"),
    Row("DecodeRaw", [np.array(bytes([1, 7]), object)], lambda x: np.array([1, 7]),
        attrs={"out_type": "uint8"}, label="scalar"),
    Row("StringJoin", [[_text(b"a", b"b"), np.array(b"-", object), _text(b"c", b"d")]],
        lambda x: _text(b"a/-/c", b"b/-/d"), attrs={"separator": "/"}),
    Row("Substr", [_text(b"hello", b"world"), np.int32(-4), np.int32(2)],
        lambda *_: _text(b"el", b"or")),
    Row("Substr", [_text("h\u00e9llo".encode()), np.array([1]), np.array([2])],
        lambda *_: _text("\u00e9l".encode()), attrs={"unit": "UTF8_CHAR"}, label="characters"),
    Row("StringLength", [_WORDS], lambda x: np.array([[3, 3], [0, 5]])),
    Row("StringLength", [_text("\u00e9".encode())], lambda x: np.array([1]),
        attrs={"unit": "UTF8_CHAR"}, label="characters"),
    Row("StringStrip", [_WORDS], lambda x: np.array([[b"a b", b"c"], [b"", b"d,e f"]], object)),
    Row("StringLower", [_text(b"AbC")], lambda x: _text(b"abc")),
    Row("StringUpper", [_text("\u00e9".encode())], lambda x: _text("\u00c9".encode()),
        attrs={"encoding": "utf-8"}),
    Row("RegexReplace", [_text(b"a1b22"), np.array(b"([0-9])", object), np.array(b"<\\1>", object)],
        lambda *_: _text(b"a<1>b<2><2>")),
    Row("StaticRegexReplace", [_text(b"a1b22")], lambda x: _text(b"a-b22"),
        attrs={"pattern": "[0-9]+", "rewrite": "-", "replace_global": False}),
    Row("RegexFullMatch", [_text(b"ab", b"abc"), np.array(b"a.", object)],
        lambda *_: np.array([True, False])),
    Row("StaticRegexFullMatch", [_text(b"ab", b"abc")], lambda x: np.array([True, False]),
        attrs={"pattern": "a."}),
    Row("EncodeBase64", [_text(b"ab?>")], lambda x: _text(b"YWI_Pg")),
    Row("DecodeBase64", [_text(b"YWI_Pg")], lambda x: _text(b"ab?>")),
    Row("StringSplit", [_text(b"a b", b"", b"c, d"), np.array(b" ,", object)],
        lambda *_: [np.array([[0, 0], [0, 1], [2, 0], [2, 1]]), _text(b"a", b"b", b"c", b"d"),
                    np.array([3, 2])]),
    Row("StringSplit", [_text(b"ab"), np.array(b"", object)],
        lambda *_: [np.array([[0, 0], [0, 1]]), _text(b"a", b"b"), np.array([1, 2])],
        label="bytes"),
    Row("StringSplitV2", [_text(b"a,b,,c"), np.array(b",", object)],
        lambda *_: [np.array([[0, 0], [0, 1], [0, 2]]), _text(b"a", b"b", b",c"),
                    np.array([1, 3])], attrs={"maxsplit": 2}),
    Row("ReduceJoin", [np.array([[b"a", b"b"], [b"c", b"d"]], object), np.int32(0)],
        lambda *_: _text(b"a+c", b"b+d"), attrs={"separator": "+"}),
    Row("ReduceJoin", [np.array([[b"a", b"b"], [b"c", b"d"]], object), np.array([1, 0], np.int32)],
        lambda *_: np.array([[b"abcd"]], object), attrs={"keep_dims": True}, label="all"),
    Row("EditDistance", [_AT, np.array([1, 2, 3]), np.array([2, 2]), _AT, np.array([1, 3, 4]),
        np.array([3, 2])], lambda *_: np.array([0.5, 1, 0])),
]  # fmt: skip
