"""Automatic rules: published versions of numbered rules, and the draft of the next.

A set belongs to one blog, or is common to all: the common rules act on a blog only
where that blog's own version says so.
"""

from typing import ClassVar, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models import Blog


class Kind(models.TextChoices):
    """What a rule looks for."""

    WORDS = "words", "words and phrases"
    PARTS = "parts", "parts of words"
    PATTERN = "pattern", "patterns"
    HOSTS = "hosts", "hosts that links lead to"
    LINKS = "links", "many links"
    FIRST = "first", "a name without a comment that readers see"
    REPEATED = "repeated", "the same text again"


class RuleAction(models.TextChoices):
    """What a rule does with what it finds."""

    HOLD = "hold", "put on hold"
    BLOCK = "block", "block"


# Kinds that have lines of their own, those that look where they are told, and those
# that count.
WITH_LINES = frozenset({Kind.WORDS, Kind.PARTS, Kind.PATTERN, Kind.HOSTS})
WITH_PLACES = frozenset({Kind.WORDS, Kind.PARTS, Kind.PATTERN})
WITH_COUNT = frozenset({Kind.LINKS, Kind.REPEATED})


class AutomaticRuleText(models.Model):
    """What one rule looks for and does; shared by drafts and published versions."""

    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind)
    # What it looks for, one a line; never public.
    lines = models.TextField(blank=True, default="")
    # From how many on, for kinds that count.
    least = models.PositiveSmallIntegerField(default=0)
    in_name = models.BooleanField(default=False)
    in_text = models.BooleanField(default=True)
    in_link = models.BooleanField(default=False)
    action = models.CharField(max_length=5, choices=RuleAction)
    # Which house rule it applies, by its number.
    house_rule = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    # The public words of each of its decisions.
    sentence = models.CharField(max_length=300)

    class Meta:
        abstract = True
        ordering = ("number",)

    def __str__(self) -> str:
        return f"Automatic rule {self.number}: {self.title}"

    @property
    def words(self) -> dict[str, str | int | bool]:
        """Return all that a rule says, as its version's entry commits to it."""
        return {
            "number": self.number,
            "title": self.title,
            **self.what,
            "action": self.action,
            "house_rule": self.house_rule,
            "sentence": self.sentence,
        }

    @property
    def what(self) -> dict[str, str | int | bool]:
        """Return what a rule looks for, and where."""
        return {
            "kind": self.kind,
            "lines": self.lines,
            "least": self.least,
            "in_name": self.in_name,
            "in_text": self.in_text,
            "in_link": self.in_link,
        }

    @property
    def looked_for(self) -> tuple[str, ...]:
        """Return its lines, without the empty ones."""
        return tuple(filter(None, map(str.strip, self.lines.split("\n"))))

    @property
    def summary(self) -> str:
        """Return what it looks for and where, without the words themselves."""
        number = len(self.looked_for)
        match self.kind:
            case Kind.LINKS:
                return f"{self.least} links or more"
            case Kind.REPEATED:
                return f"the same text {self.least} times in thirty days"
            case Kind.FIRST:
                return str(Kind.FIRST.label)
            case Kind.HOSTS:
                return f"links to {_count(number, 'host')}"
        what = {
            Kind.WORDS: _count(number, "word or phrase", "words and phrases"),
            Kind.PARTS: _count(number, "part of a word", "parts of words"),
            Kind.PATTERN: _count(number, "pattern"),
        }[Kind(self.kind)]
        places = [
            place
            for place, is_in in (
                ("name", self.in_name),
                ("text", self.in_text),
                ("links", self.in_link),
            )
            if is_in
        ]
        return f"{what} in {' and '.join(places)}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


class AutomaticDraft(AutomaticRuleText):
    """A rule of a set's next version: edited freely until it is published."""

    blog = models.ForeignKey(
        Blog, models.PROTECT, null=True, blank=True, related_name="automatic_drafts"
    )

    class Meta(AutomaticRuleText.Meta):
        verbose_name = "draft automatic rule"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"], name="one_automatic_draft_a_number"
            )
        ]


class AutomaticVersionQuerySet(models.QuerySet["AutomaticVersion"]):
    def newest_first(self) -> Self:
        return self.order_by("-number")

    def in_force(self, blog: Blog | None) -> "AutomaticVersion | None":
        """Find the last version of a blog's own set, or of the common one."""
        return self.filter(blog=blog).newest_first().first()


class AutomaticVersion(models.Model):
    """One published version of the automatic rules of a blog, or of the common ones."""

    ref = models.CharField(max_length=LENGTH, unique=True)
    # All sets count together.
    number = models.PositiveIntegerField(unique=True)
    blog = models.ForeignKey(
        Blog, models.PROTECT, null=True, related_name="automatic_versions"
    )
    # Since when the common rules act on the blog without a break; None where they do
    # not.
    common_from = models.DateTimeField(null=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    entry_index = models.BigIntegerField()

    objects = AutomaticVersionQuerySet.as_manager()

    row_rule = rows.fact()

    class Meta:
        verbose_name = "version of automatic rules"
        verbose_name_plural = "versions of automatic rules"

    def __str__(self) -> str:
        return f"Automatic rules, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:automatic-version", args=[self.number])


class AutomaticRule(AutomaticRuleText):
    """One numbered rule of one published version."""

    version = models.ForeignKey(
        AutomaticVersion, models.PROTECT, related_name="automatic_rules"
    )
    # It acts on what was written since: since it looks for what it looks for.
    acts_from = models.DateTimeField()

    row_rule = rows.fact()

    class Meta(AutomaticRuleText.Meta):
        verbose_name = "automatic rule"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "number"], name="one_automatic_rule_a_number"
            )
        ]
