"""The private journal of searches in hidden texts."""

from django.db import models

from commentarchive.ledger import rows
from commentarchive.ledger.models import Role


class SearchNote(models.Model):
    """Who looked for what in hidden texts, and when: for staff, in no public record."""

    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=10, choices=Role)
    words = models.TextField()
    noted_at = models.DateTimeField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "search in hidden texts"
        verbose_name_plural = "searches in hidden texts"

    def __str__(self) -> str:
        return f"{self.get_role_display()} looked for {self.words}"
