"""Letters: what is told to whom by mail, and what became of it."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models import Blog
from moderation.models.decision import Decision

# Longer than any delivery takes: one that is not over by then was broken off.
BROKEN_OFF = timedelta(minutes=15)


class LetterKind(models.TextChoices):
    """What a letter tells; each has a template of this name."""

    STATEMENT = "statement", "statement to the author"
    FLAG_RECEIPT = "flag_receipt", "receipt of a report"
    FLAG_OUTCOME = "flag_outcome", "outcome of a report"
    CLAIM_RECEIPT = "claim_receipt", "receipt of a claim"
    CLAIM_OUTCOME = "claim_outcome", "outcome of a claim"
    CLAIM_ANSWER = "claim_answer", "answer to a claim"
    COMPLAINT_RECEIPT = "complaint_receipt", "receipt of a complaint"
    COMPLAINT_OUTCOME = "complaint_outcome", "outcome of a complaint"
    SUBSCRIPTION = "subscription", "question whether to send reports"
    REPORT = "report", "audit report"
    NEWS = "news", "news of the desk"
    TEST = "test", "test letter"


# To staff, who asked for them: no case, and more than one a day.
TO_STAFF = (LetterKind.NEWS, LetterKind.TEST)


class LetterState(models.TextChoices):
    """What became of a letter."""

    DRAFTED = "drafted", "to be looked at"
    QUEUED = "queued", "waits to be sent"
    SENDING = "sending", "is being sent"
    SENT = "sent", "sent"
    REFUSED = "refused", "refused"
    GIVEN_UP = "given_up", "given up"
    UNSURE = "unsure", "may have been sent"
    CAME_BACK = "came_back", "came back"
    CANCELLED = "cancelled", "set aside"


class LetterQuerySet(models.QuerySet["Letter"]):
    def with_context(self) -> Self:
        """Fetch blog and address of each."""
        return self.select_related("blog", "address")

    def due(self, now: datetime) -> Self:
        """Keep what may be sent now, the longest due first."""
        queued = self.filter(state=LetterState.QUEUED, not_before__lte=now)
        return queued.order_by("not_before", "pk")

    def broken_off(self, now: datetime) -> Self:
        """Keep those whose delivery was broken off, so that nobody knows its end."""
        long_ago = now - BROKEN_OFF
        return self.filter(state=LetterState.SENDING, claimed_at__lte=long_ago)

    def in_doubt(self, now: datetime) -> Self:
        """Keep those that may have been sent, and wait for somebody's word."""
        broken_off = Q(state=LetterState.SENDING, claimed_at__lte=now - BROKEN_OFF)
        return self.filter(Q(state=LetterState.UNSURE) | broken_off)


class Letter(models.Model):
    """One mail to one address, about one case.

    It holds no word of what it says: that is put together from what is public when it
    is sent, and lies with the address in tables of their own, which erasures reach.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    kind = models.CharField(max_length=20, choices=LetterKind)
    # The comment, claim, complaint or member of the staff that it is about.
    case = models.CharField(max_length=LENGTH, db_index=True)
    # What it tells of: a decision, a report, a claim; no two letters tell one of it.
    about = models.CharField(max_length=LENGTH + 8)
    # Tells the addresses of one case apart, and nobody else: keyed, by case.
    person = models.BinaryField(max_length=32)
    # None for letters to staff.
    blog = models.ForeignKey(Blog, models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="letters"
    )
    made_at = models.DateTimeField()
    # Derived from here on: what became of it.
    state = models.CharField(max_length=10, choices=LetterState)
    # The day on which it goes out, or went; None for what never does.
    day = models.DateField(null=True)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Which wording of the decision somebody has looked at.
    wording = models.PositiveSmallIntegerField(null=True)
    # Who said that it be sent, or not.
    chosen_by = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )

    objects = LetterQuerySet.as_manager()

    row_rule = rows.fact(
        derived=(
            *("state", "day", "not_before", "attempts", "claimed_at", "ended_at"),
            *("wording", "chosen_by_id"),
        )
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "not_before"], name="letters_by_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "about", "person"], name="no_letter_twice"
            ),
            models.UniqueConstraint(
                fields=["case", "person", "day"],
                condition=Q(day__isnull=False) & ~Q(kind__in=[*map(str, TO_STAFF)]),
                name="one_letter_a_case_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.ref})"

    @property
    def sealed_address(self) -> "LetterAddress | None":
        """The row with its address; None once that is erased."""
        return getattr(self, "address", None)

    @property
    def email(self) -> str:
        """The address that it goes to; "" once that is erased."""
        return self.sealed_address.email if self.sealed_address else ""

    @property
    def masked_email(self) -> str:
        """The address as staff see it; "" once it is erased."""
        return masked(self.email)


def masked(email: str) -> str:
    """Return an address of which no more than a letter of its name is told."""
    name, _at, host = email.rpartition("@")
    return f"{name[:1]}…@{host}" if name else ""


class LetterAddress(models.Model):
    """Whom a letter goes to: never for the public, masked for staff."""

    letter = models.OneToOneField(
        Letter, models.PROTECT, primary_key=True, related_name="address"
    )
    email = models.TextField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "addresses of letters"

    def __str__(self) -> str:
        return f"address of {self.letter_id}"


class LetterText(models.Model):
    """What a letter said when it was last sent, or tried to be."""

    letter = models.OneToOneField(
        Letter, models.PROTECT, primary_key=True, related_name="text"
    )
    subject = models.TextField()
    body = models.TextField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "texts of letters"

    def __str__(self) -> str:
        return f"text of {self.letter_id}"


class LetterAttempt(models.Model):
    """One attempt to deliver a letter, or one word of staff, and what came of it."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="history")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=LetterState)
    # What the mail server said, without the address; or why it was not sent.
    answer = models.TextField(blank=True)

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "attempt to send a letter"
        verbose_name_plural = "attempts to send letters"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.letter_id}: {self.state}"


class LetterSwitch(models.Model):
    """That letters about a blog were switched on or off; the last row counts."""

    blog = models.ForeignKey(Blog, models.PROTECT, related_name="letter_switches")
    is_on = models.BooleanField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )

    row_rule = rows.fact()

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = "switch of a blog’s letters"
        verbose_name_plural = "switches of blogs’ letters"

    def __str__(self) -> str:
        return f"{self.blog_id}: {'on' if self.is_on else 'off'}"


class ReturnedAddress(models.Model):
    """An address from which letters came back; nothing is sent to it meanwhile.

    A row is deleted when somebody clears it, or what it is known by is erased.
    """

    # Keyed: an address can be looked up here, and none be read.
    digest = models.BinaryField(max_length=32, unique=True)
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "address from which letters came back"
        verbose_name_plural = "addresses from which letters came back"

    def __str__(self) -> str:
        return f"returned since {self.at}"


class NewsChoice(models.Model):
    """How one of the staff hears of what is new at the desk."""

    class How(models.TextChoices):
        """How often."""

        EACH = "each", "a mail when something is new, at most one in 15 minutes"
        DAILY = "daily", "one mail a day"

    actor = models.OneToOneField(
        "ledger.Actor", models.PROTECT, primary_key=True, related_name="news_choice"
    )
    how = models.CharField(max_length=5, choices=How)
    # Of what came until when the last mail told; and the last comment known by then.
    told_until = models.DateTimeField()
    told_comment = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.actor_id}: {self.how}"
