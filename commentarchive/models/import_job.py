"""An import that staff asked for at the desk, from its files to its report."""

from typing import ClassVar, Self

from django.db import models

from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Actor


class JobState(models.TextChoices):
    """How far an import has come that was asked for at the desk."""

    ASKED = "asked", "waits for its dry run"
    LOOKED = "looked", "looked over, waits for your word"
    WAITING = "waiting", "waits for its turn"
    IMPORTING = "importing", "being read"
    DONE = "done", "read whole"
    PARTIAL = "partial", "read in part"
    REFUSED = "refused", "refused"
    CANCELLED = "cancelled", "cancelled"


# What the worker has something to do for, and what nobody waits for any more.
AT_WORK = (JobState.ASKED, JobState.WAITING, JobState.IMPORTING)
ENDED = (JobState.DONE, JobState.PARTIAL, JobState.REFUSED, JobState.CANCELLED)


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def at_work(self) -> Self:
        """Keep those that a worker has something to do for, the oldest first."""
        return self.filter(state__in=AT_WORK).order_by("pk")


class ImportJob(models.Model):
    """Files, what was asked to be done with them, and what came of it.

    It is no fact of the archive: the copies that it made are, each with its entry.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    asked_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # When the import itself began and ended.
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.ASKED)
    is_cancelled = models.BooleanField(default=False)
    # How often a worker began with it: one that ends midway is begun again.
    attempts = models.PositiveSmallIntegerField(default=0)
    blog_slug = models.CharField(max_length=100, blank=True, default="")
    saved_on = models.DateField(null=True)
    # Names of uploaded files, or one path below the inbox.
    is_upload = models.BooleanField()
    files = models.JSONField(default=list)
    size = models.BigIntegerField(default=0)
    # One report a file and blog: of the dry run, then of the import.
    reports = models.JSONField(default=list)
    # What was wrong, or what it waits for, in a sentence.
    remark = models.TextField(blank=True, default="")

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        indexes: ClassVar = [models.Index(fields=["state"], name="imports_by_state")]

    def __str__(self) -> str:
        return f"import {self.ref}"

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in AT_WORK

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED

    @property
    def title(self) -> str:
        """Return the names of its first files."""
        names: list[str] = self.files
        more = len(names) - 3
        return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")
