"""What waits at the desk, by the tables: held, or changed at its blog since a decision.

`queue_rows.py` keeps the same as rows; `reconcile` holds them against this.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import starmap
from typing import Any, NamedTuple, cast

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from commentarchive.models import Comment, Grade, Revision, Visibility
from commentarchive.storage.prepared import Prepared
from moderation.models import Decision, QueueItem


def standing() -> "QuerySet[Decision]":
    """Select the decision that stands on a comment of the query around it."""
    return Decision.objects.filter(entry_index=OuterRef("decided_entry"))


def changed_at_source(comments: "QuerySet[Comment]") -> "QuerySet[Comment]":
    """Filter comments that their blog has changed since the decision that stands.

    All that it finds have news (`Comment.has_news`); `reconcile` names one that has
    not. Not all that have news are found: what was told may have been taken back.

    1. Their blog tells other words by now than those that were judged: newer ones, or
       earlier ones to which it went back.
    2. They have another state there than when they were decided on here. What a blog's
       own records tell is weighed against each state (`actions/giving_way.py`).
    """
    return (
        _compared(comments)
        .exclude(Q(visibility=Visibility.ERASED) | _released_as_it_is())
        .filter(_HAS_OTHER_WORDS | _HAS_OTHER_STATE)
    )


def what_changed(keys: Iterable[int]) -> dict[int, str]:
    """Return what their blog has changed of comments in the desk's list, by key."""
    found = _compared(Comment.objects.filter(pk__in=list(keys))).annotate(
        text=Case(When(_HAS_OTHER_WORDS, then=Value("its text"))),
        state=Case(When(_HAS_OTHER_STATE, then=Value("its state"))),
    )
    return {
        pk: " and ".join(filter(None, changed))
        for pk, *changed in found.values_list("pk", "text", "state")
    }


def _compared(comments: "QuerySet[Comment]") -> "QuerySet[Comment]":
    """Put beside each decided comment what is told now and what was decided on."""
    return comments.filter(decided_entry__isnull=False).annotate(
        told_words=Coalesce(
            "told_revision__same_as", "told_revision", Subquery(_newest_words())
        ),
        judged_words=Subquery(
            standing().annotate(wording=_JUDGED).values("wording")[:1]
        ),
        state_then=Subquery(
            standing().filter(grade=Grade.DECIDED).values("source_state")[:1]
        ),
    )


_HAS_OTHER_WORDS = Q(told_words__isnull=False) & ~Q(
    told_words=Coalesce("judged_words", 0)
)
_HAS_OTHER_STATE = Q(state_then__gt="") & ~Q(source_state=F("state_then"))
# The first version of the words that were judged, of which some were blacked out.
_JUDGED = Coalesce(
    "judged__redaction__source__same_as",
    "judged__redaction__source",
    "judged__same_as",
    "judged",
)


def _newest_words() -> "QuerySet[Revision, Any]":
    """Select the first version of the words that came last of a comment."""
    own = Revision.objects.at_source().filter(comment=OuterRef("pk"))
    words = own.annotate(wording=Coalesce("same_as", "pk")).values("wording")
    return words.order_by("-number")[:1]


def _released_as_it_is() -> Q:
    """Return the condition for comments published as imported and not changed since."""
    later = Revision.objects.filter(
        comment=OuterRef("pk"), capture__entry_index__gt=OuterRef("decided_entry")
    )
    decided = Decision.objects.filter(comment=OuterRef("pk"))
    return ~Exists(decided) & ~Exists(later) & ~Q(visibility=Visibility.ERASED)


class Listed(NamedTuple):
    """One row of the desk's lists, as it is kept or as it ought to be."""

    comment: int
    tab: str
    since: datetime | None
    due_at: datetime | None
    weight: int


def wrongly_listed() -> Iterator[tuple[str, int | None, str]]:
    """Find comments that the desk's lists hold otherwise than the tables say.

    Yield a reference, the entry of the decision that stands, and the list.
    """
    for listed, ought in (
        (_listed_as_held, _held),
        (_listed_as_changed, _changed),
    ):
        rows = starmap(Listed, listed.stream())
        yield from _named(_unlike(rows, starmap(Listed, ought.stream())))
    yield from _named(starmap(Listed, _listed_elsewhere()))


_ONLY_HELD = ("waiting", "on-hold")


def _listed() -> "QuerySet[QueueItem, Any]":
    return QueueItem.objects.order_by("comment_id").values_list(*Listed._fields)


@Prepared
def _listed_as_held() -> "QuerySet[QueueItem, Any]":
    return _listed().filter(tab__in=_ONLY_HELD)


@Prepared
def _listed_as_changed() -> "QuerySet[QueueItem, Any]":
    return _listed().filter(tab="changed")


@Prepared
def _listed_elsewhere() -> "QuerySet[QueueItem, Any]":
    return _listed().exclude(tab__in=(*_ONLY_HELD, "changed"))


@Prepared
def _held() -> "QuerySet[Comment, Any]":
    """Select what waits and what is on hold, in the columns of `Listed`."""
    held = Comment.objects.filter(visibility=Visibility.HELD).annotate(
        due=Subquery(standing().values("due_at")[:1]),
        put_there=Subquery(standing().values("recorded_at")[:1]),
        was=Subquery(standing().values("from_visibility")[:1]),
    )
    waits = Q(due=None)
    return held.order_by("pk").values_list(
        "pk",
        Case(When(waits, then=Value("waiting")), default=Value("on-hold")),
        Case(When(waits, then="posted_at"), default="put_there"),
        "due",
        Case(When(was=Visibility.PUBLISHED, then=Value(2)), default=Value(1)),
    )


@Prepared
def _changed() -> "QuerySet[Comment, Any]":
    """Select what was changed at its blog, in the columns of `Listed`."""
    changed = changed_at_source(Comment.objects.with_news())
    return changed.order_by("pk").values_list(
        "pk",
        Value("changed"),
        Subquery(standing().values("recorded_at")[:1]),
        Value(None, output_field=DateTimeField()),
        Case(When(visibility=Visibility.PUBLISHED, then=Value(2)), default=Value(1)),
    )


def _unlike(listed: Iterator[Listed], ought: Iterator[Listed]) -> Iterator[Listed]:
    """Yield what only one of two streams holds, both by comment; neither is stored."""
    one, other = next(listed, None), next(ought, None)
    while one is not None or other is not None:
        if one == other:
            one, other = next(listed, None), next(ought, None)
        elif other is None or (one is not None and one.comment <= other.comment):
            yield cast("Listed", one)
            one = next(listed, None)
        else:
            yield other
            other = next(ought, None)


def _named(rows: Iterator[Listed]) -> Iterator[tuple[str, int | None, str]]:
    for row in rows:
        comments = Comment.objects.filter(pk=row.comment)
        for ref, entry in comments.values_list("ref", "decided_entry"):
            yield ref, entry, row.tab
