"""Which part of a page belongs to which of its comments.

The page is walked once, whatever is looked for in it: searching each comment by
selectors costs the square of their nesting.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from commentarchive.importers.page_roles import (
    BLOCKS,
    READ_OUT,
    Role,
    is_folded,
    is_machinery,
    is_structure,
    roles_by_property,
    roles_of,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment stands in a page: its elements, its id, and its parent's."""

    source_id: str
    # Several where a theme lays a comment out as <dt> and <dd>.
    nodes: tuple[LexborNode, ...]
    parent_id: str = ""


@dataclass(slots=True, eq=False)
class Part:
    """One element of a comment."""

    node: LexborNode
    tag: str
    attributes: dict[str, str | None]
    tokens: tuple[str, ...]
    # Its number on the page, and that of the first element after its inside.
    start: int
    around: "Part | None"
    end: int = 0
    # One of the elements that are the comment itself.
    is_root: bool = False
    # Inside something to be operated, hidden, or read out alone.
    is_hidden: bool = False
    # In a paragraph, where its words may be quoted.
    is_in_block: bool = False
    # Taken out of the page, so that its node must not be looked at again.
    is_gone: bool = False
    # Whether another comment lies inside it.
    holds_comments: bool = False
    _roles: set[Role] | None = None
    _is_structure: bool | None = None

    @property
    def roles(self) -> set[Role]:
        """What the part is for, by its classes."""
        if self._roles is None:
            self._roles = roles_of(self.tokens) | roles_by_property(self.properties())
        return self._roles

    def holds(self, other: "Part") -> bool:
        """Return whether another part is inside this one."""
        return self.start < other.start < self.end

    def value(self, name: str) -> str:
        """Return an attribute; "" where there is none."""
        return (self.attributes.get(name) or "").strip()

    def is_machinery(self) -> bool:
        """Return whether it is there to be operated, or hidden."""
        return is_machinery(self.tag, self.attributes)

    def is_structure(self) -> bool:
        """Return whether it is the theme's, even inside somebody's text."""
        if self._is_structure is None:
            self._is_structure = is_structure(self.tag, self.attributes, self.tokens)
        return self._is_structure

    def is_rest_of_text(self) -> bool:
        """Return whether it is folded away, and nothing else against it."""
        shown = {
            name: value for name, value in self.attributes.items() if name != "style"
        }
        return is_folded(self.attributes) and not is_structure(
            self.tag, shown, self.tokens
        )

    def is_block(self) -> bool:
        """Return whether it is a paragraph or the like, as people write them."""
        return self.tag in BLOCKS and all(
            each.startswith(("wp-block-", "has-")) for each in self.tokens
        )

    def has(self, *tokens: str) -> bool:
        """Return whether it has one of these classes."""
        return not frozenset(self.tokens).isdisjoint(tokens)

    def properties(self) -> set[str]:
        """Return what it is by microdata and RDFa, without vocabularies' prefixes."""
        if "itemprop" not in self.attributes and "property" not in self.attributes:
            return set()
        named = f"{self.value('itemprop')} {self.value('property')}".split()
        return {each.rpartition(":")[2] for each in named}


@dataclass(slots=True)
class Comment:
    """A comment's place and its own parts: those of no comment inside it."""

    place: Place
    parts: list[Part] = field(default_factory=list)
    roots: list[Part] = field(default_factory=list)
    by_node: dict[int, Part] = field(default_factory=dict)

    def inner(self) -> Iterator[Part]:
        """Yield the parts inside, without the elements that are the comment itself."""
        return (each for each in self.parts if not (each.is_root or each.is_gone))

    def part_of(self, node: LexborNode) -> Part | None:
        """Return the part that a node is; None for a text or another comment's."""
        return self.by_node.get(node.mem_id)

    def visible(self, top: Part) -> Iterator[LexborNode]:
        """Yield the texts inside a part that readers see and that are no controls."""
        stack = [top.node]
        while stack:
            node = stack.pop()
            if node.tag == "-text":
                yield node
                continue
            part = self.part_of(node)
            if part is None or (part is not top and part.is_structure()):
                continue
            stack.extend(reversed(list(node.iter(include_text=True))))

    def inside(self, top: Part) -> list[Part]:
        """Return the parts inside another."""
        first = bisect_right(self.parts, top.start, key=_start)
        return self.parts[first : bisect_right(self.parts, top.end - 1, key=_start)]

    def take_out(self, part: Part) -> None:
        """Take a part out of the page, once."""
        if not part.is_gone:
            part.node.decompose()
            for each in (part, *self.inside(part)):
                each.is_gone = True

    def is_permalink(self, part: Part) -> bool:
        """Return whether a part is a link to this comment itself."""
        if part.tag != "a":
            return False
        _page, hash_mark, end = part.value("href").rpartition("#")
        own = self.place.source_id
        if own and hash_mark and end.endswith(own):
            # 1 is no part of 11, and c1 is one of 1.
            before = end.removesuffix(own)[-1:]
            return not (before.isdecimal() if own.isdecimal() else before.isalnum())
        return "bookmark" in part.value("rel").split()

    def words(self, *tops: Part) -> str:
        """Return the words that readers see inside some parts."""
        texts = (node.text() for top in tops for node in self.visible(top))
        return " ".join(" ".join(texts).split())


def _start(part: Part) -> int:
    return part.start


def comments_at(places: Sequence[Place]) -> list[Comment]:
    """Return the comments at some places of a page, each with its parts."""
    comments = [Comment(place) for place in places]
    owners = {
        node.mem_id: comment for comment in comments for node in comment.place.nodes
    }
    seen: set[int] = set()
    start = 0
    for place in places:
        for node in place.nodes:
            if node.mem_id not in seen:
                start = _walk(node, owners, seen, start)
    return comments


def _names_of(attributes: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return what the page's maker calls an element: its classes, or its test's id."""
    named = attributes.get("class") or attributes.get("data-testid") or ""
    return tuple(named.split())


def _walk(
    top: LexborNode, owners: dict[int, Comment], seen: set[int], start: int
) -> int:
    """Divide an element with all its inside; return the next part's number."""
    line: dict[int, tuple[Part, Comment]] = {}
    made: list[Part] = []
    for node in top.traverse(include_text=False):
        seen.add(node.mem_id)
        parent = node.parent
        above = line.get(parent.mem_id) if parent is not None else None
        own = owners.get(node.mem_id)
        # The first one walked is always a comment.
        comment = own or (above[1] if above else owners[top.mem_id])
        attributes = node.attributes
        part = Part(
            node,
            node.tag or "",
            attributes,
            _names_of(attributes),
            start,
            above[0] if above else None,
            start + 1,
        )
        start += 1
        if part.around is not None:
            part.is_hidden = part.around.is_hidden
            part.is_in_block = part.around.is_in_block or part.around.is_block()
        if own is not None:
            part.is_hidden = part.is_in_block = False
        elif part.tag != "time" and (part.is_machinery() or part.has(*READ_OUT)):
            part.is_hidden = True
        line[node.mem_id] = part, comment
        made.append(part)
        comment.parts.append(part)
        comment.by_node[node.mem_id] = part
        if own is not None:
            part.is_root = True
            comment.roots.append(part)
    for part in reversed(made):
        if (outer := part.around) is not None:
            outer.end = max(outer.end, part.end)
            if part.holds_comments or part.is_root:
                outer.holds_comments = True
    return start
