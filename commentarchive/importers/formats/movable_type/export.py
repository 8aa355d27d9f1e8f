"""Movable Type's text export, as TypePad and Hatena write it too.

Lines of five hyphens end a section, of eight an article. A text may hold such lines:
they end something only where the next line begins something.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, NamedTuple

from charset_normalizer import from_bytes

from commentarchive.importers.beginnings import has_stray_bytes, own_start
from commentarchive.importers.characters import decoded
from commentarchive.importers.contract import NO_END, Cutting, Importer
from commentarchive.importers.formats.movable_type.fields import (
    FIELD,
    NAME,
    fields_of,
    header_end,
    is_among_fields,
)
from commentarchive.importers.parsed import (
    ParsedBlog,
    ParsedComment,
    ParsedPost,
    Reading,
    When,
    held_back,
    is_for_readers,
    post_held_back,
)
from commentarchive.importers.php_warnings import without
from commentarchive.importers.pictures import shortened
from commentarchive.importers.safe_json import read_whole
from commentarchive.importers.second_count import compare_counts, count_starts
from commentarchive.importers.unread import Unread
from commentarchive.text.clean_html import Form, clean
from commentarchive.threads.evidence import Rank

VERSION = 2
SCHEME = "movable_type"
CANNOT_TELL = (
    NO_END,
    "Ids of comments: the same comment is known by its time, name and text.",
    "Who answers whom: every comment stands under the article.",
    "Comments that waited, were spam or were removed: it has no state of comments.",
    "The clock of its times: they are taken to be the blog's own.",
)
_SECTIONS = ("BODY", "EXTENDED BODY", "EXCERPT", "KEYWORDS", "COMMENT", "PING")
# What is said of an article once; other known fields may stand in it several times.
_SINGLE = ("AUTHOR", "TITLE", "BASENAME", "STATUS", "UNIQUE URL", "DATE")
_FIELDS = frozenset(
    {
        *(*_SINGLE, "TAGS", "NO ENTRY", "ALLOW COMMENTS", "ALLOW PINGS"),
        *("CONVERT BREAKS", "PRIMARY CATEGORY", "CATEGORY"),
    }
)
_STATUSES = frozenset({"publish", "draft", "future", "review", "pending", "unpublish"})
# Fewer bytes that are not UTF-8 are read stretch by stretch.
MANY = 20
_COMMENT_FIELDS = frozenset({"AUTHOR", "EMAIL", "IP", "URL", "DATE"})
_PING_FIELDS = frozenset({"TITLE", "URL", "IP", "BLOG NAME", "DATE"})
_DATES = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p")

_name = NAME.encode()
_heading = re.compile(rf"({NAME}):\s*")
# White space, and the mark that a file begins with, also where files were joined.
_blank = rb"(?:\s|\xef\xbb\xbf)*"
_section_line = re.compile(rb"^-----[ ]*(?:\r?\n|\Z)", re.MULTILINE)
_article_line = re.compile(rb"^--------[ ]*(?:\r?\n|\Z)", re.MULTILINE)
# What begins after a line of five hyphens: a name by itself, or the article's end.
_next_section = re.compile(
    _blank + rb"(?:" + _name + rb":[ \t]*(?:\r?\n|\Z)|--------\s*?(?:\r?\n|\Z)|\Z)"
)
_first_field = re.compile(_blank + _name + rb":")
_known_field = re.compile(
    rb"^(?:\xef\xbb\xbf)?(?:" + b"|".join(map(str.encode, sorted(_FIELDS))) + rb"):",
    re.MULTILINE,
)
_any_field = re.compile(rb"^(?:\xef\xbb\xbf)?" + _name + rb":", re.MULTILINE)
# The second count, which looks at nothing but neighbouring lines.
_comments_begun = re.compile(
    rb"^-----[ ]*\r?\n\s*(?:COMMENT|PING):[ \t]*(?:\r?\n|\Z)", re.MULTILINE
)
_articles_ended = re.compile(
    rb"^-----[ ]*\r?\n\s*^--------[ ]*(?:\r?\n|\Z)", re.MULTILINE
)
# Before an article's end there is nothing else between its line and that of a section.
_LOOK_BACK = 1 << 8
# Nor are the fields of an article longer.
_LONGEST_HEAD = 1 << 14


def recognises(head: bytes) -> bool:
    """Return whether a file's first bytes are those of Movable Type's text."""
    head = without(head, is_among_fields, Reading())
    head = head[own_start(head) :]
    first = _section_line.search(head)
    if first is None or not _first_field.match(head):
        return False
    fields = head[: first.start()]
    return (
        _known_field.search(fields) is not None
        and len(_any_field.findall(fields)) > 1
        and _next_section.match(head, first.end()) is not None
    )


def _article_ends(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the lines of eight hyphens that end an article, and belong to no text."""
    sections = _section_line.finditer(data)
    after = next(sections, None)
    for line in _article_line.finditer(data):
        while after is not None and after.start() < line.end():
            after = next(sections, None)
        if _ends_article(data, line, after):
            yield line


def _ends_article(
    data: bytes, line: re.Match[bytes], after: re.Match[bytes] | None
) -> bool:
    """Return whether a line ends an article; `after` is the next end of a section.

    It does after the end of a section and before what looks like an article's fields,
    known here or not; elsewhere only before fields that are all known.
    """
    end = line.end() + _LONGEST_HEAD
    head = data[line.end() : min(end, after.start()) if after else end]
    if not head.strip(b" \t\r\n\xef\xbb\xbf"):
        return after is None
    if not _first_field.match(head):
        return False
    begins = after is None or _next_section.match(data, after.end()) is not None
    if _follows_section(data, line.start()):
        return begins or _known_field.search(head) is not None
    lines = [each for each in head.splitlines() if each.strip()]
    return begins and all(map(_known_field.match, lines))


def _follows_section(data: bytes, place: int) -> bool:
    """Return whether nothing but blanks is between a place and a section's end."""
    before = data[max(0, place - _LOOK_BACK) : place].rstrip()
    return before.endswith(b"\n-----") or before == b"-----"


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
        self._unread = Unread(reading)
        self.blog = ParsedBlog()
        self._charset = "utf-8"

    def posts(self) -> Iterator[ParsedPost]:
        """Yield each article in the file's order."""
        data = without(read_whole(self._stream), is_among_fields, self._reading)
        self._charset = self._guess(data)
        start, ended = own_start(data), 0
        if has_stray_bytes(data, start, is_markup=False):
            self._reading.repair(0, "text before the first article; left out")
        for line in _article_ends(data):
            yield self._post(data[start : line.start()], start)
            start = line.end()
            ended += _follows_section(data, line.start())
        if data[start:].strip():
            reason = "the last article has no end; what is whole of it was read"
            self._reading.problem(len(data), reason)
            cut = data.rfind(b"-----", start)
            if cut > start:
                yield self._post(data[start : cut + len(b"-----\n")], start)
        self._unread.report()
        compare_counts(
            self._reading, count_starts(data, _comments_begun), byte=len(data)
        )
        if (lines := count_starts(data, _articles_ended)) != ended:
            reason = f"{lines} articles end in the file and {ended} were read"
            self._reading.problem(len(data), reason)

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
        values, is_hidden = self._article_fields(sections.pop(0))
        texts = self._texts(sections)
        parts = (texts.get("BODY", ""), texts.get("EXTENDED BODY", ""))
        status = values.get("STATUS", "").lower() or "publish"
        if status not in _STATUSES:
            reason = "an article's status is none that is known; kept for staff only"
            self._reading.problem(byte, reason, loss=False)
        address = values.get("UNIQUE URL", "")
        post = ParsedPost(
            scheme=SCHEME,
            source_id=values.get("BASENAME", "")[:200],
            status=status[:20],
            is_live=is_for_readers(SCHEME, "post", status),
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
            is_whole=True,
            byte=byte,
        )
        return post_held_back(post) if is_hidden else post

    def _sections(self, data: bytes, byte: int) -> Iterator[_Section]:
        """Yield an article's sections, first its fields under no heading."""
        ends = [
            line.span()
            for line in _section_line.finditer(data)
            if _next_section.match(data, line.end())
        ]
        start = 0
        for end in [*ends, (len(data), len(data))]:
            piece = data[start : end[0]]
            blank = len(piece) - len(piece.lstrip(b" \t\r\n\xef\xbb\xbf"))
            place = byte + start + blank
            text = self._decoded(piece[blank:], place).replace("\r\n", "\n")
            first, _newline, rest = text.partition("\n")
            heading = _heading.fullmatch(first)
            if not start:
                yield _Section("", place, text)
            elif heading:
                yield _Section(heading[1], place, rest)
            elif text.strip():
                yield _Section("", place, text)
            start = end[1]

    def _texts(self, sections: Iterable[_Section]) -> dict[str, str]:
        """Return the texts of an article's own sections; note what is none of them."""
        texts: dict[str, str] = {}
        for heading, byte, text in sections:
            if heading in texts:
                reason = f"{heading} stands twice in one article; both are kept"
                self._reading.problem(byte, reason)
                texts[heading] = f"{texts[heading]}\n\n{text.strip()}".strip()
            elif not heading:
                self._reading.problem(byte, "lines that belong to no section; not read")
            elif heading not in {*_SECTIONS, "ERASED"}:
                self._unread.record(heading, byte)
            elif heading not in {"COMMENT", "PING", "ERASED"}:
                texts[heading] = text.strip()
        return texts

    def _article_fields(self, head: _Section) -> tuple[dict[str, str], bool]:
        """Return the fields of an article, and whether an unknown one hides it.

        An unknown one may go on in more lines.
        """
        values: dict[str, str] = {}
        is_hidden = False
        name = ""
        for line in filter(str.strip, head.text.split("\n")):
            found = FIELD.fullmatch(line)
            if found is None:
                if name in _FIELDS or not name:
                    reason = "a line among an article's fields is none; not read"
                    self._reading.problem(head.byte, reason, loss=name in _SINGLE)
                continue
            name, value = found[1], found[2].strip()
            if name not in _FIELDS:
                unknown = {name: value}
                is_hidden |= self._unread.fields(unknown, (), "an article", head.byte)
            elif values.setdefault(name, value) != value and name in _SINGLE:
                reason = f"{name} stands twice in one article; the first was read"
                self._reading.problem(head.byte, reason)
        return values, is_hidden

    def _comment(self, section: _Section) -> ParsedComment:
        self._reading.parsed_comments += 1
        is_ping = section.heading == "PING"
        known = _PING_FIELDS if is_ping else _COMMENT_FIELDS
        lines = section.text.split("\n")
        end = header_end(lines, known)
        values = fields_of(lines[:end])
        is_hidden = self._unread.fields(values, known, "a comment", section.byte)
        raw = "\n".join(lines[end:]).strip("\n")
        if is_ping:
            raw = "\n".join(each for each in (values.get("TITLE", ""), raw) if each)
        cleaned = clean(raw, "wp-autop")
        comment = ParsedComment(
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
        return held_back(comment) if is_hidden else comment


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
    may_end_after=b"--------",
    label="Movable Type export (text)",
    version=VERSION,
    origin="blog",
    rank=Rank.EXPORT,
    extent="all",
    unstated="hidden",
    leaves_out_spam=False,
    numbers_articles=False,
    tells_kinds=True,
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
