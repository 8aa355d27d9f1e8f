"""The records of an XML file: whole, repaired, or reported by their byte."""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, cast

from lxml import etree

from commentarchive.importers.beginnings import has_stray_bytes, root_start
from commentarchive.importers.characters import decoded
from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.safe_xml import Frame, charset_of, refuse_doctype
from commentarchive.importers.unread import Unread
from commentarchive.importers.xml_items import TOO_LONG, XmlItem, XmlItems


class Record(NamedTuple):
    """One element that could be read; `name` is the record's local name."""

    name: str
    element: etree._Element
    byte: int
    data: bytes


class XmlRecords:
    """Records that stand side by side under the root of a file.

    A broken record is repaired, or left out with a problem where that fails. A file
    that breaks off is read up to its last whole record.
    """

    def __init__(
        self,
        stream: BinaryIO,
        reading: Reading,
        *,
        root: str,
        records: tuple[str, ...],
        start: bytes = b"",
    ) -> None:
        """Read the head. Raise Unreadable without the root, or for a DOCTYPE.

        `start` is what was read of the stream already. The records' names have the
        prefix of the root.
        """
        start = start or stream.read(1 << 16)
        pattern = re.compile(rb"<((?:[\w.-]+:)?)%s\b[^>]*>" % root.encode())
        tag = pattern.match(start, max(0, root_start(start)))
        if tag is None:
            reason = f"there is no <{root}> element at its beginning"
            raise Unreadable(reason)
        refuse_doctype(start[: tag.start()])
        if has_stray_bytes(start, tag.start()):
            reading.repair(0, "text before the first element; left out")
        names = [tag[1] + each.encode() for each in records]
        self._items = XmlItems(cast("BinaryIO", _Rejoined(start, stream)), *names)
        joined = b"|".join(map(re.escape, names))
        # A thread of Disqus has comments refer to it by an empty element.
        self._start = re.compile(b"<(" + joined + rb")(?=[>\s/])[^<>]*(?<!/)>")
        self._root_end = tag.end()
        self._frame = Frame(
            tag[0], tag[1] + root.encode(), charset_of(start[: tag.start()])
        )
        self._closing = b"</" + tag[1] + root.encode()
        self._reading = reading
        self.unread = Unread(reading)

    @property
    def end(self) -> int:
        """Return where the file ends, once all records were read."""
        tail = self._items.tail
        return tail.offset + len(tail.data)

    def head(self) -> etree._Element | None:
        """Parse what stands before the first record; None where that is broken."""
        data = self._items.head[self._root_end :]
        closed = data.partition(self._closing)[0] + _closers(data)
        return self._parse(closed, self._root_end)

    def __iter__(self) -> Iterator[Record]:
        for item in self._items:
            if item.is_too_long:
                self._reading.problem(item.offset, TOO_LONG)
            if not item.is_whole:
                continue
            for data, byte, element in self._split(item):
                name = element.rpartition(b":")[2].decode()
                root = self._read(data, byte, b"</" + element + b">")
                if root is None or len(root) != 1:
                    reason = f"a record <{name}> cannot be read and was left out"
                    self._reading.problem(byte, reason)
                    continue
                yield Record(name, root[0], byte, data)
        self.unread.strays(self._items)
        tail = self._items.tail
        if not tail.is_whole or self._closing not in tail.data + self._items.head:
            self._reading.problem(
                self.end,
                "the file is cut here; every whole record before it was read",
            )

    def _split(self, item: XmlItem) -> Iterator[tuple[bytes, int, bytes]]:
        """Yield an item; one in which a byte broke, up to where the next ones begin.

        Its end, or that of a section in it, may be broken: then it goes on to the end
        of another record. What a sound item quotes is no record.
        """
        starts = [
            (found.start(), found[1]) for found in self._start.finditer(item.data)
        ]
        if len(starts) < 2 or not decoded(item.data, self._frame.encoding).faults:
            yield item.data, item.offset, item.element
            return
        ends = [*(start for start, _name in starts[1:]), len(item.data)]
        for (start, element), end in zip(starts, ends, strict=True):
            yield item.data[start:end], item.offset + start, element

    def _read(self, data: bytes, byte: int, closing: bytes) -> etree._Element | None:
        """Parse a record, whose own end tag may be broken."""
        root = self._parse(data, byte)
        if root is not None or data.rstrip().endswith(closing):
            return root
        for whole in (data, data[: data.rfind(b"<")]):
            root = self._parse(whole + closing, byte)
            if root is not None:
                self._reading.lose(byte, "the end tag of a record is broken; mended")
                return root
        return None

    def _parse(self, data: bytes, offset: int) -> etree._Element | None:
        try:
            return self._frame.read(data, offset, self._reading)
        except etree.XMLSyntaxError:
            return None


class _Rejoined:
    """A stream whose first bytes have been read already."""

    def __init__(self, start: bytes, stream: BinaryIO) -> None:
        self._start, self._stream = start, stream

    def read(self, size: int) -> bytes:
        start, self._start = self._start, b""
        return start or self._stream.read(size)


def _closers(data: bytes) -> bytes:
    """Return end tags for what is open where the records begin, such as <channel>."""
    return b"</channel>" if b"<channel" in data and b"</channel" not in data else b""
