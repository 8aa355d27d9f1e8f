"""Disqus's XML export (`disqus.com/api/schemas/1.0/disqus-internals.xsd`).

Threads and comments stand side by side; which thread and which parent a comment has
is known only when all have been read, so that a forum is held in memory as a whole.
The custom-import file with `dsq:` fields is a WordPress export and read as one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO, cast

from lxml import etree

from commentarchive.importers.broken_ids import place_of
from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.nameless import name_unless
from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    held_back,
    parent_of,
)
from commentarchive.importers.record_spans import RecordSpans
from commentarchive.importers.safe_xml import root_tag
from commentarchive.importers.second_count import CountedStream, compare_counts
from commentarchive.importers.xml_records import Record, XmlRecords
from commentarchive.importers.xml_text import text_of
from commentarchive.text.addresses import normalise
from commentarchive.text.clean_html import clean
from commentarchive.threads.evidence import Rank

VERSION = 2
SCHEME = "disqus"
CANNOT_TELL = (
    "Whether a comment waited for approval: Disqus exports no such mark.",
    "Who deleted a comment, its author or a moderator, and when.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
SPANS = RecordSpans(
    "post", re.compile(rb"<(?:\w+:)?post\s[^>]*?\bdsq:id=\"?([^\"\s/>]+)")
)

_begun = re.compile(rb"<(?:[\w.-]+:)?post(?=[\s>/])")
_root = re.compile(rb"<disqus\b[^>]*disqus\.com", re.IGNORECASE)
_FIELDS = frozenset(
    {
        *("id", "message", "createdAt", "author", "isDeleted", "isSpam", "isApproved"),
        *("isFlagged", "isEdited", "isHighlighted", "ipAddress", "thread", "parent"),
        *("forum", "likes", "dislikes", "points", "media", "url"),
    }
)
_THREAD_FIELDS = frozenset(
    {
        *("id", "forum", "category", "link", "title", "message", "createdAt"),
        *("author", "isClosed", "isDeleted", "ipAddress", "slug", "identifiers"),
    }
)
_WRITER_FIELDS = frozenset(
    {*("name", "email", "isAnonymous", "username", "link", "id", "url", "avatar")}
)
_of_wordpress = re.compile(r"wp_id=([1-9][0-9]{0,18})")
_id = "{http://disqus.com/disqus-internals}id"


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a Disqus export."""
    return _root.match(root_tag(head)) is not None


@dataclass(slots=True)
class _Thread:
    """One discussion as Disqus lists it; an article may have several."""

    source_id: str
    address: str = ""
    title: str = ""
    created: str = ""
    # What it makes of its live comments: none of them was shown any longer.
    hides_as: SourceState | None = None
    byte: int = 0
    comments: list[ParsedComment] = field(default_factory=list)


class DisqusExport:
    """One Disqus export: its articles are its threads, grouped by address."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        """Read the head. Raise Unreadable for a DOCTYPE or an unknown charset."""
        self._stream = CountedStream(stream, _begun)
        self._records = XmlRecords(
            cast("BinaryIO", self._stream),
            reading,
            root="disqus",
            records=("thread", "post"),
        )
        self._reading, self._unread = reading, self._records.unread
        self.blog = ParsedBlog()

    def posts(self) -> Iterator[ParsedPost]:
        """Yield an article for each address; the notes are complete afterwards."""
        threads: dict[str, _Thread] = {}
        found: list[tuple[str, ParsedComment]] = []
        for record in self._records:
            if record.name == "thread":
                thread = self._thread(record)
                first = threads.setdefault(thread.source_id, thread)
                if replace(first, byte=thread.byte) != thread:
                    reason = f"thread {thread.source_id} stands twice; one was read"
                    self._reading.problem(record.byte, reason)
                continue
            found.append(self._comment(record))
        for told, comment in found:
            thread_id = place_of(told, threads)
            if thread_id not in threads:
                reason = (
                    f"thread {thread_id or 'without an id'} is not in the file; its "
                    "comments are kept for staff only"
                )
                self._reading.problem(comment.byte, reason, loss=False)
                # Deleted threads say so themselves, and this one says nothing.
                threads[thread_id] = _Thread(
                    thread_id, hides_as="unknown", byte=comment.byte
                )
            thread = threads[thread_id]
            if thread.hides_as and comment.state == "live":
                comment = comment._replace(state=thread.hides_as)  # noqa: PLW2901
            thread.comments.append(comment)
        self._reading.parsed_comments = len(found)
        self._unread.report()
        compare_counts(self._reading, self._stream.number, self._records.end)
        for group in _grouped(threads.values()):
            yield self._post(group)

    def _post(self, group: list[_Thread]) -> ParsedPost:
        """Return one article made of the threads that share an address."""
        first = min(group, key=lambda each: each.byte)
        if len(group) > 1:
            reason = f"{len(group)} threads have one address; read as one article"
            self._reading.problem(first.byte, reason, loss=False)
        comments = [each for thread in group for each in thread.comments]
        return ParsedPost(
            scheme=SCHEME,
            source_id=first.source_id,
            status=UNKNOWN_STATUS,
            # A thread without comments only shows that somebody opened a page.
            is_live=bool(comments),
            title=next((each.title for each in group if each.title), ""),
            has_text=False,
            form="html",
            addresses=tuple(
                dict.fromkeys(each.address for each in group if each.address)
            ),
            when=iso(first.created),
            comments=comments,
            is_whole=True,
            byte=first.byte,
        )

    def _thread(self, record: Record) -> _Thread:
        values = _values(record.element)
        mark = values.get("isDeleted", "false")
        hides: SourceState | None = None if mark == "false" else "deleted"
        if mark not in {"true", "false"}:
            reason = "a thread's marks are neither true nor false; kept for staff only"
            self._reading.problem(record.byte, reason, loss=False)
            hides = "unknown"
        is_hidden = self._unread.elements(
            record.element, _THREAD_FIELDS, "a thread", record.byte
        )
        return _Thread(
            source_id=record.element.get(_id, ""),
            address=values.get("link", ""),
            title=values.get("title", ""),
            created=values.get("createdAt", ""),
            hides_as=hides or ("unknown" if is_hidden else None),
            byte=record.byte,
        )

    def _comment(self, record: Record) -> tuple[str, ParsedComment]:
        values = _values(record.element)
        author = _child(record.element, "author")
        writer = _values(author) if author is not None else {}
        raw = values.get("message", "")
        cleaned = clean(raw, "html")
        is_anonymous = writer.get("isAnonymous") == "true"
        source_id = record.element.get(_id, "")[:200]
        # What WordPress's plugin sent there, under its number in the blog.
        mirrored = _of_wordpress.fullmatch(values.get("id", ""))
        comment = ParsedComment(
            source_id=source_id,
            parent_id=parent_of(_reference(record.element, "parent"), source_id),
            kind="comment",
            state=self._state(values, record.byte),
            name=name_unless(writer.get("name", ""), is_anonymous=is_anonymous),
            link=writer.get("link", ""),
            email=writer.get("email", ""),
            ip=values.get("ipAddress", ""),
            when=iso(values.get("createdAt", "")),
            raw=raw,
            form="html",
            html=cleaned.html,
            plain=cleaned.plain,
            byte=record.byte,
            person=writer.get("username", ""),
            is_reported=values.get("isFlagged") == "true",
            same_as=(("wordpress", mirrored[1]),) if mirrored else (),
        )
        is_hidden = self._unread.elements(
            record.element, _FIELDS, "a comment", record.byte
        )
        if author is not None:
            is_hidden |= self._unread.elements(
                author, _WRITER_FIELDS, "a comment's author", record.byte
            )
        if is_hidden:
            comment = held_back(comment)
        return _reference(record.element, "thread"), comment

    def _state(self, values: Mapping[str, str], byte: int) -> SourceState:
        """Return the state of a comment; what is deleted and spam is spam."""
        marks = values.get("isDeleted", "false"), values.get("isSpam", "false")
        if "true" in marks:
            return "spam" if marks[1] == "true" else "deleted"
        if marks == ("false", "false"):
            waits = values.get("isApproved", "true") != "true"
            return "pending" if waits else "live"
        reason = "a comment's marks are neither true nor false; kept for staff only"
        self._reading.problem(byte, reason, loss=False)
        return "unknown"


def _grouped(threads: Iterable[_Thread]) -> Iterable[list[_Thread]]:
    """Group the threads that belong to one article."""
    groups: dict[str, list[_Thread]] = {}
    for thread in threads:
        key = normalise(thread.address) or f" {thread.source_id}"
        groups.setdefault(key, []).append(thread)
    return groups.values()


def _values(element: etree._Element) -> dict[str, str]:
    return {etree.QName(child).localname: text_of(child) for child in element}


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((each for each in element if etree.QName(each).localname == name), None)


def _reference(element: etree._Element, name: str) -> str:
    child = _child(element, name)
    return "" if child is None else child.get(_id, "")


IMPORTER = Importer(
    name="disqus",
    label="Disqus export (XML)",
    version=VERSION,
    origin="service",
    rank=Rank.EXPORT,
    extent="all",
    unstated="shown with comments",
    leaves_out_spam=False,
    numbers_articles=True,
    tells_kinds=True,
    recognises=recognises,
    open=DisqusExport,
    cutting=SPANS.cutting(article_end=b"</disqus>"),
    cannot_tell=CANNOT_TELL,
)
