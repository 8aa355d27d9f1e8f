"""Which places of which version were blacked out to make another one."""

from django.db import models

from commentarchive.ledger import rows
from commentarchive.models.revision import Revision
from commentarchive.text.blacking_out import Span


class Redaction(models.Model):
    """How a redacted version came of another one: what is needed to make it again.

    Places tell how long the hidden words are, so that this lies with what is erased
    and is shown to staff alone. The record commits to the version that came of it.
    """

    revision = models.OneToOneField(
        Revision, models.PROTECT, primary_key=True, related_name="redaction"
    )
    source = models.ForeignKey(
        Revision, models.PROTECT, db_index=False, related_name="+"
    )
    # Of each place its start, its end, what its mark says and its rule's number, which
    # the first ones were kept without.
    spans = models.JSONField()
    statement_path = models.CharField(max_length=200)

    row_rule = rows.SIDE

    def __str__(self) -> str:
        return f"redaction of {self.source_id}"

    @property
    def places(self) -> list[Span]:
        """Return the places that were blacked out."""
        return [
            Span(start, end, label, *(rule or [_told(label)]))
            for start, end, label, *rule in self.spans
        ]


def _told(label: str) -> int:
    """Return the number of the rule that a mark names, 0 where it names none."""
    last = label.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0
