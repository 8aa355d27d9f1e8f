"""What waits at the desk: read from the archive's rows and the decisions."""

from dataclasses import dataclass

from django.db.models import (
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from commentarchive.models import Comment, Grade, Manifest, Revision, Visibility
from moderation.models import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """The desk's lists, worked out when they are read."""

    due: "QuerySet[Comment]"
    waiting: "QuerySet[Comment]"
    on_hold: "QuerySet[Comment]"
    changed: "QuerySet[Comment]"


def queues() -> Queues:
    """List what waits: due, undecided, on hold, or changed at its blog."""
    live = Comment.objects.select_related(
        *("commenter__name", "current_revision__text", "post__blog"),
        "post__current_revision__text",
    )
    held = live.filter(visibility=Visibility.HELD).annotate(
        due_at=Subquery(_standing().values("due_at")[:1])
    )
    now = timezone.now()
    return Queues(
        due=held.filter(due_at__lte=now).order_by("due_at"),
        waiting=held.filter(due_at=None).order_by(
            F("posted_at").asc(nulls_last=True), "pk"
        ),
        on_hold=held.filter(due_at__gt=now).order_by("due_at"),
        changed=changed_at_source(live).order_by("pk"),
    )


def _standing() -> "QuerySet[Decision]":
    """Select the decision that stands on a comment of the query around it."""
    return Decision.objects.filter(entry_index=OuterRef("decided_entry"))


def changed_at_source(comments: "QuerySet[Comment]") -> "QuerySet[Comment]":
    """Filter comments that their blog has changed since the decision that stands.

    1. Their newest text came in after the one that was judged.
    2. They have another state there than when they were decided on.
    3. They are hidden since a blog's own records say so, and a copy that was made
       after that time shows them.
    """
    newest = (
        Revision.objects.filter(comment=OuterRef("pk"))
        .values("comment")
        .annotate(newest=Max("number"))
        .values("newest")
    )
    newer_copy = Manifest.objects.annotate(
        made_at=Coalesce("seen_at", "capture__written_at", "newest_at")
    ).filter(
        post=OuterRef("post"),
        capture__entry_index__gt=OuterRef("decided_entry"),
        made_at__gt=OuterRef("told_at"),
    )
    annotated = comments.filter(decided_entry__isnull=False).annotate(
        newest_number=Subquery(newest, output_field=IntegerField()),
        judged_number=Subquery(_standing().values("judged__number")[:1]),
        state_then=Subquery(_standing().values("source_state")[:1]),
        told_at=Subquery(
            _standing().filter(grade=Grade.IMPORTED).values("decided_at")[:1]
        ),
    )
    return annotated.exclude(visibility=Visibility.ERASED).filter(
        Q(newest_number__gt=Coalesce("judged_number", 0))
        | (~Q(source_state=F("state_then")) & ~Q(state_then=""))
        | (
            Q(source_state="live", told_at__isnull=False)
            & ~Q(visibility=Visibility.PUBLISHED)
            & Exists(newer_copy)
        )
    )
