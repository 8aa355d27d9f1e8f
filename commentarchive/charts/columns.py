"""Stacked columns: how many of each kind in each month."""

from collections.abc import Sequence
from html import escape

from commentarchive.charts.drawing import (
    LEFT,
    LETTERS,
    LINE,
    MOST_SERIES,
    Chart,
    Label,
    Series,
    axis,
    chart_drawing,
    filling,
    legend,
    patterns,
    steps_to,
    text,
    written,
)

HEIGHT, ABOVE = 180, 10
# Of the room of one column.
FILLED = 0.7


def columns(
    key: str, title: str, labels: Sequence[Label], series: Sequence[Series], *, per: str
) -> Chart | None:
    """Draw one column a label, of a part for each series; None of zeros alone.

    `per` is what the labels are, such as "Month". Of more series than can be told apart
    the smallest are added up as "other".
    """
    totals = [sum(each.numbers[n] or 0 for each in series) for n in range(len(labels))]
    if not any(totals):
        return None
    drawn = _told_apart([each for each in series if any(each.numbers)])
    highest = max(totals)
    top = totals.index(highest)
    parts = ", ".join(
        f"{each.label}: {written(each.numbers[top])}"
        for each in drawn
        if each.numbers[top]
    )
    when = f"{'on' if per == 'Day' else 'in'} {labels[top].full}"
    sentence = f"The most are {written(highest)} {when} ({parts})."
    body = _body(key, labels, drawn, highest)
    height = ABOVE + HEIGHT + 2 * LINE + LINE * len(drawn)
    return Chart(
        key=key,
        title=title,
        svg=chart_drawing(key, title, sentence, body, height),
        sentence=sentence,
        head=(per, *(each.label for each in drawn), "All"),
        rows=tuple(
            (
                label.full,
                *(written(each.numbers[n]) for each in drawn),
                written(totals[n]),
            )
            for n, label in enumerate(labels)
        ),
    )


def _told_apart(series: Sequence[Series]) -> list[Series]:
    if len(series) <= MOST_SERIES:
        return list(series)
    by_size = sorted(series, key=lambda each: -sum(n or 0 for n in each.numbers))
    kept, rest = by_size[: MOST_SERIES - 1], by_size[MOST_SERIES - 1 :]
    numbers = zip(*(each.numbers for each in rest), strict=True)
    return [
        *kept,
        Series("other", tuple(sum(n or 0 for n in each) for each in numbers)),
    ]


def _body(
    key: str, labels: Sequence[Label], drawn: Sequence[Series], highest: float
) -> str:
    steps = steps_to(highest, whole=True)
    room = room_of(labels)
    made = [patterns(key, len(drawn)), axis(steps, ABOVE, HEIGHT)]
    for n, label in enumerate(labels):
        left = LEFT + n * room + room * (1 - FILLED) / 2
        bottom = float(ABOVE + HEIGHT)
        for number, each in enumerate(drawn):
            if not (value := each.numbers[n]):
                continue
            height = HEIGHT * value / steps[-1]
            bottom -= height
            said = escape(f"{label.full}: {written(value)} {each.label}")
            made.append(
                f'<rect {filling(key, number)} x="{left:.2f}%" y="{bottom:.2f}" '
                f'width="{room * FILLED:.2f}%" height="{max(height, 1):.2f}">'
                f"<title>{said}</title></rect>"
            )
    made.append(under(labels))
    made.append(legend(key, [each.label for each in drawn], ABOVE + HEIGHT + 2 * LINE))
    return "".join(made)


# How many labels stand beside each other on a wide page, and on a phone; and to how
# many a few of them leave room, so that none is as broad as the page.
_WIDE, _NARROW, _FEW = 12, 4, 6


def room_of(labels: Sequence[Label]) -> float:
    """Return how much of the width there is for each label."""
    return (100 - LEFT) / max(len(labels), _FEW)


def under(labels: Sequence[Label]) -> str:
    """Return labels below a chart: as many as there is room for, fewer on a phone."""
    room = room_of(labels)
    every = -(-len(labels) // _WIDE)
    on_a_phone = every * -(-min(len(labels), _WIDE) // _NARROW)
    return "".join(
        text(
            *(label.short, LEFT + (n + 0.5) * room, ABOVE + HEIGHT + LETTERS + 4),
            anchor="middle",
            kind="" if n % on_a_phone == 0 else "spare",
        )
        for n, label in enumerate(labels)
        if n % every == 0
    )
