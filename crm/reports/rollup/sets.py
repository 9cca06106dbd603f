"""Sets of ids of callers as roaring bitmaps: of hundreds of thousands the union takes a millisecond, and is exact."""

import sys
from array import array
from collections.abc import Iterable

from pyroaring import BitMap

_HEAD = 5
"""Words before the first element of an array as PostgreSQL sends it: dimensions, flags, type, length, lower bound."""


def sent(data: bytes | memoryview) -> BitMap:
    """Of ``array_send`` of an integer[] without nulls: each element is its length and its value, big-endian."""
    words = array("I")
    words.frombytes(data)
    if sys.byteorder == "little":
        words.byteswap()
    return BitMap(words[_HEAD + 1 :: 2])


def packed(ids: BitMap) -> bytes:
    return ids.serialize()


def unpacked(data: bytes | memoryview) -> BitMap:
    """Of what ``packed`` made; no bytes are an empty set."""
    return BitMap.deserialize(bytes(data)) if data else BitMap()


def union(many: Iterable[BitMap]) -> BitMap:
    """Of none: empty."""
    return BitMap.union(BitMap(), *many)
