"""Comments that their blog has changed since they were decided on."""

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

from commentarchive.models import Comment, Grade, Revision, Visibility
from moderation.models import Decision


def standing() -> "QuerySet[Decision]":
    """Select the decision that stands on a comment of the query around it."""
    return Decision.objects.filter(entry_index=OuterRef("decided_entry"))


def changed_at_source(comments: "QuerySet[Comment]") -> "QuerySet[Comment]":
    """Filter comments that their blog has changed since the decision that stands.

    All that it finds have news (`Comment.has_news`); `reconcile` names one that has
    not. Not all that have news are found: what was told may have been taken back.

    1. Their newest text came in after the one that was judged.
    2. They have another state there than when they were decided on here. What a blog's
       own records tell is weighed against each state (`actions/giving_way.py`).
    """
    newest = (
        Revision.objects.filter(comment=OuterRef("pk"))
        .values("comment")
        .annotate(newest=Max("number"))
        .values("newest")
    )
    annotated = comments.filter(decided_entry__isnull=False).annotate(
        newest_number=Subquery(newest, output_field=IntegerField()),
        judged_number=Subquery(standing().values("judged__number")[:1]),
        state_then=Subquery(
            standing().filter(grade=Grade.DECIDED).values("source_state")[:1]
        ),
    )
    return annotated.exclude(
        Q(visibility=Visibility.ERASED) | _released_as_it_is()
    ).filter(
        Q(newest_number__gt=Coalesce("judged_number", 0))
        | (Q(state_then__gt="") & ~Q(source_state=F("state_then")))
    )


def _released_as_it_is() -> Q:
    """Return the condition for comments published as imported and not changed since."""
    later = Revision.objects.filter(
        comment=OuterRef("pk"), capture__entry_index__gt=OuterRef("decided_entry")
    )
    decided = Decision.objects.filter(comment=OuterRef("pk"))
    return ~Exists(decided) & ~Exists(later) & ~Q(visibility=Visibility.ERASED)
