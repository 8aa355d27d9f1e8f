"""House rules: dated versions of numbered rules, and the draft of the next one."""

from datetime import datetime
from typing import ClassVar, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH


class RuleText(models.Model):
    """What one rule says; shared by the draft and by published versions."""

    number = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1)],
        help_text="A number means the same rule for ever.",
    )
    title = models.CharField(max_length=80)
    text = models.TextField(help_text="The rule in plain words, for readers.")
    is_spam = models.BooleanField(
        "spam", default=False, help_text="What it hides is shown as spam."
    )
    is_legal = models.BooleanField(
        "legal",
        default=False,
        help_text="Its notices print no name and take no view on the complaint.",
    )
    is_automatic = models.BooleanField("automatic", default=False)
    ready_sentences = models.TextField(
        blank=True, help_text="Ready public words for decisions, one a line."
    )

    class Meta:
        abstract = True
        ordering = ("number",)

    def __str__(self) -> str:
        return f"Rule {self.number}: {self.title}"

    @property
    def words(self) -> dict[str, str | int | bool]:
        """Return all that a rule says, as its version's entry commits to it."""
        return {
            "number": self.number,
            "title": self.title,
            "text": self.text,
            "is_spam": self.is_spam,
            "is_legal": self.is_legal,
            "is_automatic": self.is_automatic,
            "ready_sentences": self.ready_sentences,
        }

    @property
    def sentences(self) -> list[str]:
        """Return the ready sentences, one of each line."""
        return [
            line for line in map(str.strip, self.ready_sentences.split("\n")) if line
        ]


class ClauseDraft(RuleText):
    """A rule of the next version: edited freely until it is published."""

    class Meta(RuleText.Meta):
        verbose_name = "draft rule"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="one_draft_a_number")
        ]


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def in_force_at(self, moment: datetime) -> "PolicyVersion | None":
        """Find the version in force at a time, by the dates the versions state."""
        return (
            self.filter(in_force_at__lte=moment)
            .order_by("-in_force_at", "-number")
            .first()
        )

    def number_in_force(self) -> int:
        """Return the number of the version in force today, 0 where there is none."""
        version = self.in_force_at(timezone.now())
        return version.number if version else 0

    def newest_first(self) -> Self:
        return self.order_by("-number")


class PolicyVersion(models.Model):
    """One published version of the house rules.

    `in_force_at` is the date that the version states, which may lie before its
    publication here, where a blog's older rules are put on record.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    number = models.PositiveIntegerField(unique=True)
    in_force_at = models.DateTimeField()
    # Whether it is put on record later, as a blog says its rules read then.
    as_told = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    entry_index = models.BigIntegerField()

    objects = PolicyVersionQuerySet.as_manager()

    row_rule = rows.fact()

    class Meta:
        verbose_name = "version of the house rules"
        verbose_name_plural = "versions of the house rules"

    def __str__(self) -> str:
        return f"House rules, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:policy-version", args=[self.number])

    @property
    def is_in_force(self) -> bool:
        """Return whether this version is in force now; costs one query."""
        return PolicyVersion.objects.in_force_at(timezone.now()) == self


class Clause(RuleText):
    """One numbered rule of one version."""

    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="clauses")

    row_rule = rows.fact()

    class Meta(RuleText.Meta):
        verbose_name = "rule"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "number"], name="one_clause_a_number"
            )
        ]

    @property
    def marks(self) -> tuple[str, ...]:
        """Return the marks that say what readers see of what it hides."""
        marks = (("legal", self.is_legal), ("spam", self.is_spam))
        return tuple(name for name, is_set in marks if is_set)

    @property
    def label(self) -> str:
        """Return the words by which notices name the rule."""
        return f"rule {self.number}, {self.title}"
