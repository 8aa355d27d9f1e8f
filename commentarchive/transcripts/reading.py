"""The article and the comments that a text is, as it was decided."""

import html
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from commentarchive.transcripts.marks import (
    ArticleFacts,
    Claim,
    CommentFacts,
    Marks,
    Role,
)
from commentarchive.transcripts.paragraphs import Paragraph, Place, paragraphs


class Part(NamedTuple):
    """One paragraph of an article or a comment, and what it is there."""

    role: Role
    paragraph: Paragraph


class LostQuotation(NamedTuple):
    """A quotation that is announced and missing: after which line, and in whose text.

    `comment` is where the comment that announces it starts, None for the article.
    """

    line: int
    comment: Place | None


class ReadComment(NamedTuple):
    """One comment: where it starts, its lines, its facts, and its paragraphs."""

    place: Place
    last: int
    facts: CommentFacts
    parts: tuple[Part, ...]

    @property
    def lines(self) -> str:
        """Return its lines as evidence names them: "L20-21".

        With the character at which it starts, where its first line is divided.
        """
        return f"L{self.place}-{self.last}"


class Discussion(NamedTuple):
    """A text as it was decided; what is no part of it is left out."""

    facts: ArticleFacts
    article: tuple[Part, ...]
    comments: tuple[ReadComment, ...]
    lost_quotations: tuple[LostQuotation, ...]
    claims: tuple[tuple[Place, Claim], ...]


def discussion(lines: Sequence[str], marks: Marks) -> Discussion:
    """Return what some marks make of a text, as far as it is decided.

    What is undecided, and what goes on before anything has begun, is left out. Raise
    ValueError where the marks cannot be of this text.
    """
    if len(lines) != marks.lines:
        message = "the marks are of a text with another number of lines"
        raise ValueError(message)
    blocks = paragraphs(lines, marks.places, marks.width)
    article: list[Part] = []
    # Where each comment starts, and its facts and paragraphs.
    comments: list[tuple[Place, CommentFacts, list[Part]]] = []
    lost: list[LostQuotation] = []
    claims: list[tuple[Place, Claim]] = []
    parts: list[Part] | None = None
    for mark, paragraph in zip(marks.paragraphs, blocks, strict=True):
        if mark.role is Role.START:
            parts = []
            comments.append((mark.place, mark.facts or CommentFacts(), parts))
        elif mark.role is Role.ARTICLE:
            parts = article
        if parts is None or mark.role in {None, Role.NO_PART}:
            continue
        parts.append(Part(mark.role or Role.MORE, paragraph))
        start = None if parts is article else comments[-1][0]
        if mark.lacks_quotation:
            lost.append(LostQuotation(paragraph.last, start))
        if mark.claim is not None and start is not None:
            claims.append((start, mark.claim))
    read = (
        ReadComment(place, own[-1].paragraph.last, facts, tuple(own))
        for place, facts, own in comments
    )
    return Discussion(
        marks.article, tuple(article), tuple(read), tuple(lost), tuple(claims)
    )


def html_of(parts: Iterable[Part]) -> str:
    """Return paragraphs as HTML, with quotations; it still has to be cleaned."""
    made: list[str] = []
    for is_quoted, group in groupby(parts, lambda each: each.role is Role.QUOTATION):
        text = "\n".join(map(_paragraph, group))
        made.append(f"<blockquote>\n{text}\n</blockquote>" if is_quoted else text)
    return "\n".join(made)


def _paragraph(part: Part) -> str:
    text = html.escape(part.paragraph.text, quote=False).replace("\n", "<br>\n")
    return f"<p>{text}</p>"
