"""The hashes of strings are TensorFlow's."""

import pytest

from penstock.core.fingerprints import fingerprint, murmur

_BUCKETS = 2**62 + 11

# What TensorFlow 1.15.5's string_to_hash_bucket_fast and string_to_hash_bucket give for _BUCKETS
# buckets, and the text number `i` of that length (see `_text`).
_GOLDEN = [
    (0, 0, 1936946117179621433, 105434511174508069),
    (1, 1, 1693950485815063655, 2734033960519991097),
    (3, 3, 2051527045279022857, 4227465358111970271),
    (5, 5, 971564102062246042, 3383957734887663506),
    (7, 8, 3589050025970687340, 4420491913616632956),
    (10, 16, 1174841426730128590, 905312047590354129),
    (11, 17, 662540015195622443, 3391611939607163639),
    (14, 32, 1433815121949945012, 2361854476524823118),
    (15, 33, 2882446928639054615, 442251953297303698),
    (18, 64, 2401778889167890525, 4161365046064485703),
    (19, 65, 1245493992390654681, 1163520959550414467),
    (22, 128, 1285072629806771528, 3539434890288599077),
    (23, 129, 3691636059281540830, 4117494246522835643),
    (26, 1000, 967021913669403135, 2646102729837870027),
]


def _text(i, length):
    return bytes((i * 7 + place * 13) % 256 for place in range(length))


@pytest.mark.parametrize(("i", "length", "fast", "old"), _GOLDEN)
def test_buckets_are_tensorflows(i, length, fast, old):
    assert fingerprint(_text(i, length)) % _BUCKETS == fast
    assert murmur(_text(i, length)) % _BUCKETS == old
