"""A fact put right by hand, over what every copy tells of it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Role
from commentarchive.models.comment import Comment
from commentarchive.models.post import Post


class Aspect(models.TextChoices):
    """Which fact is put right; the values stand in entries."""

    TIME = "time", "the time"
    PARENT = "parent", "what it answers"
    NAME = "name", "the shown name"
    ARTICLE = "article", "the article that it stands under"
    PERSON = "person", "the person under its name"
    TITLE = "title", "the title"
    AUTHOR = "author", "the author"


def place_by_hand(comment: Comment) -> str:
    """Return its article, and what it answers there, as corrections write them."""
    above = f" {comment.parent.ref}" if comment.parent else ""
    return f"{comment.post.ref}{above}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def standing(self) -> Self:
        """Keep what was not taken back, in the order of the record."""
        made = self.filter(undoes__isnull=True, undone_by__isnull=True)
        return made.order_by("entry_index")

    def changing(self) -> Self:
        """Leave out what keeps a fact as it read."""
        return self.exclude(words__before=F("words__after"))

    def public(self) -> Self:
        """Keep what anybody may read: of shown comments and public articles alone."""
        return self.filter(
            Q(comment__in=Comment.objects.shown())
            | Q(post__in=Post.objects.reachable())
        )


class Correction(models.Model):
    """One correction of a comment or an article, or the taking back of one.

    While it stands no copy changes that fact, whatever it tells. `before` and `after`
    are as `threads/evidence.py` writes them.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="corrections"
    )
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="corrections"
    )
    aspect = models.CharField(max_length=10, choices=Aspect)
    made_at = models.DateTimeField()
    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=10, choices=Role)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by"
    )
    entry_index = models.BigIntegerField(unique=True)

    objects = CorrectionQuerySet.as_manager()

    row_rule = rows.fact()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(comment__isnull=True) ^ Q(post__isnull=True),
                name="correction_of_a_comment_or_a_post",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_aspect_display()} ({self.ref})"


class CorrectionWords(models.Model):
    """What was put right by what, and why; erased with its subject."""

    correction = models.OneToOneField(
        Correction, models.PROTECT, primary_key=True, related_name="words"
    )
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "correction words"

    def __str__(self) -> str:
        return self.reason


class CorrectedWords(models.Model):
    """The title and the author of an article as they were put right; None as told."""

    post = models.OneToOneField(
        Post, models.PROTECT, primary_key=True, related_name="put_right"
    )
    # An author who is not known is "".
    title = models.TextField(null=True)  # noqa: DJ001
    author = models.TextField(null=True)  # noqa: DJ001

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "corrected words"

    def __str__(self) -> str:
        return self.title or ""
