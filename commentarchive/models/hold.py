"""A reason not to erase something for now."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commentarchive.ledger import rows
from commentarchive.models.comment import Comment
from commentarchive.models.commenter import Commenter


class Hold(models.Model):
    """Why a comment or a name must not be erased yet, and when to ask again.

    A row is added and taken away, never changed; refusals are on record.
    """

    comment = models.OneToOneField(
        Comment, models.PROTECT, null=True, related_name="hold"
    )
    commenter = models.OneToOneField(
        Commenter, models.PROTECT, null=True, related_name="hold"
    )
    reason = models.TextField()
    review_on = models.DateField()
    made_at = models.DateTimeField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "hold on erasure"
        verbose_name_plural = "holds on erasure"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(comment__isnull=True) ^ Q(commenter__isnull=True),
                name="on_a_comment_or_a_name",
            )
        ]

    def __str__(self) -> str:
        return f"held until {self.review_on}: {self.reason}"

    @property
    def is_due(self) -> bool:
        """Whether its day of review has come."""
        return self.review_on <= timezone.localdate()
