"""HTML rebuilt so that a parser finds nothing to repair in it, in linear work.

The HTML algorithm repairs what is wrongly nested by copying open tags, walking up the
tree for each end tag, and moving what stands between a table's rows. On hostile texts
that takes time and memory that grow with the square of the text. Here every tag that
is left has its end, nests where it may and no deeper than DEPTH: however the text
closes its tags, what a parser opens at once is what this module opened.

The result still has to be cleaned. Words are never lost; scripts and styles are no
words. A text that is well nested gives the tree that a parser would make of it.
"""

import html
import re
from collections import Counter
from collections.abc import Set as AbstractSet
from typing import NamedTuple

# How deep tags nest, and how many of them are kept. What goes beyond is shown as words.
DEPTH = 100
MOST_TAGS = 100_000
# A tag that is closed out of turn is followed by so many of those inside it again.
_REOPENED = 3

INLINE = frozenset(
    [
        *("a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "kbd"),
        *("q", "s", "samp", "small", "strike", "strong", "sub", "sup", "u", "var"),
    ]
)
BLOCKS = frozenset(["blockquote", "dd", "dl", "dt", "li", "ol", "p", "pre", "ul"])
TABLES = frozenset(
    ["table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"],
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
EMPTY = frozenset(["br", "hr", "img"])
# The cleaner leaves these out, but they end a paragraph.
_OTHER_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "center", "details", "dir", "div"),
        *("fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup"),
        *("main", "menu", "nav", "section", "summary"),
    ]
)
_KNOWN = INLINE | BLOCKS | HEADINGS | _OTHER_BLOCKS | TABLES
# What the cleaner may leave of a tag's attributes.
_ON_ALL = frozenset(["lang", "title"])
_ATTRIBUTES = {
    "a": _ON_ALL | {"href"},
    "img": _ON_ALL | {"src", "alt"},
    "ol": _ON_ALL | {"start"},
    "td": _ON_ALL | {"colspan", "rowspan"},
    "th": _ON_ALL | {"colspan", "rowspan"},
}
_CELLS = frozenset(["td", "th", "caption"])
# Between these, nothing may stand but each other.
_ROWS = frozenset(["table", "thead", "tbody", "tfoot", "tr"])
_NO_WALLS: frozenset[str] = frozenset()
_TABLE = frozenset(["table"])
_TABLE_WALLS = _CELLS | _TABLE
# What a part of a table stands in; everything inside that is closed before it.
_INSIDE = {
    **dict.fromkeys(("td", "th"), _ROWS),
    "tr": _ROWS - {"tr"},
    **dict.fromkeys(("thead", "tbody", "tfoot", "caption"), frozenset(["table"])),
}
# An item ends the one before it, unless one of another kind stands between the two.
_ITEMS = {"li": {"li"}, "dd": {"dd", "dt"}, "dt": {"dd", "dt"}}
_ITEM_WALLS = (BLOCKS | HEADINGS | TABLES) - {"p"}
_PARAGRAPH_WALLS = _KNOWN - INLINE - {"p"}
_PARAGRAPH_ENDS = BLOCKS | HEADINGS | _OTHER_BLOCKS | _TABLE
# Up to their end tags these hold characters, and no tags.
_DROPPED = frozenset(["script", "style"])
_LITERAL = _DROPPED | frozenset(
    ["title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"]
)

# The tokenizer of the HTML standard, possessive throughout: no character is read again.
_SPACE = r"[\t\n\f\r ]"
_NAME = r"(?:=?[^\t\n\f\r />=]++|=)"
_EQUALS = rf"{_SPACE}*+={_SPACE}*+"
_VALUE = r"(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >\"'][^\t\n\f\r >]*+)"
_attribute = re.compile(rf"({_NAME})(?:{_EQUALS}({_VALUE})?+)?+")
_token = re.compile(
    r"(?P<words>[^<]++)"
    r"|<(?P<slash>/)?+(?P<name>[a-zA-Z][^\t\n\f\r />]*+)"
    rf"(?P<attributes>(?:[\t\n\f\r /]++|{_NAME}(?:{_EQUALS}{_VALUE}?+)?+)*+)"
    r"(?P<tag_end>>|\Z)"
    r"|<!--(?:-?>|.*?(?P<note_end>--!?>|\Z))"
    r"|<[!?/][^>]*+(?P<odd_end>>|\Z)"
    r"|<",
    re.DOTALL,
)


class Balanced(NamedTuple):
    """A text whose tags nest, and how many of them went beyond the limits."""

    html: str
    left_out: int


class _Tree:
    """The tags that are open, from the outside in, and what has been written."""

    def __init__(self) -> None:
        self._made: list[str] = []
        self._open: list[str] = []
        # Starts that were left out, whose ends have to be left out too.
        self._without_end: Counter[str] = Counter()
        self._tags = 0
        self._left_out = 0

    def words(self, words: str) -> None:
        """Add words, with each `<` in them written as a reference."""
        if not words.isspace():
            self._leave_rows()
        self._made.append(words)

    def start(self, name: str, attributes: str) -> None:
        """Open a tag, after closing what it ends."""
        name = "img" if name == "image" else name
        if name in EMPTY:
            self._add_empty(name, attributes)
            return
        if name not in _KNOWN:
            return
        if name in _INSIDE:
            # Outside of a table its parts mean nothing.
            if "table" not in self._open:
                return
            while self._open[-1] not in _INSIDE[name]:
                self._close_last()
        again = self._make_room(name)
        if len(self._open) >= DEPTH or self._tags >= MOST_TAGS:
            self._without_end[name] += 1
            self._left_out += 1
        else:
            if name not in _INSIDE:
                self._leave_rows()
            elif name in {"td", "th"}:
                self._open_row()
            self._push(name, _kept(name, attributes))
        self._reopen(again)

    def end(self, name: str) -> None:
        """Close the tag that an end tag is for; ignore it if there is none."""
        if name == "br":
            self._add_empty(name, "")
        elif self._without_end[name]:
            self._without_end[name] -= 1
        elif name == "table":
            self._close({name}, _NO_WALLS)
        elif name in TABLES:
            self._close({name}, _TABLE)
        else:
            names = HEADINGS if name in HEADINGS else {name}
            self._reopen(self._close(names, _TABLE_WALLS))

    def finish(self) -> Balanced:
        """Close whatever is open."""
        while self._open:
            self._close_last()
        return Balanced("".join(self._made), self._left_out)

    def _make_room(self, name: str) -> list[str]:
        """Close what ends where a tag of this name begins; return what is to reopen."""
        again = []
        if name == "a":
            again += self._close({"a"}, _TABLE_WALLS)
        if name in _ITEMS:
            again += self._close(_ITEMS[name], _ITEM_WALLS - _ITEMS[name])
        if name in _PARAGRAPH_ENDS:
            again += self._close({"p"}, _PARAGRAPH_WALLS)
        if name in HEADINGS and self._open and self._open[-1] in HEADINGS:
            self._close_last()
        return again

    def _close(self, names: AbstractSet[str], walls: AbstractSet[str]) -> list[str]:
        """Close the innermost tag of some names, unless a wall stands before it.

        Return which tags inside it are to be opened again: all of them where an
        inline tag ended, inline tags where a block did.
        """
        if names.isdisjoint(self._open):
            return []
        inside: list[str] = []
        for name in reversed(self._open):
            if name in names:
                break
            if name in walls:
                return []
            inside.append(name)
        else:
            return []
        for _each in (*inside, name):
            self._close_last()
        return [each for each in reversed(inside) if {each, name} & INLINE]

    def _reopen(self, names: list[str]) -> None:
        if self._open and self._open[-1] in _ROWS:
            return
        for name in names[:_REOPENED]:
            # A link that is written once is one link.
            if name != "a" and self._tags < MOST_TAGS:
                self._push(name, "")

    def _add_empty(self, name: str, attributes: str) -> None:
        if self._tags >= MOST_TAGS:
            self._left_out += 1
            return
        again = self._close({"p"}, _PARAGRAPH_WALLS) if name == "hr" else []
        self._leave_rows()
        self._tags += 1
        self._made.append(f"<{name}{_kept(name, attributes)}>")
        self._reopen(again)

    def _leave_rows(self) -> None:
        """Open the cell that is missing around what stands between rows."""
        if self._open and self._open[-1] in _ROWS:
            self._open_row()
            self._push("td", "")

    def _open_row(self) -> None:
        """Open the row that is missing around a cell."""
        if self._open[-1] != "tr":
            self._push("tr", "")

    def _push(self, name: str, attributes: str) -> None:
        self._tags += 1
        self._open.append(name)
        self._made.append(f"<{_written(name)}{attributes}>")

    def _close_last(self) -> None:
        self._made.append(f"</{_written(self._open.pop())}>")


def balanced(marked: str) -> Balanced:
    """Rebuild HTML with each tag closed where it has to be."""
    tree = _Tree()
    place = 0
    while token := _token.match(marked, place):
        place, name = token.end(), (token["name"] or "").lower()
        if token["words"]:
            tree.words(token["words"])
        elif token[0] == "<":
            tree.words("&lt;")
        elif "" in token.group("tag_end", "note_end", "odd_end"):
            # It has no end, and would swallow what may be words.
            tree.words(html.escape(token[0], quote=False))
        elif token["slash"] and name:
            tree.end(name)
        elif name in _LITERAL:
            place = _literal(tree, name, marked, place)
        elif name:
            tree.start(name, token["attributes"])
    return tree.finish()


def _literal(tree: _Tree, name: str, marked: str, place: int) -> int:
    """Add what stands up to an end tag as words; return where that ends."""
    end = re.compile(rf"</{name}(?=[\t\n\f\r />])[^>]*+(?:>|\Z)", re.IGNORECASE)
    found = end.search(marked, place)
    if found is None or name not in _DROPPED:
        words = marked[place : found.start() if found else len(marked)]
        tree.words(html.escape(words, quote=False))
    return found.end() if found else len(marked)


def _written(name: str) -> str:
    return "div" if name in _OTHER_BLOCKS else name


def _kept(name: str, attributes: str) -> str:
    """Return the attributes that a cleaner may keep, the first of each name."""
    if not attributes:
        return ""
    wanted = _ATTRIBUTES.get(name, _ON_ALL)
    kept: dict[str, str] = {}
    for found in _attribute.finditer(attributes):
        key, value = found[1].lower(), found[2] or ""
        if key in wanted and key not in kept:
            if value[:1] in {'"', "'"}:
                value = value[1:-1]
            kept[key] = value.replace('"', "&quot;").replace("<", "&lt;")
    return "".join(f' {key}="{value}"' for key, value in kept.items())
