"""What was done at the blog itself about a decision, and what a later copy shows."""

from typing import ClassVar

from django.db import models

from commentarchive.ledger import rows
from commentarchive.ledger.models import Role
from commentarchive.models import Capture, Comment
from moderation.models.decision import Decision


class SourceAct(models.TextChoices):
    """What is noted of a decision at its blog."""

    DONE = "done", "done there"
    STILL_PUBLIC = "still_public", "still public there"


class SourceNote(models.Model):
    """That somebody did there what was decided here, or a copy shows it undone."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="source_notes")
    act = models.CharField(max_length=12, choices=SourceAct)
    # The later copy that shows it still; None for what somebody did.
    capture = models.ForeignKey(
        Capture, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    role = models.CharField(max_length=10, choices=Role)
    noted_at = models.DateTimeField()
    entry_index = models.BigIntegerField(unique=True)

    row_rule = rows.fact()

    class Meta:
        verbose_name = "note on a decision at its blog"
        verbose_name_plural = "notes on decisions at their blogs"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(act=SourceAct.DONE, capture__isnull=True)
                | models.Q(act=SourceAct.STILL_PUBLIC, capture__isnull=False),
                name="still_public_in_a_copy",
            ),
            models.UniqueConstraint(
                fields=["decision", "capture"],
                condition=models.Q(capture__isnull=False),
                name="still_public_once_a_copy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} ({self.decision_id})"


class GoneThere(models.Model):
    """The copy that lacks a comment of which an earlier one had shown it. Derived.

    Of comments that were decided on: what copies hold of them changes nothing else.
    """

    comment = models.OneToOneField(
        Comment, models.PROTECT, primary_key=True, related_name="gone_there"
    )
    capture = models.ForeignKey(
        Capture, models.PROTECT, db_index=False, related_name="+"
    )

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "comment that is gone at its blog"
        verbose_name_plural = "comments that are gone at their blogs"

    def __str__(self) -> str:
        return f"{self.comment_id} is gone in {self.capture_id}"
