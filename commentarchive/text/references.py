"""What a comment quotes, and from whom.

Only the plain case: "Name wrote:" directly before a quotation of some length. A name by
itself is no evidence that somebody was there ("@Ann", "@author: me" in a piece of
code), and shorter quotations occur by chance.
"""

import re
from collections import defaultdict
from collections.abc import (
    Collection,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from html import escape
from typing import NamedTuple

from commentarchive.text.plain import plain_text
from commentarchive.text.similar import bare_words

_NAME = r"\b[^\W\d_][\w.'’-]{0,30}(?:[ ][^\W\d_][\w.'’-]{0,30}){0,2}"
# A name that links elsewhere ends in a tag: it is not somebody in the discussion.
_attribution = re.compile(
    rf"({_NAME}) (?:wrote|said|writes|says|schrieb|sagte|écrit|escribió):?"
    r"\s*(?:</p>|<br>)?\s*\Z"
)
_tag = re.compile(r"<(/?)blockquote>")
# What a quotation leaves out: the words on both sides of it stand apart.
_ellipsis = re.compile(r"[\[(]?(?:…|\.{3,})[\])]?")
# Within one paragraph; straight marks, too, where a word begins right after the first.
_marked = re.compile(r"[“„«»](?=\S)([^“”„«»\n]{20,})[”“»«]|\"(?=\w)([^\"\n]{20,})\"")
_behind_sign = re.compile(r"^>\s*(.{20,})$", re.MULTILINE)
# Without any of these nothing is set as a quotation. Looked for one by one, which is
# faster than a pattern.
_ASCII_MARKS = ("<blockquote>", '"', "&gt;", "&quot;")
_MARKS = (*_ASCII_MARKS, *"“„«»")
# How many characters before a quotation the name of its writer may be.
REACH = 120
FEWEST_WORDS = 8
# How many quotations with one beginning are looked for.
MOST_ALIKE = 50


class Quotation(NamedTuple):
    """Who is quoted, and each run of bare words that is long enough to tell."""

    name: str
    runs: tuple[str, ...]


def quotations(html: str) -> Iterator[Quotation]:
    """Yield what one comment quotes from somebody by name, from its cleaned HTML."""
    # The quotations that are open, innermost last: the name, and the words so far.
    open_ones: list[tuple[str, list[str]]] = []
    place = 0
    for tag in _tag.finditer(html):
        before = html[place : tag.start()]
        if open_ones:
            open_ones[-1][1].append(before)
        place = tag.end()
        if not tag[1]:
            named = _attribution.search(before[-REACH:])
            open_ones.append((named[1] if named else "", []))
            continue
        if open_ones:
            name, parts = open_ones.pop()
            if name and (runs := _runs(parts)):
                yield Quotation(name, runs)


def quoted_runs(html: str) -> list[str]:
    """Return every run of bare words that a comment sets as a quotation, each once."""
    return list(dict.fromkeys(map(bare_words, quoted_passages(html))))


def quoted_passages(html: str) -> list[str]:
    """Return every passage that a comment sets as a quotation and that is long enough.

    From its cleaned HTML: in a block, between quotation marks, or behind “>”; whoever
    is quoted.
    """
    for mark in _ASCII_MARKS if html.isascii() else _MARKS:
        if mark in html:
            break
    else:
        return []
    inside: list[str] = []
    outside: list[str] = []
    depth = place = 0
    for tag in _tag.finditer(html):
        (inside if depth else outside).append(html[place : tag.start()])
        depth = max(0, depth - 1) if tag[1] else depth + 1
        place = tag.end()
    outside.append(html[place:])
    for part in outside:
        plain = plain_text(part)
        inside += [escape("".join(each)) for each in _marked.findall(plain)]
        inside += [escape(each) for each in _behind_sign.findall(plain)]
    return list(_passages(inside))


def _runs(parts: Iterable[str]) -> tuple[str, ...]:
    """Return the runs of words of a quotation that are long enough to tell.

    What a quotation inside it quotes, and what is left out, ends a run.
    """
    return tuple(map(bare_words, _passages(parts)))


def _passages(parts: Iterable[str]) -> Iterator[str]:
    runs = (run for part in parts for run in _ellipsis.split(plain_text(part)))
    return (run for run in runs if len(run.split()) >= FEWEST_WORDS)


def unmet[Owner: Hashable](
    quoting: Mapping[Owner, Sequence[Quotation]],
    texts: Iterable[tuple[Owner | None, str]],
) -> list[Owner]:
    """Return who quotes something that no text of anybody else holds.

    One run of a quotation is enough: the rest may have been edited since. So is one
    that was not looked for.
    """
    runs = {run for found in quoting.values() for each in found for run in each.runs}
    holding = _owners(runs, ((owner, bare_words(text)) for owner, text in texts))
    return [
        owner
        for owner, found in quoting.items()
        if not all(
            any(run not in holding or holding[run] - {owner} for run in each.runs)
            for each in found
        )
    ]


def _owners[Owner: Hashable](
    runs: Collection[str], texts: Iterable[tuple[Owner | None, str]]
) -> dict[str, set[Owner | None]]:
    """Return who has a text that holds each run; of bare words, as the runs are.

    One pass over each text, whatever the number of runs: only where the beginning of a
    run stands is the rest compared. Of more than MOST_ALIKE runs that begin alike some
    are not looked for.
    """
    if not runs:
        return {}
    width = min(map(len, runs))
    by_beginning: dict[str, list[str]] = defaultdict(list)
    for run in sorted(runs):
        alike = by_beginning[run[:width]]
        if len(alike) < MOST_ALIKE:
            alike.append(run)
    found: dict[str, set[Owner | None]] = {
        run: set() for alike in by_beginning.values() for run in alike
    }
    for owner, text in texts:
        for place in range(len(text) - width + 1):
            for run in by_beginning.get(text[place : place + width], ()):
                if text.startswith(run, place):
                    found[run].add(owner)
    return found
