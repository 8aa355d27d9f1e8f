"""Numbers under which a blog that has moved knows articles and comments again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models.blog import Blog
from commentarchive.models.capture import Capture
from commentarchive.models.comment import Comment
from commentarchive.models.post import Post


class OtherNumber(models.Model):
    """Another number of an article, or of one of its comments, as a copy has it."""

    blog = models.ForeignKey(Blog, models.PROTECT, related_name="other_numbers")
    post = models.ForeignKey(Post, models.PROTECT, related_name="other_numbers")
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="other_numbers"
    )
    scheme = models.CharField(max_length=20)
    source_id = models.CharField(max_length=200)
    capture = models.ForeignKey(
        Capture, models.PROTECT, db_index=False, related_name="+"
    )

    row_rule = rows.fact()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "scheme", "source_id"],
                condition=Q(comment=None),
                name="one_other_number_an_article",
            ),
            models.UniqueConstraint(
                fields=["comment", "scheme", "source_id"],
                condition=~Q(comment=None),
                name="one_other_number_a_comment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} ({self.post_id})"


class PossibleMove(models.Model):
    """A question for staff, whether a new article was here before its blog moved.

    Until it is answered the new one is kept apart and is not public.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    post = models.OneToOneField(Post, models.PROTECT, related_name="possible_move")
    other = models.ForeignKey(Post, models.PROTECT, related_name="possible_moves")
    capture = models.ForeignKey(
        Capture, models.PROTECT, db_index=False, related_name="+"
    )
    # Whether its blog shows it, so that readers see it once it is another article.
    is_live = models.BooleanField()
    is_same = models.BooleanField(null=True)
    answered_entry = models.BigIntegerField(null=True)

    row_rule = rows.fact(filled_once=("is_same", "answered_entry"))

    class Meta:
        verbose_name = "possible move"

    def __str__(self) -> str:
        return f"{self.post_id} = {self.other_id}?"
