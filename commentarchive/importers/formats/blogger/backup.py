"""Blogger's exports: the classic Atom file and Takeout's `feed.atom`.

Articles and comments stand side by side as `<entry>` elements; a comment names its
article (RFC 4685) and, where it answers another, a `rel="related"` link (classic) or
`blogger:inReplyTo` (Takeout).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import BinaryIO, cast

from commentarchive.importers.broken_ids import place_of
from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.formats.atom import ATOM, FIELDS, THREAD, Entry, children
from commentarchive.importers.nameless import is_nameless
from commentarchive.importers.parsed import (
    OTHER_KIND,
    UNKNOWN_STATUS,
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    held_back,
    is_for_readers,
    parent_of,
    post_held_back,
    type_word,
)
from commentarchive.importers.record_spans import RecordSpans
from commentarchive.importers.safe_xml import root_tag
from commentarchive.importers.second_count import CountedStream, compare_counts
from commentarchive.importers.xml_records import Record, XmlRecords
from commentarchive.importers.xml_text import text_of
from commentarchive.text.clean_html import clean
from commentarchive.threads.evidence import Rank

VERSION = 2
SCHEME = "blogger"
CANNOT_TELL = (
    "Comments that waited or were marked as spam: Blogger does not export them.",
    "Comments that were deleted for good leave nothing in it.",
    "It does not say who moderated a comment, when, or why.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
SPANS = RecordSpans("entry", re.compile(rb"id>[^<]*?(?:post-|comment-)(\d+)\s*</"))

_begun = re.compile(
    rb"2008/kind#comment(?=[\"'])|<blogger:type>\s*(?:<!\[CDATA\[\s*)?COMMENT(?=[\s<\]])"
)
# Entries that hold neither words nor comments of anybody.
_ASIDE = frozenset({"settings", "template"})
_FIELDS = FIELDS | {
    *("extendedProperty", "image", "thumbnail", "type", "status", "parent"),
    *("inReplyTo", "trashed", "filename", "created", "metaDescription", "location"),
    *("enclosure", "point", "featurename", "box", "origLink"),
}
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
_number = re.compile(r"(?:post|comment|page)-((?:[A-Za-z0-9_-]|[^\x00-\x7f])+)\Z")
_related = re.compile(r"/comments/default/((?:\d|[^\x00-\x7f])+)\Z")
# "Administrator" in what Blogger puts in a removed comment's place, by language: parts
# of the words that the name of no reader has, and none of the sentences about authors.
_ADMINISTRATORS = (
    *("admin", "amministrator", "ammenistrat", "beheerder", "správc", "skrbnik"),
    *("yönetici", "järjestelmänvalvoja", "ylläpitäj", "rendszergazd", "pentadbir"),
    *("админ", "адмін", "διαχειριστ", "ადმინისტრატორ", "ադմինիստրատոր", "מנהל"),
    *("مشرف", "مسؤول", "مدير", "سرپرست", "مدیر", "منتظم", "व्यवस्थापक", "প্রশাসক"),
    *("நிர்வாக", "నిర్వాహ", "ನಿರ್ವಾಹ", "അഡ്മിനിസ്ട്രേറ്റ", "ผู้ดูแล", "quản trị"),
    *("管理员", "管理員", "管理者", "관리자"),
)
# Such a sentence is short; what is longer was written by somebody.
_LONGEST_SENTENCE = 200
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
        self._stream = CountedStream(stream, _begun)
        self._records = XmlRecords(
            cast("BinaryIO", self._stream), reading, root="feed", records=("entry",)
        )
        self._reading, self._unread = reading, self._records.unread
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
        # Comments of a kind that the second count does not look for.
        others = 0
        for record in self._records:
            entry = Entry(record.element)
            kind = _kind(entry)
            if kind in _ASIDE:
                continue
            is_hidden = self._unread.elements(
                record.element, _FIELDS, "an entry", record.byte
            )
            if kind == "comment" or (
                kind not in {"post", "page"} and _article_of(entry)
            ):
                others += kind != "comment"
                article, comment = self._comment(entry, kind, record)
                if is_hidden:
                    comment = held_back(comment)
                comments.setdefault(article, []).append(comment)
            else:
                post = self._article(entry, kind, record.byte)
                if is_hidden:
                    post = post_held_back(post)
                first = articles.get(post.source_id)
                if first and replace(first, byte=post.byte) != post:
                    reason = (
                        f"article {post.source_id} stands twice; the first was read"
                    )
                    self._reading.problem(record.byte, reason)
                articles.setdefault(post.source_id, post)
        comments = _by_place(comments, articles)
        for key, found in comments.items():
            self._reading.parsed_comments += len(found)
            if key not in articles:
                articles[key] = self._missing(key, found[0].byte)
        self._unread.report()
        begun = self._stream.number + others
        compare_counts(self._reading, begun, self._records.end)
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
            is_whole=True,
            byte=byte,
        )

    def _article(self, entry: Entry, kind: str, byte: int) -> ParsedPost:
        is_known = kind in {"post", "page"}
        status = "live"
        if _is_draft(entry):
            status = "draft"
        if mode := entry.text("status", _BLOGGER):
            status = _MODES.get(mode, mode.lower()[:20])
            if mode not in _MODES:
                reason = "an article's status is none that is known; for staff only"
                self._reading.problem(byte, reason, loss=False)
        if entry.text("trashed", _BLOGGER):
            status = "trashed"
        total = entry.text("total", THREAD)
        return ParsedPost(
            scheme=SCHEME,
            source_id=_id_of(entry.text("id")),
            kind=kind if is_known else OTHER_KIND,
            source_type="" if is_known else _word(kind),
            status=status,
            is_live=is_known and is_for_readers(SCHEME, kind, status),
            told_live=not is_known and is_for_readers(SCHEME, "post", status),
            title=clean(entry.text("title"), "html").plain,
            byline=entry.author("name"),
            raw=entry.text("content"),
            form="html",
            addresses=self._addresses(entry),
            when=iso(entry.text("published")),
            is_whole=True,
            printed_count=int(total) if total.isdecimal() else None,
            byte=byte,
        )

    def _addresses(self, entry: Entry) -> tuple[str, ...]:
        address = entry.link("alternate")
        place = entry.text("filename", _BLOGGER)
        if not address and place.startswith("/"):
            address = place
        return (address,) if address else ()

    def _comment(
        self, entry: Entry, kind: str, record: Record
    ) -> tuple[str, ParsedComment]:
        properties = properties_of(entry)
        raw = entry.text("content")
        cleaned = clean(raw, "html")
        mark = properties.get("blogger.contentRemoved", "false")
        is_removed = mark != "false"
        source_id, article = _id_of(entry.text("id"))[:200], _article_of(entry)
        parent = parent_of(told_parent(entry), source_id)
        is_known = kind == "comment"
        state = _state(entry, is_removed=is_removed)
        if state == "unknown":
            reason = f"comment {source_id}: its status is none that is known"
            self._reading.problem(record.byte, reason, loss=False)
        comment = ParsedComment(
            source_id=source_id,
            # Whoever answers the article answers no comment.
            parent_id="" if parent == article else parent,
            kind=kind if is_known else OTHER_KIND,
            state=state if is_known else "internal",
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
            is_by_blog=is_removed and was_removed_by_blog(raw),
            source_type="" if is_known else _word(kind),
            told=None if is_known else state,
        )
        return article, comment


def _by_place(
    comments: dict[str, list[ParsedComment]], articles: Collection[str]
) -> dict[str, list[ParsedComment]]:
    """Return comments by the articles that they are on, whose ids may be broken."""
    found: dict[str, list[ParsedComment]] = {}
    for key, several in comments.items():
        found.setdefault(place_of(key, articles), []).extend(several)
    return found


def _kind(entry: Entry) -> str:
    if kind := entry.text("type", _BLOGGER):
        return kind.lower()
    for category in children(entry.element, f"{ATOM}category"):
        if category.get("scheme") == _KIND:
            return category.get("term", "").rpartition("#")[2]
    return ""


def _word(kind: str) -> str:
    """Return the export's word for an entry, which may have none."""
    return type_word(kind or "entry")


def _id_of(tag: str) -> str:
    """Return the number at the end of `tag:blogger.com,1999:blog-1.post-2`."""
    found = _number.search(tag)
    return found[1] if found else tag[:200]


def _article_of(entry: Entry) -> str:
    if parent := entry.text("parent", _BLOGGER):
        return _id_of(parent)
    replied = next(children(entry.element, f"{THREAD}in-reply-to"), None)
    return "" if replied is None else _id_of(replied.get("ref", ""))


def told_parent(entry: Entry) -> str:
    """Return the id of the parent, which the Atom thread extension does not name."""
    if parent := entry.text("inReplyTo", _BLOGGER):
        return _id_of(parent)
    found = _related.search(entry.link("related"))
    return found[1] if found else ""


def properties_of(entry: Entry) -> dict[str, str]:
    """Return Blogger's own members of an entry."""
    return {
        each.get("name", ""): each.get("value", "")
        for each in children(entry.element, f"{_GD}extendedProperty")
    }


def was_removed_by_blog(raw: str) -> bool:
    """Return whether the words in a removed comment's place name an administrator.

    Who removed it is not known otherwise: Blogger has no field for that, and words
    that are not known here say nothing.
    """
    words = raw.casefold()
    return len(words) <= _LONGEST_SENTENCE and any(
        each in words for each in _ADMINISTRATORS
    )


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
    """Return the state of a comment: live only where no mark says otherwise."""
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
    state = states.get(status, "unknown")
    return "pending" if state == "live" and _is_draft(entry) else state


def _is_draft(entry: Entry) -> bool:
    """Return whether Atom's publishing control holds an entry back from readers."""
    marks = (
        text_of(each).strip().lower()
        for name in ("draft", "moderate")
        for each in entry.element.iter(f"{{*}}{name}")
    )
    return any(mark not in {"", "no"} for mark in marks)


IMPORTER = Importer(
    name="blogger",
    label="Blogger export (Atom)",
    version=VERSION,
    origin="blog",
    rank=Rank.EXPORT,
    extent="all",
    unstated="hidden",
    leaves_out_spam=True,
    numbers_articles=True,
    tells_kinds=True,
    recognises=recognises,
    open=BloggerExport,
    cutting=SPANS.cutting(article_end=b"</feed>"),
    cannot_tell=CANNOT_TELL,
)
