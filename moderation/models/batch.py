"""A batch of decisions that waits for a second person to confirm it."""

from datetime import datetime
from typing import Self

from django.db import models

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Role
from commentarchive.models import Comment, Post
from moderation.models.action import Action
from moderation.models.policy import Clause


class PendingBatchQuerySet(models.QuerySet["PendingBatch"]):
    def waiting(self, now: datetime) -> Self:
        """Keep those whose time is not over."""
        return self.filter(expires_at__gt=now)


class PendingBatch(models.Model):
    """What somebody wants to decide on many comments, until somebody else confirms it.

    Nothing of it is on record. The row goes when it is confirmed, withdrawn or over.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    # "" where it undoes decisions, all or some of the batch that `undoes` names.
    action = models.CharField(max_length=13, choices=Action, blank=True)
    undoes = models.CharField(max_length=LENGTH, blank=True, default="")
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    facts = models.TextField(blank=True)
    note = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        "ledger.Actor", models.PROTECT, db_index=False, related_name="+"
    )
    asked_role = models.CharField(max_length=10, choices=Role)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = PendingBatchQuerySet.as_manager()

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "batch that waits for a second person"
        verbose_name_plural = "batches that wait for a second person"

    def __str__(self) -> str:
        return f"batch {self.ref}"


class PendingCase(models.Model):
    """One comment of a batch that waits, as it was seen by whoever chose it.

    Or a part of an article, or a name: what has no comment names the article.
    """

    batch = models.ForeignKey(PendingBatch, models.PROTECT, related_name="cases")
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    seen_revision = models.PositiveIntegerField()
    seen_decision = models.CharField(max_length=LENGTH, blank=True)
    seen_state = models.CharField(max_length=200, blank=True)
    # What is to be blacked out: of each place its start, its end and its rule's number;
    # and the commitment to the text that they are of.
    places = models.JSONField(default=list)
    places_of = models.CharField(max_length=43, blank=True, default="")

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "comment of a batch that waits"
        verbose_name_plural = "comments of batches that wait"
        constraints = [  # noqa: RUF012  # as Django has it
            models.CheckConstraint(
                condition=models.Q(comment__isnull=False, post__isnull=True)
                | models.Q(comment__isnull=True, post__isnull=False),
                name="waits_on_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.comment_id or self.post_id}"
