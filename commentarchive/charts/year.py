"""The calendar of a year: a cell a day, filled the higher the more there was."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from html import escape

from commentarchive.charts.drawing import (
    Chart,
    chart_drawing,
    filling,
    text,
    written,
)

CELL, GAP, ABOVE = 12, 3, 20
LEVELS = 4
# A year touches at most 54 weeks; the names of weekdays stand before the first.
_WEEKS, _LEFT = 54, 9.0
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_NAMED_DAYS = ((0, "Mon"), (2, "Wed"), (4, "Fri"), (6, "Sun"))


def year(
    key: str, title: str, number: int, counts: Mapping[date, int], *, what: str
) -> Chart | None:
    """Draw the days of one year, weeks from left to right; None of zeros alone.

    A cell is filled to a quarter, a half, three quarters or whole, by its share of the
    highest day. `what` is what is counted, such as "decisions".
    """
    days = {day: n for day, n in sorted(counts.items()) if n and day.year == number}
    if not days:
        return None
    top = max(days, key=lambda day: days[day])
    sentence = (
        f"The most are {written(days[top])} {what} on {_named(top)}; "
        f"{len(days)} of the year’s days have any."
    )
    body = _ground(number) + "".join(_cells(key, days, what))
    height = ABOVE + 7 * (CELL + GAP)
    return Chart(
        key=key,
        title=title,
        svg=chart_drawing(key, title, sentence, body, height),
        sentence=sentence,
        head=("Day", what.capitalize()),
        rows=tuple((_named(day), written(n)) for day, n in days.items()),
    )


def _ground(number: int) -> str:
    """Return the names of months and weekdays, and a faint line a weekday."""
    made = [
        f'<rect class="ground" fill="#e4e4e0" x="{_LEFT}%" width="{100 - _LEFT}%" '
        f'y="{ABOVE + n * (CELL + GAP)}" height="{CELL}"/>'
        for n in range(7)
    ]
    for n, name in _NAMED_DAYS:
        y = ABOVE + n * (CELL + GAP) + CELL - 2
        made.append(text(name, 0, y, kind="small"))
    for n, name in enumerate(_MONTHS):
        left = _left(date(number, n + 1, 1))
        made.append(text(name, left, 12, kind="spare small" if n % 2 else "small"))
    return "".join(made)


def _cells(key: str, days: Mapping[date, int], what: str) -> Iterator[str]:
    highest = max(days.values())
    width = (100 - _LEFT) / _WEEKS
    for day, number in days.items():
        height = CELL * -(-LEVELS * number // highest) / LEVELS
        y = ABOVE + day.weekday() * (CELL + GAP) + CELL - height
        said = escape(f"{_named(day)}: {written(number)} {what}")
        yield (
            f'<rect {filling(key, 0)} x="{_left(day):.2f}%" y="{y:g}" '
            f'width="{0.8 * width:.2f}%" height="{height:g}">'
            f"<title>{said}</title></rect>"
        )


def _left(day: date) -> float:
    first = date(day.year, 1, 1)
    monday = first - timedelta(days=first.weekday())
    return _LEFT + (100 - _LEFT) * ((day - monday).days // 7) / _WEEKS


def _named(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
