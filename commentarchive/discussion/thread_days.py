"""How much was said in a thread, and when; and what moderation did there, and when."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from commentarchive.discussion.as_of import today_at
from commentarchive.discussion.changes import moderation_of
from commentarchive.models import Comment, Post
from commentarchive.models.times import on_source_clock
from commentarchive.storage.remembered import while_record_stands
from commentarchive.threads.bars import MARKS, Bar
from commentarchive.threads.notice_words import MONTHS
from commentarchive.threads.notice_words import day as day_words

# With more bars than this, each takes in more days.
MOST_BARS = 120
# So many empty bars are drawn; of more, a line that stands for them.
QUIET = 7
SHOWN = "shown"
type Unit = Literal["day", "week", "month", "year"]
UNITS: tuple[Unit, ...] = ("day", "week", "month", "year")


class ThreadDays(NamedTuple):
    """A thread's comments shown, and marks of moderation, by day, week, month or year.

    `undated` counts what has no date: comments shown, and each kind of mark.
    """

    unit: Unit
    bars: list[Bar]
    undated: list[tuple[str, int]]


def thread_days(post: Post) -> ThreadDays:
    """Count a thread's comments and marks by the days of its blog's clock.

    Nothing is counted but what is shown and what notices say: what happened between
    two days counts on the later one. Kept until the record grows; else three queries.
    """
    subject = f"comments per day of {post.ref} {post.blog.time_zone}"
    return while_record_stands(subject, lambda: _count(post))


def _count(post: Post) -> ThreadDays:
    shown = Comment.objects.shown().filter(post=post).order_by()
    found: list[tuple[str, date | None]] = []
    for moment in shown.values_list("posted_at", flat=True):
        # By the clock of the blog, like the days that a thread is asked for by.
        local = on_source_clock(moment, None, post.blog.time_zone)
        found.append((SHOWN, local and local.date()))
    found += [
        (change.kind, change.moment and change.moment.date())
        for change in moderation_of(post)
    ]
    undated = Counter(kind for kind, day in found if day is None)
    days = Counter((kind, day) for kind, day in found if day is not None)
    unit, bars = _bars(days, today_at(post))
    words = {SHOWN: "shown", **MARKS}
    return ThreadDays(unit, bars, [(words[k], n) for k, n in undated.items()])


def _bars(days: Mapping[tuple[str, date], int], today: date) -> tuple[Unit, list[Bar]]:
    """Put days together until there are no more bars than a picture has room for."""
    unit, begins = next(
        (unit, begins)
        for unit in UNITS
        if len(begins := _beginnings({day for _kind, day in days}, unit)) <= MOST_BARS
        or unit == "year"
    )
    counted: dict[date, Counter[str]] = {}
    for (kind, day), number in days.items():
        counted.setdefault(_beginning(day, unit), Counter())[kind] += number
    return unit, [
        Bar("", 0, is_break=True)
        if begin is None
        else _bar(begin, unit, counted.get(begin, Counter()), today)
        for begin in begins
    ]


def _bar(begin: date, unit: Unit, found: Mapping[str, int], today: date) -> Bar:
    """Make a bar that leads to the thread at the end of its days."""
    marks = tuple((kind, found[kind]) for kind in MARKS if found.get(kind))
    end = min(today, _following(begin, unit) - timedelta(days=1))
    return Bar(_label(begin, unit), found.get(SHOWN, 0), marks, f"?at={end}")


def _beginnings(days: Collection[date], unit: Unit) -> list[date | None]:
    """Return when each bar begins; None stands for a long time without anything."""
    found: list[date | None] = []
    last: date | None = None
    for begin in sorted({_beginning(day, unit) for day in days}):
        if last is not None:
            quiet: list[date | None] = []
            at = _following(last, unit)
            while at < begin and len(quiet) <= QUIET:
                quiet.append(at)
                at = _following(at, unit)
            found += quiet if len(quiet) <= QUIET else [None]
        found.append(begin)
        last = begin
    return found


def _beginning(day: date, unit: Unit) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return {
        "day": day,
        "month": day.replace(day=1),
        "year": day.replace(month=1, day=1),
    }[unit]


def _following(begin: date, unit: Unit) -> date:
    if unit in {"day", "week"}:
        return begin + timedelta(days=1 if unit == "day" else 7)
    # Every month, and every year, is over by then.
    return _beginning(begin + timedelta(days=31 if unit == "month" else 366), unit)


def _label(begin: date, unit: Unit) -> str:
    if unit == "day":
        return day_words(begin)
    if unit == "week":
        return f"week of {day_words(begin)}"
    month = f"{MONTHS[begin.month - 1]} {begin.year}"
    return month if unit == "month" else str(begin.year)
