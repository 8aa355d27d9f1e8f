"""The text of a comment on a page, without what its theme put into it."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

from commentarchive.importers.page_parts import Comment, Part
from commentarchive.importers.page_roles import unfolds
from commentarchive.importers.page_source import smilies_to_text

# What people write outside of paragraphs, in themes that make none.
_INLINE = frozenset(
    {
        *("a", "b", "strong", "em", "i", "code", "del", "ins", "s", "strike", "q"),
        *("br", "abbr", "acronym", "sub", "sup", "u", "img", "kbd", "tt", "font"),
    }
)
# Wrappers around a text that are looked into.
_LEVELS = 8
_LAID_OUT = frozenset({"header", "footer", "aside", "address", "figcaption", "dt"})


class _Known:
    """The parts of a page that are known not to be a comment's text."""

    def __init__(self, parts: Iterable[Part | None]) -> None:
        self._starts = sorted(each.start for each in parts if each is not None)

    def are_in(self, part: Part) -> bool:
        """Return whether one of them is a part, or inside it."""
        place = bisect_left(self._starts, part.start)
        return place < len(self._starts) and self._starts[place] < part.end


def text_part(comment: Comment, *others: Part | None) -> Part | None:
    """Find the part that holds the text and none of the `others`: name and time."""
    known = _Known(others)
    named = [
        each
        for each in comment.inner()
        if "text" in each.roles
        and not (each.is_hidden or each.holds_comments or each.tag in _LAID_OUT)
        and not known.are_in(each)
    ]
    found = _outermost(named)
    filled = [each for each in found if comment.words(each) or _has_image(each)]
    if len(filled) > 1:
        in_blocks = [each for each in filled if _blocks(comment, each)]
        filled = in_blocks or filled
    if not filled:
        return next(iter(found), None)
    return _innermost(comment, filled[0], named)


def _outermost(parts: Iterable[Part]) -> list[Part]:
    """Return those parts that are inside no other of them."""
    found: list[Part] = []
    for part in parts:
        if not found or not found[-1].holds(part):
            found.append(part)
    return found


def _innermost(comment: Comment, part: Part, named: list[Part]) -> Part:
    """Return the part for texts inside another in which nothing else is written."""
    inside = [each for each in named if part.holds(each) and not each.is_in_block]
    for _level in range(_LEVELS):
        found = [each for each in _outermost(inside) if comment.words(each)]
        # Several are one text that was divided, to be unfolded by a click.
        if len(found) != 1 or not _is_wrapper(comment, part, found[0]):
            break
        part = found[0]
        inside = [each for each in inside if part.holds(each)]
    return part


def _is_wrapper(comment: Comment, outer: Part, inner: Part) -> bool:
    """Return whether nothing is written in an element but in another inside it."""
    if any(
        node.text().strip()
        for node in outer.node.iter(include_text=True)
        if node.tag == "-text"
    ):
        return False
    return not any(
        not each.is_in_block and not inner.holds(each) and comment.words(each)
        for each in _blocks(comment, outer)
    )


def _has_image(part: Part) -> bool:
    return part.node.css_first("img") is not None


def _blocks(comment: Comment, top: Part) -> list[Part]:
    return [each for each in comment.inside(top) if each.is_block()]


def text_of(comment: Comment, part: Part | None, *others: Part | None) -> str:
    """Return the HTML of the text. This changes the page: names and times come first.

    Without a `part` for it, a text is what stands in paragraphs of its own; `others`
    are the parts that hold the name and the time.
    """
    if part is not None:
        _strip(comment, part)
        return (part.node.inner_html or "").strip()
    return "".join(_written(comment, _Known(others))).strip()


def _strip(comment: Comment, top: Part) -> None:
    """Take out of a text what is the theme's, and what is empty without it."""
    emptied: list[Part] = []
    inside = comment.inside(top)
    # What is folded away is the rest of a text where something unfolds it.
    is_folded = any(unfolds(each.tokens) for each in inside)
    for part in inside:
        if part.is_gone:
            continue
        if is_folded and part.is_rest_of_text():
            del part.node.attrs["style"]
        elif part.is_structure() or comment.is_permalink(part):
            comment.take_out(part)
            around = part.around
            if around is not None and around is not top:
                emptied.append(around)
    for part in reversed(emptied):
        if not (part.is_gone or part.node.text(deep=True).strip() or _has_image(part)):
            comment.take_out(part)
    smilies_to_text(top.node)


def _written(comment: Comment, known: _Known) -> Iterator[str]:
    """Yield what is written in a comment whose theme does not mark where."""
    blocks = _own_blocks(comment, known)
    if not blocks:
        return
    first = blocks[0]
    around = first.around
    holder = around.node if around is not None else comment.roots[0].node
    by_node = {each.node.mem_id: each for each in blocks}
    is_after_quotation = False
    for node in list(holder.iter(include_text=True)):
        block = by_node.get(node.mem_id)
        if block is not None:
            _strip(comment, block)
            is_after_quotation = block.tag != "p"
            if block.node.text(deep=True).strip() or _has_image(block):
                yield node.html or ""
        elif is_after_quotation and _is_loose(comment, node):
            # Words behind a quotation, where the theme makes no paragraphs.
            yield node.html or ""


def _is_loose(comment: Comment, node: LexborNode) -> bool:
    if node.tag == "-text":
        return True
    part = comment.part_of(node)
    return part is not None and part.tag in _INLINE and not part.is_structure()


def _own_blocks(comment: Comment, known: _Known) -> list[Part]:
    """Return the paragraphs of one element that are nobody's but the writer's."""
    found: list[Part] = []
    holder: Part | None = None
    for part in comment.inner():
        if not part.is_block() or part.is_in_block or part.is_hidden:
            continue
        if part.holds_comments or _is_laid_out(part):
            continue
        if known.are_in(part):
            continue
        if not comment.words(part) and not _has_image(part):
            continue
        if found and part.around is not holder:
            continue
        holder = part.around
        found.append(part)
    return found


def _is_laid_out(part: Part) -> bool:
    """Return whether a paragraph stands in what is the theme's."""
    around = part.around
    while around is not None and not around.is_root:
        if around.tag in _LAID_OUT or around.is_structure():
            return True
        around = around.around
    return False
