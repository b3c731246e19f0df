"""The messages of examples: named lists of bytes, floats or integers, and sequences of these."""

from __future__ import annotations

from typing import Any

from penstock.formats.declare import declare

__all__ = [
    "BytesList",
    "Example",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "Features",
    "FloatList",
    "Int64List",
    "SequenceExample",
]

_MESSAGES = declare(
    "example",
    [],
    {
        "BytesList": ["repeated bytes value = 1"],
        "FloatList": ["repeated float value = 1"],
        "Int64List": ["repeated int64 value = 1"],
        "Feature": [
            "oneof kind BytesList bytes_list = 1",
            "oneof kind FloatList float_list = 2",
            "oneof kind Int64List int64_list = 3",
        ],
        "Features": ["map<string, Feature> feature = 1"],
        "FeatureList": ["repeated Feature feature = 1"],
        "FeatureLists": ["map<string, FeatureList> feature_list = 1"],
        "Example": ["Features features = 1"],
        "SequenceExample": ["Features context = 1", "FeatureLists feature_lists = 2"],
    },
)

BytesList: Any = _MESSAGES["BytesList"]
FloatList: Any = _MESSAGES["FloatList"]
Int64List: Any = _MESSAGES["Int64List"]
Feature: Any = _MESSAGES["Feature"]
Features: Any = _MESSAGES["Features"]
FeatureList: Any = _MESSAGES["FeatureList"]
FeatureLists: Any = _MESSAGES["FeatureLists"]
Example: Any = _MESSAGES["Example"]
SequenceExample: Any = _MESSAGES["SequenceExample"]
