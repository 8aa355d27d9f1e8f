"""Web archives (WARC 1.0 and 1.1, ISO 28500): the pages with comments in them.

The date of each record is that of its copy: one archive may hold an article several
times. A page that was found unchanged later (`revisit`) is a copy of that time too.
Pages are in `response` records, as a server sent them, or in `resource` records.
"""

import logging
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr
from datetime import datetime
from io import StringIO
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.formats.pages.web_page import Article, article_of
from commentarchive.importers.http_payload import NotDecoded, TooLarge, payload
from commentarchive.importers.page_source import MAX_RECEIVED, read_page
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedPost,
    Reading,
    Unreadable,
)
from commentarchive.importers.warc_records import RecordCounter, types_in_words
from commentarchive.threads.evidence import Rank

VERSION = 2
# It tells the standard error output of spaces in addresses, which it mends.
logging.getLogger("warcio").addHandler(logging.NullHandler())
CANNOT_TELL = (
    "Pages that were not archived, and comments that their pages left out.",
    "Comments that waited, were spam or were removed before: no page shows them.",
    "Who answers whom below the depth that a page shows; e-mail addresses.",
)
_start = re.compile(rb"\s*(?:WARC/\d\.\d\r?\n|filedesc://)")
_html = re.compile(r"text/html|application/xhtml\+xml", re.IGNORECASE)
_charset = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_type = re.compile(r"[a-z-]{1,40}")
_OK = "200"
# What warcio raises for bytes that are not a record.
_BROKEN = (
    *(ArchiveLoadFailed, ValueError, OSError, EOFError),
    *(AttributeError, TypeError, LookupError),
)
# Records that hold no page by their nature.
_NO_PAGES = frozenset({"warcinfo", "request", "metadata", "conversion"})
# Packed pages that are kept for records that say "as before".
_KEPT = 64 << 20


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a web archive."""
    return _start.match(head) is not None


class WebArchive:
    """One archive: an article for each page with comments, in the order of records."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self.blog = ParsedBlog()
        self._seen: Counter[str] = Counter()
        self._passed_over: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()
        self._kept = _KeptPages()

    def posts(self) -> Iterator[ParsedPost]:
        """Yield the articles. Raise Unreadable if no page has comments."""
        number = pages = 0
        for record, offset in self._records():
            self._seen[_type_of(record)] += 1
            page = self._page(record, offset)
            if page is None:
                continue
            pages += 1
            found = self._article(record, page, offset)
            if found is not None:
                number += 1
                post = found.post
                self._rules[found.rules] += 1
                self._kept.keep(record, page)
                self._reading.raw_comments += len(post.comments)
                self._reading.parsed_comments += len(post.comments)
                yield post
        self._report(pages - number)
        if not number:
            reason = f"none of its {pages} pages has comments that are known here"
            if self._reading.problems:
                reason += f"; {self._reading.problems[0].reason}"
            raise Unreadable(reason)

    def _report(self, without: int) -> None:
        """Name what was passed over, and what is not as it was counted."""
        if self._rules:
            rules = "; ".join(
                f"{number} by those of {name}"
                for name, number in sorted(self._rules.items())
            )
            self._reading.how.append(f"pages by these rules: {rules}")
        if without:
            self._passed_over["pages without comments that are known here"] += without
        if self._passed_over:
            what = types_in_words(self._passed_over)
            self._reading.how.append(f"passed over, as they are no threads: {what}")

    def _records(self) -> Iterator[tuple[Any, int]]:
        """Yield records with their offsets, up to the first that cannot be read."""
        stream = RecordCounter(self._stream)
        iterator = ArchiveIterator(stream, arc2warc=True, check_digests=True)
        offset = mislaid = 0
        last: Any = None
        try:
            while record := _next(iterator):
                if iterator.err_count > mislaid:
                    mislaid = iterator.err_count
                    reason = (
                        "a record is longer than it says; what is more of it was not "
                        "read"
                    )
                    self._reading.problem(offset, reason)
                offset = iterator.offset
                last = record
                yield record, offset
        except _BROKEN:
            reason = (
                "the archive cannot be read on from here; every record before it was "
                "read"
            )
            self._reading.problem(offset, reason)
            return
        left = getattr(last.raw_stream, "limit", 0) if last else 0
        if stream.last != b"\r\n\r\n" or left:
            reason = "the archive is cut here; every whole record before it was read"
            self._reading.problem(stream.tell(), reason)
            return
        stream.drain()
        if stream.types and stream.types != self._seen:
            told, seen = types_in_words(stream.types), types_in_words(self._seen)
            reason = f"the file holds {told}, of which were read: {seen}"
            self._reading.problem(stream.tell(), reason)

    def _page(self, record: Any, offset: int) -> bytes | None:
        """Return the bytes of a page; None for anything else, or if there are none."""
        kind = _type_of(record)
        if kind == "revisit":
            return self._as_before(record, offset)
        if kind in _NO_PAGES:
            self._passed_over[kind] += 1
            return None
        if kind not in {"response", "resource"}:
            reason = f"a record of the type {kind!r} is not known here; left out"
            self._reading.problem(offset, reason)
            return None
        headers = record.http_headers
        if headers is not None and headers.get_statuscode() != _OK:
            self._passed_over[f"{kind} with the status {_digits(headers)}"] += 1
            return None
        if not _html.search(_content_type(record)):
            self._passed_over[f"{kind} of another kind than HTML"] += 1
            return None
        return self._payload(record, offset)

    def _as_before(self, record: Any, offset: int) -> bytes | None:
        page = self._kept.find(record)
        if page is None:
            # It may be as a page was that has no comments.
            digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
            if digest in self._kept.others:
                self._passed_over["revisit of a page without comments"] += 1
            else:
                reason = "a page is as one before, which is not in the file"
                self._reading.problem(offset, reason, loss=False)
        return page

    def _payload(self, record: Any, offset: int) -> bytes | None:
        transfer = _listed(record.http_headers, "Transfer-Encoding")
        # What the server packed for the way lies around what it keeps packed.
        encodings = _listed(record.http_headers, "Content-Encoding")
        encodings += [each for each in transfer if each != "chunked"]
        try:
            raw = _read_all(record.raw_stream)
            made, remark = payload(
                raw,
                encodings=",".join(encodings),
                is_chunked="chunked" in transfer,
                limit=MAX_RECEIVED,
            )
        except NotDecoded as error:
            self._reading.problem(offset, f"a page is left out: {error}")
            return None
        except TooLarge:
            reason = f"a page has more than {MAX_RECEIVED >> 20} MiB; left out"
            self._reading.problem(offset, reason)
            return None
        except _BROKEN:
            self._reading.problem(offset, "a page is damaged; left out")
            return None
        if remark:
            self._reading.problem(offset, remark, loss="cut" in remark)
        if record.digest_checker.passed is False:
            reason = "a page is not what its digest says: not verified"
            self._reading.problem(offset, reason, loss=False)
        self._kept.note(record)
        return made

    def _article(self, record: Any, data: bytes, offset: int) -> Article | None:
        address = record.rec_headers.get_header("WARC-Target-URI") or ""
        date = record.rec_headers.get_header("WARC-Date") or ""
        seen_at: datetime | None = iso(date).utc
        charset = _charset.search(_content_type(record))
        try:
            page = read_page(
                data,
                self._reading,
                address=address.strip("<>"),
                seen_at=seen_at,
                charset=charset[1] if charset else "",
                byte=offset,
            )
            return article_of(page, self._reading, seen_at, offset)
        except Unreadable as error:
            self._reading.problem(offset, error.reason)
        except Exception as error:  # noqa: BLE001  # one page must not end the others
            reason = f"a page cannot be read ({type(error).__name__}); left out"
            self._reading.problem(offset, reason)
        return None


def _next(iterator: ArchiveIterator) -> Any:
    """Return the next record, or None; what the library prints may be of a text."""
    with redirect_stderr(StringIO()):
        return next(iterator, None)


def _type_of(record: Any) -> str:
    """Return what a record says it is, in plain letters; "none" if it says nothing."""
    kind = str(record.rec_type or "").strip().lower()
    return kind if _type.fullmatch(kind) else "none"


def _digits(headers: Any) -> str:
    status = headers.get_statuscode() or ""
    return status if status.isdecimal() and len(status) == len(_OK) else "unknown"


def _content_type(record: Any) -> str:
    headers = record.http_headers or record.rec_headers
    return headers.get_header("Content-Type") or ""


def _read_all(stream: Any) -> bytes:
    made = bytearray()
    while chunk := stream.read(1 << 16):
        made += chunk
        if len(made) > MAX_RECEIVED:
            raise TooLarge
    return bytes(made)


class _KeptPages:
    """Pages with comments, packed, for records that say that a page is as before."""

    def __init__(self) -> None:
        self._by_digest: dict[str, bytes] = {}
        self._by_address: dict[str, str] = {}
        self._size = 0
        # Digests of pages that are not kept.
        self.others: set[str] = set()

    def note(self, record: Any) -> None:
        """Remember that a page was there."""
        if digest := record.rec_headers.get_header("WARC-Payload-Digest"):
            self.others.add(digest)

    def keep(self, record: Any, page: bytes) -> None:
        """Keep a page with comments, while there is room."""
        headers = record.rec_headers
        digest = headers.get_header("WARC-Payload-Digest") or ""
        if _type_of(record) == "revisit" or not digest or digest in self._by_digest:
            return
        packed = zlib.compress(page)
        if self._size + len(packed) <= _KEPT:
            self._by_digest[digest] = packed
            self._size += len(packed)
            self._by_address[headers.get_header("WARC-Target-URI") or ""] = digest

    def find(self, record: Any) -> bytes | None:
        """Return the page that a record refers to, by its digest or its address."""
        headers = record.rec_headers
        digest = headers.get_header("WARC-Payload-Digest") or ""
        if digest not in self._by_digest and "not-modified" in (
            headers.get_header("WARC-Profile") or ""
        ):
            uri = headers.get_header("WARC-Refers-To-Target-URI")
            uri = uri or headers.get_header("WARC-Target-URI") or ""
            digest = self._by_address.get(uri, "")
        packed = self._by_digest.get(digest)
        return None if packed is None else zlib.decompress(packed)


def _listed(headers: Any, name: str) -> list[str]:
    """Return what a header lists, which may stand in several lines of one name."""
    lines = headers.headers if headers else ()
    values = (value for key, value in lines if key.lower() == name.lower())
    return [each.strip().lower() for value in values for each in value.split(",")]


IMPORTER = Importer(
    name="warc",
    label="web archive (WARC)",
    version=VERSION,
    origin="page",
    rank=Rank.PRINTED,
    extent="part",
    unstated="shown",
    leaves_out_spam=True,
    numbers_articles=False,
    tells_kinds=True,
    recognises=recognises,
    open=WebArchive,
    cutting=None,
    cannot_tell=CANNOT_TELL,
    is_of_many_blogs=True,
)
