"""The words of public facts, by which the log is searched."""

from django.db import models

from commentarchive.ledger import rows
from moderation.models.decision import Decision


class FactsWord(models.Model):
    """A digest of one word of a decision's public facts of today.

    Derived: written by `moderation/actions/searched_facts.py` alone.
    """

    pk = models.CompositePrimaryKey("digest", "decision_id")
    digest = models.BigIntegerField()
    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="words_of_facts"
    )

    row_rule = rows.SIDE

    def __str__(self) -> str:
        return f"a word of {self.decision_id}"
