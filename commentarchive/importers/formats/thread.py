"""A discussion as this archive writes it (`export_thread`): JSON, `docs/export.md`.

What readers of that archive did not see is in it without its text, and stays hidden.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import OFFSETS, iso
from commentarchive.importers.json_shape import check_end, names_in, without_warnings
from commentarchive.importers.parsed import (
    OTHER_KIND,
    PUBLIC_KINDS,
    SOURCE_STATES,
    UNKNOWN_STATUS,
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    Unreadable,
    When,
    held_back,
    parent_of,
    post_held_back,
    type_word,
)
from commentarchive.importers.record_spans import ObjectSpans
from commentarchive.importers.safe_json import (
    Records,
    read_json,
    spans,
    text,
)
from commentarchive.importers.second_count import compare_counts, count_starts
from commentarchive.importers.unread import Unread
from commentarchive.text.clean_html import Form, clean
from commentarchive.threads.evidence import Rank

VERSION = 1
FORMAT = "commentarchive/thread@v1"
CANNOT_TELL = (
    "Texts of what readers did not see: it stands in it with its state alone.",
    "Earlier texts, e-mail addresses, and what is for staff only.",
)
_MEMBERS = frozenset(
    {
        *("format", "archive", "exported_at", "record", "blog", "article"),
        *("comments", "gaps", "copies", "article_proof"),
    }
)
_FIELDS = frozenset(
    {
        *("source_id", "twin", "scheme", "ref", "parent", "parent_ref", "kind"),
        *("source_type", "state", "by", "name", "link", "person", "printed", "time"),
        *("offset", "text", "form", "version", "is_edited", "copy", "commitment"),
        *("notices", "proof", "visibility"),
    }
)
_POST_FIELDS = frozenset(
    {
        *("source_id", "scheme", "ref", "kind", "source_type", "status", "title"),
        *("byline", "printed", "time", "offset", "addresses", "cross_posts", "text"),
        *("form", "version", "copy", "commitment", "address", "has_text"),
        *("is_edited", "notices"),
    }
)
_BLOG_FIELDS = ("title", "address", "language")
_FORMS: dict[str, Form] = {
    form: form for form in ("wp-autop", "html", "text", "markdown", "page")
}
_begun = re.compile(rb'(?<!\\)"source_id"\s*:\s*"(?:[^"\\]|\\.)*"\s*,\s*"twin"\s*:')
_kind = re.compile(r"post|page|attachment|contact|other")


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of such a discussion."""
    data = without_warnings(head)[own_start(head) :]
    if not data.startswith(b"{"):
        return False
    place = names_in(data).get("format", -1)
    return place >= 0 and data.startswith(b'"commentarchive/thread@v', place)


class ThreadExport:
    """One discussion; where ids are of several systems, an article for each."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        """Read the file and its blog. Raise Unreadable for another version of it."""
        self._data, self._reading = read_json(stream, reading), reading
        self._unread = Unread(reading)
        self._records = Records(self._data, reading)
        found = spans(self._data) if self._data[own_start(self._data) :] else ()
        self._spans = {each.name: each for each in found}
        given = self._spans.get("format")
        word = (
            self._data[given.start : given.end].decode("utf-8", "replace")
            if given
            else ""
        )
        if word != f'"{FORMAT}"':
            reason = f"its format is not {FORMAT}: it was made by a later version"
            if not word.startswith('"commentarchive/thread@'):
                reason = "it does not name its format"
            raise Unreadable(reason)
        blog = self._one("blog", "the blog") or {}
        exported = self._spans.get("exported_at")
        moment = None
        if exported and exported.end > 0:
            told = self._data[exported.start : exported.end].decode("utf-8", "replace")
            moment = iso(told.strip('"')).utc
        title, address, language = (text(blog, name) for name in _BLOG_FIELDS)
        self.blog = ParsedBlog(
            title=title,
            address=address,
            language=language,
            written_at=moment if moment and moment.tzinfo else None,
        )

    def _one(self, name: str, what: str) -> dict[str, Any] | None:
        found = self._spans.get(name)
        if found is None or found.end < 0:
            return None
        return self._records.one(found.start, found.end, what)

    def posts(self) -> Iterator[ParsedPost]:
        """Yield the article with its comments, by the systems of their ids."""
        places = self._records.members()
        for name in places.keys() - _MEMBERS:
            if self._data[places[name] : places[name] + 1] in {b"[", b"{"}:
                self._unread.record(name, places[name])
            else:
                self._unread.field(name, "the file", places[name])
        check_end(self._data, own_start(self._data), self._reading)
        article = self._one("article", "the article")
        if article is None:
            reason = "it holds no article that can be read"
            raise Unreadable(reason)
        byte = self._spans["article"].start
        is_hidden = self._unread.fields(article, _POST_FIELDS, "an article", byte)
        if "comments" not in places:
            self._reading.problem(len(self._data), "it has no list of comments")
        own = text(article, "scheme")[:20] or "thread"
        found: dict[str, list[ParsedComment]] = {own: []}
        for record, start in self._records.at(places.get("comments", -1), "a comment"):
            scheme = text(record, "scheme")[:20] or own
            found.setdefault(scheme, []).append(self._comment(record, start))
        self._reading.parsed_comments += sum(map(len, found.values()))
        self._unread.report()
        begun = count_starts(self._data, _begun)
        compare_counts(self._reading, begun, len(self._data))
        for scheme, comments in found.items():
            post = self._post(article, scheme, comments, byte, is_own=scheme == own)
            yield post_held_back(post) if is_hidden else post

    def _post(
        self,
        article: dict[str, Any],
        scheme: str,
        comments: list[ParsedComment],
        byte: int,
        *,
        is_own: bool,
    ) -> ParsedPost:
        kind = text(article, "kind")
        return ParsedPost(
            scheme=scheme,
            source_id=text(article, "source_id")[:200] if is_own else "",
            kind=kind if _kind.fullmatch(kind) else OTHER_KIND,
            source_type=_own_word(article),
            status=text(article, "status")[:20] or UNKNOWN_STATUS,
            # Whoever exported it could read it as anybody could.
            is_live=True,
            title=text(article, "title"),
            byline=text(article, "byline"),
            has_text=is_own and article.get("has_text") is True,
            raw=text(article, "text") if is_own else "",
            form=_FORMS.get(text(article, "form"), "text"),
            addresses=_texts(article, "addresses"),
            cross_posts=_texts(article, "cross_posts") if is_own else (),
            when=_when(article),
            comments=comments,
            # What was for staff only is not in it.
            is_whole=False,
            byte=byte,
        )

    def _comment(self, record: dict[str, Any], byte: int) -> ParsedComment:
        is_hidden = self._unread.fields(record, _FIELDS, "a comment", byte)
        source_id, kind = text(record, "source_id")[:200], text(record, "kind")
        state = self._state(record, byte)
        form = _FORMS.get(text(record, "form"), "text")
        raw = text(record, "text") if state == "live" else ""
        cleaned = clean(raw, form)
        is_known = kind in PUBLIC_KINDS or not kind
        raw_kind = "" if is_known else _own_word(record) or type_word(kind)
        comment = ParsedComment(
            source_id=source_id,
            parent_id=parent_of(text(record, "parent"), source_id),
            kind=(kind or "comment") if is_known else OTHER_KIND,
            state="internal" if raw_kind else state,
            name=text(record, "name"),
            link=text(record, "link"),
            email="",
            ip="",
            when=_when(record),
            raw=raw,
            form=form,
            html=cleaned.html,
            plain=cleaned.plain,
            byte=byte,
            person=text(record, "person"),
            is_by_author=state == "deleted" and text(record, "by") == "author",
            is_by_blog=state == "deleted" and text(record, "by") == "blog",
            source_type=raw_kind,
            told=state if raw_kind else None,
        )
        return held_back(comment) if is_hidden else comment

    def _state(self, record: dict[str, Any], byte: int) -> SourceState:
        word = text(record, "state")
        for state in SOURCE_STATES:
            if word == state and state not in {"internal", "unknown"}:
                return state
        reason = "a comment's state is none that is known; kept for staff only"
        self._reading.problem(byte, reason, loss=False)
        return "unknown"


def _own_word(record: dict[str, Any]) -> str:
    word = text(record, "source_type")
    return type_word(word) if word else ""


def _texts(record: dict[str, Any], name: str) -> tuple[str, ...]:
    found = record.get(name)
    if not isinstance(found, list):
        return ()
    return tuple(each for each in found if isinstance(each, str) and each)


def _when(record: dict[str, Any]) -> When:
    """Return a time: as printed, in UTC, and with the minutes that were told.

    Of a day without an hour the time is its date.
    """
    when, offset = iso(text(record, "time")), record.get("offset")
    is_known = type(offset) is int and offset in OFFSETS and not when.day_only
    return when._replace(
        printed=text(record, "printed"), offset=offset if is_known else None
    )


IMPORTER = Importer(
    name="commentarchive_thread",
    label="discussion of a comment archive (JSON)",
    version=VERSION,
    origin="interface",
    # What another archive believed of all its copies; a blog's own export is better.
    rank=Rank.INTERFACE,
    extent="part",
    # A thread's page, unless a field that is not known here hides it.
    unstated="either",
    leaves_out_spam=True,
    numbers_articles=False,
    tells_kinds=True,
    recognises=recognises,
    open=ThreadExport,
    cutting=ObjectSpans("comments", "source_id").cutting(),
    cannot_tell=CANNOT_TELL,
)
