"""One reading of one source, and what it held of each article."""

import struct
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple, Self

from django.db import models
from django.urls import reverse

from commentarchive.importers.parsed import SOURCE_STATES
from commentarchive.ledger import rows
from commentarchive.ledger.merkle.events import STATES
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models.blog import Blog, BlogVisibility
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.threads.capture_diff import (
    CapturedComment,
    CopyTime,
    is_surely_before,
    later_than,
)


class CaptureState(models.TextChoices):
    """How far the reading of a copy has come; it only moves forward."""

    READING = "reading", "being read"
    COMPLETE = "complete", "read whole"
    PARTIAL = "partial", "read in part"
    ABANDONED = "abandoned", "given up"


class CaptureQuerySet(models.QuerySet["Capture"]):
    def public(self) -> Self:
        """Keep the copies of blogs that anybody may see."""
        return self.exclude(blog__visibility=BlogVisibility.STAFF)

    def of_bytes(self, blog: Blog, sha256: str) -> "Capture | None":
        """Return a blog's copy of some bytes, unless its reading was given up."""
        given_up = CaptureState.ABANDONED
        return self.filter(blog=blog, sha256=sha256).exclude(state=given_up).first()


class Capture(models.Model):
    """One file as it was read: digest, importer, counts, and its entry."""

    ref = models.CharField(max_length=LENGTH, unique=True)
    blog = models.ForeignKey(Blog, models.PROTECT, related_name="captures")
    importer = models.CharField(max_length=30)
    importer_version = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    # Digest of the bytes as kept, if comments were erased from them since.
    kept_sha256 = models.CharField(max_length=64, blank=True, default="")
    taken_at = models.DateTimeField(help_text="when it was read here")
    # When it was written according to the source; None if that does not say.
    written_at = models.DateTimeField(null=True)
    # The end of the day that begins then, where only the day is known.
    written_until = models.DateTimeField(null=True)
    # The entry by which it was dated later, where nobody had said it at its import.
    dated_entry = models.BigIntegerField(null=True)
    # Files that were given together share the reference of the first of them.
    reading = models.CharField(max_length=LENGTH)
    state = models.CharField(
        max_length=10, choices=CaptureState, default=CaptureState.READING
    )
    # The next article, counted in the file, and the next place in its thread.
    cursor_post = models.PositiveIntegerField(default=0)
    cursor_position = models.PositiveIntegerField(default=0)
    progress = models.JSONField(default=dict)
    root = models.CharField(max_length=43, blank=True, default="")
    entry_index = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    # False until it was compared with the other copies of its articles.
    is_compared = models.BooleanField(default=True)
    # Whether its articles were compared with those of other blogs (cross-posts).
    is_searched = models.BooleanField(default=False, db_default=False)

    objects = CaptureQuerySet.as_manager()

    row_rule = rows.fact(
        derived=("kept_sha256", "is_compared", "is_searched"),
        forward=(
            "state",
            "cursor_post",
            "cursor_position",
            "progress",
            "root",
            "entry_index",
            "closed_at",
        ),
        filled_once=("written_at", "written_until", "dated_entry"),
        open_while="OLD.\"state\" = 'reading'",
    )

    class Meta:
        verbose_name = "copy"
        verbose_name_plural = "copies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["blog", "sha256"],
                condition=~models.Q(state="abandoned"),
                name="one_capture_of_the_same_bytes",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(is_searched=False),
                name="copies_not_searched",
            )
        ]

    def __str__(self) -> str:
        return f"copy {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("capture-detail", args=[self.ref])

    @property
    def digest_of_bytes(self) -> str:
        """Return the digest of the bytes as kept: as received, or with erasures."""
        return self.kept_sha256 or self.sha256

    @property
    def day_only(self) -> bool:
        """Whether only the day is known on which it was written."""
        return self.written_until is not None

    @property
    def moment(self) -> datetime:
        """Return the time of what it holds: when it was written at last, else read."""
        return self.written_until or self.written_at or self.taken_at

    def made_at(self, zone: str) -> PrintedTime | None:
        """Return when it was written, on a blog's clock: a time, or the day alone."""
        return printed_time(self.written_at, None, zone, day_only=self.day_only)

    def held_at(self, zone: str) -> PrintedTime | None:
        """Return the time of what it holds, on a blog's clock."""
        return self.made_at(zone) or printed_time(self.taken_at, None, zone)

    def time_of(
        self, ordinal: int, seen_at: datetime | None, newest_at: datetime | None
    ) -> CopyTime:
        """Return what is known of when its copy of one article was made."""
        return CopyTime(
            seen_at or self.written_at,
            newest_at,
            (self.pk, ordinal),
            None if seen_at else self.written_until,
            self.sha256,
        )


class CaptureFile(models.Model):
    """The name of the file that was read; only staff see it, and it can be erased."""

    capture = models.OneToOneField(
        Capture, models.PROTECT, primary_key=True, related_name="file"
    )
    name = models.CharField(max_length=500)

    row_rule = rows.SIDE

    def __str__(self) -> str:
        return self.name


_row = struct.Struct("<qqqB")
# The first column of a row.
_key = struct.Struct("<q")
# A state and, above its four bits, the source's own word for it: 0 for none, as in
# copies that were read by earlier versions.
_WORDS = ("", *SOURCE_STATES)
_states = {
    number << 4 | code: (state, word)
    for number, word in enumerate(_WORDS)
    for code, state in enumerate(STATES)
}
_code = {pair: code for code, pair in _states.items()}


class Manifest(models.Model):
    """What a copy held of one article, in reading order.

    A long thread has several parts. The rows are packed (25 bytes a comment:
    comment, revision, parent, states), since two copies are compared as wholes.
    """

    capture = models.ForeignKey(Capture, models.PROTECT, related_name="manifests")
    post = models.ForeignKey("Post", models.PROTECT, related_name="manifests")
    # Which article of the file it is, and which part of a long one.
    ordinal = models.PositiveIntegerField()
    part = models.PositiveIntegerField()
    post_status = models.CharField(max_length=20)
    post_revision = models.ForeignKey(
        "Revision", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    packed = models.BinaryField()
    # The id space of its comments, and whether the copy of the thread is complete.
    scheme = models.CharField(max_length=20, default="wordpress")
    is_whole = models.BooleanField(default=True)
    # Whether it gives real parents: many themes show deep replies as flat ones.
    tells_parents = models.BooleanField(default=True)
    # Whether facts that it told otherwise than they stand are stored as testimonies.
    # Of older copies nothing is known but what first stood.
    keeps_facts = models.BooleanField(default=False)
    # When the article was read, if that differs from the file's own time (a page in a
    # web archive), and the time of its newest comment.
    seen_at = models.DateTimeField(null=True)
    newest_at = models.DateTimeField(null=True)
    # The number of comments that it prints itself.
    printed_count = models.PositiveIntegerField(null=True)
    # The article's leaf in the copy's tree, with the last part; else empty.
    leaf = models.BinaryField(max_length=32, default=b"")
    # A digest of the thread's times as they stood afterwards, with the last part, if
    # this copy changed any of them; else empty. See `captures.times`.
    times = models.BinaryField(max_length=32, default=b"", db_default=b"")

    row_rule = rows.fact()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["capture", "ordinal", "part"], name="one_manifest_a_part"
            )
        ]

    def __str__(self) -> str:
        return f"{self.capture_id}/{self.ordinal}/{self.part}"

    @property
    def time(self) -> CopyTime:
        """Return what is known of when this copy of the article was made."""
        return self.capture.time_of(self.ordinal, self.seen_at, self.newest_at)

    def unpack(self) -> Iterator[CapturedComment]:
        """Yield the comments in reading order."""
        for comment, revision, parent, code in _row.iter_unpack(bytes(self.packed)):
            yield CapturedComment(comment, revision, parent, *_states[code])

    def holding(self, comments: Collection[int]) -> set[int]:
        """Return which of some comments it holds; the others are not unpacked."""
        keys = {_key.pack(pk): pk for pk in comments}
        packed = bytes(self.packed)
        found = {packed[at : at + _key.size] for at in range(0, len(packed), _row.size)}
        return {keys[key] for key in keys.keys() & found}


def pack_manifest(held: Sequence[CapturedComment]) -> bytes:
    """Pack the comments of a copy for storage."""
    return b"".join(
        [_row.pack(*row[:3], _code[row.state, row.source_state]) for row in held]
    )


class SeenElsewhere(NamedTuple):
    """What other copies of an article held: when last before, and which later."""

    before: dict[int, datetime]
    later: set[int]


def seen_elsewhere(
    post_pk: int, scheme: str, capture: Capture, time: CopyTime
) -> SeenElsewhere:
    """Return what other copies of one id space held of an article's comments.

    `time` is that of this copy. Reads what every copy held of the article.
    """
    found = SeenElsewhere({}, set())
    others = list(
        Manifest.objects.filter(post=post_pk, scheme=scheme)
        .exclude(capture=capture, ordinal=time.turn[1])
        .select_related("capture")
    )
    later = set(later_than(time, {each.time for each in others}))
    for manifest in others:
        comments = [row.comment for row in manifest.unpack()]
        if manifest.time in later:
            found.later.update(comments)
        elif (moment := manifest.time.not_before) and is_surely_before(
            manifest.time, time
        ):
            for pk in comments:
                found.before[pk] = max(moment, found.before.get(pk, moment))
    return found
