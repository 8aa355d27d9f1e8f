"""By what hidden words are found again where somebody repeats them."""

from django.db import models

from commentarchive.ledger import rows
from commentarchive.models.revision import Revision


class HiddenPhrase(models.Model):
    """A keyed digest of five words in a row of a text that readers do not see.

    Or of what tells by itself: an e-mail, a long number, a short text as a whole.
    Derived: written and deleted by `storage/hidden_phrases.py` alone. It may also be of
    a text that is shown again; whoever finds it has to look.
    """

    pk = models.CompositePrimaryKey("digest", "revision_id")
    digest = models.BigIntegerField()
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="phrases")

    row_rule = rows.SIDE

    def __str__(self) -> str:
        return f"a phrase of {self.revision_id}"
