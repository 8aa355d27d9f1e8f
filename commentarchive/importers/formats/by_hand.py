"""What somebody entered at the desk: one article, or one comment and what it is from.

The record is kept as a copy like any other. In the same file lies the mail, picture or
document that it was read from, so that one fingerprint vouches for both and an erasure
deletes both. What is in it is never unpacked and never shown to readers.
"""

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, get_args

from commentarchive.importers.contract import Importer, Unstated
from commentarchive.importers.parsed import (
    UNKNOWN_STATUS,
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    Unreadable,
    When,
)
from commentarchive.importers.second_count import compare_counts, count_starts
from commentarchive.text.clean_html import clean
from commentarchive.threads.evidence import Rank

VERSION = 1
# The id space of articles and comments that no blog's system has numbered here.
SCHEME = "hand"
# How an id begins that was given here: no blog can have given it. "~" marks it, as it
# marks a digest, as one by which nothing is seen to vanish.
OWN_ID = "~hand-"
# How what is entered reached the archive, as readers are told.
REACHED = {
    "email": "from an e-mail",
    "screenshot": "from a screenshot",
    "letter": "from a letter",
    "memory": "from memory",
    "link": "from its address",
}
NAMES = ("mail", "document")
CANNOT_TELL = (
    "What else was below the article: it holds one comment, or none.",
    "Whether anything was changed between the blog and whoever entered it.",
)
# What a record and each of its parts may say; whatever says more was made otherwise.
_FIELDS = {
    "": frozenset(
        {
            *("by hand", "version", "how", "made_at"),
            *("article", "comment", "evidence"),
        }
    ),
    "article": frozenset({"here", "scheme", "title", "addresses", "printed", "local"}),
    "comment": frozenset(
        {
            *("id", "answers", "state", "name", "link", "email", "ip"),
            *("printed", "local", "text"),
        }
    ),
    "evidence": frozenset({"name", "bytes"}),
}
_begun = re.compile(rb'\n"comment":\{')
_begins = {name: f'{{"by hand":"{name}"'.encode() for name in NAMES}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The file that something was entered from: its name, as sent, and its bytes."""

    name: str
    data: bytes


def written(
    name: str,
    *,
    how: str,
    article: Mapping[str, Any],
    comment: Mapping[str, Any] | None = None,
    evidence: Evidence | None = None,
    made_at: str = "",
) -> bytes:
    """Return a record as it is kept; `read_record` reads it again."""
    parts: list[tuple[str, object]] = [
        ("by hand", name),
        ("version", VERSION),
        ("how", how),
        ("made_at", made_at),
        ("article", dict(article)),
    ]
    if comment is not None:
        parts.append(("comment", dict(comment)))
    if evidence is not None:
        text = base64.b64encode(evidence.data).decode()
        parts.append(("evidence", {"name": evidence.name, "bytes": text}))
    lines = [
        f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}"
        for key, value in parts
    ]
    return ("{" + ",\n".join(lines) + "}\n").encode()


def read_record(data: bytes) -> dict[str, Any]:
    """Read a record. Raise Unreadable for what `written` cannot have made."""
    try:
        record = json.loads(data)
        known = record["version"] == VERSION and record["how"] in REACHED
        for name, fields in _FIELDS.items():
            held = record if not name else record.get(name) or {}
            known = known and set(held) <= fields
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = "it is not whole"
        raise Unreadable(reason) from error
    if not known:
        reason = "it was made by a later version of this archive"
        raise Unreadable(reason)
    return dict(record)


def evidence_in(data: bytes) -> Evidence | None:
    """Return the file that lies in a record. Raise Unreadable for a damaged one."""
    held = read_record(data).get("evidence")
    if not isinstance(held, dict):
        return None
    try:
        return Evidence(str(held["name"]), base64.b64decode(held["bytes"]))
    except (KeyError, TypeError, binascii.Error) as error:
        reason = "the file in it is damaged"
        raise Unreadable(reason) from error


class HandRecord:
    """One record: an article with one comment, or with none."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._data, self._reading = stream.read(), reading
        self._record = read_record(self._data)
        made_at = _text(self._record, "made_at")
        try:
            moment = datetime.fromisoformat(made_at) if made_at else None
        except ValueError:
            moment = None
        is_exact = moment is not None and moment.tzinfo is not None
        self.blog = ParsedBlog(written_at=moment if is_exact else None)

    def posts(self) -> Iterator[ParsedPost]:
        """Yield the article."""
        article = self._record.get("article")
        told = self._record.get("comment")
        if not isinstance(article, dict) or not isinstance(told, dict | None):
            reason = "it holds no article"
            raise Unreadable(reason)
        self._reading.how.append(f"Entered by hand, {REACHED[self._record['how']]}.")
        comments = [_comment(told)] if told else []
        self._reading.parsed_comments += len(comments)
        begun = count_starts(self._data, _begun)
        compare_counts(self._reading, begun, len(self._data))
        addresses = article.get("addresses")
        yield ParsedPost(
            scheme=_text(article, "scheme")[:20] or SCHEME,
            source_id="",
            here=_text(article, "here"),
            status=UNKNOWN_STATUS,
            # Who enters an article has seen it; who enters a comment says nothing of
            # that. Where another copy tells its status, that stands.
            is_live=told is None,
            title=_text(article, "title"),
            has_text=False,
            form="page",
            addresses=tuple(map(str, addresses if isinstance(addresses, list) else ())),
            when=When(_text(article, "printed"), _moment(article)),
            comments=comments,
            is_whole=False,
        )


def _comment(told: Mapping[str, Any]) -> ParsedComment:
    raw = as_html(_text(told, "text"))
    text = clean(raw, "page")
    state = _text(told, "state")
    known: dict[str, SourceState] = {
        each: each for each in get_args(SourceState.__value__)
    }
    return ParsedComment(
        source_id=_text(told, "id")[:200],
        parent_id=_text(told, "answers")[:200],
        kind="comment",
        state=known.get(state, "unknown"),
        name=_text(told, "name"),
        link=_text(told, "link"),
        email=_text(told, "email"),
        ip=_text(told, "ip"),
        when=When(_text(told, "printed"), _moment(told)),
        raw=raw,
        form="page",
        html=text.html,
        plain=text.plain,
        byte=0,
    )


def as_html(text: str) -> str:
    """Return typed words as a page would show them, for they are no blog's own text."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", text.replace("\r\n", "\n").strip())
    return "\n".join(
        f"<p>{html.escape(each, quote=False).replace('\n', '<br>\n')}</p>"
        for each in paragraphs
    )


def _moment(told: Mapping[str, Any]) -> datetime | None:
    """Return a time on the blog's own clock; None where it is not known exactly."""
    try:
        moment = datetime.fromisoformat(_text(told, "local"))
    except ValueError:
        return None
    return moment.replace(tzinfo=None)


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _importer(name: str, label: str, rank: Rank, unstated: Unstated) -> Importer:
    return Importer(
        name=name,
        label=label,
        version=VERSION,
        origin="person",
        rank=rank,
        extent="part",
        unstated=unstated,
        leaves_out_spam=True,
        numbers_articles=False,
        tells_kinds=True,
        recognises=lambda head: head.startswith(_begins[name]),
        open=HandRecord,
        cutting=None,
        cannot_tell=CANNOT_TELL,
    )


# A blog's own program wrote the mail, and somebody looked it over: as good as what it
# printed on a page. What was typed off a picture or from memory gives way to anything
# that a program has told; of a comment alone, it says nothing of the article.
MAIL = _importer(
    "mail", "record entered by hand from an e-mail", Rank.PRINTED, "hidden"
)
DOCUMENT = _importer(
    "document", "record entered by hand", Rank.INFERRED, "shown without comments"
)
