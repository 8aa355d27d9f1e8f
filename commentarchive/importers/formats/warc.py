"""Web archives (WARC 1.0 and 1.1, ISO 28500): the pages with comments in them.

The date of each record is that of its copy: one archive may hold an article several
times. A page that was found unchanged later (`revisit`) is a copy of that time too.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from commentarchive.importers.contract import Importer
from commentarchive.importers.dates import iso
from commentarchive.importers.formats.pages.web_page import article_of
from commentarchive.importers.page_source import MAX_BYTES, read_page
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedPost,
    Reading,
    Unreadable,
)

VERSION = 1
CANNOT_TELL = (
    "Pages that were not archived, and comments that their pages left out.",
    "Comments that waited, were spam or were removed before: no page shows them.",
    "Who answers whom below the depth that a page shows; e-mail addresses.",
)
_start = re.compile(rb"\s*(?:WARC/\d\.\d\r?\n|filedesc://)")
_html = re.compile(r"text/html|application/xhtml\+xml", re.IGNORECASE)
_charset = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_OK = "200"
# What warcio raises for bytes that are not a record.
_BROKEN = (
    *(ArchiveLoadFailed, ValueError, OSError, EOFError),
    *(AttributeError, TypeError, LookupError),
)


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a web archive."""
    return _start.match(head) is not None


class WebArchive:
    """One archive: an article for each page with comments, in the order of records."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self.blog = ParsedBlog()
        # Digests of pages, for records that say "as before".
        self._pages: dict[str, bytes] = {}

    def posts(self) -> Iterator[ParsedPost]:
        """Yield the articles. Raise Unreadable if no page has comments."""
        number = pages = 0
        for record, offset in self._records():
            page = self._page(record, offset)
            if page is None:
                continue
            pages += 1
            post = self._article(record, page, offset)
            if post is not None:
                number += 1
                self._reading.raw_comments += len(post.comments)
                self._reading.parsed_comments += len(post.comments)
                yield post
        if not number:
            reason = f"none of its {pages} pages has comments that are known here"
            if self._reading.problems:
                reason += f"; {self._reading.problems[0].reason}"
            raise Unreadable(reason)

    def _records(self) -> Iterator[tuple[Any, int]]:
        """Yield records with their offsets, up to the first that cannot be read."""
        stream = _Readable(self._stream)
        iterator = ArchiveIterator(stream, arc2warc=True, check_digests=True)
        offset = 0
        record: Any = None
        try:
            for record in iterator:
                offset = iterator.offset
                yield record, offset
        except _BROKEN as error:
            reason = (
                "the archive cannot be read on from here "
                f"({type(error).__name__}); every record before it was read"
            )
            self._reading.problem(offset, reason)
            return
        left = getattr(record.raw_stream, "limit", 0) if record else 0
        if stream.last != b"\r\n\r\n" or left:
            reason = "the archive is cut here; every whole record before it was read"
            self._reading.problem(stream.tell(), reason)

    def _page(self, record: Any, offset: int) -> bytes | None:
        """Return the bytes of a page; None for anything else, or if there are none."""
        if record.rec_type not in {"response", "revisit"}:
            return None
        digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
        if record.rec_type == "revisit":
            if digest not in self._pages and digest:
                reason = "a page is as one before, which is not in the file"
                self._reading.problem(offset, reason, loss=False)
            return self._pages.get(digest)
        headers = record.http_headers
        if headers is None or headers.get_statuscode() != _OK:
            return None
        if not _html.search(headers.get_header("Content-Type") or ""):
            return None
        data = self._payload(record, offset)
        if data is not None and digest:
            self._pages[digest] = data
        return data

    def _payload(self, record: Any, offset: int) -> bytes | None:
        made = b""
        try:
            stream = record.content_stream()
            while chunk := stream.read(1 << 16):
                made += chunk
                if len(made) > MAX_BYTES:
                    reason = f"a page has more than {MAX_BYTES >> 20} MiB; left out"
                    self._reading.problem(offset, reason)
                    return None
        except _BROKEN as error:
            reason = f"a page is damaged ({type(error).__name__}); left out"
            self._reading.problem(offset, reason)
            return None
        if record.digest_checker.passed is False:
            reason = "a page is not what its digest says: not verified"
            self._reading.problem(offset, reason, loss=False)
        return made

    def _article(self, record: Any, data: bytes, offset: int) -> ParsedPost | None:
        address = record.rec_headers.get_header("WARC-Target-URI") or ""
        date = record.rec_headers.get_header("WARC-Date") or ""
        seen_at: datetime | None = iso(date).utc
        headers = record.http_headers
        kind = (headers.get_header("Content-Type") or "") if headers else ""
        charset = _charset.search(kind)
        try:
            page = read_page(
                data,
                self._reading,
                address=address.strip("<>"),
                seen_at=seen_at,
                charset=charset[1] if charset else "",
            )
            return article_of(page, seen_at)
        except Unreadable as error:
            self._reading.problem(offset, error.reason)
        except Exception as error:  # noqa: BLE001  # one page must not end the others
            reason = f"a page cannot be read ({type(error).__name__}); left out"
            self._reading.problem(offset, reason)
        return None


class _Readable:
    """A stream that only goes forward, as warcio reads it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._place = stream, 0
        # What every record ends with: two line ends.
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._place += len(data)
        self.last = (self.last + data)[-4:]
        return data

    def tell(self) -> int:
        return self._place


IMPORTER = Importer(
    name="warc",
    label="web archive (WARC)",
    version=VERSION,
    recognises=recognises,
    open=WebArchive,
    cutting=None,
    cannot_tell=CANNOT_TELL,
)
