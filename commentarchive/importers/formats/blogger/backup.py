"""Blogger's exports: the classic Atom file and Takeout's `feed.atom`.

Articles and comments stand side by side as `<entry>` elements; a comment names its
article (RFC 4685) and, where it answers another, a `rel="related"` link (classic) or
`blogger:inReplyTo` (Takeout).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.formats.atom import ATOM, THREAD, Entry, children, text_of
from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
)
from commentarchive.importers.record_spans import RecordSpans
from commentarchive.importers.safe_xml import root_tag
from commentarchive.importers.xml_records import Record, XmlRecords
from commentarchive.text.clean_html import clean

VERSION = 1
SCHEME = "blogger"
CANNOT_TELL = (
    "Comments that waited or were marked as spam: Blogger does not export them.",
    "Comments that were deleted for good leave nothing in it.",
    "It does not say who moderated a comment, when, or why.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
SPANS = RecordSpans("entry", re.compile(rb"id>[^<]*?(?:post-|comment-)(\d+)\s*</"))

_KIND = "http://schemas.google.com/g/2005#kind"
_GD = "{http://schemas.google.com/g/2005}"
_BLOGGER = "{http://schemas.google.com/blogger/2018}"
# A category of an entry, or Takeout's namespace on the root; not words in a text.
_kinds = re.compile(
    rb"<(?:\w+:)?category\s[^<>]*\bterm\s*=\s*[\"']http://schemas\.google\.com/blogger/"
    rb"2008/kind#(?:post|comment|page|settings|template)[\"']"
    rb"|\A<[^<>]*\sxmlns:\w+\s*=\s*[\"']http://schemas\.google\.com/blogger/2018[\"']"
)
_quoted = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?-->", re.DOTALL)
_number = re.compile(r"(?:post|comment|page)-([A-Za-z0-9_-]+)\Z")
_related = re.compile(r"/comments/default/(\d+)\Z")
# What Blogger calls people without a name, in the languages seen so far.
_NAMELESS = frozenset(
    {
        *("Anonymous", "Anonym", "Anonyme", "Anónimo", "Anônimo", "Anonimo", "Anoniem"),
        *("Anonymní", "Anonimowy", "Anonimas", "Anonyymi", "Ανώνυμος", "Анонимный"),
        *("Анонім", "匿名", "익명", "Unknown", "Unbekannt", "Desconhecido"),
    }
)
_MODES = {"LIVE": "live", "DRAFT": "draft", "TRASHED": "trashed"}


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a Blogger export."""
    root = root_tag(head)
    is_feed = re.match(rb"<(?:\w+:)?feed\b", root) is not None
    return is_feed and _kinds.search(_quoted.sub(b"", root)) is not None


class BloggerExport:
    """One Blogger export; comments may stand before their articles."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        """Read the head. Raise Unreadable for a DOCTYPE or an unknown charset."""
        self._records = XmlRecords(stream, reading, root="feed", records=("entry",))
        self._reading = reading
        head = self._records.head()
        self.blog = ParsedBlog()
        if head is not None:
            feed = Entry(head)
            self.blog = ParsedBlog(
                title=feed.text("title"),
                address=feed.link("alternate"),
            )

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each article; last, those that only their comments are known of."""
        articles: dict[str, ParsedPost] = {}
        comments: dict[str, list[ParsedComment]] = {}
        for record in self._records:
            entry = Entry(record.element)
            kind = _kind(entry)
            if kind == "comment":
                self._reading.raw_comments += 1
                article, comment = self._comment(entry, record)
                comments.setdefault(article, []).append(comment)
            elif kind in {"post", "page"}:
                post = self._article(entry, kind, record.byte)
                articles.setdefault(post.source_id, post)
        for key, found in comments.items():
            self._reading.parsed_comments += len(found)
            if key not in articles:
                articles[key] = self._missing(key, found[0].byte)
        for key, post in articles.items():
            yield replace(post, comments=comments.get(key, []))

    def _missing(self, key: str, byte: int) -> ParsedPost:
        reason = f"article {key or 'without an id'} is not in the file"
        self._reading.problem(byte, reason, loss=False)
        return ParsedPost(
            scheme=SCHEME,
            source_id=key,
            status=UNKNOWN_STATUS,
            is_live=False,
            has_text=False,
            form="html",
            byte=byte,
        )

    def _article(self, entry: Entry, kind: str, byte: int) -> ParsedPost:
        status = "live"
        if "yes" in (text_of(each) for each in entry.element.iter("{*}draft")):
            status = "draft"
        if mode := entry.text("status", _BLOGGER):
            status = _MODES.get(mode, mode.lower()[:20])
        if entry.text("trashed", _BLOGGER):
            status = "trashed"
        total = entry.text("total", THREAD)
        return ParsedPost(
            scheme=SCHEME,
            source_id=_id_of(entry.text("id")),
            kind=kind,
            status=status,
            is_live=status == "live",
            title=clean(entry.text("title"), "html").plain,
            byline=entry.author("name"),
            raw=entry.text("content"),
            form="html",
            addresses=self._addresses(entry),
            when=iso(entry.text("published")),
            printed_count=int(total) if total.isdecimal() else None,
            byte=byte,
        )

    def _addresses(self, entry: Entry) -> tuple[str, ...]:
        address = entry.link("alternate")
        place = entry.text("filename", _BLOGGER)
        if not address and place.startswith("/"):
            address = place
        return (address,) if address else ()

    def _comment(self, entry: Entry, record: Record) -> tuple[str, ParsedComment]:
        properties = properties_of(entry)
        raw = entry.text("content")
        cleaned = clean(raw, "html")
        is_removed = properties.get("blogger.contentRemoved") == "true"
        comment = ParsedComment(
            source_id=_id_of(entry.text("id"))[:200],
            parent_id=parent_of(entry)[:200],
            kind="comment",
            state=_state(entry, is_removed=is_removed),
            name=name_of(entry),
            link=entry.author("uri"),
            email=_email(entry),
            ip="",
            when=iso(entry.text("published")),
            raw=raw,
            form="html",
            html=cleaned.html,
            plain=cleaned.plain,
            byte=record.byte,
            person=properties.get("blogger.itemClass", ""),
            is_by_author=is_removed and was_removed_by_author(raw),
        )
        return _article_of(entry), comment


def _kind(entry: Entry) -> str:
    if kind := entry.text("type", _BLOGGER):
        return kind.lower()
    for category in children(entry.element, f"{ATOM}category"):
        if category.get("scheme") == _KIND:
            return category.get("term", "").rpartition("#")[2]
    return ""


def _id_of(tag: str) -> str:
    """Return the number at the end of `tag:blogger.com,1999:blog-1.post-2`."""
    found = _number.search(tag)
    return found[1] if found else tag[:200]


def _article_of(entry: Entry) -> str:
    if parent := entry.text("parent", _BLOGGER):
        return _id_of(parent)
    replied = next(children(entry.element, f"{THREAD}in-reply-to"), None)
    return "" if replied is None else _id_of(replied.get("ref", ""))


def parent_of(entry: Entry) -> str:
    """Return the id of the parent, which the Atom thread extension does not name."""
    if parent := entry.text("inReplyTo", _BLOGGER):
        return _id_of(parent)
    found = _related.search(entry.link("related"))
    return found[1] if found else ""


def properties_of(entry: Entry) -> dict[str, str]:
    """Return one of Blogger's own members of an entry."""
    return {
        each.get("name", ""): each.get("value", "")
        for each in children(entry.element, f"{_GD}extendedProperty")
    }


def was_removed_by_author(raw: str) -> bool:
    """Return whether a removal text names the author, not a blog administrator."""
    return "admin" not in raw.lower()


def is_nameless(name: str) -> bool:
    """Return whether a name is what Blogger calls people without one."""
    return name in _NAMELESS


def name_of(entry: Entry) -> str:
    """Return the name; "" for "Anonymous" in any language."""
    name, kind = entry.author("name"), entry.author("type", _BLOGGER)
    if kind:
        return "" if kind == "ANONYMOUS" else name
    return "" if not entry.author("uri") and is_nameless(name) else name


def _email(entry: Entry) -> str:
    email = entry.author("email")
    return "" if email == "noreply@blogger.com" else email


def _state(entry: Entry, *, is_removed: bool) -> SourceState:
    if is_removed:
        return "deleted"
    if entry.text("trashed", _BLOGGER):
        return "trashed"
    status = entry.text("status", _BLOGGER)
    states: dict[str, SourceState] = {
        "": "live",
        "LIVE": "live",
        "PENDING": "pending",
        "SPAM": "spam",
        "SPAM_COMMENT": "spam",
        "GHOSTED": "spam",
        "EMPTIED": "deleted",
        "TRASHED": "trashed",
    }
    return states.get(status, "unknown")


IMPORTER = Importer(
    name="blogger",
    label="Blogger export (Atom)",
    version=VERSION,
    recognises=recognises,
    open=BloggerExport,
    cutting=SPANS.cutting(article_end=b"</feed>"),
    cannot_tell=CANNOT_TELL,
)
