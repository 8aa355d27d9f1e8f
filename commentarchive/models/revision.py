"""One text of a comment or an article; never edited."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from commentarchive.ledger import rows
from commentarchive.models.blog import BlogVisibility
from commentarchive.models.comment import Comment


class RevisionOrigin(models.TextChoices):
    """How a text came to be."""

    CAPTURED = "captured", "as captured"
    EDITED = "edited", "as edited at its blog"
    REDACTED = "redacted", "as redacted here"
    # No edit: a page's rendering came before what the blog has stored.
    RETOLD = "retold", "the same words from a better source"


class RevisionQuerySet(models.QuerySet["Revision"]):
    def public_revisions(self) -> Self:
        """Keep the texts that the public may read: the current ones of what is shown.

        Older texts are left out: the blog took something out of them, for a reason
        that is not known here.
        """
        shown_comment = Q(
            comment__current_revision=F("pk"),
            comment__visibility="published",
            comment__post__is_public=True,
        ) & ~Q(comment__post__blog__visibility=BlogVisibility.STAFF)
        # Of one comment from several sources the text that readers see.
        shown_comment &= Q(comment__leader=None) | Q(
            comment__in=Comment.objects.shown()
        )
        shown_article = Q(post__current_revision=F("pk"), post__is_public=True) & ~Q(
            post__blog__visibility=BlogVisibility.STAFF
        )
        # Title and text are one version: where either is hidden, it is not public.
        shown_article &= Q(post__hidden_text="", post__hidden_title="")
        return self.filter(shown_comment | shown_article)

    def at_source(self) -> Self:
        """Keep the texts that came from a source: none that was redacted here."""
        return self.exclude(origin=RevisionOrigin.REDACTED)


class Revision(models.Model):
    """A text's facts: whose it is, where it was read, what commits to it."""

    comment = models.ForeignKey(
        "Comment",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="revisions",
    )
    post = models.ForeignKey(
        "Post", models.PROTECT, null=True, db_index=False, related_name="revisions"
    )
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=10, choices=RevisionOrigin)
    # SD-JWT digest of the text; its salt lies with the text and goes with it.
    commitment = models.CharField(max_length=43)
    # Keyed digest by which a changed text is noticed.
    fingerprint = models.BinaryField(max_length=32)
    capture = models.ForeignKey(
        "Capture", models.PROTECT, null=True, db_index=False, related_name="+"
    )

    # The first version of the same words, where this one tells them better.
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, related_name="+"
    )

    objects = RevisionQuerySet.as_manager()

    row_rule = rows.fact()

    class Meta:
        verbose_name = "version"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["comment", "number"],
                condition=Q(comment__isnull=False),
                name="one_revision_a_comment_number",
            ),
            models.UniqueConstraint(
                fields=["post", "number"],
                condition=Q(post__isnull=False),
                name="one_revision_a_post_number",
            ),
            models.CheckConstraint(
                condition=Q(comment__isnull=True) ^ Q(post__isnull=True),
                name="of_a_comment_or_a_post",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["comment"],
                condition=Q(comment__isnull=False, number__gt=1),
                name="later_versions",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class RevisionText(models.Model):
    """The words themselves: as they came, cleaned for pages, and as plain text."""

    revision = models.OneToOneField(
        Revision, models.PROTECT, primary_key=True, related_name="text"
    )
    salt = models.CharField(max_length=43)
    title = models.TextField(blank=True)
    byline = models.TextField(blank=True)
    raw = models.TextField(blank=True)
    form = models.CharField(max_length=10, help_text="how the raw text is written")
    html = models.TextField(blank=True)
    plain = models.TextField(blank=True)
    cleaner = models.CharField(max_length=20, help_text="version of the cleaner")

    row_rule = rows.SIDE

    def __str__(self) -> str:
        return f"text of {self.revision_id}"
