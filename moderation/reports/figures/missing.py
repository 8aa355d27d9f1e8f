"""What vanished or may be missing without a decision, by how that is known."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import models
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from commentarchive.models import Gap, Grade, Tombstone
from commentarchive.models.gap import GapKind
from commentarchive.models.post import is_led_out_of_sight
from moderation.reports.figures.comments import was_opened
from moderation.reports.figures.declared import WHOLE, Count
from moderation.reports.reach import AskedWithin, Reach
from moderation.reports.scope import Scope


def vanished(scope: Scope | Reach) -> QuerySet[Tombstone]:
    """Select notices of comments that a later copy was first seen to lack."""
    notices = Tombstone.objects.public().filter(
        was_opened(scope.until), grade=Grade.OBSERVED
    )
    return notices.filter(scope.on_days("since_not_after", "comment__post__blog"))


def gaps(scope: Scope | Reach) -> QuerySet[Any]:
    """Select what may be missing from articles of a period, as it stood by then.

    What is missing from a blog as a whole counts by when it was recorded. Adds
    `known`, the grade by then. A claim whose comments count already is left out.
    """
    until = scope.until
    of_article = Q(post__is_public=True) & scope.on_days("post__published_at")
    of_blog = Q(post=None) & scope.on_days("recorded_at", "blog")
    standing = Q(withdrawn_entry=None) | Q(withdrawn_entry__gte=until)
    by_proof = Q(opened_capture=OuterRef("proof")) | Q(seen_capture=OuterRef("proof"))
    notices = Tombstone.objects.filter(by_proof, comment__post=OuterRef("post"))
    found = Gap.objects.filter(of_article | of_blog, standing, entry_index__lt=until)
    return (
        found.exclude(is_led_out_of_sight("post__leader"))
        .exclude(Q(proven_entry__lt=until) & Exists(notices))
        .annotate(known=_known(until))
    )


def _known(until: int) -> Case:
    return Case(
        When(proven_entry__lt=until, then=Value(Grade.OBSERVED.value)),
        When(proven_entry__gte=until, then=Value(Grade.CLAIMED.value)),
        default=F("grade"),
        output_field=CharField(),
    )


@AskedWithin
def _numbers_vanished(reach: Reach) -> QuerySet[Any, Any]:
    by_blog = vanished(reach).order_by().values("comment__post__blog")
    return by_blog.annotate(n=models.Count("pk")).values_list("n", flat=True)


def count_vanished(scope: Scope) -> Iterator[Count]:
    """Count comments that were seen to vanish."""
    yield Count(WHOLE, "Comments seen to vanish", sum(_numbers_vanished(scope.reach)))


def rows_vanished(scope: Scope, _key: str) -> QuerySet[Tombstone]:
    """Return the notices of comments that were seen to vanish."""
    return vanished(scope)


class _Cell(NamedTuple):
    """The places that are known in one way and by one kind of evidence."""

    known: str
    kind: str
    places: int
    # How many comments are missing there at the least.
    comments: int


@AskedWithin
def _cells(reach: Reach) -> QuerySet[Any, Any]:
    rows = gaps(reach).order_by().values_list("known", "kind")
    found: QuerySet[Any, Any] = rows.annotate(n=models.Count("pk"), m=Sum("at_least"))
    return found


def _counted(
    scope: Scope, by: Callable[[_Cell], str], number: Callable[[_Cell], int]
) -> Counter[str]:
    key = ("gaps", scope.period.first, scope.period.after)
    found: Counter[str] = Counter()
    for row in scope.once(key, lambda: _cells(scope.reach)):
        cell = _Cell(*row)
        found[by(cell)] += number(cell)
    return found


def count_by_grade(scope: Scope) -> Iterator[Count]:
    """Count places where something may be missing, by how that is known."""
    counted = _counted(scope, lambda cell: cell.known, lambda cell: cell.places)
    return _of_grades(counted, at_least=False)


def count_at_least(scope: Scope) -> Iterator[Count]:
    """Add up how many comments are missing there at the least."""
    counted = _counted(scope, lambda cell: cell.known, lambda cell: cell.comments)
    return _of_grades(counted, at_least=True)


def _of_grades(counted: Counter[str], *, at_least: bool) -> Iterator[Count]:
    for grade in Grade:
        if grade.value in counted:
            label = str(grade.label).capitalize()
            yield Count(grade.value, label, counted[grade.value], at_least)


def rows_by_grade(scope: Scope, key: str) -> QuerySet[Gap]:
    """Return the places where something may be missing that are known in one way."""
    return gaps(scope).filter(known=key)


def count_by_kind(scope: Scope) -> Iterator[Count]:
    """Count places where something may be missing, by what makes it likely."""
    counted = _counted(scope, lambda cell: cell.kind, lambda cell: cell.places)
    for kind in GapKind:
        if kind.value in counted:
            label = str(kind.label)
            yield Count(kind.value, label.capitalize(), counted[kind.value])


def rows_by_kind(scope: Scope, key: str) -> QuerySet[Gap]:
    """Return the places that one kind of evidence speaks for."""
    return gaps(scope).filter(kind=key)
