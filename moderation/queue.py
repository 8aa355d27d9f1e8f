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
from django.utils import timezone

from commentarchive.models import Comment, Revision, Visibility
from moderation.models import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """The desk's lists, worked out when they are read."""

    due: "QuerySet[Comment]"
    waiting: "QuerySet[Comment]"
    changed: "QuerySet[Comment]"


def queues() -> Queues:
    """List the comments that wait: due again, undecided, or changed at their blog."""
    live = Comment.objects.select_related(
        *("commenter__name", "current_revision__text", "post__blog"),
        "post__current_revision__text",
    )
    last = Decision.objects.filter(comment=OuterRef("pk")).order_by("-entry_index")
    held = live.filter(visibility=Visibility.HELD)
    due = held.annotate(due_at=Subquery(last.values("due_at")[:1])).filter(
        due_at__lte=timezone.now()
    )
    return Queues(
        due=due.order_by("due_at"),
        waiting=held.exclude(pk__in=due.values("pk")).order_by(
            F("posted_at").asc(nulls_last=True), "pk"
        ),
        changed=changed_at_source(live).order_by("pk"),
    )


def changed_at_source(comments: "QuerySet[Comment]") -> "QuerySet[Comment]":
    """Filter decided comments whose newest text came after every decision."""
    newest = (
        Revision.objects.filter(comment=OuterRef("pk"))
        .values("comment")
        .annotate(newest=Max("number"))
        .values("newest")
    )
    looked_at = Exists(
        Decision.objects.filter(
            comment=OuterRef("pk"), judged__number=OuterRef("newest_number")
        )
    )
    return (
        comments.filter(Q(decided_entry__isnull=False))
        .annotate(newest_number=Subquery(newest, output_field=IntegerField()))
        .exclude(looked_at)
        .filter(newest_number__isnull=False)
    )
