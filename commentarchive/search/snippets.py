"""A piece of a text around what was found, with the words marked."""

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from commentarchive.search.query import Term
from commentarchive.text.search_words import LONGEST_TEXT, words_of
from commentarchive.text.unseen import marked

# Characters of context before the first word that was found, and in all.
BEFORE, LENGTH = 80, 300
_chunk = re.compile(r"\S+")


class _Place(NamedTuple):
    word: str
    start: int
    end: int


def snippet(text: str, terms: Sequence[Term]) -> SafeString:
    """Cut a text around the first words that were found, and mark all in it."""
    text = text[:LONGEST_TEXT]
    places = _places(text)
    found = _found(places, [term.words for term in terms])
    start = _cut(text, max(0, found[0].start - BEFORE) if found else 0)
    end = min(len(text), start + LENGTH)
    made, place = [], start
    for hit in found:
        if hit.start >= place and hit.end <= end:
            made += [_shown(text[place : hit.start])]
            made += [f"<mark>{_shown(text[hit.start : hit.end])}</mark>"]
            place = hit.end
    made.append(_shown(text[place:end]))
    dots = ("… " if start else "", " …" if end < len(text) else "")
    return mark_safe(dots[0] + "".join(made) + dots[1])  # noqa: S308  # every part is escaped above


def _shown(text: str) -> str:
    """Return a part of a text as HTML, with its unseen characters named."""
    return escape(marked(text))


def _cut(text: str, start: int) -> int:
    """Return where a piece begins: after the next space, if there is one near by."""
    if not start:
        return 0
    space = text.find(" ", start, start + BEFORE // 2)
    return start if space < 0 else space + 1


def _places(text: str) -> list[_Place]:
    """Return every word of a text and where it stands."""
    return [
        _Place(word, start, end)
        for chunk in _chunk.finditer(text)
        for start, end, words in _pieces(chunk[0], chunk.start())
        for word in words
    ]


def _pieces(chunk: str, at: int) -> list[tuple[int, int, list[str]]]:
    """Divide what stands between two spaces where each part is a word by itself."""
    words = words_of(chunk)
    if len(words) == 1:
        # What is not part of the word is left out of its mark.
        inner = chunk.strip("\"'“”‘’«»()[]{}<>.,;:!?…-–—/*_")
        start = at + (chunk.find(inner) if inner else 0)
        return [(start, start + len(inner or chunk), words)]
    parts = [(m.start(), m.end(), words_of(m[0])) for m in re.finditer(r"\w+", chunk)]
    if [word for _start, _end, part in parts for word in part] != words:
        return [(at, at + len(chunk), words)]
    found: list[tuple[int, int, list[str]]] = []
    for start, end, part in parts:
        if len(part) == end - start > 1:
            # A script without spaces, where each character is a word.
            found += [
                (at + start + n, at + start + n + 1, [w]) for n, w in enumerate(part)
            ]
        else:
            found.append((at + start, at + end, part))
    return found


def _found(places: Sequence[_Place], terms: Sequence[tuple[str, ...]]) -> list[_Place]:
    """Return where the terms stand, each as one place, first ones first."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for words in terms:
        by_first.setdefault(words[0], []).append(words)
    found = []
    for n, place in enumerate(places):
        for words in by_first.get(place.word, ()):
            run = places[n : n + len(words)]
            if tuple(each.word for each in run) == words:
                found.append(_Place("", place.start, run[-1].end))
    return sorted(found, key=lambda hit: (hit.start, -hit.end))
