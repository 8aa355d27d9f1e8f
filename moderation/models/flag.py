"""What readers report: a comment that breaks a rule, as they saw it."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models import Comment, Grade, Revision
from moderation.models.action import Action
from moderation.models.decision import Decision, DecisionQuerySet
from moderation.models.policy import Clause


def _answers(comment: Any, since: Any) -> DecisionQuerySet:
    """Select the decisions that answer what was reported of a comment at a time.

    Whatever is decided here on it afterwards, but a hold: that only gains time.
    """
    later = Decision.objects.filter(
        comment=comment, recorded_at__gte=since, grade=Grade.DECIDED
    )
    return later.exclude(action=Action.HOLD)


class FlagQuerySet(models.QuerySet["Flag"]):
    def waiting(self) -> Self:
        """Keep the reports that no decision has answered."""
        answers = _answers(OuterRef("comment"), OuterRef("received_at"))
        return self.exclude(Exists(answers))


class Flag(models.Model):
    """One reader's report of a comment; the version they saw is kept with it.

    Nothing is stored of what became of it: the first decision on the comment after it
    is the answer (`answer`).
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    secret_digest = models.BinaryField(max_length=32, unique=True)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="flags")
    revision = models.ForeignKey(
        Revision, models.PROTECT, db_index=False, related_name="+"
    )
    # None for a reason that no rule names.
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="+")
    # Tells people who report one comment apart, and nobody else: keyed, by comment.
    person = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()

    objects = FlagQuerySet.as_manager()

    row_rule = rows.fact()

    class Meta:
        verbose_name = "report of a comment"
        verbose_name_plural = "reports of comments"
        indexes: ClassVar = [
            models.Index(fields=["received_at"], name="flags_by_time"),
        ]

    def __str__(self) -> str:
        return f"report {self.ref}"

    @property
    def answer(self) -> Decision | None:
        """Return the decision that answered it; costs one query."""
        answers = _answers(self.comment_id, self.received_at).with_context()
        return answers.order_by("entry_index").first()

    @property
    def sealed(self) -> "FlagWords | None":
        """Return what was sent with it; None where nothing was or it is erased."""
        return getattr(self, "words", None)


class FlagWords(models.Model):
    """What a reader wrote with a report, and their address: for staff only."""

    flag = models.OneToOneField(
        Flag, models.PROTECT, primary_key=True, related_name="words"
    )
    text = models.TextField(blank=True)
    email = models.TextField(blank=True)

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "words of reports"

    def __str__(self) -> str:
        return f"words of {self.flag_id}"
