"""Exports of Commento (version 1) and of Comentario (versions 1 to 3), JSON."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from commentarchive.importers.beginnings import own_start
from commentarchive.importers.broken_ids import place_of
from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.json_shape import (
    check_end,
    first_of,
    names_in,
    without_warnings,
)
from commentarchive.importers.nameless import name_unless
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    SourceState,
    Unreadable,
    When,
    held_back,
    parent_of,
    thread_at,
)
from commentarchive.importers.safe_json import Records, read_json, text
from commentarchive.importers.second_count import compare_counts, count_starts
from commentarchive.importers.unread import Unread
from commentarchive.text.clean_html import Form, clean
from commentarchive.threads.evidence import Rank

VERSION = 2
SCHEME = "commento"
CANNOT_TELL = (
    "Who deleted or approved a comment, and in older versions when.",
    "It holds the last text of each comment; earlier texts are not kept.",
)
_version = re.compile(rb"[123]\b")
_begun = re.compile(rb'(?<!\\)"(?:commentHex|pageId)"\s*:')
_NEVER = "0001-01-01"
_NAMELESS = frozenset({"anonymous", "00000000-0000-0000-0000-000000000000"})
_MEMBERS = frozenset({"version", "comments", "commenters", "pages", "domain"})
# What one record of each list has in either system, and no other program's.
_TELLTALE: Mapping[str, frozenset[str]] = {
    "comments": frozenset({"commentHex", "commenterHex", "parentHex", "pageId"}),
    "commenters": frozenset({"commenterHex", "isModerator", "isCommenter"}),
    "pages": frozenset({"domainId", "isReadonly"}),
}
_FIELDS = frozenset(
    {
        *("commentHex", "commenterHex", "parentHex", "domain", "host", "url", "path"),
        *("markdown", "html", "score", "state", "creationDate", "direction"),
        *("deleted", "deleterHex", "deletionDate", "id", "parentId", "pageId"),
        *("createdTime", "moderatedTime", "deletedTime", "editedTime", "isApproved"),
        *("isPending", "isDeleted", "isSticky", "isModerated", "userCreated"),
        *("userModerated", "userDeleted", "userEdited", "pendingReason", "authorName"),
        *("authorIp", "authorCountry"),
    }
)
_PAGE_FIELDS = frozenset(
    {
        *("id", "domainId", "path", "title", "isReadonly", "createdTime", "countViews"),
        *("countComments", "titleChangedTime", "countRss"),
    }
)


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of an export of either."""
    data = without_warnings(head)[own_start(head) :]
    if not data.startswith(b"{"):
        return False
    names = names_in(data)
    lists = names.keys() & _TELLTALE
    if "version" in names:
        return bool(lists) and _version.match(data, names["version"]) is not None
    return any(first_of(data, names[each]).keys() & _TELLTALE[each] for each in lists)


class CommentoExport:
    """One export; articles are pages of a host."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self._unread = Unread(reading)
        self.blog = ParsedBlog()

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each page that has comments, in the order of their first ones."""
        data = read_json(self._stream, self._reading)
        records = Records(data, self._reading)
        places = records.members()
        if "comments" not in places:
            reason = "it has no list of comments"
            raise Unreadable(reason)
        self._note_members(data, places)
        people = _all(records, places.get("commenters", -1), "commenterHex", "id")
        pages = _all(records, places.get("pages", -1), "id")
        hidden = {
            number
            for number, page in pages.items()
            if self._unread.fields(page, _PAGE_FIELDS, "a page", places["pages"])
        }
        found: dict[tuple[str, str], list[ParsedComment]] = {}
        bytes_of: dict[tuple[str, str], int] = {}
        for record, byte in records.at(places["comments"], "a comment"):
            comment = self._comment(record, people, byte)
            if place_of(text(record, "pageId"), pages) in hidden:
                comment = held_back(comment)
            place = _place(record, pages)
            found.setdefault(place, []).append(comment)
            bytes_of.setdefault(place, byte)
        self._reading.parsed_comments += sum(map(len, found.values()))
        self._unread.report()
        compare_counts(self._reading, count_starts(data, _begun), len(data))
        for (address, title), comments in found.items():
            yield thread_at(
                *(SCHEME, address, comments),
                title=title,
                addresses=(address,) if address.startswith("http") else (),
                is_whole=True,
                byte=bytes_of[address, title],
            )

    def _note_members(self, data: bytes, places: Mapping[str, int]) -> None:
        """Note whatever stands beside the lists that are read, and after them."""
        for name in places.keys() - _MEMBERS:
            if data[places[name] : places[name] + 1] in {b"[", b"{"}:
                self._unread.record(name, places[name])
            else:
                self._unread.field(name, "the file", places[name])
        check_end(data, own_start(data), self._reading)

    def _comment(
        self, record: dict[str, Any], people: dict[str, dict[str, Any]], byte: int
    ) -> ParsedComment:
        is_hidden = self._unread.fields(record, _FIELDS, "a comment", byte)
        writer = text(record, "commenterHex") or text(record, "userCreated")
        is_anonymous = writer in _NAMELESS or not writer
        person = people.get(writer, {})
        form: Form = "markdown"
        raw = text(record, "markdown")
        if not raw:
            raw, form = text(record, "html"), "html"
        cleaned = clean(raw, form)
        source_id = (text(record, "commentHex") or text(record, "id"))[:200]
        parent = text(record, "parentHex") or text(record, "parentId")
        created = text(record, "creationDate") or text(record, "createdTime")
        state = self._state(record, byte)
        deleter = text(record, "deleterHex") or text(record, "userDeleted")
        is_known = state == "deleted" and deleter not in {"", *_NAMELESS}
        comment = ParsedComment(
            source_id=source_id,
            parent_id=parent_of(parent, source_id),
            kind="comment",
            state=state,
            name=name_unless(
                text(record, "authorName") if is_anonymous else text(person, "name"),
                is_anonymous=is_anonymous,
            ),
            link=_link(person),
            email=text(person, "email"),
            ip=text(record, "authorIp"),
            when=When() if created.startswith(_NEVER) else iso(created),
            raw=raw,
            form=form,
            html=cleaned.html,
            plain=cleaned.plain,
            byte=byte,
            person="" if is_anonymous else writer,
            is_by_author=is_known and deleter == writer,
            is_by_blog=is_known and deleter != writer,
            is_reported=text(record, "state") == "flagged",
        )
        return held_back(comment) if is_hidden else comment

    def _state(self, record: dict[str, Any], byte: int) -> SourceState:
        marks = [record.get(name, False) for name in ("deleted", "isDeleted")]
        states: dict[str, SourceState] = {
            "approved": "live",
            "unapproved": "pending",
            "flagged": "spam",
        }
        if True in marks:
            return "deleted"
        if marks == [False, False]:
            # A word that is not known is not outvoted by the other system's marks.
            if "state" in record:
                found = states.get(text(record, "state"))
            else:
                found = _by_marks(record)
            if found:
                return found
        reason = "a comment's state is none that is known; kept for staff only"
        self._reading.problem(byte, reason, loss=False)
        return "unknown"


def _by_marks(record: dict[str, Any]) -> SourceState | None:
    """Return the state by Comentario's marks; None where they are none it has."""
    waits = record.get("isPending", False)
    approved = record.get("isApproved")
    if not isinstance(waits, bool) or not isinstance(approved, bool):
        return "pending" if waits is True else None
    if waits:
        return "pending"
    return "live" if approved else "trashed"


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
    page = pages.get(place_of(text(record, "pageId"), pages))
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
    origin="service",
    rank=Rank.EXPORT,
    extent="all",
    unstated="shown",
    leaves_out_spam=False,
    numbers_articles=False,
    tells_kinds=True,
    recognises=recognises,
    open=CommentoExport,
    # Names and addresses of people stand apart from their comments.
    cutting=None,
    cannot_tell=CANNOT_TELL,
)
