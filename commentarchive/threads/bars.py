"""Small bars as SVG, with no script and no style attribute."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

HEIGHT, WIDTH, GAP = 40, 480, 1
NARROWEST, WIDEST = 6, 24


class Bar(NamedTuple):
    """One bar: what it is of, and how many."""

    label: str
    number: int


def bars(found: Sequence[Bar], label: str) -> str:
    """Draw one bar for each number, in order; the tallest fills the height.

    A picture for the eye alone: `label` says what it shows, and the page has the
    numbers as a table. What is not zero is at least one pixel high.
    """
    most = max((bar.number for bar in found), default=0)
    if not most:
        return ""
    step = min(WIDEST, max(NARROWEST, WIDTH // len(found)))
    width = len(found) * step
    drawn = []
    for place, bar in enumerate(found):
        if bar.number:
            height = max(1, round(bar.number * HEIGHT / most))
            drawn.append(
                f'<rect x="{place * step}" y="{HEIGHT - height}" '
                f'width="{step - GAP}" height="{height}">'
                f"<title>{escape(bar.label)}: {bar.number}</title></rect>"
            )
    return (
        f'<svg class="bars" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
        f'fill="currentColor">{"".join(drawn)}</svg>'
    )
