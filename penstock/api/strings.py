"""`tf.strings`: tensors of strings."""

from penstock.functions.strings import (
    as_string,
    reduce_join,
    regex_full_match,
    regex_replace,
    string_join as join,
    string_length as length,
    string_lower as lower,
    string_split_v2 as split,
    string_strip as strip,
    string_to_number as to_number,
    string_upper as upper,
    substr,
)

__all__ = [
    "as_string",
    "join",
    "length",
    "lower",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "split",
    "strip",
    "substr",
    "to_number",
    "upper",
]
