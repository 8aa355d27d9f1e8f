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
from commentarchive.importers.parsed import Reading, Unreadable

# No page that people wrote is longer.
MAX_BYTES = 32 << 20
# How far from a page's end its last tags may stand.
TAIL = 1 << 16
_charset = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_embedded = re.compile(r"data:[\w/+.;=-]{0,100},[A-Za-z0-9+/=%_.~-]{200,}")
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
_wrong = re.compile("[\udc80-\udcff]")
_beyond_ascii = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]+")
# So many times more signs than wrong bytes make a page one of UTF-8.
_SURE = 4
# Browsers read the one as the other, and pages mean it so.
_MEANT = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252"}


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
    # What its <meta> say, once that was looked for.
    metas: list[dict[str, str | None]] | None = None

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
    """Parse a page. Raise Unreadable for one that is too large.

    `address`, `seen_at` and `charset` are what an archive says of it; else the page
    itself does. `byte` is where it stands in the archive.
    """
    if len(data) > MAX_BYTES:
        reason = f"the page has more than {MAX_BYTES >> 20} MiB"
        raise Unreadable(reason)
    text = _embedded.sub("data:,", _decoded(data, reading, charset, byte))
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
    found = page.absolute(canonical) or page.absolute(page.meta("og:url"))
    whole = (found or page.address).partition("#")[0]
    page.is_part = any(_comment_page.search(each) for each in (whole, page.address))
    page.address = _comment_page.sub("", whole)
    return page


def _decoded(data: bytes, reading: Reading, charset: str, byte: int) -> str:
    """Decode a page: as UTF-8 where it is valid, whatever the page declares."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _charset.search(data[:4096])
    inside = declared[1].decode("ascii", "replace") if declared else ""
    is_declared = (charset or inside).lower().replace("-", "") == "utf8"
    mended = _mostly_utf8(data, reading, byte, is_declared=is_declared)
    if mended is not None:
        return mended
    for declared_as in (charset.lower(), inside.lower()):
        for name in (_MEANT.get(declared_as, declared_as), declared_as):
            try:
                if name and name.replace("-", "") != "utf8":
                    return data.decode(name)
            except (UnicodeDecodeError, LookupError):
                pass
    best = from_bytes(data[: 1 << 20]).best()
    guessed = best.encoding if best else "cp1252"
    reading.repair(byte, f"it is not the charset that it says; read as {guessed}")
    return data.decode(guessed, "replace")


def _mostly_utf8(
    data: bytes, reading: Reading, byte: int, *, is_declared: bool
) -> str | None:
    """Decode a page of UTF-8 in which some bytes are none; None for another one.

    Such bytes are those of a plug-in or an old text in Windows-1252.
    """
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    wrong = _wrong.findall(text)
    right = sum(map(len, _beyond_ascii.findall(text)))
    is_stray = is_declared and len(wrong) * 100 < len(data)
    if right < _SURE * len(wrong) and not is_stray:
        return None
    first = len(text[: text.index(wrong[0])].encode("utf-8", "surrogateescape"))
    reading.repair(
        byte or first,
        f"{len(wrong)} bytes of the page are not UTF-8, from here on; read as "
        "Windows-1252",
    )
    return _wrong.sub(
        lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace"), text
    )


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
