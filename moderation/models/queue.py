"""What waits for staff: rows derived from comments and decisions, and open cards."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from commentarchive.ledger import rows
from commentarchive.ledger.models import Role
from commentarchive.models import Comment

# Columns, and whether each counts downwards; what has no value comes last.
type Order = tuple[tuple[str, bool], ...]
AGE: Order = (("since", False), ("comment_id", False))
NEWEST: Order = (("since", True), ("comment_id", True))
WEIGHT: Order = (("weight", True), *AGE)
DUE: Order = (("due_at", False), ("comment_id", False))


def _nulls(backwards: bool) -> dict[str, bool]:
    return {"nulls_first": True} if backwards else {"nulls_last": True}


class QueueItemQuerySet(models.QuerySet["QueueItem"]):
    def in_order(self, order: Order, *, backwards: bool = False) -> Self:
        """Put rows in an order, or in the opposite one."""
        return self.order_by(
            *(
                F(name).desc(**_nulls(backwards))
                if down != backwards
                else F(name).asc(**_nulls(backwards))
                for name, down in order
            )
        )

    def beyond(
        self, row: "QueueItem", order: Order, *, backwards: bool = False
    ) -> Self:
        """Keep what comes after a row in an order, or before it."""
        kept, same = Q(comment_id__in=[]), Q()
        for name, down in order:
            value = getattr(row, name)
            if value is None:
                # Nothing comes after it, and before it whatever has a value.
                further = (
                    Q(**{f"{name}__isnull": False})
                    if backwards
                    else Q(comment_id__in=[])
                )
                here = Q(**{name: None})
            else:
                sign = "lt" if down != backwards else "gt"
                further = Q(**{f"{name}__{sign}": value})
                further |= Q() if backwards else Q(**{f"{name}__isnull": True})
                here = Q(**{name: value})
            kept |= same & further
            same &= here
        return self.filter(kept)

    def left_by_others(self, actor_pk: int | None, now: datetime) -> Self:
        """Leave out what somebody else has open."""
        others = OpenCard.objects.filter(until__gt=now).exclude(actor=actor_pk)
        return self.exclude(comment__in=others.values("comment"))


class QueueItem(models.Model):
    """A comment in one list of the desk.

    Derived: triggers write it with whatever changes what waits (`queue_rows.py`).
    """

    pk = models.CompositePrimaryKey("comment_id", "tab")
    comment = models.ForeignKey(
        Comment, models.PROTECT, db_index=False, related_name="queue_items"
    )
    # Of the lists of moderation/desk/queue.py.
    tab = models.CharField(max_length=12)
    # When it was written, or decided on; None where nobody knows.
    since = models.DateTimeField(null=True)
    # When what was put on hold comes back.
    due_at = models.DateTimeField(null=True)
    # The more, the sooner somebody should look.
    weight = models.PositiveSmallIntegerField()

    # What its blog has changed, where the desk's page has asked for it.
    change: str = ""

    objects = QueueItemQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tab", "since", "comment"], name="queue_by_age"),
            models.Index(
                fields=["tab", "-weight", "since", "comment"], name="queue_by_weight"
            ),
            models.Index(
                fields=["tab", "due_at", "comment"],
                condition=Q(due_at__isnull=False),
                name="queue_by_due_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} in {self.tab}"


class OpenCard(models.Model):
    """Who has a comment's card open, and until when others leave it to them."""

    comment = models.OneToOneField(
        Comment, models.PROTECT, primary_key=True, related_name="open_card"
    )
    actor = models.ForeignKey("ledger.Actor", models.PROTECT, related_name="+")
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.comment_id} is open until {self.until}"


class DeskNote(models.Model):
    """A private note on a comment, one of a thread that staff read and only add to."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="desk_notes")
    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=10, choices=Role)
    words = models.TextField()
    written_at = models.DateTimeField()

    row_rule = rows.SIDE

    class Meta:
        ordering = ("pk",)
        verbose_name = "note of the desk"
        verbose_name_plural = "notes of the desk"

    def __str__(self) -> str:
        return self.words
