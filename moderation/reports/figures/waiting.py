"""How long comments waited for the first decision on them."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from math import ceil
from statistics import median
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from commentarchive.models import Grade
from moderation.models import Decision
from moderation.reports.figures.comments import (
    MOST_ARTICLES,
    UNNAMED,
    in_month,
    titled,
)
from moderation.reports.figures.decision_cells import on_record
from moderation.reports.figures.declared import Count, rounded
from moderation.reports.reach import AskedWithin, Reach
from moderation.reports.scope import Scope

MEDIAN, NINETIETH, LONGEST = "median", "90th", "longest"
_HOUR = timedelta(hours=1)
_GRADES = {
    Grade.DECIDED: "First decided here",
    Grade.IMPORTED: "First decided at the blog, as its own records tell",
}

# The waits in hours, by how the decision is known and by article.
type Waits = Mapping[tuple[str, int], array[float]]


def firsts(scope: Scope | Reach, grade: str) -> QuerySet[Decision]:
    """Select the first decisions on comments whose wait is known.

    A comment waits from when it was made, and for a decision here not before its copy
    was read. From a day without an hour no hours can be counted.
    """
    earlier = Decision.objects.filter(
        comment=OuterRef("comment"),
        grade=grade,
        entry_index__lt=OuterRef("entry_index"),
    )
    made = Q(comment__posted_at__lte=F("decided_at"))
    if grade == Grade.DECIDED:
        made |= Q(comment__posted_at=None)
        made &= Q(comment__capture__taken_at__lte=F("decided_at"))
    decided = on_record(scope).filter(scope.on_days("decided_at"), grade=grade)
    timed = decided.filter(made, comment__isnull=False, comment__day_only=False)
    return timed.exclude(Exists(earlier))


@AskedWithin
def _times(reach: Reach, grade: Grade) -> QuerySet[Decision, Any]:
    return (
        firsts(reach, grade)
        .order_by()
        .values_list(
            *("post", "decided_at", "comment__posted_at", "comment__capture__taken_at")
        )
    )


def _waits(scope: Scope) -> Waits:
    found: dict[tuple[str, int], array[float]] = {}
    for grade in _GRADES:
        rows = _times.stream(scope.reach, grade)
        for post, decided_at, posted_at, taken_at in rows:
            read_at = taken_at if grade == Grade.DECIDED else None
            arrived = max(one for one in (posted_at, read_at) if one)
            hours = found.setdefault((grade.value, post), array("d"))
            hours.append((decided_at - arrived) / _HOUR)
    return found


def _of(scope: Scope) -> Iterator[tuple[str, int, array[float]]]:
    """Yield the waits of a period, by grade and article, in parts."""
    for part in scope.parts():
        key = ("waits", part.period.first, part.period.after)
        for (grade, post), hours in scope.once(
            key,
            lambda part=part: _waits(part),  # type: ignore[misc]  # bound at once
        ).items():
            yield grade, post, hours


def _hours(scope: Scope, grade: str) -> array[float]:
    found = array("d")
    for known, _post, hours in _of(scope):
        if known == grade:
            found.extend(hours)
    return found


def _median(hours: Iterable[float]) -> Any:
    there = sorted(hours)
    return rounded(median(there)) if there else None


def count_firsts(scope: Scope) -> Iterator[Count]:
    """Count the comments that were first decided on, and whose wait is known."""
    for grade, label in _GRADES.items():
        yield Count(grade.value, label, len(_hours(scope, grade)))


def rows_firsts(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the first decisions."""
    return firsts(scope, key)


def waits_here(scope: Scope) -> Iterator[Count]:
    """Return the waits for decisions here."""
    return _spread(_hours(scope, Grade.DECIDED))


def rows_here(scope: Scope, _key: str) -> QuerySet[Decision]:
    """Return the first decisions that were made here."""
    return firsts(scope, Grade.DECIDED)


def waits_there(scope: Scope) -> Iterator[Count]:
    """Return the waits for decisions that the blogs' own records tell of."""
    return _spread(_hours(scope, Grade.IMPORTED))


def rows_there(scope: Scope, _key: str) -> QuerySet[Decision]:
    """Return the first decisions that the blogs' own records tell of."""
    return firsts(scope, Grade.IMPORTED)


def _spread(hours: array[float]) -> Iterator[Count]:
    """Return median, 90th percentile (by nearest rank) and the longest wait."""
    there = sorted(hours)
    most = there[ceil(0.9 * len(there)) - 1] if there else None
    yield Count(MEDIAN, "Median", _median(there))
    yield Count(NINETIETH, "9 of 10 within", None if most is None else rounded(most))
    yield Count(LONGEST, "Longest", rounded(there[-1]) if there else None)


def waits_by_month(scope: Scope) -> Iterator[Count]:
    """Return the median wait for decisions here, by month."""
    for month in scope.period.months():
        hours = _hours(scope.at(month), Grade.DECIDED)
        yield Count(month.name, month.title, _median(hours))


def rows_by_month(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the first decisions of one month."""
    return firsts(in_month(scope, key), Grade.DECIDED)


def waits_by_thread(scope: Scope) -> Iterator[Count]:
    """Return the median wait below the articles with most first decisions here."""
    by_post: dict[int, array[float]] = {}
    for grade, post, hours in _of(scope):
        if grade == Grade.DECIDED:
            by_post.setdefault(post, array("d")).extend(hours)
    most = sorted(by_post, key=lambda pk: (-len(by_post[pk]), pk))[:MOST_ARTICLES]
    posts = titled(most)
    for pk in most:
        found = posts[pk]
        label = found.title if found.is_public else UNNAMED
        yield Count(found.ref, label, _median(by_post[pk]))


def rows_by_thread(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the first decisions below one article."""
    return firsts(scope, Grade.DECIDED).filter(post__ref=key)
