"""What a page may ask of an HTML parser, counted before it is parsed.

Parsing costs the square of the nesting and of the attributes of one tag, and open
formatting tags are copied into each following block: 44 kB became 5 GB. What is counted
is what the parser opens; an end tag counts only where there is something to close.
"""

import re
from collections import defaultdict

from commentarchive.importers.parsed import Unreadable

MAX_DEPTH = 1_000
MAX_ATTRIBUTES = 1_000
# Copies of formatting tags for each character of a page, and some more.
MAX_COPIES, COPIES_ALLOWANCE = 2, 100_000
# A tag that ends so soon has not too many.
_SHORT = MAX_ATTRIBUTES
_FORMATTING = frozenset(
    {
        *("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike"),
        *("strong", "tt", "u"),
    }
)
# They close each other, and none of another kind.
_ITEMS = {"li": "li", "dt": "dd", "dd": "dd"}
_ALONE = frozenset({"a", "nobr", "button"})
# Tags without an inside, and those that a following one of their kind closes.
_FLAT = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
        *("param", "source", "track", "wbr", "p", "tr", "td", "th"),
        *("option", "thead", "tbody", "tfoot", "colgroup", "html", "head", "body"),
    }
)
# What is in them is no markup, up to their end tag.
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed"})
_token = re.compile(r"<(?:!--|(/?)([a-zA-Z][^\s/>]*))")
_attribute = re.compile(
    r"[\s/]*+[^\s/>][^\s/>=]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+|(?=>)))?+"
)


def check(text: str) -> None:
    """Raise Unreadable for a page that is made to exhaust a parser."""
    tags = _OpenTags(MAX_COPIES * len(text) + COPIES_ALLOWANCE)
    place = 0
    while found := _token.search(text, place):
        place = found.end()
        name = (found[2] or "").lower()
        if not name:
            place = _end_of_comment(text, place)
        elif found[1]:
            tags.close(name)
        else:
            place = _behind_attributes(text, place)
            if name in _RAW:
                place = _behind_raw(text, name, place)
            tags.open(name)


class _OpenTags:
    """The tags that a parser has open, as many as there may be."""

    def __init__(self, most_copies: int) -> None:
        # How many other elements were open when each of a name was opened.
        self._opened: dict[str, list[int]] = defaultdict(list)
        self._others = self._formatting = 0
        self._copies_left = most_copies
        self._item = ""

    def open(self, name: str) -> None:
        """Count a start tag. Raise Unreadable beyond the limits."""
        self._copies_left -= self._formatting
        if self._copies_left < 0:
            reason = "the page opens more formatting than it closes, without end"
            raise Unreadable(reason)
        if self._closes_the_last(name) or name in _FLAT or name in _RAW:
            return
        self._opened[name].append(self._others)
        if name in _FORMATTING:
            self._formatting += 1
        else:
            self._others += 1
        if self._others + self._formatting > MAX_DEPTH:
            reason = f"the page nests more than {MAX_DEPTH:,} elements in each other"
            raise Unreadable(reason)

    def _closes_the_last(self, name: str) -> bool:
        if name in _ITEMS:
            is_alike = _ITEMS[name] == self._item
            self._item = _ITEMS[name]
            return is_alike
        return name in _ALONE and bool(self._opened[name])

    def close(self, name: str) -> None:
        """Count an end tag, if there is something to close."""
        if not self._opened[name]:
            return
        others = self._opened[name].pop()
        if name not in _FORMATTING:
            self._others -= 1
        elif others >= self._others:
            # Across the end of another element it may well stay open.
            self._formatting -= 1


def _end_of_comment(text: str, place: int) -> int:
    end = text.find("-->", place)
    return end if end >= 0 else len(text)


def _behind_attributes(text: str, place: int) -> int:
    """Return where a tag ends. Raise Unreadable if it has too many attributes."""
    end = text.find(">", place, place + _SHORT)
    tag = text[place:end]
    if end >= 0 and not (tag.count('"') % 2 or tag.count("'") % 2):
        return end
    number = 0
    while (found := _attribute.match(text, place)) and found.end() > place:
        place = found.end()
        number += 1
        if number > MAX_ATTRIBUTES:
            reason = f"a tag of the page has more than {MAX_ATTRIBUTES:,} attributes"
            raise Unreadable(reason)
    return place


def _behind_raw(text: str, name: str, place: int) -> int:
    """Return where an element without markup ends."""
    end = re.compile(rf"</{name}\b", re.IGNORECASE).search(text, place)
    return end.start() if end else len(text)
