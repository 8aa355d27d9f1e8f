"""An erasure that was asked for at the desk, from the asking to its entry."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Actor, Role
from commentarchive.models.comment import Comment
from commentarchive.models.commenter import Commenter


class ErasureBasis(models.TextChoices):
    """Why something is erased, as the public record says it."""

    SUBJECT_REQUEST = "subject_request", "whoever it is about asked for it"
    LEGAL = "legal", "the law"
    COURT_ORDER = "court_order", "an order of a court"
    RETENTION = "retention", "its time is over"


class ErasureAsker(models.TextChoices):
    """Who asked for an erasure."""

    PERSON = "person", "the person themselves"
    REPRESENTATIVE = "representative", "somebody who acts for them"
    AUTHORITY = "authority", "an authority or a court"
    NOBODY = "nobody", "nobody; this archive does it by itself"


class IdentityCheck(models.TextChoices):
    """How it was checked who asked."""

    KNOWN_ADDRESS = "known_address", "an answer came from an address known here"
    DOCUMENT = "document", "a document was seen"
    IMPOSSIBLE = "impossible", "it could not be checked"
    NOT_NEEDED = "not_needed", "not needed, since nobody asked"


class ErasureRefusal(models.TextChoices):
    """Why an erasure is refused, as the public record says it."""

    UNIDENTIFIED = "unidentified", "nobody could check who asked"
    EXPRESSION = "expression", "freedom of expression and information"
    LEGAL_CLAIMS = "legal_claims", "legal claims"
    HOLD = "hold", "there is a hold on it"


class ErasureState(models.TextChoices):
    """How far a request has come."""

    ASKED = "asked", "waits for somebody to confirm it"
    WAITING = "waiting", "waits to run"
    RUNNING = "running", "is running"
    DONE = "done", "done"
    REFUSED = "refused", "refused"
    WITHDRAWN = "withdrawn", "withdrawn"


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    def open(self) -> Self:
        """Keep those that are neither done nor refused nor withdrawn."""
        return self.filter(ended_at=None)

    def at_work(self) -> Self:
        """Keep those that a worker has something to do for, the oldest first."""
        return self.open().exclude(confirmed_at=None).order_by("confirmed_at", "pk")

    def with_subject(self) -> Self:
        """Fetch what each is about, and who asked and confirmed."""
        return self.select_related(
            *("comment__post__blog", "commenter__blog", "commenter__name"),
            *("asked_by", "confirmed_by"),
        )


class ErasureRequest(models.Model):
    """That a comment, or a name with its comments, is to be erased.

    What becomes of it is filled in step by step; the words of it lie apart
    (`ErasureWords`). The words that it erases are never part of it.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="erasures"
    )
    commenter = models.ForeignKey(
        Commenter, models.PROTECT, null=True, related_name="erasures"
    )
    basis = models.CharField(max_length=15, choices=ErasureBasis)
    asked_for = models.CharField(max_length=14, choices=ErasureAsker)
    identity = models.CharField(max_length=13, choices=IdentityCheck)
    asked_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    asked_role = models.CharField(max_length=10, choices=Role)
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    confirmed_role = models.CharField(
        max_length=10, choices=Role, blank=True, default=""
    )
    confirmed_at = models.DateTimeField(null=True)
    # The first time that the worker began with it, and how often it did.
    started_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # What it waits for, or what went wrong, in a sentence.
    remark = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    refusal = models.CharField(
        max_length=12, choices=ErasureRefusal, blank=True, default=""
    )
    # The entry of what came of it; None where it was withdrawn, or nothing was left.
    entry_index = models.BigIntegerField(null=True)
    is_withdrawn = models.BooleanField(default=False)

    objects = ErasureRequestQuerySet.as_manager()

    row_rule = rows.fact(
        derived=("attempts", "remark", "is_withdrawn"),
        filled_once=(
            *("confirmed_by_id", "confirmed_role", "confirmed_at", "started_at"),
            *("ended_at", "refusal", "entry_index"),
        ),
    )

    class Meta:
        verbose_name = "request for an erasure"
        verbose_name_plural = "requests for erasures"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(comment__isnull=True) ^ Q(commenter__isnull=True),
                name="erases_a_comment_or_a_name",
            ),
            models.UniqueConstraint(
                fields=["comment"],
                condition=Q(ended_at=None),
                name="one_open_erasure_a_comment",
            ),
            models.UniqueConstraint(
                fields=["commenter"],
                condition=Q(ended_at=None),
                name="one_open_erasure_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.ref}"

    @property
    def subject(self) -> Comment | Commenter:
        """What is to be erased."""
        found = self.comment or self.commenter
        assert found is not None  # noqa: S101  # the database's constraint
        return found

    @property
    def state(self) -> ErasureState:
        """How far it has come."""
        if self.ended_at is not None:
            if self.is_withdrawn:
                return ErasureState.WITHDRAWN
            return ErasureState.REFUSED if self.refusal else ErasureState.DONE
        if self.confirmed_at is None:
            return ErasureState.ASKED
        return ErasureState.RUNNING if self.started_at else ErasureState.WAITING

    @property
    def sealed(self) -> "ErasureWords | None":
        """What was noted of whoever asked; None where nothing was, or it is erased."""
        return getattr(self, "words", None)


class ErasureWords(models.Model):
    """Who asked for an erasure, and the note that its entry commits to; sealed."""

    request = models.OneToOneField(
        ErasureRequest, models.PROTECT, primary_key=True, related_name="words"
    )
    asker = models.TextField(blank=True)
    note = models.TextField(blank=True)

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "words of a request for an erasure"
        verbose_name_plural = "words of requests for erasures"

    def __str__(self) -> str:
        return f"words of {self.request_id}"
