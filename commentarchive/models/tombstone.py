"""A notice: an interval in which the public sees no text in a comment's place."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from commentarchive.ledger import rows
from commentarchive.models.comment import Comment
from commentarchive.threads.notice_words import GRADES, KINDS


class TombstoneKind(models.TextChoices):
    """What the notice says; its words are those of `threads/render.py`."""

    HELD = "held", KINDS["held"]
    BLOCKED = "blocked", KINDS["blocked"]
    REMOVED = "removed", KINDS["removed"]
    SPAM = "spam", KINDS["spam"]
    TRASHED = "trashed", KINDS["trashed"]
    DELETED_BY_AUTHOR = "deleted_by_author", KINDS["deleted_by_author"]
    GONE_AT_SOURCE = "gone_at_source", KINDS["gone_at_source"]
    WITHHELD = "withheld", KINDS["withheld"]
    ERASED = "erased", KINDS["erased"]


class Grade(models.TextChoices):
    """How a removal is known."""

    DECIDED = "decided", GRADES["decided"]
    IMPORTED = "imported", GRADES["imported"]
    OBSERVED = "observed", GRADES["observed"]
    INFERRED = "inferred", GRADES["inferred"]
    CLAIMED = "claimed", GRADES["claimed"]


class TombstoneQuerySet(models.QuerySet["Tombstone"]):
    def public(self) -> Self:
        """Keep notices of comments that have a place in a public thread."""
        # Looked up for each notice: a list of all public comments would be made first.
        public = Comment.objects.public().filter(pk=OuterRef("comment"))
        return self.filter(Exists(public))

    def of(self, comment: Comment) -> Self:
        """Keep every notice of a comment, in each of its sources where it is tied."""
        tie = comment.leader_id
        return self.told_of(comment.pk if tie is None else tie, is_tied=tie is not None)

    def told_of(self, key: int, *, is_tied: bool) -> Self:
        """Keep every notice of a comment, or of all that are tied by a leader."""
        return self.filter(comment__leader=key) if is_tied else self.filter(comment=key)

    def observed(self) -> Self:
        """Keep notices of comments that were seen to vanish from public articles."""
        return self.public().filter(grade=Grade.OBSERVED)

    def with_context(self) -> Self:
        """Fetch the comment with its article, and both copies."""
        return self.select_related(
            *("comment__post__blog", "comment__post__current_revision__text"),
            *("opened_capture", "seen_capture"),
        )


class Tombstone(models.Model):
    """Everything that a public page says about one hiding of one comment.

    Written only by `actions/notices.py`. Each end of the interval is bounded from both
    sides: a copy shows only that something had happened before it was made.
    """

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="tombstones")
    kind = models.CharField(max_length=20, choices=TombstoneKind)
    grade = models.CharField(max_length=10, choices=Grade)
    since_not_before = models.DateTimeField(null=True)
    since_not_after = models.DateTimeField(null=True)
    until_not_before = models.DateTimeField(null=True)
    until_not_after = models.DateTimeField(null=True)
    # When it ends by itself, as the decision says that opened it; None for good.
    ends_at = models.DateTimeField(null=True)
    actor_label = models.CharField(max_length=100, blank=True)
    clause_label = models.CharField(max_length=200, blank=True)
    statement_path = models.CharField(max_length=200, blank=True)
    # Whether readers had seen the comment before it was hidden.
    was_public = models.BooleanField(default=False)
    # Whether the comment and its name had been public and no legal rule hides it.
    shows_name = models.BooleanField(default=False)
    opened_capture = models.ForeignKey(
        "Capture", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    opened_entry = models.BigIntegerField(null=True)
    # The last copy that held it, where it was seen to vanish before another one.
    seen_capture = models.ForeignKey(
        "Capture", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    closed_capture = models.ForeignKey(
        "Capture", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    closed_entry = models.BigIntegerField(null=True)
    closing_path = models.CharField(max_length=200, blank=True)
    is_open = models.BooleanField(default=True)

    objects = TombstoneQuerySet.as_manager()

    row_rule = rows.fact(
        # The rule of a decision may be put right; it names the one of today.
        derived=("clause_label",),
        forward=("is_open",),
        open_while='OLD."is_open"',
        filled_once=(
            "until_not_before",
            "until_not_after",
            "closed_capture_id",
            "closed_entry",
            "closing_path",
        ),
    )

    class Meta:
        verbose_name = "notice"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["comment"],
                condition=Q(is_open=True),
                name="one_open_notice_a_comment",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["since_not_after"],
                condition=Q(grade=Grade.OBSERVED),
                name="observed_removals",
            ),
            models.Index(
                fields=["id"],
                condition=Q(grade=Grade.OBSERVED),
                name="observed_by_number",
            ),
            models.Index(
                fields=["ends_at"],
                condition=Q(is_open=True, ends_at__isnull=False),
                name="ends_by_itself",
            ),
            models.Index(
                fields=["comment"],
                condition=Q(was_public=True) | Q(is_open=False),
                name="notices_of_seen_comments",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.comment_id})"
