"""Exports of Reedmail: a line of JSON a comment.

Reedmail is made up. CONTRIBUTING.md has a new importer begin as a copy of this file.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.contract import NO_END, Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.json_shape import names_in, without_warnings
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    held_back,
    parent_of,
    thread_at,
)
from commentarchive.importers.safe_json import Records, read_json, text
from commentarchive.importers.second_count import compare_counts, count_starts
from commentarchive.importers.unread import Unread
from commentarchive.text.clean_html import clean
from commentarchive.threads.evidence import Rank

# In the text of a comment, its quote would have a backslash before it.
_begun = re.compile(rb'(?<!\\)"html"\s*:')
_FIELDS = frozenset({"id", "page", "answers", "writer", "at", "html", "state"})
_STATES: dict[str, SourceState] = {"shown": "live", "waiting": "pending"}


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of an export of Reedmail."""
    line = without_warnings(head)[own_start(head) :]
    return line.startswith(b"{") and names_in(line).keys() >= {"page", "writer", "html"}


class ReedmailExport:
    """One export: comments by the addresses of their pages."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self._unread = Unread(reading)
        self.blog = ParsedBlog()

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each page that has comments."""
        data = read_json(self._stream, self._reading)
        pages: dict[str, list[ParsedComment]] = {}
        for record, byte in Records(data, self._reading).lines("comment"):
            if "html" not in record:
                self._unread.record("of another kind", byte)
                continue
            comment = self._comment(record, byte)
            pages.setdefault(text(record, "page"), []).append(comment)
        self._unread.report()
        self._reading.parsed_comments = sum(map(len, pages.values()))
        # Counted otherwise than by the parser, so that nothing is lost unnoticed.
        compare_counts(self._reading, count_starts(data, _begun), len(data))
        for page, found in pages.items():
            yield thread_at(
                *("reedmail", page, found),
                addresses=(page,),
                is_whole=True,
                byte=found[0].byte,
            )

    def _comment(self, record: dict[str, Any], byte: int) -> ParsedComment:
        is_hidden = self._unread.fields(record, _FIELDS, "a comment", byte)
        state = _STATES.get(text(record, "state"), "unknown")
        if state == "unknown":
            reason = "a comment's state is none that is known; kept for staff only"
            self._reading.problem(byte, reason, loss=False)
        raw, own_id = text(record, "html"), text(record, "id")[:200]
        cleaned = clean(raw, "html")
        comment = ParsedComment(
            source_id=own_id,
            parent_id=parent_of(text(record, "answers"), own_id),
            kind="comment",
            state=state,
            name=text(record, "writer"),
            link="",
            email="",
            ip="",
            when=iso(text(record, "at")),
            raw=raw,
            form="html",
            html=cleaned.html,
            plain=cleaned.plain,
            byte=byte,
        )
        return held_back(comment) if is_hidden else comment


IMPORTER = Importer(
    name="reedmail",
    label="export of Reedmail (JSON lines)",
    version=1,
    origin="service",
    rank=Rank.EXPORT,
    extent="all",
    unstated="shown",
    leaves_out_spam=False,
    numbers_articles=False,
    tells_kinds=True,
    recognises=recognises,
    open=ReedmailExport,
    # An erasure deletes the whole file.
    cutting=None,
    cannot_tell=(NO_END, "Who hid a comment, when and why."),
    may_end_after=b"}",
)
