"""Rows of the public record: entries, tree nodes, its head, openings, actors."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.events import ROLES
from commentarchive.ledger.merkle.refs import LENGTH


class Role(models.TextChoices):
    """What somebody may do here; the words stand in entries."""

    OWNER = "owner"
    MODERATOR = "moderator"
    AUDITOR = "auditor"
    ARCHIVIST = "archivist"
    SYSTEM = "system"


class Actor(models.Model):
    """The only identity that a person has in decisions and entries.

    The handle is chosen when somebody joins the staff and is never used again for
    another person. Who it is stands in ActorLink, which can be erased.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    handle = models.CharField(max_length=40, unique=True)
    made_at = models.DateTimeField()

    row_rule = rows.fact()

    class Meta:
        verbose_name = "person on record"
        verbose_name_plural = "people on record"

    def __str__(self) -> str:
        return self.handle


class ActorLink(models.Model):
    """Which login an actor belongs to."""

    actor = models.OneToOneField(Actor, models.PROTECT, related_name="link")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="actor_link"
    )

    row_rule = rows.SIDE

    def __str__(self) -> str:
        return self.actor.handle


class Entry(models.Model):
    """A leaf of the log: canonical bytes, stored and served as they were hashed."""

    index = models.BigIntegerField(primary_key=True)
    leaf = models.BinaryField()
    hash = models.BinaryField(max_length=32)
    # Copied from the leaf for look-ups; `verify_ledger` compares the two.
    event = models.CharField(max_length=30)
    subject = models.CharField(max_length=LENGTH)
    subject_number = models.PositiveIntegerField()

    row_rule = rows.fact()

    class Meta:
        verbose_name = "record"
        verbose_name_plural = "records"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "subject_number"], name="one_event_a_number"
            ),
            models.CheckConstraint(
                condition=models.Q(index__gte=0), name="entry_index_from_0"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.event}"


class Node(models.Model):
    """The root of a complete subtree of 256**level leaves."""

    level = models.PositiveSmallIntegerField()
    n = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    row_rule = rows.fact()

    class Meta:
        verbose_name = "hash over records"
        verbose_name_plural = "hashes over records"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "n"], name="one_node_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.n}"


class Head(models.Model):
    """How far the log reaches: the only row, which every append locks."""

    log_ref = models.CharField(max_length=LENGTH)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")

    row_rule = rows.fact(
        forward=("size", "frontier"), open_while='NEW."size" > OLD."size"'
    )

    class Meta:
        verbose_name = "end of the record"
        verbose_name_plural = "ends of the record"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="only_one_head")
        ]

    def __str__(self) -> str:
        return str(self.size)


class LogKey(models.Model):
    """A public key of the record, announced by its `log.key` entry.

    The origin, which is the key's name, is fixed by the first of them.
    """

    vkey = models.TextField(unique=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="log_key")

    row_rule = rows.fact()

    def __str__(self) -> str:
        return self.vkey


class Checkpoint(models.Model):
    """A signed state of the log (C2SP tlog-checkpoint), which anybody may keep."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    signed_at = models.DateTimeField()

    row_rule = rows.fact()

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"

    @property
    def published(self) -> str:
        """Return the note with every witness's line under it. Costs a query."""
        lines = self.cosignatures.order_by("pk").values_list("line", flat=True)
        return self.note + "".join(lines)

    @property
    def last_index(self) -> int:
        """Return the index of the last entry that it signs."""
        return self.size - 1


class Cosignature(models.Model):
    """A witness's line under a checkpoint (C2SP tlog-cosignature)."""

    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, related_name="cosignatures"
    )
    vkey = models.TextField()
    line = models.TextField()
    # The witness's own time, which is part of what it signed.
    signed_at = models.DateTimeField()

    row_rule = rows.fact()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["checkpoint", "vkey"], name="one_cosignature_a_witness"
            )
        ]

    def __str__(self) -> str:
        return self.line

    @property
    def name(self) -> str:
        """Return the name of the witness."""
        return self.vkey.partition("+")[0]


class WitnessedLog(models.Model):
    """Another record that this installation witnesses, and what it confirmed last."""

    origin = models.TextField(unique=True)
    vkey = models.TextField()
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=32, default=b"")
    seen_at = models.DateTimeField(null=True)

    row_rule = rows.fact(
        forward=("size", "root", "seen_at"), open_while='NEW."size" >= OLD."size"'
    )

    class Meta:
        verbose_name = "record that is witnessed here"
        verbose_name_plural = "records that are witnessed here"

    def __str__(self) -> str:
        return self.origin


class Opening(models.Model):
    """The disclosure of a committed value of an entry; it may be erased."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="openings")
    field = models.CharField(max_length=30)
    disclosure = models.TextField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name = "proof of a text"
        verbose_name_plural = "proofs of texts"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "field"], name="one_opening_a_field"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.field}"


# Every choice has to be in the registry; a typo in either stops the start.
if not set(Role.values) <= set(ROLES):
    message = "ledger.Role and the registry's roles differ"
    raise RuntimeError(message)
