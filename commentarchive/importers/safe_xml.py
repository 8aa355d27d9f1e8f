"""Hostile and damaged XML: strict parsing of one item at a time, documented repairs.

A file is cut into items by its bytes and lxml parses each of them strictly, with no
entities, no DTD and no network. Only an item that fails is repaired, so a sound file
costs nothing and a broken record never stops the good ones. Pictures are taken out of
an item before it is parsed, so that no limit of the parser is met by them.
"""

import html
import html.entities
import re
from collections.abc import Callable

from lxml import etree

from commentarchive.importers.beginnings import root_start
from commentarchive.importers.characters import (
    CONTROLS,
    MOST_FAULTS,
    Fault,
    codec_of,
    decoded,
    is_sound,
)
from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.php_warnings import without_between_fields
from commentarchive.importers.pictures import (
    MAX_TEXT,
    PICTURES,
    TOO_LONG,
    first_picture,
    without_pictures,
)
from commentarchive.importers.tag_repair import mended_tags

type Note = Callable[[Fault], None]

_encoding = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_C1 = range(0x80, 0xA0)
# References to what HTML reads as signs of Windows-1252.
_c1_reference = re.compile(rb"&#(?:0*1[2-5]\d|x0*[89][0-9A-Fa-f]);")
_reference = re.compile(
    rb"&(#x[0-9A-Fa-f]{1,8};|#[0-9]{1,10};|[A-Za-z][A-Za-z0-9]{1,31};)?"
)
_XML_ENTITIES = frozenset({b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"})
_marked_name = re.compile(
    rb"(<(title|name|dc:creator)>)([^<]*<(?!/\2>)[^\n]{0,1000}?)</\2>"
)
_start_tag = re.compile(rb"<[A-Za-z_](?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*>")
_attribute = re.compile(rb"\"[^\"]*\"|'[^']*'|(\s[\w:.-]+=)([^\s\"'<>=/]+)(?=[\s/>])")
_opener = re.compile(rb"<([\w:.-]+)(?:\s[^<>]*)?>\s*\Z")
_prefix = re.compile(rb"</?([A-Za-z_][\w.-]*):[A-Za-z_]")
_declared = re.compile(rb"xmlns:([\w.-]+)\s*=\s*[\"']([^\"']*)[\"']")
_doctype = re.compile(rb"<!(?:DOCTYPE|ENTITY)\b", re.IGNORECASE)
_comment = re.compile(rb"<!--.*?-->", re.DOTALL)
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
# How far before a CDATA section its element's tag may begin.
_TAG_REACH = 400


def strict_parser() -> etree.XMLParser:
    """Return a parser that expands, fetches and guesses nothing."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        # Whatever is one text may be long; it is cut when it has been read.
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )


def refuse_doctype(head: bytes) -> None:
    """Raise Unreadable, with the line, where a file declares a document type."""
    blanked = _comment.sub(lambda found: re.sub(rb"[^\n]", b" ", found[0]), head)
    if found := _doctype.search(blanked):
        line = blanked.count(b"\n", 0, found.start()) + 1
        reason = "a DOCTYPE or ENTITY declaration is refused: no export needs one"
        raise Unreadable(reason, place=f"line {line}, byte {found.start()}")


def root_tag(head: bytes) -> bytes:
    """Return a file from its first element on; "" where it does not begin as XML."""
    start = root_start(head)
    return head[start:] if start >= 0 else b""


def declared_prefixes(root_tag: bytes) -> dict[str, str]:
    """Return a root element's prefixes and their namespaces."""
    return {
        prefix.decode("ascii", "replace"): address.decode("utf-8", "replace")
        for prefix, address in _declared.findall(root_tag)
    }


def charset_of(head: bytes) -> str:
    """Return the charset that a file declares. Raise Unreadable for an unknown one."""
    declared = _encoding.search(head)
    label = declared[1].decode("ascii") if declared else "utf-8"
    codec = codec_of(label)
    if not codec:
        line = head.count(b"\n", 0, declared.start()) + 1 if declared else 1
        place = f"line {line}, byte {declared.start() if declared else 0}"
        reason = f"its charset {label.lower()!r} is not known"
        raise Unreadable(reason, place=place)
    return codec


class Frame:
    """The root element that each item is parsed in, with the file's prefixes."""

    def __init__(self, root_tag: bytes, root_name: bytes, encoding: str) -> None:
        self.root_tag = decoded(root_tag, encoding).data
        self.root_name = root_name
        self.encoding = encoding
        self.parser = strict_parser()
        self.prefixes = set(declared_prefixes(root_tag))

    def read(self, piece: bytes, offset: int, reading: Reading) -> etree._Element:
        """Parse one item, with repairs if it needs any; return the root around it.

        Each repair is noted by its byte, and what is lost by one as a problem. Raise
        XMLSyntaxError, having noted nothing.
        """
        warnings = Reading()
        piece = without_between_fields(piece, offset, warnings)
        root = self._read_sound(piece)
        if root is None:
            root = self._read_repaired(piece, offset, reading)
        reading.repairs += warnings.repairs
        picture = first_picture(piece)
        if picture >= 0:
            reading.repair(offset + picture, PICTURES)
        if len(piece) > MAX_TEXT:
            _cut_texts(root, piece, offset, reading)
        return root

    def parse(self, piece: bytes) -> etree._Element:
        """Parse one item of UTF-8 strictly. Raise XMLSyntaxError."""
        piece = without_pictures(piece)
        return etree.fromstring(
            self.root_tag + piece + b"</" + self.root_name + b">", self.parser
        )

    def _read_sound(self, piece: bytes) -> etree._Element | None:
        if self.encoding != "utf-8" and not piece.isascii():
            return None
        if not is_sound(piece) or _c1_reference.search(piece):
            return None
        try:
            return self.parse(piece)
        except etree.XMLSyntaxError:
            return None

    def _read_repaired(
        self, piece: bytes, offset: int, reading: Reading
    ) -> etree._Element:
        made = decoded(piece, self.encoding)
        found = made.faults_from(offset)

        def note(fault: Fault) -> None:
            if len(found) < MOST_FAULTS:
                found.append(fault._replace(byte=offset + made.byte(fault.byte)))

        try:
            root = self._parse_repaired(made.data, note)
        except etree.XMLSyntaxError:
            mended = mended_tags(made.data) if made.faults else made.data
            if mended == made.data:
                raise
            # Now the faults of bytes are all that can be named by their place.
            found = made.faults_from(offset)
            root = self._parse_repaired(mended, lambda _fault: None)
            found.append(Fault(found[0].byte, "a tag that was broken; mended"))
        reading.note(sorted(found))
        return root

    def _parse_repaired(self, piece: bytes, note: Note) -> etree._Element:
        prefixes = self._declare(piece, note)
        repaired = repair(piece, note)
        before = self.root_tag
        self.root_tag = before[:-1] + prefixes + b">"
        try:
            root = self.parse(repaired)
        except etree.XMLSyntaxError:
            self.root_tag = before
            raise
        self.prefixes |= set(declared_prefixes(prefixes))
        return root

    def _declare(self, piece: bytes, note: Note) -> bytes:
        """Declare the prefixes that the file uses and never declares."""
        added: dict[bytes, int] = {}
        for start, end, is_cdata in _stretches(piece):
            if is_cdata:
                continue
            for found in _prefix.finditer(piece, start, end):
                prefix = found[1]
                if prefix.decode("ascii", "replace") not in self.prefixes | {"xml"}:
                    added.setdefault(prefix, found.start())
        for prefix, place in added.items():
            name = prefix.decode("ascii", "replace")
            note(Fault(place, f"the prefix {name}: was never declared; declared"))
        return b"".join(
            b' xmlns:%s="urn:undeclared:%s"' % (prefix, prefix) for prefix in added
        )


def _cut_texts(
    root: etree._Element, piece: bytes, offset: int, reading: Reading
) -> None:
    for element in root.iter():
        for name in ("text", "tail"):
            text = getattr(element, name) or ""
            if len(text) > MAX_TEXT:
                setattr(element, name, text[:MAX_TEXT])
                place = piece.find(text[:_TAG_REACH].encode())
                reading.lose(offset + max(0, place), TOO_LONG)


def repair(piece: bytes, note: Note) -> bytes:
    """Return an item of sound UTF-8 without the faults that occur in exports.

    `]]>` inside a CDATA section is split as XML asks, a bare `&` and HTML's named
    entities are escaped, an attribute's value gets the quotes that it lacks.
    """
    made = []
    for start, end, is_cdata in _stretches(piece):
        mend = _repair_cdata if is_cdata else _repair_markup
        made.append(mend(piece[start:end], start, note))
    return b"".join(made)


def _stretches(piece: bytes) -> list[tuple[int, int, bool]]:
    """Return an item's markup and CDATA sections as (start, end, is it CDATA)."""
    cuts, place = [], 0
    while (start := piece.find(_CDATA, place)) >= 0:
        end = _cdata_end(piece, start)
        cuts += [(place, start, False), (start, end, True)]
        place = end
    return [*cuts, (place, len(piece), False)]


def _cdata_end(piece: bytes, start: int) -> int:
    """Find where a section really ends: at the end tag of its own element.

    Old exporters did not split `]]>` inside a section. The rule that works: the
    section goes up to the first `]]></TAG>` of the tag that opened it, unless another
    such element begins before that: then its own end tag is broken.
    """
    end = piece.find(_CDATA_END, start)
    if end < 0:
        return len(piece)
    opener = _opener.search(piece, max(0, start - _TAG_REACH), start)
    if opener is None:
        return end + len(_CDATA_END)
    closing = re.compile(rb"\]\]>\s*</" + re.escape(opener[1]) + rb"\s*>")
    found = closing.search(piece, end)
    tag_end = piece.find(b"</" + opener[1], end)
    if found is None or tag_end < found.start():
        return end + len(_CDATA_END)
    another = re.compile(b"<" + re.escape(opener[1]) + rb"(?:\s[^<>]*)?>\s*<!\[CDATA\[")
    if another.search(piece, end, found.start()):
        return end + len(_CDATA_END)
    return found.start() + len(_CDATA_END)


def _repair_cdata(section: bytes, offset: int, note: Note) -> bytes:
    inner = section[len(_CDATA) : -len(_CDATA_END)]
    made, place = [], 0
    while (found := inner.find(_CDATA_END, place)) >= 0:
        after = found + len(_CDATA_END)
        if inner.startswith(_CDATA, after):
            # Split already, as XML asks.
            made.append(inner[place : after + len(_CDATA)])
            place = after + len(_CDATA)
            continue
        place_of = offset + len(_CDATA) + found
        note(Fault(place_of, "]]> inside a CDATA section; split"))
        made += [inner[place:found], b"]]]]><![CDATA[>"]
        place = after
    return _CDATA + b"".join([*made, inner[place:]]) + _CDATA_END


def _repair_markup(stretch: bytes, offset: int, note: Note) -> bytes:
    stretch = _escape_names(_quote_attributes(stretch, offset, note), offset, note)

    def put_right(found: re.Match[bytes]) -> bytes:
        place, name = offset + found.start(), found[1]
        if name is None:
            note(Fault(place, "a bare &; escaped"))
            return b"&amp;"
        if name.startswith(b"#"):
            return _reference_to(name[1:-1], found[0], place, note)
        if name in _XML_ENTITIES:
            return found[0]
        meant = html.entities.html5.get(name.decode("ascii"))
        if meant is None:
            note(Fault(place, "a bare &; escaped"))
            return b"&amp;" + name
        reason = f"&{name.decode('ascii')} is HTML's, not XML's; spelt out"
        note(Fault(place, reason))
        return "".join(f"&#{ord(char)};" for char in meant).encode("ascii")

    return _reference.sub(put_right, stretch) if b"&" in stretch else stretch


def _escape_names(stretch: bytes, offset: int, note: Note) -> bytes:
    """Escape `<` in titles and names: WordPress's feeds print them as they are."""

    def escape(found: re.Match[bytes]) -> bytes:
        note(Fault(offset + found.start(), "a < in a title or a name; escaped"))
        inner = found[3].replace(b"<", b"&lt;")
        return found[1] + inner + b"</" + found[2] + b">"

    return _marked_name.sub(escape, stretch)


def _quote_attributes(stretch: bytes, offset: int, note: Note) -> bytes:
    def look_into(tag: re.Match[bytes]) -> bytes:
        def quote(found: re.Match[bytes]) -> bytes:
            if not found[2]:
                return found[0]
            place = offset + tag.start() + found.start(2)
            note(Fault(place, "an attribute's value without quotes; quoted"))
            return found[1] + b'"' + found[2] + b'"'

        return _attribute.sub(quote, tag[0]) if b"=" in tag[0] else tag[0]

    return _start_tag.sub(look_into, stretch)


def _reference_to(digits: bytes, written: bytes, place: int, note: Note) -> bytes:
    """Return a reference to a character, or what stands for it (XML 1.0, 2.2)."""
    number = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
    if number in _C1:
        note(Fault(place, "a reference to a control character; read as HTML reads it"))
        # HTML reads such a number as the byte of Windows-1252.
        return f"&#{ord(html.unescape(f'&#{number};'))};".encode()
    if number in {0x9, 0xA, 0xD} or 0x20 <= number <= 0xD7FF:
        return written
    if 0xE000 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF:
        return written
    if number < ord(" "):
        note(Fault(place, CONTROLS))
        return b"\n" if number in b"\v\f" else b" "
    reason = "a reference to what is no character; U+FFFD stands for it"
    note(Fault(place, reason, is_loss=True))
    return "\ufffd".encode()
