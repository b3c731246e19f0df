"""`tf.strings`: tensors of strings."""

from penstock.core.surface import lacking as _lacking
from penstock.functions.strings import (
    as_string,
    reduce_join,
    string_join as join,
    string_split_v2 as split,
    string_to_number as to_number,
)
from penstock.functions.strings_parts import (
    regex_full_match,
    regex_replace,
    string_length as length,
    string_lower as lower,
    string_strip as strip,
    string_to_hash_bucket as to_hash_bucket,
    string_to_hash_bucket_fast as to_hash_bucket_fast,
    string_to_hash_bucket_strong as to_hash_bucket_strong,
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
    "to_hash_bucket",
    "to_hash_bucket_fast",
    "to_hash_bucket_strong",
    "to_number",
    "upper",
]

__getattr__ = _lacking(__name__, __all__)
