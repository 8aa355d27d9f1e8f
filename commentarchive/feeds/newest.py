"""The newest comments, and the newest changes to older ones, in one order of time.

A comment counts by when it was made, as long as nothing happened to it since. Once
the record tells something of it — it was taken down or put back, its text was edited
or blacked out, a fact was put right — it counts by that record, so that it stands at
the top again and readers' copies of it follow. What has no date counts by the record
of its copy.
"""

import heapq
import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from commentarchive.ledger.models import Entry
from commentarchive.models import (
    Comment,
    Correction,
    Revision,
    RevisionOrigin,
    Tombstone,
    Visibility,
)
from commentarchive.models.comment import CommentQuerySet

PAGE = 50
_FORM = "%Y%m%dT%H%M%S"
_cut = re.compile(r"(\d{1,15}|)\.(c[a-z2-7]{26}|)\.(\d{8}T\d{6}|)\.(c[a-z2-7]{26}|)")
# In microseconds, and in milliseconds.
_SECOND, _MINUTE = 1_000_000, 60_000


class Cut(NamedTuple):
    """Where a page of a feed ended, among the changes and among the rest.

    The record number and reference of the last change; time and reference of the last
    comment to which nothing happened. None where it had none of a kind.
    """

    change: tuple[int, str] | None = None
    made: tuple[datetime, str] | None = None

    def __str__(self) -> str:
        index, changed = self.change or ("", "")
        at = f"{self.made[0].astimezone(UTC):{_FORM}}" if self.made else ""
        return f"{index}.{changed}.{at}.{self.made[1] if self.made else ''}"


class Turn(NamedTuple):
    """A comment in a feed: since when it is as it is, and by which record, if any."""

    at: datetime
    ref: str
    pk: int
    post_pk: int
    record: int | None


def read_cut(text: str) -> Cut | None:
    """Read where a page begins; None for what no feed of ours says."""
    found = _cut.fullmatch(text)
    if found is None or bool(found[1]) != bool(found[2]):
        return None
    if bool(found[3]) != bool(found[4]) or not (found[1] or found[3]):
        return None
    made = None
    if found[3]:
        try:
            at = datetime.strptime(found[3], _FORM).replace(tzinfo=UTC)
        except ValueError:
            return None
        made = (at, found[4])
    return Cut((int(found[1]), found[2]) if found[1] else None, made)


def newest(comments: CommentQuerySet, cut: Cut | None) -> tuple[list[Turn], Cut | None]:
    """Return a page of public comments, newest first, and where the next one begins.

    Of hidden ones only those that readers had seen. Three queries.
    """
    begin = cut or Cut()
    notices = Tombstone.objects.filter(comment=OuterRef("pk"), is_open=True)
    seen = comments.filter(
        Q(visibility=Visibility.PUBLISHED) | Exists(notices.filter(was_public=True))
    )
    # Each keeps its own order, which is finer than times in seconds.
    both = (_changes(seen, begin), _unchanged(seen, begin))
    found = list(heapq.merge(*both, key=attrgetter("at"), reverse=True))
    page = found[:PAGE]
    if len(found) <= PAGE:
        return page, None
    changes = [(each.record, each.ref) for each in page if each.record is not None]
    made = [(each.at, each.ref) for each in page if each.record is None]
    return page, Cut(
        changes[-1] if changes else begin.change, made[-1] if made else begin.made
    )


def _changes(comments: CommentQuerySet, cut: Cut) -> list[Turn]:
    changed = comments.filter(_is_changed()).annotate(changed_by=_changed_by())
    # What an import brought that has not ended is on no record yet.
    found = changed.filter(changed_by__gte=0)
    if cut.change:
        index, ref = cut.change
        found = found.filter(Q(changed_by__lt=index) | Q(changed_by=index, ref__lt=ref))
    rows = list(
        found.order_by("-changed_by", "-ref").values_list(
            "changed_by", "ref", "pk", "post_id"
        )[: PAGE + 1]
    )
    times = _times_of({index for index, *_more in rows})
    return [Turn(times[index], ref, pk, post, index) for index, ref, pk, post in rows]


def _unchanged(comments: CommentQuerySet, cut: Cut) -> list[Turn]:
    found = comments.exclude(posted_at=None).exclude(_is_changed())
    if cut.made:
        at, ref = cut.made
        # To the second, as the cut is written.
        after = at.replace(microsecond=_SECOND - 1)
        found = found.filter(
            Q(posted_at__lt=at) | Q(posted_at__range=(at, after), ref__lt=ref)
        )
    rows = found.order_by("-posted_at", "-ref").values_list(
        "posted_at", "ref", "pk", "post_id"
    )
    return [
        Turn(at.replace(microsecond=0), ref, pk, post, None)
        for at, ref, pk, post in rows[: PAGE + 1]
        if at is not None
    ]


@cache
def _is_changed() -> Q:
    """Return the condition that a record tells when a comment came to be as it is.

    By small sets that indexes serve, not by looking at each comment.
    """
    # A decision that readers notice opens or closes a notice.
    told = Tombstone.objects.filter(Q(was_public=True) | Q(is_open=False))
    edited = Revision.objects.filter(comment__isnull=False, number__gt=1).exclude(
        origin=RevisionOrigin.RETOLD
    )
    corrected = Correction.objects.changing().filter(comment__isnull=False)
    return (
        Q(pk__in=told.values("comment"))
        | Q(pk__in=edited.values("comment"))
        | Q(pk__in=corrected.values("comment"))
        | Q(pk__in=Comment.objects.filter(posted_at=None).values("pk"))
        # Tied to the same one from another source, where something may happen to it.
        | Q(pk__in=Comment.objects.filter(leader__isnull=False).values("pk"))
    )


@cache
def _changed_by() -> Greatest:
    """Return the last record that tells of a comment as readers see it now."""
    same = Comment.objects.filter(leader=OuterRef("leader"))
    notices = Tombstone.objects.filter(
        Q(comment=OuterRef("pk")) | Q(comment__leader=OuterRef("leader"))
    )
    corrections = Correction.objects.changing().filter(comment=OuterRef("pk"))
    opened = Coalesce("opened_entry", "opened_capture__entry_index")
    closed = Coalesce("closed_entry", "closed_capture__entry_index")
    edited = Case(
        When(
            current_revision__origin=RevisionOrigin.EDITED,
            then=F("current_revision__capture__entry_index"),
        )
    )
    return Greatest(
        _number(F("decided_entry")),
        _number(_last(same, F("decided_entry"))),
        _number(_last(notices, opened)),
        _number(_last(notices, closed)),
        _number(_last(corrections, F("entry_index"))),
        _number(edited),
        _number(F("capture__entry_index")),
    )


def _number(value: F | Subquery | Case) -> Coalesce:
    # Where nothing is told, an import has not ended yet.
    return Coalesce(value, Value(-1), output_field=BigIntegerField())


def _last(rows: QuerySet[Any], by: F | Coalesce) -> Subquery:
    # All rows are one group.
    of_all = rows.order_by().annotate(one=Value(1)).values("one").annotate(last=Max(by))
    return Subquery(of_all.values("last"))


def _times_of(indexes: set[int]) -> dict[int, datetime]:
    """Read when some entries of the record were made; one query.

    Entries tell the minute. Within it their numbers put them in order, so that each
    change of a comment has a later time than the one before.
    """
    leaves = Entry.objects.filter(index__in=indexes).values_list("index", "leaf")
    return {
        index: datetime.fromisoformat(json.loads(bytes(leaf))["ts"])
        + timedelta(milliseconds=index % _MINUTE)
        for index, leaf in leaves
    }
