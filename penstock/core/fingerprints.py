"""Hashes of bytes that TensorFlow puts strings into buckets by; the same on every machine.

`fingerprint` is FarmHash's Fingerprint64 (Geoff Pike, 2014), `murmur` a MurmurHash64A (Austin
Appleby, 2008) with TensorFlow's seed, `keyed` SipHash-2-4 (Aumasson and Bernstein, 2012).
"""

from __future__ import annotations

__all__ = ["combined", "fingerprint", "keyed", "murmur"]

_WORD = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def _word(text: bytes, at: int, size: int = 8) -> int:
    return int.from_bytes(text[at : at + size], "little")


def _rotated(value: int, by: int) -> int:
    value &= _WORD
    return (value >> by | value << (64 - by)) & _WORD


def _mixed(value: int) -> int:
    value &= _WORD
    return value ^ value >> 47


def _of_two(u: int, v: int, factor: int) -> int:
    a = _mixed((u ^ v) * factor)
    b = _mixed(((v & _WORD) ^ a) * factor)
    return b * factor & _WORD


def fingerprint(text: bytes) -> int:
    """Give FarmHash's 64-bit fingerprint of `text`.

    >>> hex(fingerprint(b"hello"))
    '0xb48be5a931380ce8'
    """
    if len(text) <= 16:
        return _up_to_16(text)
    if len(text) <= 32:
        return _up_to_32(text)
    return _up_to_64(text) if len(text) <= 64 else _long(text)


def _up_to_16(text: bytes) -> int:
    size = len(text)
    factor = _K2 + size * 2
    if size >= 8:
        a, b = (_word(text, 0) + _K2) & _WORD, _word(text, size - 8)
        c = _rotated(b, 37) * factor + a & _WORD
        d = (_rotated(a, 25) + b) * factor & _WORD
        return _of_two(c, d, factor)
    if size >= 4:
        return _of_two(size + (_word(text, 0, 4) << 3), _word(text, size - 4, 4), factor)
    if size:
        y, z = text[0] + (text[size >> 1] << 8), size + (text[-1] << 2)
        return _mixed(y * _K2 ^ z * _K0) * _K2 & _WORD
    return _K2


def _ends(text: bytes, factor: int, first: int) -> tuple[int, int, int]:
    """Mix the first and the last 16 bytes: gives two sums, and the first word times `first`."""
    size = len(text)
    a, b = _word(text, 0) * first & _WORD, _word(text, 8)
    c, d = _word(text, size - 8) * factor & _WORD, _word(text, size - 16) * _K2
    y = _rotated(a + b, 43) + _rotated(c, 30) + d & _WORD
    return y, a + _rotated(b + _K2, 18) + c & _WORD, a


def _up_to_32(text: bytes) -> int:
    factor = _K2 + len(text) * 2
    y, z, _ = _ends(text, factor, _K1)
    return _of_two(y, z, factor)


def _up_to_64(text: bytes) -> int:
    size = len(text)
    factor = _K2 + size * 2
    y, rest, a = _ends(text, factor, _K2)
    z = _of_two(y, rest, factor)
    e, f = _word(text, 16) * factor & _WORD, _word(text, 24)
    g = (y + _word(text, size - 32)) * factor & _WORD
    h = (z + _word(text, size - 24)) * factor & _WORD
    return _of_two(
        _rotated(e + f, 43) + _rotated(g, 30) + h & _WORD,
        e + _rotated(f + a, 18) + g & _WORD,
        factor,
    )


def _weak(text: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    w, x, y, z = (_word(text, at + offset) for offset in (0, 8, 16, 24))
    a += w
    b = _rotated(b + a + z, 21)
    c = a
    a += x + y
    b += _rotated(a, 44)
    return a + z & _WORD, b + c & _WORD


def _round(
    text: bytes, at: int, state: tuple[int, ...], factor: int, weight: int
) -> tuple[int, ...]:
    x, y, z, v0, v1, w0, w1 = state
    x = _rotated(x + y + v0 + _word(text, at + 8), 37) * factor & _WORD
    y = _rotated(y + v1 + _word(text, at + 48), 42) * factor & _WORD
    x ^= w1 * weight & _WORD
    y = y + v0 * weight + _word(text, at + 40) & _WORD
    z = _rotated(z + w0, 33) * factor & _WORD
    v0, v1 = _weak(text, at, v1 * factor, x + w0)
    w0, w1 = _weak(text, at + 32, z + w1, y + _word(text, at + 16))
    return z, y, x, v0, v1, w0, w1


def _long(text: bytes) -> int:
    seed, size = 81, len(text)
    y = seed * _K1 + 113 & _WORD
    state: tuple[int, ...] = (
        seed * _K2 + _word(text, 0) & _WORD, y, _mixed(y * _K2 + 113) * _K2 & _WORD, 0, 0, 0, 0
    )  # fmt: skip
    end = (size - 1) // 64 * 64
    for at in range(0, end, 64):
        state = _round(text, at, state, _K1, 1)
    x, y, z, v0, v1, w0, w1 = state
    factor = _K1 + ((z & 0xFF) << 1)
    w0 += (size - 1) & 63
    v0 += w0
    w0 += v0
    last = end + ((size - 1) & 63) - 63
    x, y, z, v0, v1, w0, w1 = _round(text, last, (x, y, z, v0, v1, w0, w1), factor, 9)
    return _of_two(
        _of_two(v0, w0, factor) + _mixed(y) * _K0 + z & _WORD,
        _of_two(v1, w1, factor) + x & _WORD,
        factor,
    )


def murmur(text: bytes) -> int:
    """Give the 64-bit hash by which TensorFlow's older op chooses a bucket."""
    factor, size = 0xC6A4A7935BD1E995, len(text)
    value = 0xDECAFCAFFE ^ size * factor & _WORD
    whole = size // 8 * 8
    for at in range(0, whole, 8):
        word = _word(text, at) * factor & _WORD
        word = (word ^ word >> 47) * factor & _WORD
        value = (value ^ word) * factor & _WORD
    if size > whole:
        value = (value ^ _word(text, whole)) * factor & _WORD
    value = _mixed(value) * factor & _WORD
    return value ^ value >> 47


def combined(first: int, second: int) -> int:
    """Give one hash for two, in their order, as TensorFlow makes it."""
    return first ^ (second + 0x9E3779B97F4A7800 + (first << 10) + (first >> 4)) & _WORD


def keyed(text: bytes, key: tuple[int, int]) -> int:
    """Give the SipHash of `text`: nobody without the key finds texts that fall together.

    >>> hex(keyed(bytes(range(15)), (0x0706050403020100, 0x0F0E0D0C0B0A0908)))
    '0xa129ca6149be45e5'
    """
    low, high = (part & _WORD for part in key)
    state = (
        low ^ 0x736F6D6570736575,
        high ^ 0x646F72616E646F6D,
        low ^ 0x6C7967656E657261,
        high ^ 0x7465646279746573,
    )
    size = len(text)
    words = [_word(text, at) for at in range(0, size // 8 * 8, 8)]
    words.append(_word(text, size // 8 * 8) | (size & 255) << 56)
    for word in words:
        a, b, c, d = state
        state = _stirred(_stirred((a, b, c, d ^ word)))
        state = (state[0] ^ word, *state[1:])
    a, b, c, d = state
    state = (a, b, c ^ 255, d)
    for _ in range(4):
        state = _stirred(state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _stirred(state: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    a, b, c, d = state
    a, c = a + b & _WORD, c + d & _WORD
    b, d = _rotated(b, 64 - 13) ^ a, _rotated(d, 64 - 16) ^ c
    a = _rotated(a, 64 - 32)
    c, a = c + b & _WORD, a + d & _WORD
    b, d = _rotated(b, 64 - 17) ^ c, _rotated(d, 64 - 21) ^ a
    return a, b, _rotated(c, 64 - 32), d
