"""Tags in which a byte broke: their names follow from the tag at their other end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_beyond = rb"\x80-\xff"
# A mark around a section, with one sign too many, too few or another one.
_opening = re.compile(rb"<[!\[CDAT%s ]{6,16}\[(?<!<!\[CDATA\[)" % _beyond)
_closing = re.compile(
    rb"\]\]?[%s ]+\]?>|[%s ]+\]>|\]\][%s ]+(?=</)" % (_beyond, _beyond, _beyond)
)
_after_bracket = re.compile(rb"<[%s]+(?=[/!A-Za-z])" % _beyond)
_tag = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)([^\s<>/=\"']+)([^<>]*?)(/?)>",
    re.DOTALL,
)
# Whatever has more is no export in which a byte broke.
MOST_BROKEN = 100
_CDATA = b"![CDATA["


@dataclass(slots=True)
class _Tag:
    name: bytes
    start: int
    end: int
    # Whether something in it is no part of any tag.
    is_broken: bool


def mended_tags(piece: bytes) -> bytes:
    """Return an item of sound UTF-8 whose broken tags are as they were meant.

    No export has names beyond ASCII. Changes nothing where nothing follows.
    """
    piece = _after_bracket.sub(b"<", _opening.sub(_section, piece))
    if piece.count(b"<![CDATA[") > piece.count(b"]]>"):
        piece = _closing.sub(b"]]>", piece)
    pairs = [pair for pair in _pairs(piece) if pair[0].name != pair[1].name]
    if len(pairs) > MOST_BROKEN:
        return piece
    names = [
        (end, begun.name) if end.is_broken else (begun, end.name)
        for begun, end in pairs
        if begun.is_broken or end.is_broken
    ]
    for tag, name in sorted(names, key=lambda each: -each[0].start):
        piece = piece[: tag.start] + name + piece[tag.end :]
    return piece


def _pairs(piece: bytes) -> Iterator[tuple[_Tag, _Tag]]:
    """Yield each tag that opens an element, and the one that ends it."""
    opened: list[_Tag] = []
    for found in _tag.finditer(piece):
        is_end, name, rest, is_empty = found.groups(b"")
        if not name or name.startswith((b"!", b"?")) or is_empty:
            continue
        is_odd = not name.isascii() or (rest.strip() != b"" and b"=" not in rest)
        # What is odd may be part of its name.
        whole = name + rest if is_odd else name
        tag = _Tag(whole, found.start(2), found.end(3), is_odd)
        if not is_end:
            opened.append(tag)
        elif opened:
            yield opened.pop(), tag


def _section(found: re.Match[bytes]) -> bytes:
    """Return the mark of a section if all but one of its signs are there."""
    signs = bytes(each for each in found[0][1:] if each in _CDATA)
    return b"<" + _CDATA if signs in _nearly else found[0]


_nearly = {_CDATA} | {_CDATA[:at] + _CDATA[at + 1 :] for at in range(len(_CDATA))}
