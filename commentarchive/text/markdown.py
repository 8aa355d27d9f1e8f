"""HTML of CommonMark, of texts that can be rendered in work that grows as they do."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

# Rendering takes 5 µs a character, and 500 bytes; what takes more is held to far
# more than people write.
LONGEST = 1 << 16
MOST_BRACKETS = 2000
# Each level of a quotation goes through all of its lines.
MOST_QUOTED_LINES = 20_000
_quotation = re.compile(r"^[ \t>*+-]*>", re.MULTILINE)
# Quotations and lists inside one another. The renderer drops what is deeper without a
# word, and takes time in proportion.
DEPTH = 20
_NESTING = frozenset(["blockquote_open", "list_item_open"])


def html_of_markdown(raw: str) -> str | None:
    """Return the HTML, which still has to be cleaned; None for what goes too far."""
    if len(raw) > LONGEST or raw.count("[") > MOST_BRACKETS:
        return None
    levels = max((found.count(">") for found in _quotation.findall(raw)), default=0)
    if min(levels, DEPTH) * raw.count("\n") > MOST_QUOTED_LINES:
        return None
    renderer = _renderer()
    tokens = renderer.parse(raw)
    if any(token.level + 1 >= DEPTH and token.type in _NESTING for token in tokens):
        return None
    made: str = renderer.renderer.render(tokens, renderer.options, {})
    return made


@cache
def _renderer() -> "MarkdownIt":
    # Two formats need it, and it takes as long to load as lxml and the cleaner.
    from markdown_it import MarkdownIt  # noqa: PLC0415

    return MarkdownIt("commonmark", {"breaks": True, "maxNesting": DEPTH})
