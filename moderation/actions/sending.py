"""Letters on their way out of the outbox: taken one by one, and what came of each.

A letter is "being sent" from before the mail server hears of it until its answer is
stored. Where that is cut short nobody knows whether it went, so that it is not sent
again by itself: somebody decides (`outbox.py`).
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from commentarchive.storage.write_locks import short_write
from moderation.actions.letter_switch import letters_since
from moderation.actions.letters import (
    CANCELLED,
    OVERTAKEN,
    beginning_of,
    free_day,
    has_come_back,
    remark,
    stands,
    wordings_of,
)
from moderation.models import Letter, LetterKind, LetterState, LetterText
from moderation.models.letter import LetterQuerySet

# Before the second attempt, the third, and so on; after the last it is given up.
PAUSES = (
    *(timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)),
    *(timedelta(hours=4), timedelta(hours=12), timedelta(hours=24)),
)
_BROKEN_OFF = "The program was ended, or lost its database, while it was being sent."
# What is kept of a mail server's answer.
LONGEST = 500


def note_broken_off(now: datetime) -> None:
    """Note which deliveries were broken off: they may have been sent."""
    for pk in list(Letter.objects.broken_off(now).values_list("pk", flat=True)):
        with short_write():
            of_it = Letter.objects.broken_off(now).filter(pk=pk)
            if of_it.update(state=LetterState.UNSURE, ended_at=now):
                remark(pk, LetterState.UNSURE, _BROKEN_OFF)


def take_next(now: datetime) -> Letter | None:
    """Take the next letter that is due, for this process alone; None for no more."""
    for pk in list(Letter.objects.due(now).values_list("pk", flat=True)):
        with short_write():
            letter = _take(pk, now)
        if letter is not None:
            return letter
    return None


def _take(pk: int, now: datetime) -> Letter | None:
    """Take one letter; None where somebody else has it, or it is not to be sent."""
    due = Letter.objects.due(now).filter(pk=pk)
    letter = due.with_context().select_related("decision").first()
    if letter is None:
        return None
    if why := _why_not(letter):
        if due.update(**CANCELLED, ended_at=now):
            remark(pk, LetterState.CANCELLED, why)
        return None
    if _was_reworded(letter):
        if due.update(state=LetterState.DRAFTED, day=None):
            remark(pk, LetterState.DRAFTED, "The decision has other words by now.")
        return None
    today = timezone.localdate(now)
    try:
        with transaction.atomic():
            taken = due.update(
                state=LetterState.SENDING,
                claimed_at=now,
                attempts=letter.attempts + 1,
                day=today,
            )
    except IntegrityError:
        # Another letter of its case goes out today.
        day, begins = free_day(letter)
        if day == today:
            begins = beginning_of(today + timedelta(days=1))
        due.update(not_before=begins)
        return None
    if not taken:
        return None
    letter.refresh_from_db(fields=["state", "claimed_at", "attempts", "day"])
    return letter


def _why_not(letter: Letter) -> str:
    """Return why a letter is not sent after all; "" where nothing is against it."""
    if not letter.email:
        return "Its address was erased."
    if letter.blog is not None and not letters_since({letter.blog.pk}):
        return "Letters about this blog were switched off."
    if has_come_back(letter.email):
        return "Letters to this address came back."
    is_statement = letter.kind == LetterKind.STATEMENT
    if is_statement and letter.decision and not stands(letter.decision):
        return OVERTAKEN
    return ""


def _was_reworded(letter: Letter) -> bool:
    is_statement = letter.kind == LetterKind.STATEMENT
    decision = letter.decision if is_statement else None
    return decision is not None and wordings_of(decision) != letter.wording


def keep_text(letter: Letter, subject: str, body: str) -> None:
    """Keep what a letter is about to say, in the place of what it said before."""
    with short_write():
        LetterText.objects.filter(letter=letter).delete()
        LetterText.objects.create(letter=letter, subject=subject, body=body)


def note_sent(letter: Letter, answer: str = "") -> None:
    """Note that a mail server took a letter."""
    _note(letter, LetterState.SENT, answer)


def note_refused(letter: Letter, answer: str) -> None:
    """Note that a mail server refused a letter for good."""
    _note(letter, LetterState.REFUSED, answer)


def note_in_doubt(letter: Letter, answer: str) -> None:
    """Note that nobody knows whether a mail server took a letter."""
    _note(letter, LetterState.UNSURE, answer)


def note_put_off(letter: Letter, answer: str) -> None:
    """Note that a letter could not be delivered now; after some attempts give it up."""
    if letter.attempts > len(PAUSES):
        _note(letter, LetterState.GIVEN_UP, answer)
        return
    with short_write():
        again = timezone.now() + PAUSES[letter.attempts - 1]
        if _mine(letter).update(state=LetterState.QUEUED, not_before=again):
            remark(letter.pk, LetterState.QUEUED, _shown(letter, answer))


def _note(letter: Letter, state: LetterState, answer: str) -> None:
    with short_write():
        if _mine(letter).update(state=state, ended_at=timezone.now()):
            remark(letter.pk, state, _shown(letter, answer))


def _mine(letter: Letter) -> LetterQuerySet:
    """Select a letter as long as this process is the last to have taken it."""
    states = [LetterState.SENDING, LetterState.UNSURE]
    taken = Letter.objects.filter(pk=letter.pk, claimed_at=letter.claimed_at)
    return taken.filter(state__in=states)


def _shown(letter: Letter, answer: str) -> str:
    """Return a mail server's answer without the address, on one line, cut."""
    line = " ".join(answer.split())
    if letter.email:
        line = _without(line, letter.email, letter.masked_email)
    return line[:LONGEST]


def _without(line: str, email: str, mask: str) -> str:
    """Replace an address in a line, in whatever case the server wrote it."""
    start = line.casefold().find(email.casefold())
    while start >= 0:
        line = line[:start] + mask + line[start + len(email) :]
        start = line.casefold().find(email.casefold(), start + len(mask))
    return line
