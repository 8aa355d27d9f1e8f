"""What a server sent, out of the encodings that it was sent in (RFC 9110, 8.4).

Every Content-Encoding that browsers accept is undone, several on top of each other
too, within a limit on what comes out.
"""

import re
import zlib
from collections.abc import Callable
from io import BytesIO

import brotli
from backports import zstd
from warcio.bufferedreaders import ChunkedDataReader

_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
# Bytes that are taken in at once.
_STEP = 1 << 16
_markup = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<[!?a-zA-Z]")
# "as it is", in the words of old servers.
_NOTHING = frozenset({"", "identity", "none", "utf-8", "binary", "8bit"})


class NotDecoded(ValueError):
    """A payload that cannot be brought out of its encodings, and why."""


class TooLarge(ValueError):
    """A payload that is larger than anything that is read here."""


def payload(
    data: bytes, *, encodings: str, is_chunked: bool, limit: int
) -> tuple[bytes, str]:
    """Return a payload as it was before it was sent, and a remark; "" for none.

    Raise NotDecoded or TooLarge.
    """
    if is_chunked:
        data = ChunkedDataReader(BytesIO(data)).read()
    names = [each.strip().lower() for each in encodings.split(",")]
    remark = ""
    for name in reversed(names):
        if name in _NOTHING:
            continue
        decode = _DECODERS.get(name)
        if decode is None:
            message = f"its Content-Encoding {name[:20]!r} is not known here"
            raise NotDecoded(message)
        try:
            made, is_whole = decode(data, limit)
            if not is_whole and _markup.match(data) and not _markup.match(made):
                raise zlib.error
        except _FAULTS as error:
            if not _markup.match(data):
                message = f"it is not what its Content-Encoding {name!r} says"
                raise NotDecoded(message) from error
            # Some archives keep what they decoded, with the headers as they came.
            remark = f"a page is not packed as its Content-Encoding {name!r} says"
            continue
        data = made
        if not is_whole:
            remark = f"a page is cut inside its Content-Encoding {name!r}"
    if len(data) > limit:
        raise TooLarge
    return data, remark


def _inflated(data: bytes, limit: int, form: int) -> tuple[bytes, bool]:
    """Return what zlib makes of some bytes, and whether they were whole."""
    made = bytearray()
    while data:
        reader = zlib.decompressobj(form)
        made += reader.decompress(data, limit + 1 - len(made))
        if len(made) > limit:
            raise TooLarge
        if not reader.eof:
            return bytes(made), False
        # Several may stand behind each other; what is not one of them is padding.
        is_another = form == _GZIP and reader.unused_data[:2] == b"\x1f\x8b"
        data = reader.unused_data if is_another else b""
    return bytes(made), True


def _gzip(data: bytes, limit: int) -> tuple[bytes, bool]:
    return _inflated(data, limit, _GZIP)


def _deflate(data: bytes, limit: int) -> tuple[bytes, bool]:
    """Return what is in a zlib stream, or in a bare one, which servers send as well."""
    try:
        return _inflated(data, limit, _ZLIB)
    except zlib.error:
        return _inflated(data, limit, _RAW)


def _brotli(data: bytes, limit: int) -> tuple[bytes, bool]:
    reader = brotli.Decompressor()
    made = bytearray()
    place = 0
    while not reader.is_finished():
        step = b""
        if reader.can_accept_more_data():
            step = data[place : place + _STEP]
            place += len(step)
            if not step:
                return bytes(made), False
        made += reader.process(step, output_buffer_limit=_STEP)
        if len(made) > limit:
            raise TooLarge
    return bytes(made), True


def _zstd(data: bytes, limit: int) -> tuple[bytes, bool]:
    made = bytearray()
    while data:
        reader = zstd.ZstdDecompressor()
        made += reader.decompress(data, limit + 1 - len(made))
        if len(made) > limit:
            raise TooLarge
        if not reader.eof:
            return bytes(made), False
        data = reader.unused_data
    return bytes(made), True


_FAULTS = (zlib.error, brotli.error, zstd.ZstdError)
_DECODERS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "x-deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
