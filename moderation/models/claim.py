"""What somebody says was blocked: a claim, its sealed words, and who read them."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.ledger.models import Role
from commentarchive.models import Blog, Comment, Gap, Post


class ClaimState(models.TextChoices):
    """What became of a claim."""

    WAITING = "waiting", "It waits: no moderator has decided on it yet."
    CLAIMED = (
        "claimed",
        (
            "It was accepted as a claim: readers see how many comments are said to "
            "have been blocked there, and nothing else of it."
        ),
    )
    PROVEN = (
        "proven",
        (
            "A copy proves it: readers see how many comments were blocked, and which "
            "copy proves it, and nothing else of the claim."
        ),
    )
    ENDED = (
        "ended",
        (
            "It was on record as a claim, and was withdrawn or refused since: readers "
            "no longer see it."
        ),
    )
    REFUSED = "refused", "It was refused, and nothing of it was ever public."


class ClaimQuerySet(models.QuerySet["Claim"]):
    def waiting(self) -> Self:
        """Keep the claims that nobody has decided on."""
        return self.filter(gap=None, refused_at=None)

    def with_context(self) -> Self:
        """Fetch blog, article, comment and what is on record of each."""
        return self.select_related(
            *("blog", "post__blog", "post__current_revision__text"),
            *("gap", "comment__post"),
        )


class Claim(models.Model):
    """That comments were blocked: on which blog, below which article, how many.

    Somebody sent it through the public form and holds its secret, or a comment makes
    it. It is public only as a row of `Gap`, and only after a moderator accepted it.
    A claim against a blog that is not here has none until then: how the blog was named
    lies with the sealed words.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    # SHA-256 of 128 random bits; None where a comment makes the claim.
    secret_digest = models.BinaryField(max_length=32, null=True, unique=True)
    blog = models.ForeignKey(Blog, models.PROTECT, null=True, related_name="claims")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="claims")
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, related_name="claims"
    )
    number = models.PositiveIntegerField()
    # A day, a month or a year: 2012-05-03, 2012-05, 2012; "" where it is not known.
    about = models.CharField(max_length=10, blank=True)
    received_at = models.DateTimeField()
    gap = models.OneToOneField(Gap, models.PROTECT, null=True, related_name="claim")
    refused_at = models.DateTimeField(null=True)

    objects = ClaimQuerySet.as_manager()

    row_rule = rows.fact(filled_once=("blog_id", "post_id", "gap_id", "refused_at"))

    def __str__(self) -> str:
        return f"claim {self.ref}"

    @property
    def state(self) -> ClaimState:
        """What became of it."""
        if self.gap is None:
            return ClaimState.REFUSED if self.refused_at else ClaimState.WAITING
        if self.gap.withdrawn_entry is not None:
            return ClaimState.ENDED
        return ClaimState.PROVEN if self.gap.proof_id else ClaimState.CLAIMED

    @property
    def until(self) -> datetime | None:
        """The end of the day, month or year that it is about, on the blog's clock."""
        if not self.about:
            return None
        year, month, day = (*map(int, self.about.split("-")), 0, 0)[:3]
        if day:
            after = date(year, month, day) + timedelta(days=1)
        else:
            after = date(year, month, 1) if month else date(year, 12, 1)
            after = (after + timedelta(days=31)).replace(day=1)
        zone = self.blog.time_zone if self.blog else settings.TIME_ZONE
        return datetime.combine(after, time.min, ZoneInfo(zone))

    @property
    def sealed(self) -> "ClaimWords | None":
        """The words that were sent with it; None where none were or they are erased."""
        return getattr(self, "words", None)


class ClaimWords(models.Model):
    """What was sent with a claim: only moderators read it, and that is noted."""

    claim = models.OneToOneField(
        Claim, models.PROTECT, primary_key=True, related_name="words"
    )
    text = models.TextField(blank=True)
    email = models.TextField(blank=True)
    # The name that the claimant has in the comment that makes the claim.
    claimant = models.TextField(blank=True)
    # How a blog that is not here was named, and an article of it.
    named_blog = models.TextField(blank=True, default="")
    named_article = models.TextField(blank=True, default="")

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "claim words"

    def __str__(self) -> str:
        return f"words of {self.claim_id}"


class ClaimReply(models.Model):
    """What a moderator answered to whoever sent a claim; only they read it."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="replies")
    words = models.TextField()
    written_at = models.DateTimeField()

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "claim replies"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"reply to {self.claim_id}"


class JournalAct(models.TextChoices):
    """What is noted in the private journal."""

    READ = "read", "read what was sent"
    REFUSED = "refused", "refused the claim"
    REPLIED = "replied", "answered whoever sent it"
    ERASED = "erased", "erased what was sent"


class JournalNote(models.Model):
    """Who did what with sealed words, and when: for staff, in no public record."""

    # Of which of the two the words are.
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="journal")
    complaint = models.ForeignKey(
        "moderation.Complaint", models.PROTECT, null=True, related_name="journal"
    )
    # None for whoever has the machine and erases at the command line.
    actor = models.ForeignKey(
        "ledger.Actor", models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=10, choices=Role)
    act = models.CharField(max_length=10, choices=JournalAct)
    noted_at = models.DateTimeField()

    row_rule = rows.fact()

    class Meta:
        verbose_name = "note of the private journal"
        verbose_name_plural = "private journal"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.get_act_display()}"
