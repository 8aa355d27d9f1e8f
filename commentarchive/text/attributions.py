"""Lines in which an article says where else it was published, with their addresses.

English phrases, as people and plugins write them. A line is a paragraph; its address
is the first link after the phrase, else the last one before it.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from commentarchive.text.plain import plain_text

# How far from the phrase an address may stand, in characters of markup; a longer line
# is cut where it is quoted.
NEAR = 250
LONGEST = 300
_VERBS = ("posted", "published", "printed", "appeared", "ran", "written")
_published = rf"(?:{'|'.join(_VERBS)})"
# What one of the phrases has in it: looked for first, since most articles have none
# and the pattern takes ten times as long.
_MARKS = (
    *("cross-post", "cross post", "crosspost", "cross‐post", "cross‑post"),
    *(f"{word} {verb}" for word in ("originally", "first") for verb in _VERBS),
    *(
        f"{verb} {between}{word}"
        for word in ("originally", "first")
        for between in ("", "this ", "it ")
        for verb in _VERBS
    ),
    *("also posted", "also published", "also appear", "also available"),
    *("reposted", "re-posted", "republished", "re-published", "blogged"),
    *("syndicated", "version of this"),
)
# Most articles have none of these words either, and what has one is looked through for
# the few marks with that word alone.
_STEMS = (
    *("cross", "originally", "first", "also ", "posted", "published", "blogged"),
    *("syndicated", "version of this"),
)
_MARKS_BY_STEM = {
    stem: tuple(mark for mark in _MARKS if stem in mark) for stem in _STEMS
}
_phrase = re.compile(
    rf"\b(?:cross[-‐‑ ]?post(?:ed|ing)?\b|(?:originally|first) {_published}\b"
    rf"|{_published} (?:this |it )?(?:originally|first)\b"
    r"|also (?:posted|published|appears|appeared|available) (?:at|on|in|over)\b"
    r"|(?:re-?posted|re-?published|re-?blogged|syndicated) (?:from|at|on)\b"
    r"|version of this (?:article|post|piece)\b)",
    re.IGNORECASE,
)
_denied = re.compile(r"(?:\bnot|\bnever|n[’']t)(?: been)?\s+\Z", re.IGNORECASE)
_block_end = re.compile(r"</(?:p|div|li|h\d|blockquote)>|<br\s*/?>|\n\n", re.IGNORECASE)
_address = re.compile(
    r"href\s*=\s*[\"'](https?://[^\"'\s<>]+)|(https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]])",
    re.IGNORECASE,
)


class Attribution(NamedTuple):
    """A line that names another place, and the address of that; "" for none."""

    words: str
    address: str


def attributions(html: str) -> Iterator[Attribution]:
    """Yield the lines of a cleaned text that say where else it was published."""
    if not _has_mark(html.lower()):
        return
    start = 0
    for end in (*_block_end.finditer(html), None):
        block = html[start : end.start() if end else len(html)]
        start = end.end() if end else start
        found = _phrase.search(block)
        if found is None or _denied.search(block[: found.start()]):
            continue
        words = " ".join(plain_text(block).split())
        if len(words) > LONGEST:
            words = words[:LONGEST].rsplit(" ", 1)[0] + "…"
        yield Attribution(words, _nearest(block, found.start(), found.end()))


def _has_mark(lower: str) -> bool:
    return any(
        stem in lower and any(mark in lower for mark in marks)
        for stem, marks in _MARKS_BY_STEM.items()
    )


def _nearest(block: str, start: int, end: int) -> str:
    after = _address.search(block, end, end + NEAR)
    found = after or next(
        iter([*_address.finditer(block, max(0, start - NEAR), start)][-1:]), None
    )
    return unescape(found[1] or found[2]) if found else ""
