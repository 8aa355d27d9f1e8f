"""By what a comment that was entered by hand is known again, once it is erased."""

from typing import ClassVar

from django.db import models

from commentarchive.ledger import rows
from commentarchive.models.comment import Comment


class ErasedWords(models.Model):
    """A keyed digest of words that were typed here and are erased.

    Copies have another number for such a comment, and write its words in another form.
    """

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="erased_words")
    digest = models.BinaryField(max_length=32)
    # Whether it is of the name under which they were typed.
    is_name = models.BooleanField(default=False, db_default=False)

    row_rule = rows.fact()

    class Meta:
        verbose_name_plural = "erased words"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["comment", "digest"], name="one_row_erased_words"
            )
        ]

    def __str__(self) -> str:
        return f"erased words of {self.comment_id}"
