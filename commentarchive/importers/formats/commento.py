"""Exports of Commento (version 1) and of Comentario (versions 1 to 3), JSON."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    Unreadable,
    When,
    thread_at,
)
from commentarchive.importers.safe_json import Records, read_whole, text
from commentarchive.text.clean_html import Form, clean

VERSION = 1
SCHEME = "commento"
CANNOT_TELL = (
    "Who deleted or approved a comment, and in older versions when.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
_head = re.compile(
    rb'\s*\{\s*"version"\s*:\s*[123]\s*,\s*"(?:comments|pages|commenters)"'
)
_NEVER = "0001-01-01"
_NAMELESS = frozenset({"anonymous", "00000000-0000-0000-0000-000000000000"})


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of an export of either."""
    return _head.match(head, own_start(head)) is not None


class CommentoExport:
    """One export; articles are pages of a host."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self.blog = ParsedBlog()

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each page that has comments, in the order of their first ones."""
        records = Records(read_whole(self._stream), self._reading)
        places = records.members()
        if "comments" not in places:
            reason = "it has no list of comments"
            raise Unreadable(reason)
        people = _all(records, places.get("commenters", -1), "commenterHex", "id")
        pages = _all(records, places.get("pages", -1), "id")
        found: dict[tuple[str, str], list[ParsedComment]] = {}
        bytes_of: dict[tuple[str, str], int] = {}
        for record, byte in records.at(places["comments"], "a comment"):
            comment = self._comment(record, people, byte)
            place = _place(record, pages)
            found.setdefault(place, []).append(comment)
            bytes_of.setdefault(place, byte)
        number = sum(map(len, found.values()))
        self._reading.raw_comments += number
        self._reading.parsed_comments += number
        for (address, title), comments in found.items():
            yield thread_at(
                *(SCHEME, address, comments),
                title=title,
                addresses=(address,) if address.startswith("http") else (),
                byte=bytes_of[address, title],
            )

    def _comment(
        self, record: dict[str, Any], people: dict[str, dict[str, Any]], byte: int
    ) -> ParsedComment:
        writer = text(record, "commenterHex") or text(record, "userCreated")
        person = people.get(writer, {})
        form: Form = "markdown"
        raw = text(record, "markdown")
        if not raw:
            raw, form = text(record, "html"), "html"
        cleaned = clean(raw, form)
        parent = text(record, "parentHex") or text(record, "parentId")
        created = text(record, "creationDate") or text(record, "createdTime")
        return ParsedComment(
            source_id=(text(record, "commentHex") or text(record, "id"))[:200],
            parent_id="" if parent == "root" else parent[:200],
            kind="comment",
            state=self._state(record, byte),
            name="" if writer in _NAMELESS else text(person, "name"),
            link=_link(person),
            email=text(person, "email"),
            ip=text(record, "authorIp"),
            when=When() if created.startswith(_NEVER) else iso(created),
            raw=raw,
            form=form,
            html=cleaned.html,
            plain=cleaned.plain,
            byte=byte,
            person="" if writer in _NAMELESS else writer,
        )

    def _state(self, record: dict[str, Any], byte: int) -> SourceState:
        if record.get("deleted") is True or record.get("isDeleted") is True:
            return "deleted"
        states: dict[str, SourceState] = {
            "approved": "live",
            "unapproved": "pending",
            "flagged": "spam",
        }
        if state := states.get(text(record, "state")):
            return state
        if record.get("isPending") is True:
            return "pending"
        if isinstance(record.get("isApproved"), bool):
            return "live" if record["isApproved"] else "trashed"
        reason = "a comment's state is none that is known; kept for staff only"
        self._reading.problem(byte, reason, loss=False)
        return "unknown"


def _all(records: Records, start: int, *ids: str) -> dict[str, dict[str, Any]]:
    """Return the records of an array by the first of these ids that each has."""
    return {
        text(record, each): record
        for record, _byte in records.at(start, "a page or a person")
        for each in ids
        if text(record, each)
    }


def _place(record: dict[str, Any], pages: dict[str, dict[str, Any]]) -> tuple[str, str]:
    """Return the address and title of the page that a comment is on."""
    page = pages.get(text(record, "pageId"))
    if page is not None:
        # The page itself has no host; a comment's own address does.
        host = text(record, "url").partition("#")[0]
        path = text(page, "path")
        is_whole = host.startswith("http") and host.rstrip("/").endswith(
            path.rstrip("/")
        )
        return (host if is_whole else path), text(page, "title")
    host = text(record, "domain") or text(record, "host")
    path = text(record, "url") or text(record, "path")
    if path.startswith("http"):
        return path, ""
    return (f"https://{host}{path}" if host else path), ""


def _link(person: dict[str, Any]) -> str:
    link = text(person, "link") or text(person, "websiteUrl")
    return "" if link == "undefined" else link


IMPORTER = Importer(
    name="commento",
    label="Commento or Comentario export (JSON)",
    version=VERSION,
    recognises=recognises,
    open=CommentoExport,
    # Names and addresses of people stand apart from their comments.
    cutting=None,
    cannot_tell=CANNOT_TELL,
)
