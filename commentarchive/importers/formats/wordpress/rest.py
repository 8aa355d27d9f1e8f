"""Saved answers of WordPress's REST API (`wp/v2/comments`, `wp/v2/posts`).

One page of an answer a file; several files given together are one reading. Both the
public answers and those to an editor (`context=edit`) are read.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, BinaryIO

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.contract import JSON_MARKER, Cutting, Importer
from commentarchive.importers.dates import local_and_utc
from commentarchive.importers.formats.wordpress.fields import INTERNAL, KINDS, STATES
from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    Unreadable,
)
from commentarchive.importers.safe_json import ObjectSpans, Records, read_whole, text
from commentarchive.text.clean_html import Form, clean

VERSION = 1
SCHEME = "wordpress"
CANNOT_TELL = (
    "Whether it is all: an answer does not say how many comments there are.",
    "Comments of other states than those that were asked for, and pingbacks.",
    "It does not say who moderated a comment, when, or why.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
SPANS = ObjectSpans("", "id")
_records = re.compile(rb"(?:\[\s*)?\{")
# A name, or an address; not words inside a text, where quotation marks are escaped.
_of_wordpress = re.compile(
    rb'(?<!\\)"(?:rendered"\s*:|[^"\s]{0,300}(?:/wp/v2/|rest_route=/wp/v2))'
)
_error = re.compile(rb'\s*\{\s*"code"\s*:\s*"(rest_\w+)"')


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of an answer of this API.

    Warnings of the server may stand before the JSON.
    """
    start = own_start(head)
    if _error.match(head, start):
        return True
    return (
        _records.match(head, start) is not None
        and _of_wordpress.search(head) is not None
    )


class WordPressAnswer:
    """One saved answer: comments by their articles, or articles."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self.blog = ParsedBlog()

    def posts(self) -> Iterator[ParsedPost]:
        """Yield the articles, or one for each that the comments are on."""
        data = read_whole(self._stream)
        start = own_start(data)
        if refused := _error.match(data, start):
            code = refused[1].decode()
            reason = f"WordPress refused to answer ({code}); there is nothing in it"
            raise Unreadable(reason)
        comments: dict[str, list[ParsedComment]] = {}
        links: dict[str, str] = {}
        is_public: dict[str, bool] = {}
        for record, byte in self._records(data, start):
            if "author_name" not in record:
                yield _article(record, byte)
                continue
            post = text(record, "post")
            comments.setdefault(post, []).append(self._comment(record, byte))
            links.setdefault(post, text(record, "link").partition("#")[0])
            is_public[post] = "author_email" not in record
        number = sum(map(len, comments.values()))
        self._reading.raw_comments += number
        self._reading.parsed_comments += number
        for post, several in comments.items():
            yield ParsedPost(
                scheme=SCHEME,
                source_id=post[:200],
                status=UNKNOWN_STATUS,
                # A public answer holds comments of public articles only.
                is_live=is_public[post],
                has_text=False,
                form="page",
                addresses=(links[post],) if links[post].startswith("http") else (),
                comments=several,
                is_whole=False,
                byte=several[0].byte,
            )

    def _records(self, data: bytes, start: int) -> Iterator[tuple[dict[str, Any], int]]:
        records = Records(data, self._reading)
        if data[start : start + 1] == b"[":
            yield from records.at(start, "a record")
            return
        # The answer about one comment or one article.
        end = start + max(0, SPANS.end(data[start:]))
        one = records.one(start, end, "the record")
        if one is not None:
            yield one, start

    def _comment(self, record: dict[str, Any], byte: int) -> ParsedComment:
        raw, form = _content(record, "content")
        cleaned = clean(raw, form)
        source_id, parent = text(record, "id")[:200], text(record, "parent")[:200]
        kind = KINDS.get(text(record, "type"), "other")
        state: SourceState = STATES.get(text(record, "status"), "unknown")
        if kind in INTERNAL:
            state = "internal"
        elif state == "unknown":
            reason = f"comment {source_id}: its status is none that WordPress has"
            self._reading.problem(byte, reason, loss=False)
        return ParsedComment(
            source_id=source_id,
            parent_id="" if parent == "0" else parent,
            kind=kind,
            state=state,
            name=unescape(text(record, "author_name")),
            link=text(record, "author_url"),
            email=text(record, "author_email"),
            ip=text(record, "author_ip"),
            when=local_and_utc(text(record, "date"), text(record, "date_gmt")),
            raw=raw,
            form=form,
            html=cleaned.html,
            plain=cleaned.plain,
            byte=byte,
        )


def _content(record: dict[str, Any], name: str) -> tuple[str, Form]:
    """Return the text and its form: as stored if the answer has it, else as shown."""
    raw = text(record, name, "raw")
    return (raw, "wp-autop") if raw else (text(record, name, "rendered"), "page")


def _article(record: dict[str, Any], byte: int) -> ParsedPost:
    raw, form = _content(record, "content")
    content = record.get("content")
    is_protected = isinstance(content, dict) and content.get("protected") is True
    status = "password" if is_protected else text(record, "status")
    title = text(record, "title", "rendered") or text(record, "title", "raw")
    addresses = (text(record, "link"), text(record, "guid", "rendered"))
    kind = text(record, "type")
    return ParsedPost(
        scheme=SCHEME,
        source_id=text(record, "id")[:200],
        kind=kind if kind in {"post", "page"} else "other",
        status=status[:20] or UNKNOWN_STATUS,
        is_live=status == "publish",
        title=clean(title, "html").plain,
        has_text="content" in record and not is_protected,
        raw=raw.strip(),
        form=form,
        addresses=tuple(
            dict.fromkeys(each for each in addresses if each.startswith("http"))
        ),
        when=local_and_utc(text(record, "date"), text(record, "date_gmt")),
        is_whole=False,
        byte=byte,
    )


IMPORTER = Importer(
    name="wordpress_rest",
    label="answer of WordPress (REST)",
    version=VERSION,
    recognises=recognises,
    open=WordPressAnswer,
    cutting=Cutting(
        comment_end=SPANS.end,
        fragments=SPANS.fragments,
        article_end=b"]",
        marker=JSON_MARKER,
        is_sure=True,
    ),
    cannot_tell=CANNOT_TELL,
)
