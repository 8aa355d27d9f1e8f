"""The tie of an article to where else it stands, and what people found of it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Role
from commentarchive.models.blog import Blog
from commentarchive.models.post import Post


class CrossPostQuerySet(models.QuerySet["CrossPost"]):
    def public(self) -> Self:
        """Keep what public articles say of themselves and readers may be told.

        Of a place whose address is not known, its blog has to be one that they see.
        """
        is_told = ~Q(other_address="") | Q(other_blog__in=Blog.objects.public())
        return self.filter(is_told, post__in=Post.objects.public())


class CrossPost(models.Model):
    """An article that says it stands elsewhere too, each with its own discussion.

    Of the other place its address is known, or its blog alone, or both.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    post = models.ForeignKey(Post, models.PROTECT, related_name="cross_posts")
    other_address = models.CharField(max_length=1000, blank=True)
    normal_address = models.CharField(max_length=1000, db_index=True, blank=True)
    other_blog = models.ForeignKey(
        Blog, models.PROTECT, null=True, related_name="cross_posted_as"
    )
    other_post = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="cross_posted_as"
    )
    # Whether people found that it is none, whatever copies tell.
    is_withdrawn = models.BooleanField(default=False, db_default=False)

    objects = CrossPostQuerySet.as_manager()

    row_rule = rows.fact(
        derived=("other_post_id", "is_withdrawn"), filled_once=("other_blog_id",)
    )

    class Meta:
        verbose_name = "cross-post"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "normal_address"],
                condition=~Q(normal_address=""),
                name="one_cross_post_an_address",
            ),
            models.UniqueConstraint(
                fields=["post", "other_blog"],
                condition=Q(normal_address=""),
                name="one_cross_post_a_blog",
            ),
            models.CheckConstraint(
                condition=~Q(normal_address="") | Q(other_blog__isnull=False),
                name="cross_post_of_an_address_or_a_blog",
            ),
        ]

    def __str__(self) -> str:
        return self.other_address or f"at blog {self.other_blog_id}"


class CrossPostFinding(models.Model):
    """That people found a cross-post to be one, or none; the last one stands."""

    tie = models.ForeignKey(CrossPost, models.PROTECT, related_name="findings")
    is_withdrawal = models.BooleanField()
    # Whether readers see its words: before, they were written for the record alone.
    is_shown = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=10, choices=Role)
    entry_index = models.BigIntegerField(unique=True)

    row_rule = rows.fact()

    class Meta:
        verbose_name = "finding on a cross-post"
        verbose_name_plural = "findings on cross-posts"

    def __str__(self) -> str:
        return f"cross-post, record no. {self.entry_index}"


class CrossPostWords(models.Model):
    """How the article says that it is a cross-post, and why that was found."""

    finding = models.OneToOneField(
        CrossPostFinding, models.PROTECT, primary_key=True, related_name="words"
    )
    # Empty where it was found to be none.
    attribution = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "cross-post words"

    def __str__(self) -> str:
        return self.attribution or self.reason
