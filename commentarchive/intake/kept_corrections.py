"""One correction as it is kept: its row, its words, its entry."""

from datetime import UTC, datetime

from django.utils import timezone

from commentarchive.importers.dates import FIRST_YEAR
from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Aspect,
    Comment,
    Correction,
    CorrectionWords,
    Grade,
    Post,
)


class CannotCorrect(ValueError):
    """The correction cannot be made as it stands; the message says why."""


def valid_moment(value: str) -> str:
    """Return a time in its one form; "" is "not known".

    Raise CannotCorrect for what is none, or none at which a blog can have had anything.
    """
    value = value.strip()
    if not value:
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        message = "That is no date and time."
        raise CannotCorrect(message) from error
    if moment.tzinfo is None or moment.year < FIRST_YEAR:
        message = "That is no time at which it can have been made."
        raise CannotCorrect(message)
    if moment > timezone.now():
        message = "It cannot have been made in the future."
        raise CannotCorrect(message)
    return moment.astimezone(UTC).isoformat()


def check_stands(correction: Correction) -> None:
    """Raise CannotCorrect for a correction that was taken back before."""
    if not Correction.objects.standing().filter(pk=correction.pk).exists():
        message = "It was taken back before."
        raise CannotCorrect(message)


def record(
    subject: Comment | Post,
    aspect: Aspect,
    words: tuple[str, str, str],
    *,
    by: By,
    undoes: Correction | None = None,
) -> Correction:
    """Keep a correction, or the taking back of one: before, after, and why."""
    before, after, reason = words
    kind = "comment" if isinstance(subject, Comment) else "post"
    made = Correction.objects.create(
        ref=new_ref("e"),
        comment=subject if isinstance(subject, Comment) else None,
        post=subject if isinstance(subject, Post) else None,
        aspect=aspect,
        made_at=timezone.now(),
        actor=by.actor,
        role=by.role,
        undoes=undoes,
        entry_index=next_index(),
    )
    CorrectionWords.objects.create(
        correction=made, before=before, after=after, reason=reason
    )
    append(
        Statement(
            event=f"{kind}.correct",
            subject=subject.ref,
            by=by,
            thread=subject.post.ref if isinstance(subject, Comment) else subject.ref,
            public={
                "correction": made.ref,
                "field": aspect.value,
                "grade": Grade.DECIDED.value,
                "undoes": undoes.ref if undoes else None,
            },
            committed={"before": before, "after": after, "reason": reason},
        )
    )
    return made
