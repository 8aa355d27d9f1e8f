"""The names under which staff comment: what a conflict of interest is known by."""

from typing import ClassVar

from django.db import models

from commentarchive.ledger import rows


class OwnName(models.Model):
    """A name by which one of the staff comments or is spoken of; for staff only.

    It is added and never taken out: whoever could drop a name could decide about it
    unseen, and a name too many costs a sentence.
    """

    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, related_name="names_of_own"
    )
    # Empty once a name like it was erased: what it looks like is still known.
    name = models.TextField(blank=True)
    # As `CommenterName.looks`.
    looks = models.BigIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("ledger.Actor", models.PROTECT, related_name="+")

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "name of one of the staff"
        verbose_name_plural = "names of the staff"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["actor", "looks"], name="one_row_a_name_of_own"
            )
        ]

    def __str__(self) -> str:
        return self.name
