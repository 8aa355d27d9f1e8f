"""Pieces of a page, deflated one by one and stitched into one gzip body.

A deflate stream (RFC 1951) that ends in a sync flush ends at a whole byte and may be
followed by another one, so that pieces compressed at different times make one stream.
A gzip member (RFC 1952) closes with the CRC-32 and the length of all that it holds:
both are computed from those of the pieces, without looking at a byte of them.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

from isal import isal_zlib

# isal's levels 0 to 2 take much the same time.
LEVEL = 2
_RAW = -15
# No name, no time, and a system that is not known: the same pieces, the same bytes.
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
# A last block that is empty.
_END = b"\x01\x00\x00\xff\xff"
# The longest block that may stand uncompressed.
_LONGEST = 0xFFFF


class Packed(NamedTuple):
    """Deflated bytes that end in a sync flush; CRC-32 and length of what they hold."""

    deflated: bytes
    crc: int
    size: int


def pack(data: bytes) -> Packed:
    """Deflate bytes so that others may follow."""
    compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, _RAW)
    deflated = compressor.compress(data) + compressor.flush(isal_zlib.Z_SYNC_FLUSH)
    return Packed(deflated, isal_zlib.crc32(data), len(data))


def literal(data: bytes) -> Packed:
    """Return a few bytes as they are, in a block of their own.

    Raise ValueError for more than 65,535 bytes.
    """
    if len(data) > _LONGEST:
        message = "Too long for a block that is not compressed."
        raise ValueError(message)
    head = struct.pack("<BHH", 0, len(data), len(data) ^ _LONGEST)
    return Packed(head + data, isal_zlib.crc32(data), len(data))


def unpack(packed: Packed) -> bytes:
    """Return what a piece holds.

    Raise isal's IsalError for bytes that are no deflate stream, and ValueError where
    they hold something else than was packed.
    """
    data = isal_zlib.decompressobj(_RAW).decompress(packed.deflated)
    if (isal_zlib.crc32(data), len(data)) != (packed.crc, packed.size):
        message = "The piece does not hold what was packed."
        raise ValueError(message)
    return data


def plain_body(pieces: Sequence[Packed]) -> bytes:
    """Return what pieces hold together.

    Inflated in one go into room for all of it: to join what each holds would take the
    time and the room of a second copy. Raise as `unpack`.
    """
    crc, size = _sums(pieces)
    deflated = b"".join([*(piece.deflated for piece in pieces), _END])
    data = isal_zlib.decompress(deflated, _RAW, max(1, size))
    if (isal_zlib.crc32(data), len(data)) != (crc, size):
        message = "The pieces do not hold what was packed."
        raise ValueError(message)
    return data


def gzip_body(pieces: Sequence[Packed]) -> bytes:
    """Stitch pieces into one gzip member."""
    crc, size = _sums(pieces)
    tail = struct.pack("<II", crc, size & 0xFFFFFFFF)
    return b"".join([_HEAD, *(piece.deflated for piece in pieces), _END, tail])


def _sums(pieces: Sequence[Packed]) -> tuple[int, int]:
    """Return CRC-32 and length of what pieces hold together."""
    crc = size = 0
    for piece in pieces:
        crc = isal_zlib.crc32_combine(crc, piece.crc, piece.size)
        size += piece.size
    return crc, size
