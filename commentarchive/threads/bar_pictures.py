"""Small bars as SVG, with marks below them: no script, no style, no text to shrink."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from commentarchive.charts.drawing import drawing
from commentarchive.threads.bars import (
    MARKS,
    Bar,
    described,
    kinds_in,
    rows_of,
    span_of,
)

HEIGHT, WIDTH, GAP = 40, 480, 1
NARROWEST, WIDEST = 2, 24
# Marks stand below the bars, each kind in a row of its own; their shapes differ too.
ROW, MARK = 9, 7


class Picture(NamedTuple):
    """A drawing for the eye, and the table that tells the same."""

    svg: str
    title: str
    span: str
    has_breaks: bool
    # What each mark is called, by its kind.
    kinds: tuple[tuple[str, str], ...]
    # Each bar that is not empty, and its numbers of marks.
    rows: tuple[tuple[Bar, tuple[int, ...]], ...]


def picture(bars: Sequence[Bar], title: str, key: str) -> Picture | None:
    """Draw one bar for each number, in order; None where there is nothing to draw.

    The tallest fills the height, and what is not zero is at least one pixel high.
    `key` makes the names of its parts unique on a page. The table leaves out what is
    zero throughout.
    """
    kinds = kinds_in(bars)
    if not kinds and not any(bar.number for bar in bars):
        return None
    return Picture(
        svg=_svg(bars, title, key),
        title=title,
        span=span_of(bars),
        has_breaks=any(bar.is_break for bar in bars),
        kinds=tuple((kind, MARKS[kind]) for kind in kinds),
        rows=rows_of(bars),
    )


def _svg(bars: Sequence[Bar], title: str, key: str) -> str:
    kinds = kinds_in(bars)
    most = max(bar.number for bar in bars)
    step = min(WIDEST, max(NARROWEST, WIDTH // len(bars)))
    # At the ends, marks are wider than narrow bars.
    edge = MARK // 2 if kinds else 0
    width, height = len(bars) * step + 2 * edge, HEIGHT + ROW * len(kinds)
    parts = [
        part
        for place, bar in enumerate(bars)
        for part in _parts(bar, edge + place * step, step, most, kinds)
    ]
    base = f'<rect class="base" y="{HEIGHT - 1}" width="{width}" height="1"/>'
    attributes = (
        f'class="bars" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" preserveAspectRatio="none" fill="currentColor"'
    )
    return drawing(key, title, described(bars), attributes, base + "".join(parts))


def _parts(
    bar: Bar, left: int, step: int, most: int, kinds: Sequence[str]
) -> list[str]:
    """Draw a bar and its marks, each with its words for who points at it."""
    parts = []
    if bar.is_break:
        line = f"M{left + step / 2:g} 0v{HEIGHT - 2}"
        parts.append(f'<path class="break" stroke-dasharray="2 3" d="{line}"/>')
    if bar.number:
        height = max(1, round(bar.number * HEIGHT / most))
        parts.append(
            f'<rect x="{left}" y="{HEIGHT - height}" width="{step - GAP}" '
            f'height="{height}"><title>{escape(bar.label)}: {bar.number}</title></rect>'
        )
    for row, kind in enumerate(kinds):
        if number := bar.cell(kind):
            said = f"{escape(bar.label)}: {number} {MARKS[kind]}"
            shape = _shape(kind, left + step / 2, HEIGHT + row * ROW + 1)
            parts.append(
                f'<path class="mark-{kind}" d="{shape}"><title>{said}</title></path>'
            )
    return parts


def _shape(kind: str, middle: float, top: int) -> str:
    """Return a mark: down for removed, up for put back, a square for neither."""
    left, half = f"{middle - MARK / 2:g}", MARK / 2
    if kind == "removed":
        return f"M{left} {top}h{MARK}l{-half} {MARK}z"
    if kind == "back":
        return f"M{left} {top + MARK}h{MARK}l{-half} {-MARK}z"
    return f"M{left} {top}h{MARK}v{MARK}h{-MARK}z"
