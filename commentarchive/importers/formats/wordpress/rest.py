"""Saved answers of WordPress's REST API (`wp/v2/comments`, `wp/v2/posts`).

One page of an answer a file; several files given together are one reading. Both the
public answers and those to an editor (`context=edit`) are read.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, BinaryIO

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.broken_ids import place_of
from commentarchive.importers.contract import Importer
from commentarchive.importers.formats.wordpress.fields import (
    POST_KINDS,
    STATES,
    sorted_by_type,
)
from commentarchive.importers.formats.wordpress.records import times_of
from commentarchive.importers.json_shape import check_end, names_in, without_warnings
from commentarchive.importers.parsed import (
    OTHER_KIND,
    UNKNOWN_STATUS,
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    Unreadable,
    held_back,
    is_for_readers,
    parent_of,
    post_held_back,
    type_word,
)
from commentarchive.importers.record_spans import ObjectSpans
from commentarchive.importers.safe_json import Records, object_end, read_json, text
from commentarchive.importers.second_count import compare_counts, count_starts
from commentarchive.importers.unread import Unread
from commentarchive.text.clean_html import Form, clean
from commentarchive.threads.evidence import Rank

VERSION = 2
SCHEME = "wordpress"
CANNOT_TELL = (
    "Whether it is all: an answer does not say how many comments there are.",
    "Comments of other states than those that were asked for, and pingbacks.",
    "It does not say who moderated a comment, when, or why.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
_spans = ObjectSpans("", "id")
_records = re.compile(rb"(?:\[\s*)?\{")
# A name, or an address; not words inside a text, where quotation marks are escaped.
_of_wordpress = re.compile(
    rb'(?<!\\)"(?:rendered"\s*:|[^"\s]{0,300}(?:/wp/v2/|rest_route=/wp/v2))'
)
# What an article has and neither a comment nor a person, a term or a menu.
_OF_ARTICLES = frozenset({"title", "content", "comment_status", "date_gmt"})
_error_code = re.compile(rb'"(rest_\w+)"')
# No embedded comment has it.
_begun = re.compile(rb'(?<!\\)"post"\s*:\s*"?(?:[^\x00-\x7f]|\d)')
_FIELDS = frozenset(
    {
        *("id", "post", "parent", "author", "author_name", "author_url", "author_ip"),
        *("author_email", "author_user_agent", "author_avatar_urls", "date"),
        *("date_gmt", "content", "link", "status", "type", "meta"),
        *("_links", "_embedded", "_trackback", "_pingback"),
    }
)
# What WordPress itself says of articles and attachments, and is not comments.
_ARTICLE_FIELDS = frozenset(
    {
        *(
            "id",
            "date",
            "date_gmt",
            "guid",
            "modified",
            "modified_gmt",
            "slug",
            "status",
        ),
        *("type", "link", "title", "content", "excerpt", "author", "featured_media"),
        *("comment_status", "ping_status", "sticky", "template", "format", "meta"),
        *("categories", "tags", "class_list", "_links", "_embedded", "parent"),
        *("menu_order", "password", "permalink_template", "generated_slug"),
        *("description", "caption", "alt_text", "media_type", "mime_type", "post"),
        *("media_details", "source_url", "missing_image_sizes"),
    }
)


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of an answer of this API.

    Warnings of the server may stand before the JSON.
    """
    start, head = own_start(head), without_warnings(head)
    if _refusal(head, start):
        return True
    return (
        _records.match(head, start) is not None
        and _of_wordpress.search(head) is not None
    )


def _refusal(data: bytes, start: int) -> str:
    """Return the code with which WordPress refused to answer, or ""."""
    names = names_in(data, start) if data.startswith(b"{", start) else {}
    code = _error_code.match(data, names["code"]) if "code" in names else None
    return code[1].decode() if code else ""


class WordPressAnswer:
    """One saved answer: comments by their articles, or articles."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self._unread = Unread(reading)
        self.blog = ParsedBlog()

    def posts(self) -> Iterator[ParsedPost]:
        """Yield the articles, or one for each that the comments are on."""
        data = read_json(self._stream, self._reading)
        start = own_start(data)
        if code := _refusal(data, start):
            reason = f"WordPress refused to answer ({code}); there is nothing in it"
            raise Unreadable(reason)
        without_post = 0
        comments: dict[str, list[ParsedComment]] = {}
        links: dict[str, str] = {}
        is_public: dict[str, bool] = {}
        for record, byte in self._records(data, start):
            post = text(record, "post")
            if not post and "author_name" not in record:
                if not record.keys().isdisjoint(_OF_ARTICLES):
                    yield self._article(record, byte)
                else:
                    reason = "a record is neither a comment nor an article; left out"
                    self._reading.problem(byte, reason)
                continue
            without_post += not post
            comments.setdefault(post, []).append(self._comment(record, byte))
            links.setdefault(post, text(record, "link").partition("#")[0])
            is_public[post] = "author_email" not in record
        self._reading.parsed_comments += sum(map(len, comments.values()))
        self._unread.report()
        check_end(data, start, self._reading)
        begun = count_starts(data, _begun) + without_post
        compare_counts(self._reading, begun, len(data))
        for told in [each for each in comments if not each.isascii()]:
            several = comments.pop(told)
            place = place_of(told, comments)
            links.setdefault(place, links[told])
            is_public.setdefault(place, is_public[told])
            comments.setdefault(place, []).extend(several)
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
        end = start + max(0, object_end(data[start:]))
        one = records.one(start, end, "the record")
        if one is not None:
            yield one, start

    def _comment(self, record: dict[str, Any], byte: int) -> ParsedComment:
        is_hidden = self._unread.fields(record, _FIELDS, "a comment", byte)
        raw, form = _content(record, "content")
        cleaned = clean(raw, form)
        source_id = text(record, "id")[:200]
        told: SourceState = STATES.get(text(record, "status"), "unknown")
        kind, source_type, state, told_state = sorted_by_type(_type(record), told)
        if state == "unknown":
            reason = f"comment {source_id}: its status is none that WordPress has"
            self._reading.problem(byte, reason, loss=False)
        comment = ParsedComment(
            source_id=source_id,
            parent_id=parent_of(text(record, "parent"), source_id),
            kind=kind,
            state=state,
            name=unescape(text(record, "author_name")),
            link=text(record, "author_url"),
            email=text(record, "author_email"),
            ip=text(record, "author_ip"),
            when=times_of(
                self._reading, text(record, "date"), text(record, "date_gmt"), byte
            ),
            raw=raw,
            form=form,
            html=cleaned.html,
            plain=cleaned.plain,
            byte=byte,
            source_type=source_type,
            told=told_state,
        )
        return held_back(comment) if is_hidden or self._meta(record, byte) else comment

    def _meta(self, record: dict[str, Any], byte: int) -> bool:
        """Note what plugins say of a comment; return whether it hides the comment."""
        meta = record.get("meta")
        if not isinstance(meta, dict):
            return False
        return self._unread.fields(meta, (), "a comment's meta data", byte)

    def _article(self, record: dict[str, Any], byte: int) -> ParsedPost:
        raw, form = _content(record, "content")
        content = record.get("content")
        is_protected = isinstance(content, dict) and content.get("protected") is True
        status = "password" if is_protected else text(record, "status")
        title = text(record, "title", "rendered") or text(record, "title", "raw")
        addresses = (text(record, "link"), text(record, "guid", "rendered"))
        word = _type(record) or "post"
        kind = POST_KINDS.get(word, OTHER_KIND)
        post = ParsedPost(
            scheme=SCHEME,
            source_id=text(record, "id")[:200],
            kind=kind,
            source_type=type_word(word) if kind == OTHER_KIND else "",
            told_live=kind == OTHER_KIND and is_for_readers(SCHEME, "post", status),
            status=status[:20] or UNKNOWN_STATUS,
            is_live=is_for_readers(SCHEME, kind, status),
            title=clean(title, "html").plain,
            has_text="content" in record and not is_protected,
            raw=raw.strip(),
            form=form,
            addresses=tuple(
                dict.fromkeys(each for each in addresses if each.startswith("http"))
            ),
            when=times_of(
                self._reading, text(record, "date"), text(record, "date_gmt"), byte
            ),
            is_whole=False,
            byte=byte,
        )
        is_hidden = self._unread.fields(record, _ARTICLE_FIELDS, "an article", byte)
        return post_held_back(post) if is_hidden else post


def _type(record: dict[str, Any]) -> str:
    """Return the word for what a record is; "" only where none is given."""
    given = record.get("type")
    return "" if given is None or given == "" else text(record, "type") or "no word"


def _content(record: dict[str, Any], name: str) -> tuple[str, Form]:
    """Return the text and its form: as stored if the answer has it, else as shown."""
    raw = text(record, name, "raw")
    return (raw, "wp-autop") if raw else (text(record, name, "rendered"), "page")


IMPORTER = Importer(
    name="wordpress_rest",
    label="answer of WordPress (REST)",
    version=VERSION,
    origin="interface",
    rank=Rank.INTERFACE,
    extent="part",
    # Comments that it gives to anybody, or to editors only.
    unstated="either",
    leaves_out_spam=True,
    numbers_articles=True,
    tells_kinds=True,
    recognises=recognises,
    open=WordPressAnswer,
    cutting=_spans.cutting(),
    cannot_tell=CANNOT_TELL,
)
