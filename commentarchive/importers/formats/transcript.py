"""A page that survives only as plain text, read as people decided it by hand.

The text alone says nothing of comments: without marks (`transcripts/marks.py`) it is
refused, and it is never recognised by itself.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    Parents,
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    Unreadable,
    When,
)
from commentarchive.importers.plain_text import MOST_BYTES, PlainText, plain_text
from commentarchive.text.clean_html import clean
from commentarchive.threads.evidence import Rank
from commentarchive.transcripts.faults import faults
from commentarchive.transcripts.marks import THE_ARTICLE, Marks, Time
from commentarchive.transcripts.marks_json import WrongMarks, from_json
from commentarchive.transcripts.paragraphs import Place
from commentarchive.transcripts.reading import (
    Discussion,
    ReadComment,
    discussion,
    html_of,
)

VERSION = 1
SCHEME = "transcript"
CANNOT_TELL = (
    "Names, times and who answers whom, where the text does not show them.",
    "Whether it is all of the thread: whoever copied the page may have left out some.",
    "Comments that waited, were spam or were removed.",
)
UNDECIDED = (
    "a plain text does not say where its comments start; decide its paragraphs first: "
    "import_comments FILE --draft"
)
# So much of a digest keeps the comments of two texts apart.
_DIGITS = 12
# The second count, which looks at nothing but the marks' words.
_starts = re.compile(r"\"role\"\s*:\s*\"start\"")


def recognises(_head: bytes) -> bool:
    """Return False: any text might be one, and none is one without marks."""
    return False


class Transcript:
    """One plain text with what was decided about it."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        """Read text and marks. Raise Unreadable if they do not fit, or have faults."""
        self._reading = reading
        self._text = plain_text(stream.read(MOST_BYTES + 1))
        if not reading.marks:
            raise Unreadable(UNDECIDED)
        self._marks = _marks(reading.marks, self._text)
        self._read = _discussion(self._text, self._marks)
        self.blog = ParsedBlog(title=self._marks.article.blog)

    def posts(self) -> Iterator[ParsedPost]:
        """Yield the article with its comments."""
        self._reading.note(self._text.faults)
        self._reading.raw_comments = len(_starts.findall(self._reading.marks))
        ids = {
            each.place: f"{self._text.sha256[:_DIGITS]}:{each.lines}"
            for each in self._read.comments
        }
        comments = [self._comment(each, ids) for each in self._read.comments]
        self._reading.parsed_comments = len(comments)
        facts, read = self._read.facts, self._read
        origin = facts.cross_post.address if facts.cross_post else ""
        yield ParsedPost(
            scheme=SCHEME,
            # Two texts are of one article only if an address says so.
            source_id="" if facts.address else self._text.sha256[:40],
            status=UNKNOWN_STATUS,
            is_live=True,
            title=facts.title,
            byline=facts.author,
            has_text=bool(read.article),
            raw=html_of(read.article),
            form="page",
            addresses=(facts.address,) if facts.address else (),
            cross_posts=(origin,) if origin else (),
            when=when_of(facts.date),
            comments=comments,
            parents=_parents(read),
            is_whole=False,
            lost_quotations=tuple(
                (ids[each.comment] if each.comment else "", each.line)
                for each in read.lost_quotations
            ),
        )

    def _comment(self, read: ReadComment, ids: Mapping[Place, str]) -> ParsedComment:
        raw = html_of(read.parts)
        cleaned = clean(raw, "page")
        answers = read.facts.answers
        return ParsedComment(
            source_id=ids[read.place],
            parent_id="" if answers in {None, THE_ARTICLE} else ids[Place(*answers)],
            kind="comment",
            state="live",
            name=read.facts.name,
            link="",
            email="",
            ip="",
            when=when_of(read.facts.time),
            raw=raw,
            form="page",
            html=cleaned.html,
            plain=cleaned.plain,
            byte=self._text.bytes[read.place.line - 1],
        )


def when_of(time: Time) -> When:
    """Return a time as importers do: nothing is understood that is not sure.

    A day has no hour; it is the blog's day, as a day that a page prints.
    """
    if time.kind in {"exact", "day"}:
        found = iso(time.since.replace(" ", "T"))
        return found._replace(printed=time.printed)
    if time.kind == "about":
        return When(time.printed or f"about {time.since}")
    if time.kind == "between":
        return When(time.printed or f"between {time.since} and {time.until}")
    return When(time.printed)


def _marks(told: str, text: PlainText) -> Marks:
    try:
        marks = from_json(told)
    except WrongMarks as error:
        raise Unreadable(str(error)) from error
    if marks.sha256 != text.sha256:
        reason = "what was decided is about another text than this one"
        raise Unreadable(reason)
    for fault in faults(marks, datetime.now(UTC)):
        place = f"line {fault.line}" if fault.line else ""
        raise Unreadable(fault.reason, place=place)
    return marks


def _discussion(text: PlainText, marks: Marks) -> Discussion:
    try:
        return discussion(text.lines, marks)
    except ValueError as error:
        reason = f"what was decided does not fit this text: {error}"
        raise Unreadable(reason) from error


def _parents(read: Discussion) -> Parents:
    """Return "told" if it was decided of each comment what it answers."""
    is_decided = all(each.facts.answers is not None for each in read.comments)
    return "told" if is_decided else "untold"


IMPORTER = Importer(
    name="transcript",
    label="plain text, decided by hand",
    version=VERSION,
    origin="person",
    # What people read in words that had lost their page.
    rank=Rank.INFERRED,
    extent="part",
    unstated="shown",
    leaves_out_spam=True,
    numbers_articles=False,
    tells_kinds=True,
    recognises=recognises,
    open=Transcript,
    cutting=None,
    cannot_tell=CANNOT_TELL,
)
