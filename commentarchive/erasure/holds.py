"""Holds: reasons not to erase something yet, each with a date of review."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils import timezone

from commentarchive.models import Comment, Commenter, Hold
from commentarchive.storage.write_locks import short_write

MAX_REASON = 2000


class BadHold(ValueError):
    """The hold cannot be placed or lifted; the message says why."""


def place_hold(subject: Comment | Commenter, *, reason: str, review_on: date) -> Hold:
    """Keep a comment or a name from being erased. Raise BadHold."""
    if not reason.strip() or len(reason) > MAX_REASON or not _is_text(reason):
        message = f"Give the reason, in up to {MAX_REASON} characters."
        raise BadHold(message)
    if review_on <= timezone.localdate():
        message = "The date of review must lie in the future."
        raise BadHold(message)
    with short_write():
        if hold_on(subject) is not None:
            message = "There is a hold on it already; lift that first."
            raise BadHold(message)
        return Hold.objects.create(
            comment=subject if isinstance(subject, Comment) else None,
            commenter=subject if isinstance(subject, Commenter) else None,
            reason=reason.strip(),
            review_on=review_on,
            made_at=timezone.now(),
        )


def _is_text(words: str) -> bool:
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def lift_hold(subject: Comment | Commenter) -> None:
    """Allow a comment or a name to be erased again. Raise BadHold without a hold."""
    with short_write():
        hold = hold_on(subject)
        if hold is None:
            message = "There is no hold on it."
            raise BadHold(message)
        hold.delete()


def hold_on(subject: Comment | Commenter) -> Hold | None:
    """Find the hold on a comment or a name itself."""
    if isinstance(subject, Comment):
        return Hold.objects.filter(comment=subject).first()
    return Hold.objects.filter(commenter=subject).first()


def hold_against_erasing(
    subject: Comment | Commenter, comments: Sequence[Comment]
) -> Hold | None:
    """Find a hold that forbids an erasure: on a comment to be erased, or its name."""
    names = {each.commenter_id for each in comments}
    if isinstance(subject, Commenter):
        names.add(subject.pk)
    on_any = Q(comment__in=comments) | Q(commenter__in=names - {None})
    return Hold.objects.filter(on_any).order_by("-review_on").first()
