"""Remark42's backup: a line of users and articles, then a line of JSON a comment."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    Unreadable,
    thread_at,
)
from commentarchive.importers.safe_json import (
    Records,
    read_whole,
    text,
)
from commentarchive.text.clean_html import clean

VERSION = 1
SCHEME = "remark42"
CANNOT_TELL = (
    "Who deleted a comment, its author or a moderator, and when.",
    "Texts of deleted comments: Remark42 blanks them.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
_head = re.compile(rb'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"users"\s*:')
_locator = re.compile(rb'"locator"\s*:\s*\{')


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a backup of Remark42."""
    start = own_start(head)
    if _head.match(head, start):
        return True
    # A backup whose first line was lost is recognised by its comments.
    is_json = head.startswith(b"{", start)
    return is_json and _locator.search(head, start, 4096) is not None


@dataclass(slots=True)
class _Article:
    address: str
    title: str
    comments: list[ParsedComment] = field(default_factory=list)
    byte: int = 0


class Remark42Backup:
    """One backup; articles are identified by their addresses."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self.blog = ParsedBlog()

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each article, in the order of their first comments."""
        data = read_whole(self._stream)
        articles: dict[str, _Article] = {}
        for record, byte in self._records(data):
            address = text(record, "locator", "url")
            title = text(record, "title")
            article = articles.setdefault(address, _Article(address, title, byte=byte))
            article.comments.append(_comment(record, byte))
        if not articles and not _head.match(data, own_start(data)):
            reason = "there is no comment of Remark42 in it"
            raise Unreadable(reason)
        for article in articles.values():
            yield thread_at(
                *(SCHEME, article.address, article.comments),
                title=clean(article.title, "html").plain,
                addresses=(article.address,) if article.address else (),
                byte=article.byte,
            )

    def _records(self, data: bytes) -> Iterator[tuple[dict[str, Any], int]]:
        records, place = Records(data, self._reading), own_start(data)
        for whole in data[place:].splitlines(keepends=True):
            start, place = place, place + len(whole)
            line = whole.rstrip()
            if not line:
                continue
            is_cut = place == len(data) and not line.endswith((b"}", b"null"))
            if is_cut:
                reason = "the file is cut here; every whole comment before it was read"
                self._reading.problem(place, reason)
                return
            if _head.match(line):
                continue
            self._reading.raw_comments += line != b"null"
            record = records.one(start, start + len(line), "a comment")
            if record is not None and not isinstance(record.get("locator"), dict):
                reason = "a line is no comment of Remark42; it was left out"
                self._reading.problem(start, reason)
            elif record is not None:
                self._reading.parsed_comments += 1
                yield record, start


def _comment(record: dict[str, Any], byte: int) -> ParsedComment:
    raw = text(record, "text")
    cleaned = clean(raw, "html")
    is_deleted = record.get("delete") is True
    name = text(record, "user", "name")
    return ParsedComment(
        source_id=text(record, "id")[:200],
        parent_id=text(record, "pid")[:200],
        kind="comment",
        state="deleted" if is_deleted else "live",
        name="" if is_deleted and name == "deleted" else name,
        link="",
        email="",
        # A keyed digest of the address, made by Remark42; the address where imported.
        ip=text(record, "user", "ip"),
        when=iso(text(record, "time")),
        raw=raw,
        form="html",
        html=cleaned.html,
        plain=cleaned.plain,
        byte=byte,
        person=text(record, "user", "id"),
    )


IMPORTER = Importer(
    name="remark42",
    label="backup of Remark42",
    version=VERSION,
    recognises=recognises,
    open=Remark42Backup,
    # Names and addresses of people stand apart from their comments.
    cutting=None,
    cannot_tell=CANNOT_TELL,
)
