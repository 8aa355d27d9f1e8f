"""Bars from left to right, each below its words: how many of each rule or grade."""

from collections.abc import Sequence
from html import escape

from commentarchive.charts.drawing import (
    LINE,
    MOST_LETTERS,
    Chart,
    chart_drawing,
    filling,
    text,
    written,
)

BAR, ROW = 12, 38
# Of the width; the rest is for the number behind the longest bar.
LONGEST = 84
# Further bars are in the table alone.
MOST_BARS = 12


def sideways(
    key: str, title: str, counts: Sequence[tuple[str, float]], *, of: str
) -> Chart | None:
    """Draw one bar a count, in their order; None of zeros alone.

    `of` is what is counted by, such as "Rule".
    """
    if not any(number for _label, number in counts):
        return None
    label, highest = max(counts, key=lambda one: one[1])
    sentence = f"The most are {written(highest)}: {label}."
    drawn = [one for one in counts if one[1]][:MOST_BARS]
    if left := sum(1 for one in counts if one[1]) - len(drawn):
        sentence += f" {left} more are in the table."
    body = "".join(
        _bar(key, label, number, n * ROW, highest)
        for n, (label, number) in enumerate(drawn)
    )
    return Chart(
        key=key,
        title=title,
        svg=chart_drawing(key, title, sentence, body, ROW * len(drawn)),
        sentence=sentence,
        head=(of, "Number"),
        rows=tuple((label, written(number)) for label, number in counts),
    )


def _bar(key: str, label: str, number: float, top: float, highest: float) -> str:
    length = LONGEST * number / highest
    said = f"<title>{escape(label)}: {written(number)}</title>"
    return (
        text(label, 0, top + LINE - 4, most=MOST_LETTERS)
        + f'<rect {filling(key, 0)} x="0" y="{top + LINE}" width="{length:.2f}%" '
        f'height="{BAR}">{said}</rect>'
        + text(written(number), length, top + LINE + BAR - 1, dx=5)
    )
