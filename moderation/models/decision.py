"""One act of moderation on one thing, as a statement of reasons."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Entry, Role
from commentarchive.models import (
    BlogVisibility,
    Comment,
    Commenter,
    Grade,
    Post,
    Revision,
    Visibility,
)
from moderation.models.action import (
    HIDING,
    OF_THEMSELVES,
    SECOND,
    SUBJECTS,
    Action,
    Aspect,
    Conflict,
    done_to,
    shown_action,
)
from moderation.models.policy import Clause


class DecisionQuerySet(models.QuerySet["Decision"]):
    def public(self) -> Self:
        """Keep the decisions about what stands on blogs that anybody may see.

        Whether the blog still shows the article makes no difference: no decision
        leaves the log because an article was trashed. Pages name neither then.
        """
        return self.exclude(post__blog__visibility=BlogVisibility.STAFF)

    def with_action(self, action: str) -> Self:
        """Keep the decisions of one action, whatever name it was recorded under."""
        if action not in HIDING:
            return self.filter(action=action)
        withheld = models.Q(to_visibility=Visibility.WITHHELD, action__in=HIDING)
        if action == Action.WITHHOLD:
            return self.filter(withheld | models.Q(action=action))
        return self.filter(action=action).exclude(withheld)

    def with_context(self) -> Self:
        """Fetch rule, comment, article and blog with each decision."""
        return self.select_related(
            *("clause__policy__blog", "clause_since__policy__blog", "undoes"),
            *("recorder", "comment__post__blog", "post__blog", "post__put_right"),
            *("post__current_revision__text", "commenter__name", "commenter__blog"),
        )

    def under_rule(self, number: int) -> Self:
        """Keep the decisions under a rule, by the wording of today."""
        since = models.Q(clause_since__number=number)
        return self.filter(since | models.Q(clause_since=None, clause__number=number))

    def with_rule(self) -> Self:
        """Add the rule of today, with its number, title and version."""
        of_rule = {
            "rule_pk": "pk",
            "rule_number": "number",
            "rule_title": "title",
            "rule_version": "policy__number",
            "rule_blog": "policy__blog__slug",
            "rule_in_force": "policy__in_force_at",
            "rule_published": "policy__published_at",
        }
        return self.annotate(
            **{
                name: models.Case(
                    models.When(clause_since=None, then=f"clause__{field}"),
                    default=f"clause_since__{field}",
                )
                for name, field in of_rule.items()
            }
        )

    def with_time(self) -> Self:
        """Add `at`: when each was made, or else recorded; an index has it."""
        return self.annotate(at=Coalesce("decided_at", "recorded_at"))

    def newest_first(self) -> Self:
        """Order by the record, which no clock can disturb."""
        return self.order_by("-entry_index")


class Decision(models.Model):
    """What was decided about which version of what, under which rule, by whom.

    It is about a comment, a shown name (`commenter`), or the article itself where it
    names neither. Decided here, `decided_at` and `recorded_at` are equal. From a
    blog's own records the first is what they say, and may be empty; the second is
    always true.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    post = models.ForeignKey(Post, models.PROTECT, related_name="decisions")
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="decisions"
    )
    commenter = models.ForeignKey(
        Commenter, models.PROTECT, null=True, related_name="decisions"
    )
    aspect = models.CharField(max_length=10, choices=Aspect)
    # The version that was looked at, and the one that readers see afterwards.
    judged = models.ForeignKey(
        Revision, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    shown = models.ForeignKey(
        Revision, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    # What readers saw before it; an undoing shows that again, and nothing newer.
    shown_before = models.ForeignKey(
        Revision, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    action = models.CharField(max_length=13, choices=Action)
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, related_name="decisions"
    )
    # The rule that its wording of today names, where that is another one. Derived.
    clause_since = models.ForeignKey(
        Clause, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    grade = models.CharField(max_length=10, choices=Grade)
    decided_at = models.DateTimeField(null=True, db_index=True)
    recorded_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    # When what it hides comes back by itself; None for good.
    until = models.DateTimeField(null=True)
    # Who decided here; None for a blog's own records and for this program.
    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="decisions"
    )
    # Who decided, in the words of the notice, and their role as the record has it.
    decided_by = models.CharField(max_length=60)
    decided_by_role = models.CharField(max_length=10, choices=Role, blank=True)
    # Who entered it, which is somebody else for a blog's own records.
    recorder = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    recorder_role = models.CharField(max_length=10, choices=Role)
    # Shared by decisions that were taken at once for one reason; else empty.
    batch = models.CharField(max_length=LENGTH, blank=True, default="")
    # The role in which somebody else confirmed it, or "nobody" where one had to; else
    # empty.
    second = models.CharField(
        max_length=10, choices=SECOND, blank=True, default="", db_default=""
    )
    # Which version of the automatic rules decided and which of them; else empty.
    automatic_rules = models.CharField(max_length=LENGTH, blank=True, default="")
    automatic_rule = models.PositiveSmallIntegerField(null=True)
    override = models.CharField(max_length=12, choices=Conflict, blank=True, default="")
    # The comment's state at its blog when it was decided on; "" for other subjects.
    source_state = models.CharField(max_length=20, blank=True, default="")
    from_visibility = models.CharField(max_length=20, choices=Visibility)
    to_visibility = models.CharField(max_length=20, choices=Visibility)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by"
    )
    entry_index = models.BigIntegerField(unique=True)

    objects = DecisionQuerySet.as_manager()

    row_rule = rows.fact(derived=("clause_since_id",))

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["batch"], condition=~models.Q(batch=""), name="taken_together"
            ),
            models.Index(
                Coalesce("decided_at", "recorded_at").desc(),
                models.F("entry_index").desc(),
                name="decisions_by_time",
            ),
            models.Index(
                fields=["until"],
                condition=models.Q(action=Action.REDACT, until__isnull=False),
                name="blacked_out_for_some_time",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(grade=Grade.DECIDED)
                | models.Q(decided_at=models.F("recorded_at")),
                name="decided_here_is_recorded_at_once",
            ),
            models.CheckConstraint(
                condition=models.Q(automatic_rules="", automatic_rule__isnull=True)
                | (~models.Q(automatic_rules="") & models.Q(automatic_rule__gte=1)),
                name="automatic_by_version_and_rule",
            ),
            *(
                models.CheckConstraint(
                    condition=~models.Q(action=action) | subjects,
                    name=f"what_{action}_is_about",
                )
                for action, subjects in SUBJECTS.items()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.ref})"

    def get_absolute_url(self) -> str:
        return reverse("moderation:decision-detail", args=[self.ref])

    def get_action_display(self) -> str:  # type: ignore[no-redef]  # in place of Django's
        """Return what was done, in words."""
        return shown_action(self.action, self.to_visibility)

    @property
    def sentence(self) -> str:
        """Return what was done to what: "Comment taken down under rule 2, Abuse"."""
        done = self.done_to
        if self.comment_id and self.action not in OF_THEMSELVES:
            done = f"Comment {done[:1].lower()}{done[1:]}"
        return f"{done} under {self.rule.label}" if self.rule else done

    @property
    def rule(self) -> Clause | None:
        """Return the rule of today: the one cited, or one that it was put right by."""
        return self.clause_since or self.clause

    @property
    def done_to(self) -> str:
        """Return what was done, and to what where that is no comment."""
        return done_to(
            self.action,
            self.to_visibility,
            self.aspect,
            is_of_comment=self.comment_id is not None,
        )

    @property
    def is_only_noted(self) -> bool:
        """Return whether it is recorded here, and takes effect at the blog alone."""
        return self.action in OF_THEMSELVES

    @property
    def is_history(self) -> bool:
        """Return whether it tells of the past only: readers saw no change from it."""
        is_same = self.from_visibility == self.to_visibility
        return self.grade == Grade.IMPORTED and is_same

    @property
    def by_time(self) -> tuple[datetime, int]:
        """Return its place among decisions in the order in which they were made.

        One whose time is not told counts by when it was recorded.
        """
        return self.decided_at or self.recorded_at, self.entry_index

    @property
    def subject_made_at(self) -> datetime | None:
        """Return when the comment, or else the article, was made."""
        return self.comment.posted_at if self.comment else self.post.published_at

    @property
    def is_automatic(self) -> bool:
        """Return whether no person took it: a rule did, or its time had come."""
        return self.automatic_rules != "" or self.ends_a_measure

    @property
    def ends_a_measure(self) -> bool:
        """Return whether this program took back what was meant for some time only."""
        return self.undoes_id is not None and self.recorder_role == Role.SYSTEM

    @property
    def wordings(self) -> "list[DecisionWords]":
        """Return all its words in order; no query where `words` are fetched."""
        return sorted(self.words.all(), key=lambda wording: wording.number)

    def entry_of_wording(self, number: int) -> int | None:
        """Find the entry that committed to one of its wordings, the first being 1."""
        if number == 1:
            return self.entry_index
        found = Entry.objects.filter(
            event="decision.reword", subject=self.ref, subject_number=number - 1
        )
        return found.values_list("index", flat=True).first()

    @property
    def override_reason(self) -> str:
        """Return why it was taken in spite of a conflict; no query as for `facts`."""
        words = self.wordings
        return words[0].override_reason if words else ""

    @property
    def facts(self) -> str:
        """Return its public words of today; no query where `words` are fetched."""
        words = self.wordings
        return words[-1].facts if words else ""


class DecisionWords(models.Model):
    """One wording of a decision: public facts, and a note for staff.

    A later number replaces the facts and the rule of an earlier one; both stay on
    record.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="words")
    number = models.PositiveSmallIntegerField(default=1)
    # The rule that it names in place of the one that was cited; None for that one.
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    facts = models.TextField(blank=True)
    note = models.TextField(blank=True)
    # What whoever wrote a later wording has to do with the subject; of the first one
    # `Decision.override` says it.
    override = models.CharField(max_length=12, choices=Conflict, blank=True, default="")
    # Why they did it in spite of that; public.
    override_reason = models.TextField(blank=True, default="")
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
