"""Two names of one person, as people at the archive found by evidence."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Role
from commentarchive.models.commenter import Commenter


class Confidence(models.TextChoices):
    """How sure it is; the values stand in entries."""

    CERTAIN = "certain", "certain"
    LIKELY = "likely", "likely"


class NameLinkQuerySet(models.QuerySet["NameLink"]):
    def of(self, name: Commenter) -> Self:
        """Keep what was said of a name and any other, in the order of the record."""
        return self.filter(Q(one=name) | Q(other=name)).order_by("entry_index")

    def between(self, one: Commenter, other: Commenter) -> Self:
        """Keep what was said of two names, in the order of the record."""
        pair = Q(one=one, other=other) | Q(one=other, other=one)
        return self.filter(pair).order_by("entry_index")


class NameLink(models.Model):
    """Two names joined, or split again; of each pair the last one stands."""

    one = models.ForeignKey(Commenter, models.PROTECT, related_name="+")
    other = models.ForeignKey(Commenter, models.PROTECT, related_name="+")
    # Empty where they were split.
    confidence = models.CharField(max_length=10, choices=Confidence, blank=True)
    # Under what the record speaks of them while it is only likely that they are one
    # person's: until that is confirmed, no entry names them.
    likely_ref = models.CharField(
        max_length=LENGTH, blank=True, default="", db_default=""
    )
    made_at = models.DateTimeField()
    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=10, choices=Role)
    entry_index = models.BigIntegerField(unique=True)

    objects = NameLinkQuerySet.as_manager()

    row_rule = rows.fact()

    class Meta:
        verbose_name = "link of two names"
        verbose_name_plural = "links of two names"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(one=F("other")), name="link_of_two_names"
            )
        ]

    def __str__(self) -> str:
        return f"two names, record no. {self.entry_index}"

    @property
    def names(self) -> str:
        """Both names as entries commit to them."""
        return f"{self.one.ref} {self.other.ref}"

    @property
    def is_sealed(self) -> bool:
        """Whether its entry names neither of the two."""
        return self.likely_ref != "" and self.confidence != Confidence.CERTAIN

    @property
    def pair(self) -> frozenset[int]:
        """The keys of both names, whichever was named first."""
        return frozenset((self.one_id, self.other_id))


class NameLinkWords(models.Model):
    """By what evidence, and a note for staff; erased with either name."""

    link = models.OneToOneField(
        NameLink, models.PROTECT, primary_key=True, related_name="words"
    )
    facts = models.TextField()
    note = models.TextField(blank=True)

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "name link words"

    def __str__(self) -> str:
        return self.facts
