"""House rules: dated versions of numbered rules, and the draft of the next one.

The archive has a set of rules, which is in force for all blogs that have none of their
own. A blog's own set takes its place there from the date of that set's first version
on, until it ends. A number means one rule in the whole archive, whichever set it stands
in: the log, its filters, the reports and notices name a rule by its number alone.
"""

from datetime import datetime
from typing import ClassVar, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models import Blog, BlogVisibility
from commentarchive.storage.prepared import Prepared


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
    against = models.TextField(
        "what is against it",
        blank=True,
        default="",
        help_text="Examples of what is against the rule, one a line.",
    )
    allowed = models.TextField(
        "what is not",
        blank=True,
        default="",
        help_text="Examples of what is not against it, one a line.",
    )
    # Where it stands among the others; those of older versions stand by number.
    place = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True
        ordering = ("place", "number")

    def __str__(self) -> str:
        return f"Rule {self.number}: {self.title}"

    @property
    def words(self) -> dict[str, str | int | bool]:
        """Return all that a rule says, as its version's entry commits to it.

        Rules had no examples once: without any they are as they were then.
        """
        examples = {"against": self.against, "allowed": self.allowed}
        return {
            "number": self.number,
            "title": self.title,
            "text": self.text,
            "is_spam": self.is_spam,
            "is_legal": self.is_legal,
            "is_automatic": self.is_automatic,
            "ready_sentences": self.ready_sentences,
            **{name: text for name, text in examples.items() if text},
        }

    @property
    def meaning(self) -> tuple[str, tuple[str, ...]]:
        """Return what may not change while a rule keeps its number: title and marks."""
        return " ".join(self.title.split()).casefold(), self.marks

    @property
    def marks(self) -> tuple[str, ...]:
        """Return the marks that the rule has, in words."""
        marks = {
            "spam": self.is_spam,
            "legal": self.is_legal,
            "automatic": self.is_automatic,
        }
        return tuple(name for name, is_set in marks.items() if is_set)

    @property
    def reads(self) -> tuple[object, ...]:
        """Return what readers are told of it: all but the ready sentences."""
        return self.title, self.text, self.against, self.allowed, self.marks

    @property
    def sentences(self) -> list[str]:
        """Return the ready sentences, one of each line."""
        return _lines(self.ready_sentences)

    @property
    def examples_against(self) -> list[str]:
        """Return the examples of what is against it."""
        return _lines(self.against)

    @property
    def examples_allowed(self) -> list[str]:
        """Return the examples of what is not against it."""
        return _lines(self.allowed)


def _lines(text: str) -> list[str]:
    return [line for line in map(str.strip, text.split("\n")) if line]


def _once_in_a_set(field: str, name: str) -> list[models.BaseConstraint]:
    """Return the constraints that a number stands once in the set of each blog."""
    return [
        models.UniqueConstraint(
            fields=[field], condition=models.Q(blog=None), name=name
        ),
        models.UniqueConstraint(fields=["blog", field], name=f"{name}_of_a_blog"),
    ]


class ClauseDraft(RuleText):
    """A rule of the next version: edited freely until it is published."""

    # Whose rules; None for the archive's.
    blog = models.ForeignKey(
        Blog, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Kept with its words, to be put back; it is not published.
    is_out = models.BooleanField("taken out", default=False)

    class Meta(RuleText.Meta):
        verbose_name = "draft rule"
        constraints: ClassVar = _once_in_a_set("number", "one_draft_a_number")


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    @staticmethod
    def in_force_at(moment: datetime, blog: Blog | None) -> "PolicyVersion | None":
        """Find the version in force at a blog at a time, by the dates they state.

        The blog's own, else the archive's; the archive's alone for None.
        """
        return _in_force_at.first(moment, None if blog is None else blog.pk)

    def begun(self) -> int:
        """Count the dates that have come: what is in force changes with each.

        Of the versions, and of the ends of blogs' own rules, in one query.
        """
        now = timezone.now()
        ended = models.Count("end", filter=models.Q(end__ends_at__lte=now))
        counted = self.filter(in_force_at__lte=now).aggregate(
            all=models.Count("pk") + ended
        )
        return int(counted["all"])

    def public(self) -> Self:
        """Keep the rules of the archive, and of the blogs that anybody may see."""
        return self.exclude(blog__visibility=BlogVisibility.STAFF)

    def newest_first(self) -> Self:
        return self.order_by("-number")


@Prepared
def _in_force_at(
    moment: datetime, blog_pk: int | None
) -> "models.QuerySet[PolicyVersion]":
    begun = PolicyVersion.objects.filter(in_force_at__lte=moment)
    if blog_pk is not None:
        begun = begun.filter(models.Q(blog=blog_pk) | models.Q(blog=None))
        begun = begun.exclude(models.Exists(_ended_by(moment)))
    else:
        begun = begun.filter(blog=None)
    own_first = models.F("blog").asc(nulls_last=True)
    return begun.order_by(own_first, "-in_force_at", "-number")[:1]


def _ended_by(moment: datetime) -> "models.QuerySet[PolicyEnd]":
    """Select what has ended a version by a time: its end, or that of a later one."""
    later = models.Q(policy__in_force_at__gt=models.OuterRef("in_force_at")) | models.Q(
        policy__in_force_at=models.OuterRef("in_force_at"),
        policy__number__gte=models.OuterRef("number"),
    )
    of_its_set = PolicyEnd.objects.filter(policy__blog=models.OuterRef("blog"))
    return of_its_set.filter(later, ends_at__lte=moment)


class PolicyVersion(models.Model):
    """One published version of the house rules.

    `in_force_at` is the date that the version states, which may lie before its
    publication here, where a blog's older rules are put on record.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    # Whose rules; None for the archive's. Each set counts its versions from 1.
    blog = models.ForeignKey(
        Blog, models.PROTECT, null=True, related_name="policy_versions"
    )
    number = models.PositiveIntegerField()
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
        constraints: ClassVar = _once_in_a_set("number", "one_version_a_number")

    def __str__(self) -> str:
        whose = f" of {self.blog.title}" if self.blog else ""
        return f"House rules{whose}, version {self.number}"

    def get_absolute_url(self) -> str:
        return self._address("moderation:policy-version")

    @property
    def changes_url(self) -> str:
        """Return the address of what it changed."""
        return self._address("moderation:policy-changes")

    def _address(self, page: str) -> str:
        names: dict[str, object] = {"number": self.number}
        if self.blog:
            names["slug"] = self.blog.slug
        return reverse(page, kwargs=names)

    @property
    def order(self) -> tuple[datetime, int]:
        """Return its place among versions by the date in force, then by the record."""
        return self.in_force_at, self.entry_index

    @property
    def is_in_force(self) -> bool:
        """Return whether this version is in force now; costs one query."""
        return PolicyVersion.objects.in_force_at(timezone.now(), self.blog) == self


class PolicyEnd(models.Model):
    """That a blog's own rules end with one version, which was its last one then.

    From `ends_at` on, never before the version's own date, the archive's are in force
    at the blog, until a later version of its own is.
    """

    policy = models.OneToOneField(PolicyVersion, models.PROTECT, related_name="end")
    ends_at = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    entry_index = models.BigIntegerField(unique=True)

    row_rule = rows.fact()

    class Meta:
        verbose_name = "end of a blog’s own rules"
        verbose_name_plural = "ends of blogs’ own rules"

    def __str__(self) -> str:
        return f"end of {self.policy}"


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
