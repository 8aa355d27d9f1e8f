"""Reports as they were issued, and who is told of them by mail."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models import Blog, BlogVisibility


class IssuedReportQuerySet(models.QuerySet["IssuedReport"]):
    def public(self) -> Self:
        """Keep the reports about blogs that anybody may see, and those about all."""
        return self.exclude(blog__visibility=BlogVisibility.STAFF)

    def first_issued(self) -> Self:
        """Leave out corrections."""
        return self.filter(corrects=None)

    def of(self, period: str, blog: Blog | None) -> Self:
        """Keep the report of one period and its corrections, in order."""
        return self.filter(period=period, blog=blog).order_by("entry_index")

    def newest_first(self) -> Self:
        """Order by the record."""
        return self.order_by("-entry_index")


class IssuedReport(models.Model):
    """A report whose bytes are on record: pinned to a state, and never changed.

    What comes to be known later stands in another row, which names the first one.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    # As its address has it: 2012, 2012-Q2, 2012-04, 2012-04-05..2012-06-10.
    period = models.CharField(max_length=22)
    first = models.DateField()
    # The day after the last.
    after = models.DateField()
    # None for all blogs.
    blog = models.ForeignKey(Blog, models.PROTECT, null=True, related_name="+")
    # How many entries of the record it tells of.
    size = models.BigIntegerField()
    # SHA-256 of the document in base64url, as its entry says it.
    digest = models.CharField(max_length=43)
    # The JSON document, in canonical form.
    document = models.BinaryField()
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections"
    )
    # Which lines a correction changed: figure, key, and both numbers.
    changed = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    entry_index = models.BigIntegerField(unique=True)
    # Up to which entry it was asked whether anything has changed it. Derived.
    looked_size = models.BigIntegerField()

    objects = IssuedReportQuerySet.as_manager()

    row_rule = rows.fact(derived=("looked_size",))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "blog"],
                condition=Q(corrects=None, blog__isnull=False),
                name="one_report_a_period_and_blog",
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(corrects=None, blog=None),
                name="one_report_a_period_of_all",
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1) & Q(entry_index__gte=models.F("size")),
                name="issued_after_what_it_tells",
            ),
        ]

    def __str__(self) -> str:
        return f"report of {self.period} ({self.ref})"

    def get_absolute_url(self) -> str:
        return reverse("moderation:issued-report", args=[self.ref])


class ReportSubscription(models.Model):
    """That somebody wants new reports by mail; deleted as soon as they do not.

    Nothing is sent before they have confirmed it from the address itself.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    # None for the reports of all blogs together.
    blog = models.ForeignKey(Blog, models.PROTECT, null=True, related_name="+")
    email = models.TextField()
    # SHA-256 of the secret in its letters, by which it is confirmed and ended.
    secret_digest = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "subscription to reports"
        verbose_name_plural = "subscriptions to reports"

    def __str__(self) -> str:
        return f"subscription {self.ref}"
