"""Large values: pictures inside texts, which go, and texts that are too long.

A picture is written into a text as base64 in a `data:` address. It is taken out before
anything is parsed; its alternative text, which stands beside it, is what is kept.
"""

import re

from commentarchive.importers.parsed import Reading

# No text that people wrote is longer: "War and Peace" has 3.2 million characters.
MAX_TEXT = 4 << 20
TOO_LONG = f"a text of more than {MAX_TEXT:,} characters; cut there"
PICTURES = "pictures inside a text; their alternative texts stand for them"
# What a picture leaves of its address.
LEFT = b"data:,"

# How JSON, XML and addresses write a slash, a line end and a sign of base64.
_SLASH = rb"(?:/|\\/|%2F)"
_BREAK = rb"(?:\r?\n[ \t]*+|\\r|\\n|&#1[03];|&#x[AD];|%0[AD])++"
_SIGN = rb"(?:[A-Z0-9+/]|\\/|\\u002[BF]|%2[BF]|&#4[37];)"
_PADDING = rb"(?:=|%3D|\\u003D|&#61;){0,2}+"
_picture = re.compile(
    rb"data:(?:\w{1,20}+%(SLASH)s[\w.+-]{1,80}+)?(?:;[\w.=-]{1,80}+){0,4}?;base64,"
    rb"%(SIGN)s{40,}+(?:%(BREAK)s%(SIGN)s{40,}+)*+"
    # The last line is short; it ends with the address, or is none of it.
    rb"(?:%(BREAK)s%(SIGN)s++(?=%(PADDING)s[\"'\\)&<]))?%(PADDING)s"
    % {b"SLASH": _SLASH, b"BREAK": _BREAK, b"SIGN": _SIGN, b"PADDING": _PADDING},
    re.IGNORECASE,
)
# Any other content of an address, with percent signs for what needs them.
_escaped = re.compile(rb"data:[\w/+.;=-]{0,100},[A-Za-z0-9+/=%_.~-]{200,}+")


def first_picture(data: bytes) -> int:
    """Return where the first picture in a text's bytes begins; -1 without any."""
    if b"data:" not in data:
        return -1
    places = (
        found.start() for each in (_picture, _escaped) if (found := each.search(data))
    )
    return min(places, default=-1)


def without_pictures(data: bytes) -> bytes:
    """Return a text's bytes with the pictures in it taken out."""
    if b"data:" not in data:
        return data
    if b"base64," in data:
        data = _picture.sub(LEFT, data)
    return _escaped.sub(LEFT, data)


def shortened(data: bytes, byte: int, reading: Reading) -> bytes:
    """Return a text of sound UTF-8 without pictures, and cut where it is too long.

    Both are noted at the byte where the text begins.
    """
    picture = first_picture(data)
    if picture >= 0:
        reading.repair(byte + picture, PICTURES)
        data = without_pictures(data)
    if len(data) <= MAX_TEXT:
        return data
    text = data.decode()
    if len(text) <= MAX_TEXT:
        return data
    reading.lose(byte, TOO_LONG)
    return text[:MAX_TEXT].encode()
