"""What all drawings have in common: their head, kinds of filling, numbers and steps.

A drawing has no script and no style, as our policy of content asks. Places from left to
right are percentages and those from top to bottom pixels, so that a chart takes the
width that there is and its letters stay as large as they are. What is drawn in colour
has a pattern too. Colours stand as attributes, for paper; on pages the style sheet's
(`svg.chart`) go before them, in light and dark.
"""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import count
from math import floor, log10
from typing import NamedTuple

# In pixels, where a drawing cannot take the width that there is: on paper.
PRINTED = 560
# Of the width: where the numbers of an axis end, and where what is drawn begins.
AXIS, LEFT = 11.0, 12.5
LETTERS = 12
_INK = "#1a1a1a"
_COLOURS = ("#1a5580", "#a3241b", "#8a6100", "#2f6b3a", "#6a3d8f", "#55595e")
# The first series is whole; the others leave something of the ground to see.
_PATTERNS = (
    "",
    '<path d="M-2 2l4 -4M0 8l8 -8M6 10l4 -4" stroke="currentColor" stroke-width="2"/>',
    '<path d="M1 1h3v3h-3zM5 5h3v3h-3z" fill="currentColor"/>',
    '<path d="M0 2h8M0 6h8" stroke="currentColor" stroke-width="2"/>',
    '<path d="M2 0v8M6 0v8M0 2h8M0 6h8" stroke="currentColor"/>',
    '<path d="M4 0v8" stroke="currentColor"/>',
)
# More series than that cannot be told apart.
MOST_SERIES = len(_PATTERNS)


class Label(NamedTuple):
    """What numbers are of, in words and as there is room for below a chart."""

    full: str
    short: str


class Series(NamedTuple):
    """Numbers of one kind, one for each label of a chart; None where there is none."""

    label: str
    numbers: tuple[float | None, ...]


class Chart(NamedTuple):
    """A drawing for the eye, a sentence on its highest value, and its table."""

    key: str
    title: str
    svg: str
    sentence: str
    # Of the table: what stands above its columns, and its rows, each after its label.
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def printed(self) -> str:
        """Return the drawing in a width of its own, as a file."""
        return self.svg.replace(' width="100%"', f' width="{PRINTED}"', 1)


def drawing(key: str, title: str, words: str, attributes: str, body: str) -> str:
    """Return an SVG that is named and described; `key` makes its names unique."""
    name, description = f"{escape(key)}-title", f"{escape(key)}-desc"
    return (
        f'<svg {attributes} role="img" aria-labelledby="{name}" '
        f'aria-describedby="{description}"><title id="{name}">{escape(title)}</title>'
        f'<desc id="{description}">{escape(words)}</desc>{body}</svg>'
    )


def chart_drawing(key: str, title: str, words: str, body: str, height: float) -> str:
    """Return the drawing of a chart, as wide as there is room."""
    attributes = (
        f'xmlns="http://www.w3.org/2000/svg" class="chart" width="100%" '
        f'height="{height:g}" color="{_INK}" font-size="{LETTERS}" '
        f'font-family="Libertinus Serif"'
    )
    return drawing(key, title, words, attributes, body)


def patterns(key: str, number: int) -> str:
    """Return the fillings of some series, to be named by `filling`."""
    made = "".join(
        f'<pattern id="{escape(key)}-{n}" class="series-{n}" color="{_COLOURS[n]}" '
        f'width="8" height="8" patternUnits="userSpaceOnUse">{_PATTERNS[n]}</pattern>'
        for n in range(1, number)
    )
    return f"<defs>{made}</defs>"


def filling(key: str, number: int) -> str:
    """Return the attributes of what is of one series: its pattern, and an edge."""
    # A pattern without gaps shows seams between its tiles on paper.
    fill = f"url(#{escape(key)}-{number})" if number else "currentColor"
    return (
        f'class="series-{number}" color="{_COLOURS[number]}" stroke="currentColor" '
        f'fill="{fill}"'
    )


def legend(key: str, labels: Sequence[str], top: float) -> str:
    """Return what each filling stands for, one a line from `top` on."""
    return "".join(
        f'<rect {filling(key, n)} x="{LEFT}%" y="{top + n * LINE + 1:g}" width="12" '
        f'height="12"/>'
        + text(label, LEFT, top + n * LINE + LETTERS - 1, dx=18, most=MOST_LETTERS)
        for n, label in enumerate(labels)
    )


# The height of a line of words, and how many letters of one a phone has room for.
LINE, MOST_LETTERS = 18, 38


def text(
    words: str,
    left: float,
    top: float,
    *,
    anchor: str = "",
    dx: float = 0,
    most: int = 0,
    kind: str = "",
) -> str:
    """Return words at a place, cut where they are longer than `most` letters."""
    said = words if not most or len(words) <= most else f"{words[: most - 1].rstrip()}…"
    more = f' text-anchor="{anchor}"' if anchor else ""
    more += f' dx="{dx:g}"' if dx else ""
    more += f' class="{kind}"' if kind else ""
    return (
        f'<text fill="currentColor" x="{left:g}%" y="{top:g}"{more}>'
        f"{escape(said)}</text>"
    )


def axis(steps: Iterable[float], top: float, height: float, unit: str = "") -> str:
    """Return lines across a chart and their numbers; the last step is its top."""
    all_steps = list(steps)
    made = []
    for step in all_steps:
        y = top + height - height * step / all_steps[-1]
        made.append(
            f'<line class="grid" stroke="#bbbbbb" x1="{LEFT}%" x2="100%" '
            f'y1="{y:g}" y2="{y:g}"/>'
            + text(written(step, unit), AXIS, y + 4, anchor="end")
        )
    return "".join(made)


def steps_to(highest: float, *, whole: bool) -> list[float]:
    """Return three to six round numbers from 0 to at least `highest`."""
    rough = max(highest, 1e-9) / 4
    power = 10.0 ** floor(log10(rough))
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= rough)
    if whole:
        step = max(1.0, step)
    found = [0.0]
    for n in count(1):
        found.append(n * step)
        if found[-1] >= highest:
            return found
    return found


def written(number: float | None, unit: str = "") -> str:
    """Return a number for readers, "–" for none."""
    if number is None:
        return "–"
    said = f"{number:,.1f}".removesuffix(".0")
    return f"{said} {unit}" if unit else said
