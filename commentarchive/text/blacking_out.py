"""Spans of a cleaned text, blacked out: marks in the place of words.

Places are counted in the characters that readers see: the text of the cleaned HTML
without its tags. The markup that is left stays well-formed: an element is left out
with all of its words, and one that is cut in two keeps its tags. A link goes whole, as
its address holds words too.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from commentarchive.text.balanced import BLOCKS, EMPTY, INLINE, TABLES

MOST_SPANS = 100
WHOLE = (
    "Nothing would be left to read: choose “Block” or “Withhold” for the whole text."
)
# No exact length is told: only which of these it does not go beyond, in characters.
_LENGTHS = ((60, "a few words"), (300, "a sentence"), (1200, "a paragraph"))
_LONGER = "several paragraphs"

_piece = re.compile(
    r"<(?:[^<>\"]|\"[^\"]*\")*>|&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z0-9]+);|.",
    re.DOTALL,
)
_tag_name = re.compile(r"<(/?)([a-z0-9]+)")
# What `link_hosts.py` says of the host behind a link goes with that.
_host_note = re.compile(r" \[(?:goes|mail) to [^\]<]*\]")
_ENDS = ".!?…。！？｡؟۔।॥։።༎"
_sentence_end = re.compile(
    rf"[{_ENDS}]+[\"'”’»)\]」』]*(?:\s+|(?<=[。！？｡」』])|$)|\n+"
)
_breaks = frozenset({*BLOCKS, *TABLES, "br", "hr", "h2", "h3", "h4", "h5", "h6"})
_EMPTIED = (INLINE | BLOCKS) - {"a"}
_JOINER = "\u200d"


class SpanError(ValueError):
    """Spans that cannot be blacked out, with the reason in one sentence."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A part of a text from one place to another, and what the mark says of it."""

    start: int
    end: int
    # As "rule 4", or as a legal notice begins.
    label: str
    # The rule's number, 0 where it is not kept; no mark needs it.
    rule: int = field(default=0, compare=False)


class Sentence(NamedTuple):
    """One sentence, with its place."""

    start: int
    end: int
    words: str


class _Piece(NamedTuple):
    source: str
    # Its characters; "" for a tag.
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(slots=True)
class _Element:
    name: str
    place: int
    is_dropped: bool
    has_words: bool = False
    was_cut: bool = False


def seen_text(cleaned: str) -> str:
    """Return the characters of cleaned HTML in which places are counted."""
    return "".join(piece.text for piece in _pieces(cleaned))


def sentences(cleaned: str) -> list[Sentence]:
    """Split cleaned HTML into sentences; together they are `seen_text`."""
    pieces = _pieces(cleaned)
    text = "".join(piece.text for piece in pieces)
    ends = {match.end() for match in _sentence_end.finditer(text)}
    for piece in pieces:
        name = _tag_name.match(piece.source) if not piece.text else None
        if name and name[2] in _breaks:
            ends.add(piece.start)
    ends = {_whole_end(text, end) for end in ends} | {len(text)}
    found, start = [], 0
    for end in sorted(ends):
        if text[start:end].strip():
            found.append(Sentence(start, end, text[start:end]))
            start = end
    if found and start < len(text):
        last = found[-1]
        found[-1] = Sentence(last.start, len(text), text[last.start :])
    return found


def black_out(cleaned: str, spans: Iterable[Span], *, statement: str) -> str:
    """Return cleaned HTML with a mark in the place of each span.

    Each mark leads to the statement of reasons. Raise SpanError for spans that cannot
    be blacked out.
    """
    pieces = _pieces(cleaned)
    chosen = _settled(cleaned, pieces, spans)
    return _Cut(pieces, chosen, statement).html()


def hidden_words(cleaned: str, spans: Iterable[Span]) -> list[str]:
    """Return what the spans hide, each with all that goes with it."""
    pieces = _pieces(cleaned)
    text = "".join(piece.text for piece in pieces)
    return [text[span.start : span.end] for span in _settled(cleaned, pieces, spans)]


def length_class(words: str) -> str:
    """Return about how long words are: "a few words", "a sentence", "a paragraph"."""
    length = len(words)
    return next((name for most, name in _LENGTHS if length <= most), _LONGER)


def _pieces(cleaned: str) -> list[_Piece]:
    pieces, place = [], 0
    for match in _piece.finditer(cleaned):
        source = match[0]
        is_tag = len(source) > 1 and source[0] == "<"
        text = "" if is_tag else html.unescape(source)
        pieces.append(_Piece(source, text, place))
        place += len(text)
    return pieces


def _settled(
    cleaned: str, pieces: Sequence[_Piece], spans: Iterable[Span]
) -> list[Span]:
    """Return spans in order, widened to whole characters and links, and joined."""
    text = "".join(piece.text for piece in pieces)
    given = list(spans)
    if not given:
        message = "Choose the words to black out."
        raise SpanError(message)
    if len(given) > MOST_SPANS:
        message = f"At most {MOST_SPANS} places of a text can be blacked out at once."
        raise SpanError(message)
    links = _links(cleaned, pieces)
    chosen = sorted(_widened(text, span, links) for span in given)
    joined = [chosen[0]]
    for span in chosen[1:]:
        last = joined[-1]
        if span.start < last.end and span.label != last.label:
            message = "The same words cannot be blacked out under two rules."
            raise SpanError(message)
        # Blanks between two marks under one rule would tell nothing.
        is_next = not text[last.end : span.start].strip()
        if span.label == last.label and is_next:
            joined[-1] = Span(last.start, max(last.end, span.end), span.label)
        else:
            joined.append(span)
    left, place = [], 0
    for span in joined:
        left.append(text[place : span.start])
        place = span.end
    if not "".join([*left, text[place:]]).strip():
        raise SpanError(WHOLE)
    return joined


def _widened(text: str, span: Span, links: Sequence[tuple[int, int]]) -> Span:
    if not 0 <= span.start <= span.end <= len(text):
        message = "Those places are not in the text."
        raise SpanError(message)
    words = text[span.start : span.end]
    if not words.strip():
        message = "A place to black out has no words."
        raise SpanError(message)
    start = span.start + len(words) - len(words.lstrip())
    end = span.end - len(words) + len(words.rstrip())
    while True:
        before = start, end
        start, end = _whole_start(text, start), _whole_end(text, end)
        for first, last in links:
            if first < end and start < last:
                start, end = min(start, first), max(end, last)
        if (start, end) == before:
            return Span(start, end, span.label)


def _joins(char: str) -> bool:
    """Return whether a character belongs to the one before it."""
    is_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    is_tag = "\U000e0020" <= char <= "\U000e007f"
    return unicodedata.category(char)[0] == "M" or char == _JOINER or is_tone or is_tag


def _whole_start(text: str, start: int) -> int:
    while 0 < start < len(text) and (_joins(text[start]) or text[start - 1] == _JOINER):
        start -= 1
    return start


def _whole_end(text: str, end: int) -> int:
    while 0 < end < len(text) and (_joins(text[end]) or text[end - 1] == _JOINER):
        end += 1
    return end


def _links(cleaned: str, pieces: Sequence[_Piece]) -> list[tuple[int, int]]:
    """Return where links begin and end, the note on the host behind each included."""
    found: list[tuple[int, int]] = []
    begun, at = 0, 0
    for piece in pieces:
        at += len(piece.source)
        if piece.text:
            continue
        if piece.source == "</a>":
            note = _host_note.match(cleaned, at)
            more = len(html.unescape(note[0])) if note else 0
            found.append((begun, piece.start + more))
        elif piece.source.startswith("<a "):
            begun = piece.start
    return found


@dataclass(slots=True)
class _Cut:
    """One text on its way through the scissors."""

    pieces: Sequence[_Piece]
    spans: Sequence[Span]
    statement: str
    made: list[str] = field(default_factory=list)
    open: list[_Element] = field(default_factory=list)
    # Which span is next, and whether its mark is set.
    at: int = 0
    is_marked: bool = False

    def html(self) -> str:
        ends = _ends_of(self.pieces)
        for number, piece in enumerate(self.pieces):
            while self.at < len(self.spans) and self.spans[self.at].end <= piece.start:
                self.at, self.is_marked = self.at + 1, False
            if piece.text:
                self._take_text(piece)
            else:
                self._take_tag(piece, ends.get(number))
        return "".join(self.made)

    def _take_text(self, piece: _Piece) -> None:
        span = self.spans[self.at] if self.at < len(self.spans) else None
        if span is None or piece.end <= span.start:
            self.made.append(piece.source)
            if piece.text.strip():
                self._note_words()
            return
        for element in self.open:
            element.was_cut = True
        if not self.is_marked:
            self.is_marked = True
            self.made.append(self._mark(span))
            self._note_words()

    def _note_words(self) -> None:
        for element in self.open:
            element.has_words = True

    def _mark(self, span: Span) -> str:
        words = "".join(
            piece.text
            for piece in self.pieces
            if span.start <= piece.start and piece.end <= span.end
        )
        label = html.escape(f"{span.label}: {length_class(words)}")
        return (
            f'<a class="blacked-out" dir="ltr" lang="en" '
            f'href="{html.escape(self.statement)}">[{label}]</a>'
        )

    def _take_tag(self, piece: _Piece, end: _Piece | None) -> None:
        found = _tag_name.match(piece.source)
        name = found[2] if found else ""
        if not found or name in EMPTY:
            if not self._is_inside(piece):
                self.made.append(piece.source)
        elif found[1]:
            self._close(piece)
        else:
            is_dropped = end is not None and (
                self._is_cut_link(name, piece, end)
                or (self._is_inside(piece) and self._is_inside(end))
            )
            source = "" if is_dropped else piece.source
            if name == "abbr" and end and self._is_touched(piece.start, end.start):
                source = source and "<abbr>"
            self.open.append(_Element(name, len(self.made), is_dropped))
            self.made.append(source)

    def _close(self, piece: _Piece) -> None:
        if not self.open:
            return
        element = self.open.pop()
        is_emptied = element.was_cut and not element.has_words
        if is_emptied and element.name in _EMPTIED:
            self.made[element.place] = ""
        elif not element.is_dropped:
            self.made.append(piece.source)

    def _is_inside(self, piece: _Piece) -> bool:
        """Return whether a tag stands between words of one span."""
        if self.at >= len(self.spans):
            return False
        span = self.spans[self.at]
        return span.start < piece.start < span.end

    def _is_touched(self, start: int, end: int) -> bool:
        return any(
            span.start < end and start < span.end for span in self.spans[self.at :]
        )

    def _is_cut_link(self, name: str, piece: _Piece, end: _Piece) -> bool:
        if name != "a":
            return False
        if piece.start == end.start:
            # Without words, it hides its address beside those that go.
            return any(s.start <= piece.start <= s.end for s in self.spans)
        return self._is_touched(piece.start, end.start)


def _ends_of(pieces: Sequence[_Piece]) -> dict[int, _Piece]:
    """Return the end tag of each start tag, by its number."""
    found: dict[int, _Piece] = {}
    begun: list[int] = []
    for number, piece in enumerate(pieces):
        tag = _tag_name.match(piece.source) if not piece.text else None
        if tag is None or tag[2] in EMPTY:
            continue
        if not tag[1]:
            begun.append(number)
        elif begun:
            found[begun.pop()] = piece
    return found
