"""Invitations to the staff, each taken up once by whoever has its link."""

from django.db import models

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Role


class Invitation(models.Model):
    """A role that an owner offers under a handle; of its link a digest is kept."""

    ref = models.CharField(max_length=LENGTH, unique=True)
    role = models.CharField(max_length=10, choices=Role)
    handle = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey("ledger.Actor", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_up_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    row_rule = rows.fact(filled_once=("taken_up_at", "taken_back_at"))

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"

    def __str__(self) -> str:
        return f"{self.handle} as {self.get_role_display()}"
