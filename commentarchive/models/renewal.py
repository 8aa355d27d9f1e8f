"""The stored pages of a blog that are to be made anew: one row a blog is the queue."""

from typing import ClassVar, Self

from django.db import models

from commentarchive.ledger.models import Actor
from commentarchive.models.blog import Blog


class RenewalState(models.TextChoices):
    """How far the pages of a blog are made anew."""

    WAITING = "waiting", "wait for their turn"
    AT_WORK = "at_work", "are being made"
    DONE = "done", "are made"
    FAILED = "failed", "could not be made"


AT_WORK = (RenewalState.WAITING, RenewalState.AT_WORK)


class PageRenewalQuerySet(models.QuerySet["PageRenewal"]):
    def at_work(self) -> Self:
        """Keep those that a worker has something to do for, the oldest first."""
        return self.filter(state__in=AT_WORK).order_by("asked_at", "pk")


class PageRenewal(models.Model):
    """That a blog's threads are shown differently since somebody changed its settings.

    How far it has come is told by the articles themselves: those whose pages are not
    stored are shown from their rows meanwhile.
    """

    blog = models.OneToOneField(
        Blog, models.PROTECT, primary_key=True, related_name="renewal"
    )
    # None for the program itself.
    asked_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=10, choices=RenewalState, default=RenewalState.WAITING
    )
    # How often a worker began with it: one that ends midway is begun again.
    attempts = models.PositiveSmallIntegerField(default=0)
    # What was wrong, or what it waits for, in a sentence.
    remark = models.TextField(blank=True, default="")

    objects = PageRenewalQuerySet.as_manager()

    class Meta:
        verbose_name = "renewal of pages"
        verbose_name_plural = "renewals of pages"
        indexes: ClassVar = [models.Index(fields=["state"], name="renewals_by_state")]

    def __str__(self) -> str:
        return f"pages of {self.blog_id}"

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in AT_WORK
