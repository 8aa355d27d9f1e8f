"""Movable Type's text export, as TypePad and Hatena write it too.

Lines of five hyphens end a section, of eight an article. A text may hold such lines:
they end something only where the next line begins something.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import BinaryIO, NamedTuple

from charset_normalizer import from_bytes

from commentarchive.importers.characters import decoded
from commentarchive.importers.contract import Cutting, Importer
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    When,
)
from commentarchive.importers.pictures import shortened
from commentarchive.importers.safe_json import read_whole
from commentarchive.text.clean_html import Form, clean

VERSION = 1
SCHEME = "movable_type"
CANNOT_TELL = (
    "Ids of comments: the same comment is known by its time, name and text.",
    "Who answers whom: every comment stands under the article.",
    "Comments that waited, were spam or were removed: it has no state of comments.",
    "The clock of its times: they are taken to be the blog's own.",
)
_recognised = re.compile(rb"\s*(?:[A-Z][A-Z ]*:[^\r\n]*\r?\n\s*?){2,}-----[ ]*\r?\n")
_field = re.compile(r"([A-Z][A-Z ]*):[ \t]?(.*)")
_SECTIONS = ("BODY", "EXTENDED BODY", "EXCERPT", "KEYWORDS", "COMMENT", "PING")
_heading = re.compile(rf"({'|'.join(_SECTIONS)}|ERASED):\s*")
# What begins after a line of five hyphens, and after one of eight.
_next_section = re.compile(
    rb"\s*(?:(?:%s|ERASED):[ \t]*(?:\r?\n|\Z)|--------\s*?(?:\r?\n|\Z)|\Z)"
    % "|".join(_SECTIONS).encode()
)
_next_article = re.compile(
    rb"\s*(?:(?:(?:AUTHOR|TITLE|BASENAME|STATUS|UNIQUE URL|DATE|TAGS|NO ENTRY|"
    rb"ALLOW COMMENTS|ALLOW PINGS|CONVERT BREAKS|PRIMARY CATEGORY|CATEGORY):[^\n]*\n)+"
    rb"-----[ ]*\r?\n|\Z)"
)
_section_line = re.compile(rb"^-----[ ]*(?:\r?\n|\Z)", re.MULTILINE)
_article_line = re.compile(rb"^--------[ ]*(?:\r?\n|\Z)", re.MULTILINE)
_DATES = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p")
# Fewer bytes that are not UTF-8 are read stretch by stretch.
MANY = 20
_COMMENT_FIELDS = frozenset({"AUTHOR", "EMAIL", "IP", "URL", "DATE"})
_PING_FIELDS = frozenset({"TITLE", "URL", "IP", "BLOG NAME", "DATE"})


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of Movable Type's text."""
    return _recognised.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def comment_end(data: bytes) -> int:
    """Return where the comment at the start of the data ends; -1 to ask for more."""
    for line in _section_line.finditer(data):
        if _next_section.match(data, line.end()):
            return line.end()
    return -1


def fragments(_data: bytes, _source_ids: set[str]) -> Iterator[tuple[int, int]]:
    """Yield nothing: comments have no ids in this format."""
    return iter(())


class _Section(NamedTuple):
    """One section of an article: its heading, where it begins, and its lines."""

    heading: str
    byte: int
    text: str


class MovableTypeExport:
    """One text export: an article, its sections, and its comments among them."""

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self._stream, self._reading = stream, reading
        self.blog = ParsedBlog()
        self._charset = "utf-8"

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each article in the file's order."""
        data = read_whole(self._stream)
        self._charset = self._guess(data)
        start = len(b"\xef\xbb\xbf") if data.startswith(b"\xef\xbb\xbf") else 0
        for line in _article_line.finditer(data):
            if _next_article.match(data, line.end()) and line.start() >= start:
                yield self._post(data[start : line.start()], start)
                start = line.end()
        if data[start:].strip():
            reason = "the last article has no end; what is whole of it was read"
            self._reading.problem(len(data), reason)
            cut = data.rfind(b"-----", start)
            if cut > start:
                yield self._post(data[start : cut + len(b"-----\n")], start)

    def _guess(self, data: bytes) -> str:
        """Return the charset of the file: UTF-8 unless many bytes are not."""
        text = data.decode("utf-8", "surrogateescape")
        faults = sum("\udc80" <= char <= "\udcff" for char in text)
        if not faults:
            return "utf-8"
        sound = sum(ord(char) > 127 for char in text) - faults
        if sound > faults or faults < MANY:
            return "utf-8"
        best = from_bytes(data).best()
        charset = best.encoding if best else "cp1252"
        reason = f"it is not UTF-8; read as {charset}, which is a guess"
        self._reading.repair(0, reason)
        return charset

    def _decoded(self, data: bytes, byte: int) -> str:
        found = decoded(data, self._charset)
        self._reading.note(found.faults_from(byte))
        return shortened(found.data, byte, self._reading).decode()

    def _post(self, data: bytes, byte: int) -> ParsedPost:
        sections = list(self._sections(data, byte))
        values, _rest = _fields(sections[0].text, None)
        texts = {each.heading: each.text.strip() for each in sections}
        parts = (texts.get("BODY", ""), texts.get("EXTENDED BODY", ""))
        status = values.get("STATUS", "").lower()
        address = values.get("UNIQUE URL", "")
        return ParsedPost(
            scheme=SCHEME,
            source_id=values.get("BASENAME", "")[:200],
            status=status[:20] or "publish",
            is_live=status in {"", "publish"},
            title=clean(values.get("TITLE", ""), "html").plain,
            byline=values.get("AUTHOR", ""),
            raw="\n\n".join(part for part in parts if part),
            form=_form(values.get("CONVERT BREAKS", "")),
            addresses=(address,) if address.startswith("http") else (),
            when=_when(values.get("DATE", "")),
            comments=[
                self._comment(each)
                for each in sections
                if each.heading in {"COMMENT", "PING"}
            ],
            parents="untold",
            byte=byte,
        )

    def _sections(self, data: bytes, byte: int) -> Iterator[_Section]:
        """Yield an article's sections; any other line belongs to the last of them."""
        ends = [
            line
            for line in _section_line.finditer(data)
            if _next_section.match(data, line.end())
        ]
        start = 0
        for end in [*(each.span() for each in ends), (len(data), len(data))]:
            piece = data[start : end[0]]
            blank = len(piece) - len(piece.lstrip())
            place = byte + start + blank
            text = self._decoded(piece[blank:], place).replace("\r\n", "\n")
            first, _newline, rest = text.partition("\n")
            heading = _heading.fullmatch(first)
            if heading:
                yield _Section(heading[1], place, rest)
            elif text.strip() or not start:
                yield _Section("", place, text)
            start = end[1]

    def _comment(self, section: _Section) -> ParsedComment:
        self._reading.raw_comments += 1
        self._reading.parsed_comments += 1
        is_ping = section.heading == "PING"
        known = _PING_FIELDS if is_ping else _COMMENT_FIELDS
        values, raw = _fields(section.text, known)
        raw = raw.strip("\n")
        if is_ping:
            raw = "\n".join(each for each in (values.get("TITLE", ""), raw) if each)
        cleaned = clean(raw, "wp-autop")
        return ParsedComment(
            source_id="",
            parent_id="",
            kind="trackback" if is_ping else "comment",
            state="live",
            name=values.get("BLOG NAME" if is_ping else "AUTHOR", ""),
            link=values.get("URL", ""),
            email=values.get("EMAIL", ""),
            ip=values.get("IP", ""),
            when=_when(values.get("DATE", "")),
            raw=raw,
            form="wp-autop",
            html=cleaned.html,
            plain=cleaned.plain,
            byte=section.byte,
        )


def _fields(text: str, known: frozenset[str] | None) -> tuple[Mapping[str, str], str]:
    """Return the lines `NAME: value` at the beginning as a dict, and the rest.

    For a comment, only the known names count, each once: its text may begin like one.
    """
    values: dict[str, str] = {}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        found = _field.fullmatch(line)
        if found is None and known is None:
            continue
        is_new = found and (known is None or found[1] in known - values.keys())
        if found is None or not is_new:
            return values, "\n".join(lines[number:])
        values.setdefault(found[1], found[2].strip())
    return values, ""


def _form(convert_breaks: str) -> Form:
    setting = convert_breaks.lower()
    if setting.startswith("markdown"):
        return "markdown"
    return "html" if setting in {"0", "richtext", "none"} else "wp-autop"


def _when(text: str) -> When:
    """Parse a time of either clock (12 or 24 hours); it has no offset."""
    for form in _DATES:
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007  # the blog's own
        except ValueError:
            continue
        return When(text, moment if moment.year >= 1900 else None)
    return When(text)


IMPORTER = Importer(
    name="movable_type",
    label="Movable Type export (text)",
    version=VERSION,
    recognises=recognises,
    open=MovableTypeExport,
    cutting=Cutting(
        comment_end=comment_end,
        fragments=fragments,
        article_end=b"--------",
        marker=b"ERASED:\n-----\n",
    ),
    cannot_tell=CANNOT_TELL,
)
