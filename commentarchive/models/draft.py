"""Drafts of a text that is decided by hand; staff alone see them."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Actor
from commentarchive.models.capture import Capture


class TranscriptDraftQuerySet(models.QuerySet["TranscriptDraft"]):
    def open(self) -> Self:
        """Keep the drafts that were neither confirmed nor discarded."""
        return self.filter(closed_at=None)


class TranscriptDraft(models.Model):
    """One plain text on its way in: which bytes, by whom, and what came of it."""

    ref = models.CharField(max_length=LENGTH, unique=True)
    # Of the bytes as they came; they are kept as those of a copy are.
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    made_at = models.DateTimeField()
    # Nobody where it was made by a command.
    made_by = models.ForeignKey(
        Actor, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    # Counts the steps, so that nobody saves over what somebody else saved meanwhile.
    version = models.PositiveIntegerField(default=1)
    # When it was confirmed or discarded, and the copy that was made of it.
    closed_at = models.DateTimeField(null=True)
    capture = models.OneToOneField(
        Capture, models.PROTECT, null=True, related_name="draft"
    )

    objects = TranscriptDraftQuerySet.as_manager()

    row_rule = rows.fact(derived=("version",), filled_once=("closed_at", "capture_id"))

    class Meta:
        verbose_name = "draft of a pasted text"
        verbose_name_plural = "drafts of pasted texts"

    def __str__(self) -> str:
        return f"draft {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:paste-draft", args=[self.ref])


class DraftFile(models.Model):
    """The name of the file that a draft is of; goes with the draft."""

    draft = models.OneToOneField(
        TranscriptDraft, models.PROTECT, primary_key=True, related_name="file"
    )
    name = models.CharField(max_length=500)

    row_rule = rows.SIDE

    def __str__(self) -> str:
        return self.name


class DraftStep(models.Model):
    """All that was decided about a draft after one step; goes with the draft."""

    draft = models.ForeignKey(
        TranscriptDraft, models.PROTECT, db_index=False, related_name="steps"
    )
    number = models.PositiveIntegerField()
    # The step whose state an undoing brings back; 0 for the first one.
    before = models.PositiveIntegerField()
    # As `transcripts.marks_json` writes it.
    marks = models.TextField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        Actor, models.PROTECT, null=True, db_index=False, related_name="+"
    )

    row_rule = rows.SIDE

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["draft", "number"], name="one_step_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"step {self.number} of {self.draft_id}"
