"""A removal that is known without a comment: "something may be missing here"."""

from typing import Self

from django.db import models

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models.blog import BlogVisibility
from commentarchive.models.comment import Comment
from commentarchive.models.post import Post
from commentarchive.models.tombstone import Grade


class GapKind(models.TextChoices):
    """What makes it likely."""

    MISSING_PARENT = "missing_parent", "a reply to a comment that is not there"
    ID_RANGE = "id_range", "numbers that are left out"
    PRINTED_COUNT = "printed_count", "a printed count above what was found"
    QUOTED = "quoted", "somebody is quoted with words that are not there"
    SAID = "said", "somebody says so"


class GapQuerySet(models.QuerySet["Gap"]):
    def public(self) -> Self:
        """Keep what stands on record of articles that anybody may see."""
        return self.filter(withdrawn_entry=None, post__is_public=True).exclude(
            post__blog__visibility=BlogVisibility.STAFF
        )

    def with_context(self) -> Self:
        """Fetch article, blog, and the comments that it names."""
        return self.select_related(
            *("post__blog", "post__current_revision__text", "said_in", "after")
        )


class Gap(models.Model):
    """How many comments may be missing, where, and by what evidence; never a text."""

    ref = models.CharField(max_length=LENGTH, unique=True)
    post = models.ForeignKey(Post, models.PROTECT, related_name="gaps")
    after = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="gaps_after"
    )
    at_least = models.PositiveIntegerField(default=0)
    at_most = models.PositiveIntegerField(null=True)
    grade = models.CharField(max_length=10, choices=Grade)
    kind = models.CharField(max_length=20, choices=GapKind)
    # The comment in which somebody says so, if there is one.
    said_in = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="gaps_said"
    )
    recorded_at = models.DateTimeField()
    entry_index = models.BigIntegerField()
    withdrawn_entry = models.BigIntegerField(null=True)

    objects = GapQuerySet.as_manager()

    row_rule = rows.fact(filled_once=("withdrawn_entry",))

    class Meta:
        verbose_name = "something that may be missing"
        verbose_name_plural = "what may be missing"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.post_id})"
