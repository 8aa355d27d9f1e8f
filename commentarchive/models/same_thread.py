"""Two articles that are one thread from two sources, and the pairs of their comments.

Nothing moves: rows, texts, notices and decisions stay with the source that told them.
`Post.leader` and `Comment.leader` are derived from the ties that stand.
"""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Role
from commentarchive.models.comment import Comment
from commentarchive.models.post import Post


class SameThreadQuerySet(models.QuerySet["SameThread"]):
    def standing(self) -> Self:
        """Keep the ties that nobody has ended."""
        return self.filter(ended_entry=None)

    def of(self, post: Post) -> Self:
        """Keep all ties of an article, in the order of the record."""
        return self.filter(Q(post=post) | Q(other=post)).order_by("entry_index")


class SameThread(models.Model):
    """An article that readers see in another one's place, while it stands.

    Both are one article where copies of two kinds of source met in it by its address:
    there the comments alone are tied.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    post = models.ForeignKey(Post, models.PROTECT, related_name="same_threads")
    # The one that readers see: the better evidence.
    other = models.ForeignKey(Post, models.PROTECT, related_name="leads")
    made_at = models.DateTimeField()
    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=10, choices=Role)
    entry_index = models.BigIntegerField(unique=True)
    ended_at = models.DateTimeField(null=True)
    ended_entry = models.BigIntegerField(null=True, unique=True)

    objects = SameThreadQuerySet.as_manager()

    row_rule = rows.fact(filled_once=("ended_at", "ended_entry"))

    class Meta:
        verbose_name = "thread from two sources"
        verbose_name_plural = "threads from two sources"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(ended_entry=None),
                name="one_standing_tie_an_article",
            ),
        ]

    def __str__(self) -> str:
        return f"one thread, record no. {self.entry_index}"

    @property
    def pair_list(self) -> str:
        """Its pairs of references as its entry commits to them, a line each."""
        pairs = self.pairs.select_related("comment", "other")
        return "\n".join(sorted(f"{p.comment.ref} {p.other.ref}" for p in pairs))


class SamePair(models.Model):
    """One comment as two sources tell it."""

    tie = models.ForeignKey(SameThread, models.PROTECT, related_name="pairs")
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="same_pairs")
    other = models.ForeignKey(Comment, models.PROTECT, related_name="leading_pairs")
    # How alike their texts were, in per cent; None where somebody chose the pair.
    score = models.PositiveSmallIntegerField(null=True)

    row_rule = rows.fact()

    class Meta:
        verbose_name = "pair of comments"
        verbose_name_plural = "pairs of comments"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tie", "comment"], name="one_pair_a_comment"
            ),
            models.UniqueConstraint(
                fields=["tie", "other"], name="one_pair_another_comment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} = {self.other_id}"


class SameThreadWords(models.Model):
    """Why two articles were tied, or are two after all; for staff.

    Without a name and without a comment's words, so that no erasure concerns it.
    """

    tie = models.ForeignKey(SameThread, models.PROTECT, related_name="words")
    is_ending = models.BooleanField()
    evidence = models.TextField()

    row_rule = rows.fact()

    class Meta:
        verbose_name_plural = "words on threads from two sources"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tie", "is_ending"], name="one_word_a_step_of_a_tie"
            )
        ]

    def __str__(self) -> str:
        return self.evidence
