"""Small bars as SVG, with marks below them: no script, no style, no text to shrink."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

HEIGHT, WIDTH, GAP = 40, 480, 1
NARROWEST, WIDEST = 2, 24
# Marks stand below the bars, each kind in a row of its own; their shapes differ too.
ROW, MARK = 9, 7
MARKS = {"removed": "removed", "notice": "perhaps never shown", "back": "put back"}


class Bar(NamedTuple):
    """One bar: what it is of, how many, and how many of each kind of mark.

    `address` leads from its row of the table to more of it.
    """

    label: str
    number: int
    marks: tuple[tuple[str, int], ...] = ()
    address: str = ""
    # Stands for a long time in which nothing happened.
    is_break: bool = False

    def cell(self, kind: str) -> int:
        """Return how many marks of a kind it has."""
        return dict(self.marks).get(kind, 0)


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


def picture(found: Sequence[Bar], title: str, key: str) -> Picture | None:
    """Draw one bar for each number, in order; None where there is nothing to draw.

    The tallest fills the height, and what is not zero is at least one pixel high.
    `key` makes the names of its parts unique on a page. The table leaves out what is
    zero throughout.
    """
    kinds = [kind for kind in MARKS if any(bar.cell(kind) for bar in found)]
    most = max((bar.number for bar in found), default=0)
    if not most and not kinds:
        return None
    step = min(WIDEST, max(NARROWEST, WIDTH // len(found)))
    # At the ends, marks are wider than narrow bars.
    edge = MARK // 2 if kinds else 0
    width, height = len(found) * step + 2 * edge, HEIGHT + ROW * len(kinds)
    drawn = [
        part
        for place, bar in enumerate(found)
        for part in _drawn(bar, edge + place * step, step, most, kinds)
    ]
    span = (
        found[0].label if len(found) == 1 else f"{found[0].label} to {found[-1].label}"
    )
    name, words = f"{escape(key)}-title", f"{escape(key)}-desc"
    svg = (
        f'<svg class="bars" role="img" aria-labelledby="{name}" '
        f'aria-describedby="{words}" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" preserveAspectRatio="none" fill="currentColor">'
        f'<title id="{name}">{escape(title)}</title>'
        f'<desc id="{words}">{escape(_described(found, kinds, span))}</desc>'
        f'<rect class="base" y="{HEIGHT - 1}" width="{width}" height="1"/>'
        f"{''.join(drawn)}</svg>"
    )
    rows = tuple(
        (bar, tuple(map(bar.cell, kinds))) for bar in found if bar.number or bar.marks
    )
    has_breaks = any(bar.is_break for bar in found)
    words_of = tuple((kind, MARKS[kind]) for kind in kinds)
    return Picture(svg, title, span, has_breaks, words_of, rows)


def _drawn(
    bar: Bar, left: int, step: int, most: int, kinds: Sequence[str]
) -> list[str]:
    """Draw a bar and its marks, each with its words for who points at it."""
    drawn = []
    if bar.is_break:
        line = f"M{left + step / 2:g} 0v{HEIGHT - 2}"
        drawn.append(f'<path class="break" stroke-dasharray="2 3" d="{line}"/>')
    if bar.number:
        height = max(1, round(bar.number * HEIGHT / most))
        drawn.append(
            f'<rect x="{left}" y="{HEIGHT - height}" width="{step - GAP}" '
            f'height="{height}"><title>{escape(bar.label)}: {bar.number}</title></rect>'
        )
    for row, kind in enumerate(kinds):
        if number := bar.cell(kind):
            said = f"{escape(bar.label)}: {number} {MARKS[kind]}"
            shape = _shape(kind, left + step / 2, HEIGHT + row * ROW + 1)
            drawn.append(
                f'<path class="mark-{kind}" d="{shape}"><title>{said}</title></path>'
            )
    return drawn


def _shape(kind: str, middle: float, top: int) -> str:
    """Return a mark: down for removed, up for put back, a square for neither."""
    left, half = f"{middle - MARK / 2:g}", MARK / 2
    if kind == "removed":
        return f"M{left} {top}h{MARK}l{-half} {MARK}z"
    if kind == "back":
        return f"M{left} {top + MARK}h{MARK}l{-half} {-MARK}z"
    return f"M{left} {top}h{MARK}v{MARK}h{-MARK}z"


def _described(found: Sequence[Bar], kinds: Sequence[str], span: str) -> str:
    """Return what a picture shows, in words."""
    top = max(found, key=lambda bar: bar.number)
    words = [f"{span}."]
    if top.number:
        words.append(f"The most are {top.number}: {top.label}.")
    words += [f"{sum(bar.cell(k) for bar in found)} {MARKS[k]}." for k in kinds]
    return " ".join([*words, "The table has all numbers."])
