"""Lines: how one or two measures change from month to month."""

from collections.abc import Iterator, Sequence
from html import escape

from commentarchive.charts.columns import ABOVE, HEIGHT, room_of, under
from commentarchive.charts.drawing import (
    LEFT,
    LINE,
    Chart,
    Label,
    Series,
    axis,
    chart_drawing,
    filling,
    legend,
    patterns,
    steps_to,
    written,
)

# Points of the first line are round, those of others are squares.
POINT = 4.0
_DASHES = ("", "6 3", "2 3")


def lines(
    key: str,
    title: str,
    labels: Sequence[Label],
    series: Sequence[Series],
    *,
    per: str,
    unit: str,
) -> Chart | None:
    """Draw one line a series through the labels that it has a number for.

    `unit` follows each number, such as "hours". A line is broken where there is none.
    Return None where there are none at all. No more than three series.
    """
    drawn = [each for each in series if any(n is not None for n in each.numbers)]
    known = [
        (value, labels[n].full, each.label)
        for each in drawn
        for n, value in enumerate(each.numbers)
        if value is not None
    ]
    if not known:
        return None
    highest, when, whose = max(known, key=lambda one: one[0])
    of = f" ({whose})" if len(drawn) > 1 else ""
    sentence = f"The highest is {written(highest, unit)}, in {when}{of}."
    body = _body(key, labels, drawn, highest)
    height = ABOVE + HEIGHT + 2 * LINE + (LINE * len(drawn) if len(drawn) > 1 else 0)
    return Chart(
        key=key,
        title=title,
        svg=chart_drawing(key, title, sentence, body, height),
        sentence=sentence,
        head=(per, *(f"{each.label}, {unit}" for each in drawn)),
        rows=tuple(
            (label.full, *(written(each.numbers[n]) for each in drawn))
            for n, label in enumerate(labels)
        ),
    )


def _body(
    key: str, labels: Sequence[Label], drawn: Sequence[Series], highest: float
) -> str:
    steps = steps_to(highest, whole=False)
    made = [patterns(key, len(drawn)), axis(steps, ABOVE, HEIGHT)]
    for number, each in enumerate(drawn):
        made += _line(key, number, each, labels, steps[-1])
    made.append(under(labels))
    if len(drawn) > 1:
        names = [each.label for each in drawn]
        made.append(legend(key, names, ABOVE + HEIGHT + 2 * LINE))
    return "".join(made)


def _line(
    key: str, number: int, series: Series, labels: Sequence[Label], most: float
) -> Iterator[str]:
    room = room_of(labels)
    before: tuple[float, float] | None = None
    dashes = f' stroke-dasharray="{_DASHES[number]}"' if number else ""
    for n, value in enumerate(series.numbers):
        if value is None:
            before = None
            continue
        x = LEFT + (n + 0.5) * room
        y = ABOVE + HEIGHT - HEIGHT * value / most
        if before:
            yield (
                f'<line {filling(key, number)} stroke-width="2"{dashes} '
                f'x1="{before[0]:.2f}%" y1="{before[1]:.2f}" x2="{x:.2f}%" '
                f'y2="{y:.2f}"/>'
            )
        said = escape(f"{labels[n].full}: {written(value)} {series.label}")
        yield _point(filling(key, number), number, x, y, said)
        before = x, y


def _point(look: str, number: int, x: float, y: float, said: str) -> str:
    words = f"<title>{said}</title>"
    if number == 0:
        return f'<circle {look} cx="{x:.2f}%" cy="{y:.2f}" r="{POINT}">{words}</circle>'
    side = 2 * POINT
    return (
        f'<rect {look} x="{x:.2f}%" y="{y - POINT:.2f}" width="{side}" '
        f'height="{side}" transform="translate({-POINT} 0)">{words}</rect>'
    )
