"""Hostile and damaged XML: strict parsing of one item at a time, documented repairs.

A file is cut into items by its bytes and lxml parses each of them strictly, with no
entities, no DTD and no network. Only an item that fails is repaired, so a sound file
costs nothing and a broken record never stops the good ones.
"""

import html.entities
import re
from collections.abc import Callable

from lxml import etree

from commentarchive.importers.parsed import Unreadable

type Note = Callable[[int, str], None]

_encoding = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_controls = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]+")
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
_before_root = re.compile(
    rb"[^<\n]{0,16}\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|"
    rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*(?=<[A-Za-z_])",
    re.DOTALL | re.IGNORECASE,
)
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
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def refuse_doctype(head: bytes) -> None:
    """Raise Unreadable, with the line, where a file declares a document type."""
    blanked = _comment.sub(lambda found: b"\n" * found[0].count(b"\n"), head)
    if found := _doctype.search(blanked):
        line = blanked.count(b"\n", 0, found.start()) + 1
        reason = "a DOCTYPE or ENTITY declaration is refused: no export needs one"
        raise Unreadable(reason, place=f"line {line}")


def root_tag(head: bytes) -> bytes:
    """Return a file from its first element on; "" where it does not begin as XML.

    A few stray bytes may stand before the element.
    """
    found = _before_root.match(head)
    return head[found.end() :] if found else b""


def declared_prefixes(root_tag: bytes) -> dict[str, str]:
    """Return a root element's prefixes and their namespaces."""
    return {
        prefix.decode("ascii", "replace"): address.decode("utf-8", "replace")
        for prefix, address in _declared.findall(root_tag)
    }


def charset_of(head: bytes) -> str:
    """Return the charset that a file declares. Raise Unreadable for an unknown one."""
    declared = _encoding.search(head)
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    try:
        "a".encode(name)
    except (LookupError, UnicodeError):
        reason = f"its charset {name!r} is not known"
        raise Unreadable(reason, place="line 1") from None
    return "utf-8" if name in {"utf8", "utf-8", "us-ascii"} else name


class Frame:
    """The root element that each item is parsed in, with the file's prefixes."""

    def __init__(self, root_tag: bytes, root_name: bytes, encoding: str) -> None:
        self.root_tag = root_tag
        self.root_name = root_name
        self.encoding = encoding
        self.parser = strict_parser()
        self.prefixes = set(declared_prefixes(root_tag))

    def parse(self, piece: bytes) -> etree._Element:
        """Parse one item strictly; return the root element around it.

        Raise XMLSyntaxError, or UnicodeDecodeError for bytes that the file's charset
        does not have.
        """
        if self.encoding != "utf-8":
            piece = piece.decode(self.encoding).encode()
        return etree.fromstring(
            self.root_tag + piece + b"</" + self.root_name + b">", self.parser
        )

    def parse_repaired(self, piece: bytes, offset: int, note: Note) -> etree._Element:
        """Repair one item and parse it strictly; report each repair by its byte.

        Raise what `parse` raises, having reported nothing.
        """
        piece.decode(self.encoding)
        notes: list[tuple[int, str]] = []
        prefixes = self._declare(piece, offset, notes)
        repaired = repair(piece, offset, lambda *found: notes.append(found))
        before = self.root_tag
        self.root_tag = before[:-1] + prefixes + b">"
        try:
            root = self.parse(repaired)
        except etree.XMLSyntaxError:
            self.root_tag = before
            raise
        self.prefixes |= set(declared_prefixes(prefixes))
        for place, reason in sorted(notes):
            note(place, reason)
        return root

    def _declare(
        self, piece: bytes, offset: int, notes: list[tuple[int, str]]
    ) -> bytes:
        """Declare the prefixes that the file uses and never declares."""
        added: dict[bytes, int] = {}
        for start, end, is_cdata in _stretches(piece):
            if is_cdata:
                continue
            for found in _prefix.finditer(piece, start, end):
                prefix = found[1]
                if prefix.decode("ascii", "replace") not in self.prefixes | {"xml"}:
                    added.setdefault(prefix, offset + found.start())
        for prefix, place in added.items():
            name = prefix.decode("ascii", "replace")
            notes.append((place, f"the prefix {name}: was never declared; declared"))
        return b"".join(
            b' xmlns:%s="urn:undeclared:%s"' % (prefix, prefix) for prefix in added
        )


def repair(piece: bytes, offset: int, note: Note) -> bytes:
    """Return an item without the faults that are known to occur in exports.

    Control characters are dropped, `]]>` inside a CDATA section is split as XML asks,
    a bare `&` and HTML's named entities are escaped, an attribute's value gets the
    quotes that it lacks.
    """
    made = []
    for start, end, is_cdata in _stretches(piece):
        stretch = piece[start:end]
        for found in _controls.finditer(stretch):
            place = offset + start + found.start()
            note(place, f"{len(found[0])} control characters; left out")
        mend = _repair_cdata if is_cdata else _repair_markup
        made.append(_controls.sub(b"", mend(stretch, offset + start, note)))
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
    section goes up to the first `]]></TAG>` of the tag that opened it.
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
        note(offset + len(_CDATA) + found, "]]> inside a CDATA section; split")
        made += [inner[place:found], b"]]]]><![CDATA[>"]
        place = after
    return _CDATA + b"".join([*made, inner[place:]]) + _CDATA_END


def _repair_markup(stretch: bytes, offset: int, note: Note) -> bytes:
    stretch = _escape_names(_quote_attributes(stretch, offset, note), offset, note)

    def put_right(found: re.Match[bytes]) -> bytes:
        place, name = offset + found.start(), found[1]
        if name is None:
            note(place, "a bare &; escaped")
            return b"&amp;"
        if name.startswith(b"#"):
            if _is_xml_char(name[1:-1]):
                return found[0]
            note(place, "a reference to a character that XML forbids; left out")
            return b""
        if name in _XML_ENTITIES:
            return found[0]
        meant = html.entities.html5.get(name.decode("ascii"))
        if meant is None:
            note(place, "a bare &; escaped")
            return b"&amp;" + name
        note(place, f"&{name.decode('ascii')} is HTML's, not XML's; spelt out")
        return "".join(f"&#{ord(char)};" for char in meant).encode("ascii")

    return _reference.sub(put_right, stretch) if b"&" in stretch else stretch


def _escape_names(stretch: bytes, offset: int, note: Note) -> bytes:
    """Escape `<` in titles and names: WordPress's feeds print them as they are."""

    def escape(found: re.Match[bytes]) -> bytes:
        note(offset + found.start(), "a < in a title or a name; escaped")
        inner = found[3].replace(b"<", b"&lt;")
        return found[1] + inner + b"</" + found[2] + b">"

    return _marked_name.sub(escape, stretch)


def _quote_attributes(stretch: bytes, offset: int, note: Note) -> bytes:
    def look_into(tag: re.Match[bytes]) -> bytes:
        def quote(found: re.Match[bytes]) -> bytes:
            if not found[2]:
                return found[0]
            place = offset + tag.start() + found.start(2)
            note(place, "an attribute's value without quotes; quoted")
            return found[1] + b'"' + found[2] + b'"'

        return _attribute.sub(quote, tag[0]) if b"=" in tag[0] else tag[0]

    return _start_tag.sub(look_into, stretch)


def _is_xml_char(digits: bytes) -> bool:
    """Return whether XML 1.0 section 2.2 allows a character."""
    number = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
    return (
        number in {0x9, 0xA, 0xD}
        or 0x20 <= number <= 0xD7FF
        or 0xE000 <= number <= 0xFFFD
        or 0x10000 <= number <= 0x10FFFF
    )
