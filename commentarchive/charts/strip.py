"""A small strip of parts beside each other: one of many lines that are compared."""

from collections.abc import Sequence
from html import escape

from commentarchive.charts.drawing import (
    chart_drawing,
    filling,
    patterns,
    written,
)

HEIGHT = 14
_SWATCH = 12


def strip(
    key: str, title: str, parts: Sequence[tuple[str, int]], *, most: int, look: str
) -> str:
    """Draw parts beside each other, all of them as long as `most` allows.

    Each part has the filling of its place, which `swatches` of the key `look` bring.
    """
    words = ", ".join(
        f"{label}: {written(number)}" for label, number in parts if number
    )
    left, body = 0.0, []
    for place, (label, number) in enumerate(parts):
        if number:
            width = 100 * number / most
            said = escape(f"{label}: {written(number)}")
            body.append(
                f'<rect {filling(look, place)} x="{left:.2f}%" y="1" '
                f'width="{width:.2f}%" height="{HEIGHT - 2}">'
                f"<title>{said}</title></rect>"
            )
            left += width
    return chart_drawing(key, title, words or "Nothing.", "".join(body), HEIGHT)


def swatches(look: str, labels: Sequence[str]) -> list[tuple[str, str]]:
    """Return a small drawing for each label of all strips that have this look.

    They stand before their labels, and say nothing themselves.
    """
    made = []
    for place, label in enumerate(labels):
        body = f'<rect {filling(look, place)} x="1" y="1" width="10" height="10"/>'
        if place == 0:
            body = patterns(look, len(labels)) + body
        head = f'<svg class="chart swatch" width="{_SWATCH}" height="{_SWATCH}"'
        made.append((f'{head} aria-hidden="true">{body}</svg>', label))
    return made
