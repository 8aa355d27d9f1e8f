"""One act of moderation on one comment, as a statement of reasons."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Role
from commentarchive.models import BlogVisibility, Comment, Grade, Revision, Visibility
from moderation.models.policy import Clause


class Action(models.TextChoices):
    """What was done. "Block" on the desk is block or remove."""

    APPROVE = "approve", "Approved"
    HOLD = "hold", "Put on hold"
    BLOCK = "block", "Not published"
    REMOVE = "remove", "Taken down"
    WITHHOLD = "withhold", "Withheld on legal grounds"
    RESTORE = "restore", "Put back"
    NO_ACTION = "no_action", "Left as it is"


# The actions that take a comment out of readers' sight for a stated reason.
HIDING = (Action.BLOCK, Action.REMOVE, Action.WITHHOLD)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def public(self) -> Self:
        """Keep the decisions about comments on blogs that anybody may see.

        Whether the blog still shows the article makes no difference: no decision
        leaves the log because an article was trashed. Pages name neither then.
        """
        return self.exclude(comment__post__blog__visibility=BlogVisibility.STAFF)

    def with_context(self) -> Self:
        """Fetch rule, comment, article and blog with each decision."""
        return self.select_related(
            *("clause__policy", "undoes", "comment__post__blog"),
            "comment__post__current_revision__text",
        )

    def newest_first(self) -> Self:
        """Order by the record, which no clock can disturb."""
        return self.order_by("-entry_index")


class Decision(models.Model):
    """What was decided about which version of a comment, under which rule, by whom.

    Decided here, `decided_at` and `recorded_at` are equal. From a blog's own records
    the first is what they say, and may be empty; the second is always true.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="decisions")
    revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    # What readers saw before it; an undoing shows that again, and nothing newer.
    shown_before = models.ForeignKey(
        Revision, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    action = models.CharField(max_length=10, choices=Action)
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, related_name="decisions"
    )
    grade = models.CharField(max_length=10, choices=Grade)
    decided_at = models.DateTimeField(null=True, db_index=True)
    recorded_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="decisions"
    )
    # Who decided, in the words of the notice, and their role as the record has it.
    decided_by = models.CharField(max_length=60)
    decided_by_role = models.CharField(max_length=10, choices=Role, blank=True)
    from_visibility = models.CharField(max_length=20, choices=Visibility)
    to_visibility = models.CharField(max_length=20, choices=Visibility)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by"
    )
    entry_index = models.BigIntegerField(unique=True)

    objects = DecisionQuerySet.as_manager()

    row_rule = rows.fact()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(grade=Grade.DECIDED)
                | models.Q(decided_at=models.F("recorded_at")),
                name="decided_here_is_recorded_at_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.ref})"

    def get_absolute_url(self) -> str:
        return reverse("moderation:decision-detail", args=[self.ref])

    @property
    def facts(self) -> str:
        """Its public words as they stand now; no query where `words` are fetched."""
        words = sorted(self.words.all(), key=lambda each: each.number)
        return words[-1].facts if words else ""


class DecisionWords(models.Model):
    """The words of a decision: public facts, and a note for staff."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="words")
    number = models.PositiveSmallIntegerField(default=1)
    facts = models.TextField(blank=True)
    note = models.TextField(blank=True)
    written_at = models.DateTimeField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "decision words"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "number"], name="one_wording_a_number"
            )
        ]

    def __str__(self) -> str:
        return self.facts
