"""A removal that is known without a comment: "something may be missing here"."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models.blog import Blog, BlogVisibility
from commentarchive.models.capture import Capture
from commentarchive.models.comment import Comment
from commentarchive.models.post import Post, is_led_out_of_sight
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.models.tombstone import Grade, Tombstone


class GapKind(models.TextChoices):
    """What makes it likely."""

    MISSING_PARENT = "missing_parent", "a reply to a comment that is not there"
    ID_RANGE = "id_range", "numbers that are left out"
    PRINTED_COUNT = "printed_count", "a printed count above what was found"
    QUOTED = "quoted", "somebody is quoted with words that are not there"
    SAID = "said", "somebody says so"


class GapQuerySet(models.QuerySet["Gap"]):
    def public(self) -> Self:
        """Keep what stands on record of articles, or blogs, that anybody may see."""
        of_article = Q(post__is_public=True) & ~Q(
            post__blog__visibility=BlogVisibility.STAFF
        )
        of_blog = Q(post=None) & ~Q(blog__visibility=BlogVisibility.STAFF)
        standing = self.filter(of_article | of_blog, withdrawn_entry=None)
        return standing.exclude(is_led_out_of_sight("post__leader"))

    def of_blog(self, blog: Blog) -> Self:
        """Keep what is below a blog's articles, or against the blog as a whole."""
        return self.filter(Q(post__blog=blog) | Q(blog=blog))

    def made_in(self, comment_pk: int) -> Self:
        """Keep the claims that a comment makes."""
        return self.filter(said_in=comment_pk, kind=GapKind.SAID).order_by("pk")

    def counted(self) -> Self:
        """Leave out claims whose comments count already, by the proof's notices."""
        by_it = Q(opened_capture=OuterRef("proof")) | Q(seen_capture=OuterRef("proof"))
        notices = Tombstone.objects.filter(by_it, comment__post=OuterRef("post"))
        return self.exclude(Q(proof__isnull=False) & Exists(notices))

    def with_context(self) -> Self:
        """Fetch article, blog, the comments that it names, and the copy."""
        return self.select_related(
            *("post__blog", "post__current_revision__text", "said_in", "after"),
            *("blog", "proof"),
        )

    def with_answers(self) -> Self:
        """Fetch what blogs answered to claims; one query."""
        return self.prefetch_related("answers")


class Gap(models.Model):
    """How many comments may be missing, where, and by what evidence; never a text.

    It names an article, or else the blog: somebody may say that comments were blocked
    there without saying below which article.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="gaps")
    blog = models.ForeignKey(Blog, models.PROTECT, null=True, related_name="gaps")
    after = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="gaps_after"
    )
    at_least = models.PositiveIntegerField(default=0)
    at_most = models.PositiveIntegerField(null=True)
    # Claimed becomes observed where a copy proves it (`proof`).
    grade = models.CharField(max_length=10, choices=Grade)
    kind = models.CharField(max_length=20, choices=GapKind)
    # The comment in which somebody says so, if there is one.
    said_in = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="gaps_said"
    )
    # The article of a comment that claims it, so that a thread finds what is claimed
    # there without looking through its comments.
    said_below = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="gaps_said"
    )
    recorded_at = models.DateTimeField()
    entry_index = models.BigIntegerField()
    proof = models.ForeignKey(
        Capture, models.PROTECT, null=True, related_name="gaps_proven"
    )
    proven_entry = models.BigIntegerField(null=True)
    # The entry by which it was withdrawn, or refused after all.
    withdrawn_entry = models.BigIntegerField(null=True)

    objects = GapQuerySet.as_manager()

    row_rule = rows.fact(
        derived=("grade",),
        filled_once=("proof_id", "proven_entry", "withdrawn_entry"),
    )

    class Meta:
        verbose_name = "something that may be missing"
        verbose_name_plural = "what may be missing"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(post__isnull=True) ^ Q(blog__isnull=True),
                name="missing_from_an_article_or_a_blog",
            ),
            models.CheckConstraint(
                condition=Q(said_below__isnull=True)
                ^ Q(kind=GapKind.SAID, said_in__isnull=False),
                name="claims_have_the_article_of_their_comment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["grade", "id"],
                condition=Q(withdrawn_entry=None),
                name="on_record_by_grade",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.ref})"

    @property
    def its_blog(self) -> Blog:
        """The blog where something may be missing."""
        return self.post.blog if self.post else self.blog  # type: ignore[return-value]  # one of the two is set

    @property
    def answer(self) -> "GapAnswer | None":
        """What the blog answered last; no query where `answers` are fetched."""
        return max(self.answers.all(), key=lambda one: one.entry_index, default=None)


class Answer(models.TextChoices):
    """What a blog says to a claim against it."""

    CONFIRMED = "confirmed", "The blog confirmed it"
    DENIED = "denied", "The blog denied it"
    EXPLAINED = "explained", "The blog gave an explanation"
    NONE = "none", "The blog was asked and has not answered"


class GapAnswer(models.Model):
    """What the blog answered to a claim, or that it did not; its words are sealed."""

    gap = models.ForeignKey(Gap, models.PROTECT, related_name="answers")
    answer = models.CharField(max_length=10, choices=Answer)
    # When it answered or was asked, as far as it is known.
    answered_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    entry_index = models.BigIntegerField(unique=True)

    row_rule = rows.fact()

    class Meta:
        verbose_name = "answer to a claim"
        verbose_name_plural = "answers to claims"

    def __str__(self) -> str:
        return self.get_answer_display()

    @property
    def dated(self) -> PrintedTime | None:
        """When it was answered, or else recorded, on the blog's clock."""
        moment = self.answered_at or self.recorded_at
        return printed_time(moment, None, self.gap.its_blog.time_zone)
