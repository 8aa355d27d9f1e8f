"""The complaint book: what came by mail, e-mail, telephone or in person."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Actor, Role
from commentarchive.models import Comment, Commenter, Post
from moderation.models.flag import Flag


class Channel(models.TextChoices):
    """How a complaint came, or an answer went."""

    LETTER = "letter", "by mail"
    EMAIL = "email", "by e-mail"
    TELEPHONE = "telephone", "by telephone"
    IN_PERSON = "in_person", "in person"
    FORM = "form", "by a form of this site"
    AUTHORITY = "authority", "from an authority"
    OTHER = "other", "in another way"

    @property
    def on_record(self) -> str:
        """The word that the public record has for it."""
        return "other" if self is Channel.TELEPHONE else self.value


class Ground(models.TextChoices):
    """What a complaint rests on."""

    HOUSE_RULES = "house_rules", "the house rules"
    LEGAL = "legal", "the law"
    DATA_PROTECTION = "data_protection", "data protection"
    COURT_ORDER = "court_order", "an order of a court"
    OTHER = "other", "something else"


class Outcome(models.TextChoices):
    """How a complaint ended."""

    UPHELD = "upheld", "upheld"
    PARTLY = "partly", "upheld in part"
    REJECTED = "rejected", "rejected"
    WITHDRAWN = "withdrawn", "withdrawn by whoever sent it"
    INVALID = "invalid", "not a valid complaint"


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def is_open(self) -> Self:
        """Keep those that are not closed."""
        return self.filter(closed_at=None)

    def due(self, now: datetime) -> Self:
        """Keep the open ones whose time is over."""
        return self.is_open().filter(due_at__lte=now)

    def by_due_time(self) -> Self:
        """Put those first that are due first; those without a time come last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")


class _AsWritten(models.Model):
    """What one wording of a complaint says beside its words."""

    channel = models.CharField(max_length=10, choices=Channel)
    ground = models.CharField(max_length=15, choices=Ground)
    # None where nobody knows the day; midnight on the clock where only that is known.
    came_at = models.DateTimeField(null=True)
    day_only = models.BooleanField(default=False)
    # The clock of the blog that it is about.
    time_zone = models.CharField(max_length=64)
    # Set by hand; None for none.
    due_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def came_local(self) -> datetime | None:
        """When it came, on the blog's clock."""
        return self.came_at and self.came_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def due_local(self) -> datetime | None:
        """When it is due, on the blog's clock."""
        return self.due_at and self.due_at.astimezone(ZoneInfo(self.time_zone))


class Complaint(_AsWritten):
    """A complaint that staff wrote into the book, as its last wording has it.

    The public record names its ground, its channel and its outcome, and commits to the
    rest, which is sealed (`ComplaintWords`). Which places it is about is for staff.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    recorded_at = models.DateTimeField()
    # The number of its last wording.
    wording = models.PositiveSmallIntegerField(default=1)
    # A reader's report that it took over.
    flag = models.OneToOneField(
        Flag, models.PROTECT, null=True, related_name="complaint"
    )
    entry_index = models.BigIntegerField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    closed_entry = models.BigIntegerField(null=True)

    objects = ComplaintQuerySet.as_manager()

    row_rule = rows.fact(
        # Whoever takes it up again writes another wording: it is open with that.
        settled=(
            *("channel", "ground", "came_at", "day_only", "time_zone", "due_at"),
            *("closed_at", "outcome", "closed_entry"),
        ),
        counter="wording",
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["closed_at", "due_at"], name="complaints_due")
        ]

    def __str__(self) -> str:
        return f"complaint {self.ref}"

    @property
    def places_now(self) -> "list[ComplaintPlace]":
        """The places that its last wording names."""
        return [place for place in self.places.all() if place.taken_out_in is None]

    @property
    def sealed(self) -> "ComplaintWords | None":
        """The words of its last wording; None where they are erased."""
        words: Sequence[ComplaintWords] = sorted(
            self.words.all(), key=lambda each: each.number
        )
        return words[-1] if words else None


class ComplaintWording(_AsWritten):
    """One wording of a complaint: as first written down, or as put right later."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="wordings")
    number = models.PositiveSmallIntegerField()
    actor = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    written_at = models.DateTimeField()
    # None where it changes nothing that the record speaks of.
    entry_index = models.BigIntegerField(null=True)

    row_rule = rows.fact()

    class Meta:
        verbose_name = "wording of a complaint"
        verbose_name_plural = "wordings of complaints"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint", "number"], name="one_complaint_wording_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"wording {self.number} of {self.complaint_id}"


class ComplaintWords(models.Model):
    """From whom a complaint came, and what it says: sealed, one row a wording."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="words")
    number = models.PositiveSmallIntegerField(default=1)
    from_name = models.TextField(blank=True)
    from_address = models.TextField(blank=True)
    text = models.TextField(blank=True)
    # Why it was put right; "" in the first wording.
    reason = models.TextField(blank=True, default="")

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "words of a complaint"
        verbose_name_plural = "words of complaints"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint", "number"], name="one_row_of_complaint_words"
            )
        ]

    def __str__(self) -> str:
        return f"words of {self.complaint_id}"


class ComplaintEnd(models.Model):
    """How a complaint had ended before it was taken up again, with another wording."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="ends")
    closed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    entry_index = models.BigIntegerField(unique=True)
    # The wording with which it was taken up again.
    reopened_in = models.PositiveSmallIntegerField()

    row_rule = rows.fact()

    class Meta:
        verbose_name = "earlier end of a complaint"
        verbose_name_plural = "earlier ends of complaints"
        ordering: ClassVar = ["entry_index"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint", "reopened_in"], name="one_end_before_a_wording"
            )
        ]

    def __str__(self) -> str:
        return f"earlier end of {self.complaint_id}"


class ComplaintPlace(models.Model):
    """A comment, an article or a name that a complaint is about."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="places")
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="complaint_places"
    )
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="complaint_places"
    )
    commenter = models.ForeignKey(
        Commenter, models.PROTECT, null=True, related_name="complaint_places"
    )
    # In which wordings it was put down and struck out.
    added_in = models.PositiveSmallIntegerField(default=1)
    taken_out_in = models.PositiveSmallIntegerField(null=True)

    row_rule = rows.fact(filled_once=("taken_out_in",))

    class Meta:
        verbose_name = "place of a complaint"
        verbose_name_plural = "places of complaints"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(comment__isnull=False, post=None, commenter=None)
                    | Q(comment=None, post__isnull=False, commenter=None)
                    | Q(comment=None, post=None, commenter__isnull=False)
                ),
                name="a_complaint_names_one_thing_a_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} is about {self.ref}"

    @property
    def target(self) -> Comment | Post | Commenter:
        """What it is."""
        found = self.comment or self.post or self.commenter
        assert found is not None  # noqa: S101  # the database's constraint
        return found

    @property
    def ref(self) -> str:
        """The reference of what it is."""
        return self.target.ref


class ComplaintAnswer(models.Model):
    """What was answered to whoever complained: when, how, in which words; sealed."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="answers")
    sent_at = models.DateTimeField(null=True)
    day_only = models.BooleanField(default=False)
    way = models.CharField(max_length=10, choices=Channel)
    words = models.TextField()
    # The reply with which it was closed.
    closes = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "answer to a complaint"
        verbose_name_plural = "answers to complaints"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"answer to {self.complaint_id}"

    @property
    def sent_local(self) -> datetime | None:
        """When it went, on the clock of the complaint."""
        zone = ZoneInfo(self.complaint.time_zone)
        return self.sent_at and self.sent_at.astimezone(zone)


class ComplaintNote(models.Model):
    """A note of staff on a complaint, for staff only."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="notes")
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    words = models.TextField()
    written_at = models.DateTimeField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "note on a complaint"
        verbose_name_plural = "notes on complaints"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"note on {self.complaint_id}"
