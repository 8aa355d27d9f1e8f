"""The private journal of who looked at what readers may not see."""

from django.conf import settings
from django.db import models

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH


class AccessKind(models.TextChoices):
    """What was looked at."""

    HIDDEN = "hidden", "texts that may be hidden"
    PRIVATE = "private", "private fields"
    FILE = "file", "a file or an export"


class AccessNote(models.Model):
    """Who looked, at what kind of thing, from which page and when; never the thing.

    For owners and auditors, in no public record. Rows go after ACCESS_JOURNAL_DAYS.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=AccessKind)
    # A reference; empty for a list of many.
    subject = models.CharField(max_length=LENGTH, blank=True)
    page = models.CharField(max_length=200)
    noted_at = models.DateTimeField(db_index=True)

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "look at what is not public"
        verbose_name_plural = "looks at what is not public"
        indexes = (models.Index(fields=["user", "subject", "-noted_at"]),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.page}"
