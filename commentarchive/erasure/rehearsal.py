"""What an erasure would delete, and what would stay: looked at before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Exists, OuterRef

from commentarchive.erasure.erase import (
    HAVE_NO_WORDS,
    Subject,
    comments_of,
    left_behind,
)
from commentarchive.erasure.holds import hold_against_erasing
from commentarchive.erasure.sweep import copies_of
from commentarchive.importers.registry import named
from commentarchive.ledger.models import Opening
from commentarchive.models import (
    Capture,
    Comment,
    Commenter,
    CommenterName,
    Hold,
    PrivateAddress,
    RevisionText,
)
from commentarchive.text.leaks import phrases_of

# So many other texts of the same articles are looked through for quotations, and so
# many quotations are listed.
MOST_TEXTS = 5000
MOST_QUOTING = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyHolding:
    """A copy whose kept bytes hold words that are to be erased."""

    capture: Capture
    comments: int
    # Whether they can be cut out; else the kept bytes go as a whole.
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """All that an erasure would reach, and what it would leave."""

    comments: Sequence[Comment]
    versions: int
    names: Sequence[CommenterName]
    addresses: int
    openings: int
    copies: Sequence[CopyHolding]
    # Comments by others that repeat the words and stay.
    quoting: Sequence[Comment]
    hold: Hold | None

    @property
    def digest(self) -> str:
        """Return what tells whether it is still as it was shown."""
        seen = (
            sorted(comment.ref for comment in self.comments),
            self.versions,
            sorted(name.pk for name in self.names),
        )
        return sha256(repr(seen).encode()).hexdigest()

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing left to erase."""
        return not self.comments and not self.names


def rehearse(subject: Subject) -> Rehearsal:
    """Find what an erasure of a subject would reach now; nothing is changed.

    Raise CannotErase.
    """
    found = comments_of(subject)
    comments = [each for each in found if each.visibility not in HAVE_NO_WORDS]
    names = _names(subject, comments)
    texts = RevisionText.objects.filter(revision__comment__in=comments)
    refs = [comment.ref for comment in comments]
    refs += [name.commenter.ref for name in names]
    opened = Opening.objects.filter(entry__subject__in=refs).exclude(field="facts")
    return Rehearsal(
        comments=comments,
        versions=texts.count(),
        names=names,
        addresses=PrivateAddress.objects.filter(comment__in=comments).count(),
        openings=opened.count(),
        copies=_copies(comments),
        quoting=_quoting(comments, list(texts.values_list("plain", flat=True))),
        hold=hold_against_erasing(subject, found),
    )


def _names(subject: Subject, comments: Sequence[Comment]) -> list[CommenterName]:
    """Find the names that go: the one that is erased, and those that nobody bears."""
    gone = {comment.pk for comment in comments}
    of_it = Comment.objects.filter(commenter=OuterRef("pk"))
    others = of_it.exclude(pk__in=gone).exclude(visibility__in=HAVE_NO_WORDS)
    bearing = {each.commenter_id for each in comments if each.commenter_id is not None}
    left = Commenter.objects.filter(~Exists(others), pk__in=bearing)
    commenters = {each.pk: each for each in left if hasattr(each, "name")}
    if isinstance(subject, Commenter) and hasattr(subject, "name"):
        commenters[subject.pk] = subject
    alike = [near for each in commenters.values() for near in left_behind(each)]
    commenters |= {each.pk: each for each in alike}
    found = CommenterName.objects.filter(commenter__in=commenters)
    return list(found.select_related("commenter").order_by("pk"))


def _copies(comments: Sequence[Comment]) -> list[CopyHolding]:
    held = copies_of(comments)
    return [
        CopyHolding(
            capture=capture,
            comments=len({comment.pk for comment in its_own}),
            is_cut=named(capture.importer).cutting is not None,
        )
        for capture, its_own in sorted(held.items(), key=lambda each: each[0].pk)
        if its_own
    ]


def _quoting(comments: Sequence[Comment], erased: Sequence[str]) -> list[Comment]:
    """Find other comments of the same articles that have five of the words in a row."""
    rows = {row for text in erased for row in phrases_of(text).rows}
    if not rows:
        return []
    others = RevisionText.objects.filter(
        revision__comment__post__in={comment.post_id for comment in comments}
    ).exclude(revision__comment__in=comments)
    told = others.order_by("-pk").values_list("revision__comment", "plain")
    pks = {pk for pk, plain in told[:MOST_TEXTS] if rows & phrases_of(plain).rows}
    found = Comment.objects.filter(pk__in=pks).select_related("post__blog")
    return list(found.order_by("pk")[:MOST_QUOTING])
