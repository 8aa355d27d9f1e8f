"""Items written exactly as WordPress writes them, read by pattern instead of lxml.

Several times as fast. Whatever differs in the least is left to the XML parser: an
unknown or repeated element, an attribute, an entity, a comment, a split CDATA section,
a character that XML forbids, another charset than UTF-8. A test holds both readers to
the same result over every sample, whole and damaged.
"""

import re
from collections.abc import Iterator
from operator import add
from typing import NamedTuple

from lxml import etree

from commentarchive.importers.characters import is_sound
from commentarchive.importers.formats.wordpress.fields import (
    COMMENT_FIELDS,
    CommentFields,
)
from commentarchive.importers.pictures import MAX_TEXT, first_picture
from commentarchive.importers.safe_xml import Frame

# A long item is decoded in parts of about so many bytes: as text, one character that is
# not Latin doubles what all of it takes.
PART = 1 << 22

_SPACE = r"[ \t\n]*+"
# What a CDATA section holds, up to the first "]]>"; text in which nothing is escaped.
_SECTION = r"[^\]]*+(?:\](?!\]>)[^\]]*+)*+"
_BARE = r"[^<&\]]*+"
_ESCAPED = rf"{_BARE}(?:&(?:amp|lt|gt|quot|apos);{_BARE})*+"
_ANY_TEXT = rf"(?:<!\[CDATA\[{_SECTION}\]\]>|{_BARE})"

_ITEM, _ITEM_END = "<item>", "</item>"
_BLANKS = " \t\n"


def _meta(name: str) -> str:
    """Return the pattern of what plugins keep with an article or a comment."""
    return (
        rf"<wp:{name}>{_SPACE}<wp:meta_key>{_ANY_TEXT}</wp:meta_key>{_SPACE}"
        rf"<wp:meta_value>{_ANY_TEXT}</wp:meta_value>{_SPACE}</wp:{name}>"
    )


def _comment_field(name: str) -> str:
    text = rf"(?:<!\[CDATA\[({_SECTION})\]\]>|({_BARE}))"
    return rf"<wp:{name}>{text}</wp:{name}>{_SPACE}"


_article_field = re.compile(
    rf"{_SPACE}(?:<((?:(?:wp|dc|content|excerpt):)?([a-zA-Z_]{{1,60}}+))"
    r'(?: isPermaLink="(?:true|false)"| domain="[^"<&]*+" nicename="[^"<&]*+")?+>'
    rf"(?:<!\[CDATA\[({_SECTION})\]\]>|({_ESCAPED}))</\1>|{_meta('postmeta')})"
)
_comment = re.compile(
    rf"{_SPACE}()<wp:comment>{_SPACE}{''.join(map(_comment_field, COMMENT_FIELDS))}"
    rf"(?:<wp:comment_user_id>[0-9]*+</wp:comment_user_id>{_SPACE})?+"
    rf"((?:{_meta('commentmeta')}{_SPACE})*+)</wp:comment>"
)
_COMMENT = b"<wp:comment>"


class PlainItem(NamedTuple):
    """The fields of an article and its comments, and where each of those begins."""

    values: dict[str, str]
    # What plugins keep with the article, among its other fields as they are written.
    meta: str
    comments: list[CommentFields]
    starts: list[int]
    # What plugins keep with each comment, as it is written.
    metas: list[str]


def is_plain_root(frame: Frame) -> bool:
    """Return whether a file's root element lets its items be read by pattern."""
    try:
        spaces = frame.parse(b"").nsmap
    except etree.XMLSyntaxError:
        return False
    excerpts = [prefix for prefix, name in spaces.items() if "excerpt" in name]
    return (
        frame.encoding == "utf-8"
        and spaces.keys() >= {"wp", "dc", "content", "excerpt"}
        and excerpts == ["excerpt"]
    )


def read_plain_item(data: bytes, counted: int) -> PlainItem | None:
    """Read one item by pattern; None where it is not written as WordPress writes it.

    `counted` is how many comment ids stand in its bytes. There are more of them, or of
    the comments' tags, where a text speaks of such elements: the parser tells which.
    """
    if not is_sound(data) or first_picture(data) >= 0:
        return None
    if data.count(_COMMENT) != counted or not data.startswith(_ITEM.encode()):
        return None
    comments: list[CommentFields] = []
    starts: list[int] = []
    metas: list[str] = []
    try:
        parts = _parts(data)
        offset, text = next(parts)
        values, place = _read_article(text)
        head = text[:place]
        rest = _read_comments(text, place, comments, metas, starts)
        for offset, text in parts:
            if rest.strip(_BLANKS):
                return None
            first = len(starts)
            rest = _read_comments(text, 0, comments, metas, starts)
            starts[first:] = [offset + start for start in starts[first:]]
    except UnicodeDecodeError:
        return None
    if rest.strip(_BLANKS) != _ITEM_END or len(starts) != counted:
        return None
    if len(data) > MAX_TEXT:
        long = [*values.values(), *(each.raw for each in comments)]
        if max(map(len, long), default=0) > MAX_TEXT:
            # Such a text has to be cut, and its place named.
            return None
    if not data.isascii() or b"\r" in data:
        starts = _byte_starts(data, counted)
    return PlainItem(values, head, comments, starts, metas)


def _parts(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield an item's text part by part, line ends as XML reads them, and where.

    Each but the first begins with a comment. Raise UnicodeDecodeError.
    """
    start = 0
    while start < len(data):
        cut = data.find(_COMMENT, start + PART)
        end = cut if cut >= 0 else len(data)
        text = data[start:end].decode()
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        yield start, text
        start = end


def _read_comments(
    text: str,
    place: int,
    comments: list[CommentFields],
    metas: list[str],
    starts: list[int],
) -> str:
    """Add the comments that stand in a text from a place on; return what is left."""
    while found := _comment.match(text, place):
        texts = found.groups("")
        # Of each pair, one is empty: the CDATA section or the bare text.
        pairs = map(add, texts[1::2], texts[2::2])
        comments.append(CommentFields._make(map(str.strip, pairs)))
        starts.append(found.start(1))
        metas.append(texts[-1])
        place = found.end()
    return text[place:]


def _read_article(text: str) -> tuple[dict[str, str], int]:
    """Read the fields before the first comment; return them, and where they end."""
    values: dict[str, str] = {}
    place = len(_ITEM)
    while found := _article_field.match(text, place):
        tag, name, section, escaped = found.groups("")
        if name == "comment" or (name == "encoded" and ":" not in tag):
            break
        if tag == "excerpt:encoded":
            name = "excerpt"
        if tag and (name not in values or name == "category"):
            value = (section or _unescape(escaped)).strip()
            values[name] = f"{values[name]}\n{value}" if name in values else value
        place = found.end()
    return values, place


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    for name, char in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("apos", "'")):
        text = text.replace(f"&{name};", char)
    return text.replace("&amp;", "&")


def _byte_starts(data: bytes, number: int) -> list[int]:
    starts, place = [], -1
    for _comment_number in range(number):
        place = data.find(_COMMENT, place + 1)
        starts.append(place)
    return starts
