"""What one copy says of a comment or an article otherwise than what stands."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Concat

from commentarchive.ledger import rows
from commentarchive.models.comment import Comment
from commentarchive.models.commenter import is_hidden_name
from commentarchive.models.post import Post


class TestimonyQuerySet(models.QuerySet["Testimony"]):
    def public(self) -> Self:
        """Keep what anybody may read: of shown comments and public articles alone."""
        return self.filter(
            Q(comment__in=Comment.objects.shown())
            | Q(post__in=Post.objects.reachable())
        )

    def with_subjects(self) -> Self:
        """Fetch the comment with its name and article, or the article, with each.

        And whether the copy tells a name that readers do not see: `names_hidden`.
        """
        return self.select_related(
            *("comment__commenter__name", "comment__post__blog"),
            *("post__current_revision__text", "post__put_right", "post__blog"),
        ).annotate(names_hidden=is_hidden_name("comment__post__blog", "name"))

    def differing(self) -> Self:
        """Keep those that tell something otherwise than it stands now."""
        stands = (
            F("comment__commenter__name__name"),
            F("comment__commenter__name__link"),
        )
        of_comment = Q(comment__isnull=False) & (
            _told_otherwise("posted_at", F("comment__posted_at"))
            | _told_otherwise("utc_offset", F("comment__utc_offset"))
            | _as_exactly("comment__day_only")
            | (~Q(name="") & ~Q(name=stands[0]))
            | (~Q(link="") & ~Q(link=stands[1]))
            | (~Q(parent="") & ~Q(parent=F("comment__source_parent")))
            | _of_another_kind("comment")
        )
        title = Coalesce(
            "post__put_right__title", "post__current_revision__text__title"
        )
        of_article = Q(post__isnull=False) & (
            _told_otherwise("posted_at", F("post__published_at"))
            | _told_otherwise("utc_offset", F("post__utc_offset"))
            | _as_exactly("post__day_only")
            | (~Q(title="") & ~Q(title=title))
            | _of_another_kind("post")
        )
        return self.filter(of_comment | of_article)


def _of_another_kind(subject: str) -> Q:
    kind, word = F(f"{subject}__kind"), F(f"{subject}__source_type")
    stands = Q(kind=kind) | Q(kind=Concat(kind, Value(" "), word))
    return ~Q(kind="") & ~stands


def _as_exactly(stands: str) -> Q:
    """Return the condition that a time is told otherwise than to the same exactness."""
    return Q(posted_at__isnull=False) & ~Q(day_only=F(stands))


def _told_otherwise(column: str, stands: F) -> Q:
    return Q(**{f"{column}__isnull": False}) & ~Q(**{column: stands})


class Testimony(models.Model):
    """All that one copy tells of a comment or an article, where it tells otherwise.

    A copy that holds a comment and has no testimony of it told what stands. Together
    they are every copy's word, of which `threads/evidence.py` believes the best.
    """

    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="testimonies"
    )
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="testimonies"
    )
    capture = models.ForeignKey("Capture", models.PROTECT, related_name="testimonies")
    # Which article of the file told it.
    ordinal = models.PositiveIntegerField()
    # With the source's own word after it, where it is no kind that is known here.
    kind = models.CharField(max_length=80, blank=True)
    name = models.TextField(blank=True)
    # Null where the copy cannot tell.
    link = models.TextField(null=True)  # noqa: DJ001  # "" is another thing: no link
    person = models.TextField(blank=True)
    posted_at = models.DateTimeField(null=True)
    printed_at = models.CharField(max_length=60, blank=True)
    utc_offset = models.SmallIntegerField(null=True)
    # Whether it tells the day alone.
    day_only = models.BooleanField(default=False, db_default=False)
    # The parent's id, "" at the top level; null where the copy does not tell.
    parent = models.CharField(max_length=200, null=True)  # noqa: DJ001  # as above
    title = models.TextField(blank=True)

    objects = TestimonyQuerySet.as_manager()

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "testimonies"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(comment__isnull=True) ^ Q(post__isnull=True),
                name="testimony_of_a_comment_or_a_post",
            )
        ]

    def __str__(self) -> str:
        return f"what copy {self.capture_id} told"
