"""Remark42's backup: a line of users and articles, then a line of JSON a comment."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any, BinaryIO

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.contract import NO_END, Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.json_shape import names_in, without_warnings
from commentarchive.importers.nameless import name_unless
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    Unreadable,
    held_back,
    parent_of,
    thread_at,
)
from commentarchive.importers.safe_json import (
    Records,
    read_json,
    text,
)
from commentarchive.importers.second_count import compare_counts, count_starts
from commentarchive.importers.unread import Unread
from commentarchive.text.clean_html import clean
from commentarchive.threads.evidence import Rank

VERSION = 2
SCHEME = "remark42"
CANNOT_TELL = (
    NO_END,
    "Who deleted a comment, its author or a moderator, and when.",
    "Texts of deleted comments: Remark42 blanks them.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
_locator = re.compile(rb'(?<!\\)"locator"\s*:\s*\{')
_HEAD = frozenset({"version", "users", "posts"})
_FIELDS = frozenset(
    {
        *("id", "pid", "text", "orig", "user", "locator", "score", "vote", "votes"),
        *("voted_ips", "controversy", "time", "edit", "pin", "delete", "title"),
        "imported",
    }
)
_USER_FIELDS = frozenset(
    {
        *("id", "name", "picture", "ip", "admin", "block", "verified", "site_id"),
        *("email_subscription", "paid_sub"),
    }
)


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a backup of Remark42."""
    line = without_warnings(head)[own_start(head) :]
    if not line.startswith(b"{"):
        return False
    names = names_in(line).keys()
    # A backup whose first line was lost is recognised by its comments.
    is_comment = "locator" in names or names >= {"pid", "text", "user"}
    # A first line that is longer than what was read of the file.
    is_cut_head = b"\n" not in line and "users" in names and names <= _HEAD
    return is_comment or is_cut_head or _is_head(names)


def _is_head(names: Collection[str]) -> bool:
    return "version" in names and len(names) > 1 and set(names) <= _HEAD


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
        self._unread = Unread(reading)
        self._has_head = False
        self.blog = ParsedBlog()

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each article, in the order of their first comments."""
        data = read_json(self._stream, self._reading)
        articles: dict[str, _Article] = {}
        sites: Counter[str] = Counter()
        for record, byte in self._records(data):
            address = text(record, "locator", "url")
            sites[text(record, "locator", "site")] += 1
            title = text(record, "title")
            article = articles.setdefault(address, _Article(address, title, byte=byte))
            article.comments.append(self._comment(record, byte))
        if not articles and not self._has_head:
            reason = "there is no comment of Remark42 in it"
            raise Unreadable(reason)
        self._unread.report()
        if len(sites) > 1:
            numbers = " and ".join(str(number) for _site, number in sites.most_common())
            reason = (
                f"comments of {len(sites)} sites of Remark42 ({numbers}); read as one"
            )
            self._reading.problem(0, reason, loss=False)
        compare_counts(self._reading, count_starts(data, _locator), len(data))
        for article in articles.values():
            yield thread_at(
                *(SCHEME, article.address, article.comments),
                title=clean(article.title, "html").plain,
                addresses=(article.address,) if article.address else (),
                is_whole=True,
                byte=article.byte,
            )

    def _records(self, data: bytes) -> Iterator[tuple[dict[str, Any], int]]:
        for record, start in Records(data, self._reading).lines("comment"):
            if isinstance(record.get("locator"), dict):
                self._reading.parsed_comments += 1
                yield record, start
            elif _is_head(record.keys()):
                self._has_head = True
            else:
                reason = "a line is no comment of Remark42; it was left out"
                self._reading.problem(start, reason)

    def _comment(self, record: dict[str, Any], byte: int) -> ParsedComment:
        is_hidden = self._unread.fields(record, _FIELDS, "a comment", byte)
        for name, known, of in (
            ("user", _USER_FIELDS, "a comment's user"),
            ("locator", frozenset({"site", "url"}), "a comment's place"),
        ):
            nested = record.get(name)
            if isinstance(nested, dict):
                is_hidden |= self._unread.fields(nested, known, of, byte)
        raw = text(record, "text")
        cleaned = clean(raw, "html")
        source_id, writer = text(record, "id")[:200], text(record, "user", "id")
        # Remark42's own logins without a name: whoever wrote, or what was deleted.
        is_anonymous = writer.partition("_")[0] in {"", "anonymous"}
        # Remark42 stores names as HTML.
        given = unescape(text(record, "user", "name"))
        name = name_unless(given, is_anonymous=is_anonymous)
        comment = ParsedComment(
            source_id=source_id,
            parent_id=parent_of(text(record, "pid"), source_id),
            kind="comment",
            state=self._state(record, byte),
            name="" if writer == "deleted" else name,
            link="",
            email="",
            # A keyed digest of the address, made by Remark42; the address where
            # imported.
            ip=text(record, "user", "ip"),
            when=iso(text(record, "time")),
            raw=raw,
            form="html",
            html=cleaned.html,
            plain=cleaned.plain,
            byte=byte,
            person=writer,
        )
        return held_back(comment) if is_hidden else comment

    def _state(self, record: dict[str, Any], byte: int) -> SourceState:
        """Return the state by the mark of deletion; "unknown" where that is odd."""
        mark = record.get("delete")
        if mark is True:
            return "deleted"
        if mark is None or mark is False:
            return "live"
        reason = "a comment's mark of deletion is none that is known; kept for staff"
        self._reading.problem(byte, reason, loss=False)
        return "unknown"


IMPORTER = Importer(
    name="remark42",
    may_end_after=b"}",
    label="backup of Remark42",
    version=VERSION,
    origin="service",
    rank=Rank.EXPORT,
    extent="all",
    unstated="shown",
    leaves_out_spam=False,
    numbers_articles=False,
    tells_kinds=True,
    recognises=recognises,
    open=Remark42Backup,
    # Names and addresses of people stand apart from their comments.
    cutting=None,
    cannot_tell=CANNOT_TELL,
)
