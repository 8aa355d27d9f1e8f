"""The tie of an article to where else it stands, and what people found of it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Role
from commentarchive.models.blog import Blog
from commentarchive.models.post import Post


def _is_beside_hidden() -> Q:
    return Q(other_post__isnull=False) & ~Q(other_post__in=Post.objects.reachable())


class CrossPostQuerySet(models.QuerySet["CrossPost"]):
    def told(self) -> Self:
        """Keep what readers may be told if they see the article that it is of.

        No proposals. What was found by other means than the article's own words names
        no other place here that readers do not see.
        """
        cues = CrossPostCue.objects.filter(tie=OuterRef("pk"))
        is_only_found = Exists(cues) & ~Exists(cues.filter(kind=CueKind.LINE))
        return self.filter(is_proposal=False).exclude(
            _is_beside_hidden() & is_only_found
        )

    def found_beside_hidden(self) -> Self:
        """Keep what was found by an article here that readers do not see, too.

        What was found so, they are not told either.
        """
        cues = CrossPostCue.objects.filter(tie=OuterRef("pk"))
        is_found = Exists(cues.exclude(kind=CueKind.LINE))
        return self.filter(_is_beside_hidden(), is_found)

    def public(self) -> Self:
        """Keep what public articles say of themselves and readers may be told.

        Of a place whose address is not known, its blog has to be one that they see.
        """
        is_told = ~Q(other_address="") | Q(other_blog__in=Blog.objects.public())
        # Looked up for each: a list of all public articles would be made first.
        own = Post.objects.public().filter(pk=OuterRef("post"))
        return self.told().filter(is_told, Exists(own))

    def proposed(self) -> Self:
        """Keep what waits for an archivist; an index has it."""
        return self.filter(is_proposal=True, is_withdrawn=False)


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
    # Whether it was only proposed on import: readers see nothing of it, also once it
    # was refused.
    is_proposal = models.BooleanField(default=False, db_default=False)

    objects = CrossPostQuerySet.as_manager()

    row_rule = rows.fact(
        derived=("other_post_id", "is_withdrawn", "is_proposal"),
        filled_once=("other_blog_id",),
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
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=Q(is_proposal=True, is_withdrawn=False),
                name="proposed_cross_posts",
            )
        ]

    def __str__(self) -> str:
        return self.other_address or f"at blog {self.other_blog_id}"


class CueKind(models.TextChoices):
    """By what it was found that an article may stand elsewhere too."""

    LINE = "line", "a line of the article says so"
    CANONICAL = "canonical", "its page names the other address as the original"
    SYNDICATION = "syndication", "its blog fetched it from there"
    ALIKE = "alike", "most of the words are the same"


class CrossPostCue(models.Model):
    """What speaks for a cross-post, as an import or a comparison found it."""

    tie = models.ForeignKey(CrossPost, models.PROTECT, related_name="cues")
    kind = models.CharField(max_length=12, choices=CueKind)
    # How much of the words was the same when they were compared, in per cent.
    score = models.PositiveSmallIntegerField(null=True)

    row_rule = rows.fact()

    class Meta:
        verbose_name = "cue of a cross-post"
        verbose_name_plural = "cues of cross-posts"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tie", "kind"], name="one_cue_a_kind")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


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
