"""A saved web page: its characters, where it is from, and when it was saved.

Undoes what those who saved it did to it: the Wayback Machine's toolbar and rewritten
links, SingleFile's embedded files, the browsers' "saved from" line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from charset_normalizer import from_bytes
from selectolax.lexbor import LexborHTMLParser, LexborNode

from commentarchive.importers import page_limits
from commentarchive.importers.characters import codec_of, decoded
from commentarchive.importers.origins import is_elsewhere
from commentarchive.importers.parsed import Reading
from commentarchive.importers.pictures import without_pictures
from commentarchive.text.addresses import host_of

# No page that people wrote is longer, without the pictures that were saved in it.
MAX_BYTES, MAX_RECEIVED = 32 << 20, 128 << 20
# How far from a page's end its last tags may stand.
TAIL = 1 << 16
_charset = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_beyond_ascii = re.compile(rb"[\x80-\xff]")
_not_utf8 = re.compile("[\udc80-\udcff]")
_toolbar = re.compile(
    r"<!-- BEGIN WAYBACK TOOLBAR INSERT -->.*?<!-- END WAYBACK TOOLBAR INSERT -->",
    re.DOTALL,
)
_rewritten = re.compile(
    r"((?:href|src|srcset|action|content)\s*=\s*[\"']?)"
    r"(?:https?://web\.archive\.org)?/web/\d{4,14}(?:[a-z]{2}_)?/(?=https?:|//|mailto:)"
)
_archived = re.compile(
    r"FILE ARCHIVED ON (\d\d:\d\d:\d\d \w{3} \d\d?, \d{4}) AND RETRIEVED FROM"
)
_wombat = re.compile(r"\.(?:init|wombat)\(\s*\"(https?:[^\"]+)\",\s*\"(\d{14})\"")
_saved_from = re.compile(r"<!-- saved from url=\(\d+\)(\S+) -->")
_single_file = re.compile(
    r"Page saved with SingleFile\s+url: (\S+)\s+saved date: ([^\n]+?)\s*\("
)
_end = re.compile(r"</(?:body|html)\b", re.IGNORECASE)
_comment_page = re.compile(r"/comment-page-\d+(?=/|$)|[?&]cpage=\d+")
# Fewer bytes that are not UTF-8 are read stretch by stretch.
FEW = 20


# Countries that English is spoken in, by the ends of their hosts.
_COUNTRIES = {
    **{each: each for each in ("au", "ca", "ie", "il", "in", "nz", "ph", "pk", "us")},
    "uk": "gb",
}


@dataclass(slots=True)
class Page:
    """One page: its tree, its address, when it was saved, and its language."""

    tree: LexborHTMLParser
    address: str
    seen_at: datetime | None
    language: str
    # False where the page breaks off, so that comments may be missing.
    is_ended: bool
    # One page of several, by its own address.
    is_part: bool = False
    # The address of another site's article, where the page calls that the original.
    original: str = ""
    # What its <meta> say, once that was looked for.
    metas: list[dict[str, str | None]] | None = None

    @property
    def spoken_in(self) -> str:
        """Its language with its country: by its host, else as the page says."""
        spoken = self.language.partition("-")[0]
        host = host_of(self.address).partition(":")[0]
        country = _COUNTRIES.get(host.rpartition(".")[2])
        # Themes leave "en-US" as it is.
        return f"{spoken}-{country}" if country and spoken == "en" else self.language

    def first(self, *selectors: str) -> LexborNode | None:
        """Find the first element of the first selector that finds one."""
        found = (self.tree.css_first(each) for each in selectors)
        return next((node for node in found if node is not None), None)

    def meta(self, name: str) -> str:
        """Return the content of a <meta> by name, property or itemprop."""
        for attributes in self._metas():
            for attribute in ("property", "name", "itemprop"):
                if attributes.get(attribute) == name:
                    return attributes.get("content") or ""
        return ""

    def _metas(self) -> list[dict[str, str | None]]:
        if self.metas is None:
            self.metas = [node.attributes for node in self.tree.css("meta")]
        return self.metas

    def absolute(self, address: str) -> str:
        """Return an address of the page in full; "" for what is not a web address."""
        try:
            whole = urljoin(self.address, address.strip())
        except ValueError:
            return ""
        return whole if whole.startswith(("http://", "https://")) else ""


def read_page(
    data: bytes,
    reading: Reading,
    *,
    address: str = "",
    seen_at: datetime | None = None,
    charset: str = "",
    byte: int = 0,
) -> Page:
    """Parse a page, of which pictures inside it are no part; too large a one is cut.

    `address`, `seen_at` and `charset` are what an archive says of it; else the page
    itself does. `byte` is where it stands in the archive.
    """
    plain = without_pictures(_decoded(data, reading, charset, byte))
    if len(plain) > MAX_BYTES:
        plain = plain[:MAX_BYTES]
        reason = f"a page of more than {MAX_BYTES >> 20} MiB; cut there"
        reading.problem(byte or max(0, data.find(plain[-64:])), reason)
    text = plain.decode("utf-8", "replace")
    saved_from, saved_at = _evidence(text)
    if _wombat.search(text) or _archived.search(text) or _toolbar.search(text):
        text = _rewritten.sub(r"\1", _toolbar.sub("", text))
    page_limits.check(text)
    tree = LexborHTMLParser(text)
    is_ended = _end.search(text, max(0, len(text) - TAIL)) is not None
    if not is_ended and _single_file.search(text):
        # It leaves out the end tags that HTML lets it leave out.
        is_ended = text.rstrip().endswith(">")
    if not is_ended:
        reason = "the page has no end: it may be cut here; its last comment is left out"
        reading.problem(byte or len(data), reason)
    page = Page(tree, address or saved_from, seen_at or saved_at, "", is_ended)
    html = tree.css_first("html")
    language = html.attributes.get("lang") if html is not None else ""
    page.language = (language or "").lower()
    own = page.first('link[rel="canonical"]')
    canonical = (own.attributes.get("href") or "") if own is not None else ""
    own_names = [page.absolute(canonical), page.absolute(page.meta("og:url"))]
    # Another blog's article is no address of this one, which is a copy of it.
    others = [each for each in own_names if is_elsewhere(each, page.address)]
    page.original = next(iter(others), "")
    found = next((each for each in own_names if each and each not in others), "")
    whole = (found or page.address).partition("#")[0]
    page.is_part = any(_comment_page.search(each) for each in (whole, page.address))
    page.address = _comment_page.sub("", whole)
    return page


def _decoded(data: bytes, reading: Reading, charset: str, byte: int) -> bytes:
    """Return a page in UTF-8: as it is where that is valid, whatever it declares."""
    codec = "utf-8"
    if faults := _faults(data):
        declared = _charset.search(data[:4096])
        inside = declared[1].decode("ascii", "replace") if declared else ""
        codecs = (codec_of(each) for each in (charset, inside) if each)
        told = [each for each in codecs if each and each != "utf-8"]
        codec = told[0] if told else _guess(data, faults, reading, byte)
    found = decoded(data, codec)
    # In an archive a page has no place of its own but that of its record.
    reading.note(fault._replace(byte=byte) if byte else fault for fault in found.faults)
    return found.data.removeprefix(b"\xef\xbb\xbf")


def _faults(data: bytes) -> int:
    """Return how many bytes are not UTF-8."""
    text = data.decode("utf-8", "surrogateescape")
    return 0 if text.isascii() else len(_not_utf8.findall(text))


def _guess(data: bytes, faults: int, reading: Reading, byte: int) -> str:
    """Return the codec of a page that is not UTF-8 and declares no other."""
    sound = len(_beyond_ascii.findall(data)) - faults
    if faults < FEW or sound > faults:
        return "utf-8"
    best = from_bytes(data[: 1 << 20]).best()
    guessed = best.encoding if best else "cp1252"
    reading.repair(byte, f"it is not the charset that it says; read as {guessed}")
    return guessed


def _evidence(text: str) -> tuple[str, datetime | None]:
    """Return where a page was saved from, and when, by what savers write in it."""
    address, moment = "", None
    if found := _saved_from.search(text):
        address = found[1]
    if found := _single_file.search(text):
        address = found[1]
        moment = _time(found[2], "%a %b %d %Y %H:%M:%S GMT%z")
    if found := _wombat.search(text):
        address, moment = found[1], _time(found[2], "%Y%m%d%H%M%S")
    if found := _archived.search(text):
        moment = _time(found[1], "%H:%M:%S %b %d, %Y")
    return address, moment


def _time(text: str, form: str) -> datetime | None:
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007  # both kinds are read
    except ValueError:
        return None
    return (
        moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    )


def host_root(address: str) -> str:
    """Return the address of the site that a page is on; "" without one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""


def number_in_id(node: LexborNode, pattern: re.Pattern[str]) -> str:
    """Return what a pattern finds in an element's id as a comment's number, or ""."""
    found = pattern.match(node.attributes.get("id") or "")
    return found[1] if found else ""


def words_of(node: LexborNode | None) -> str:
    """Return an element's text with single spaces; "" for no element."""
    return "" if node is None else " ".join(node.text(deep=True).split())


def markup_of(node: LexborNode, *unwanted: str) -> str:
    """Return the HTML inside an element, without scripts and `unwanted` parts.

    This changes the element itself.
    """
    parts = node.css(", ".join(("script", "style", "noscript", *unwanted)))
    ids = {part.mem_id for part in parts}
    # What lies inside another goes with it; a part that is gone must not be touched.
    outermost = [
        part
        for part in parts
        if not any(around.mem_id in ids for around in ancestors(part))
    ]
    for part in outermost:
        part.decompose()
    smilies_to_text(node)
    return (node.inner_html or "").strip()


def smilies_to_text(node: LexborNode) -> None:
    """Write out the smilies that a page draws."""
    for image in node.css("img.emoji, img.wp-smiley"):
        image.replace_with(image.attributes.get("alt") or "")


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements around a node, from the inside out."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def following(node: LexborNode, tag: str) -> Iterator[LexborNode]:
    """Yield the elements of one kind that stand right behind a node."""
    other = node.next
    while other is not None and other.tag in {tag, "-text", "-comment", "_comment"}:
        if other.tag == tag:
            yield other
        other = other.next
