"""What people decide about letters in the outbox, and what erasures do to them."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Comment
from commentarchive.storage.write_locks import short_write
from moderation.actions.claims import claims_of
from moderation.actions.letter_switch import letters_since, mail_is_set_up
from moderation.actions.letters import (
    CANCELLED,
    OVERTAKEN,
    can_be_written_to,
    digest_of_address,
    has_come_back,
    person_of,
    remark,
    saved_on_a_free_day,
    stands,
    wordings_of,
)
from moderation.models import (
    Flag,
    FlagWords,
    Letter,
    LetterAddress,
    LetterAttempt,
    LetterKind,
    LetterState,
    LetterText,
    ReturnedAddress,
)

_S = LetterState
# From which states somebody may choose what.
MAY_SEND = (_S.DRAFTED,)
MAY_CANCEL = (_S.DRAFTED, _S.QUEUED, _S.UNSURE)
MAY_RETRY = (_S.REFUSED, _S.GIVEN_UP, _S.UNSURE)
MAY_COME_BACK = (_S.SENT, _S.UNSURE)
NO_MAIL = "No mail server is set up (EMAIL_URL)."
# Between two test letters of one person.
TEST_EVERY = timedelta(minutes=2)


class LetterRefused(ValueError):
    """What somebody chose for a letter cannot be done, in a sentence."""


def state_now(letter: Letter) -> LetterState:
    """Return the state of a letter; a delivery that was broken off is in doubt."""
    in_doubt = Letter.objects.in_doubt(timezone.now()).filter(pk=letter.pk)
    return _S.UNSURE if in_doubt.exists() else _S(letter.state)


def send_it(letter: Letter, *, seen_wording: int | None, by: By) -> None:
    """Queue a letter that somebody has looked at.

    Raise LetterRefused where it says something else by now, or cannot be sent.
    """
    with short_write():
        now = _locked(letter, MAY_SEND)
        decision = now.decision
        if decision is not None:
            if not stands(decision):
                _end(now, _S.CANCELLED, OVERTAKEN, by=by)
                return
            if wordings_of(decision) != seen_wording:
                message = "The decision has other words by now: look at it again."
                raise LetterRefused(message)
        _queue(now, by=by, wording=seen_wording)


def retry(letter: Letter, *, by: By) -> None:
    """Queue a letter again that was refused or given up, or may have been sent."""
    with short_write():
        now = _locked(letter, MAY_RETRY)
        _queue(now, by=by, wording=now.wording)


def cancel(letter: Letter, *, by: By) -> None:
    """Let a letter not be sent; one that may have been sent stays in doubt no more."""
    with short_write():
        now = _locked(letter, MAY_CANCEL)
        _end(now, _S.CANCELLED, "Somebody decided that it is not sent.", by=by)


def came_back(letter: Letter, *, by: By) -> None:
    """Note that a letter came back: nothing is sent to that address meanwhile."""
    with short_write():
        now = _locked(letter, MAY_COME_BACK)
        if not now.email:
            message = "Its address is erased."
            raise LetterRefused(message)
        ReturnedAddress.objects.get_or_create(
            digest=digest_of_address(now.email),
            defaults={"letter": now, "at": timezone.now()},
        )
        _end(now, _S.CAME_BACK, "It came back.", by=by)


def clear(letter: Letter, *, by: By) -> None:
    """Let an address be written to again from which letters came back."""
    with short_write():
        now = Letter.objects.with_context().get(pk=letter.pk)
        of_it = Q(letter=now)
        if now.email:
            of_it |= Q(digest=digest_of_address(now.email))
        number, _tables = ReturnedAddress.objects.filter(of_it).delete()
        if not number:
            message = "That address may be written to."
            raise LetterRefused(message)
        now.chosen_by = by.actor
        now.save(update_fields=["chosen_by"])
        remark(now.pk, _S(now.state), "The address may be written to again.")


def ask_for_test(email: str, *, by: By) -> Letter:
    """Queue a test letter to whoever asks for it. Raise LetterRefused where it cannot.

    Not more often than every few minutes.
    """
    if not mail_is_set_up():
        raise LetterRefused(NO_MAIL)
    if by.actor is None or not can_be_written_to(email):
        message = "Your login has no e-mail address that can be written to."
        raise LetterRefused(message)
    with short_write():
        lately = Letter.objects.filter(kind=LetterKind.TEST, case=by.actor.ref)
        now = timezone.now()
        if lately.filter(made_at__gt=now - TEST_EVERY).exists():
            message = "One was asked for just now; wait two minutes."
            raise LetterRefused(message)
        return to_staff(LetterKind.TEST, email, by.actor.ref)


def to_staff(kind: LetterKind, email: str, case: str) -> Letter:
    """Queue a letter to one of the staff, who asked for it."""
    now, ref = timezone.now(), new_ref("e")
    letter = Letter.objects.create(
        ref=ref,
        kind=kind,
        case=case,
        about=ref,
        person=person_of(email, case),
        made_at=now,
        state=_S.QUEUED,
        day=timezone.localdate(now),
        not_before=now,
    )
    LetterAddress.objects.create(letter=letter, email=email.strip())
    return letter


def _locked(letter: Letter, states: tuple[LetterState, ...]) -> Letter:
    """Return a letter as it is now, locked. Raise LetterRefused in another state."""
    Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    now = Letter.objects.with_context().select_related("decision").get(pk=letter.pk)
    if state_now(now) not in states:
        message = f"Nothing was changed: by now it is “{state_now(now).label}”."
        raise LetterRefused(message)
    return now


def _queue(letter: Letter, *, by: By, wording: int | None) -> None:
    if not mail_is_set_up():
        raise LetterRefused(NO_MAIL)
    if letter.blog is not None and not letters_since({letter.blog.pk}):
        message = "Letters about this blog are switched off."
        raise LetterRefused(message)
    if not letter.email:
        message = "Its address is erased."
        raise LetterRefused(message)
    if has_come_back(letter.email):
        message = "Letters to this address came back: clear that first."
        raise LetterRefused(message)
    letter.state, letter.wording = _S.QUEUED, wording
    letter.attempts, letter.ended_at = 0, None
    letter.chosen_by = by.actor
    if not saved_on_a_free_day(letter):
        message = "No day is free for it."
        raise LetterRefused(message)
    remark(letter.pk, _S.QUEUED)


def _end(letter: Letter, state: LetterState, why: str, *, by: By) -> None:
    letter.state, letter.ended_at = state, timezone.now()
    letter.chosen_by = by.actor
    if state == _S.CANCELLED and not letter.attempts:
        letter.day = None
    letter.save()
    remark(letter.pk, state, why)


def erase_letters(subject: str) -> None:
    """Delete addresses, texts and answers of an erased subject's letters.

    Those that wait are not sent. Called before the words of its reports are deleted:
    of one report, the letters to whoever sent it are found by their address.
    """
    letters = Letter.objects.filter(_of(subject))
    pks = list(letters.values_list("pk", flat=True))
    addresses = LetterAddress.objects.filter(letter__in=pks)
    digests = [digest_of_address(row.email) for row in addresses]
    ReturnedAddress.objects.filter(Q(digest__in=digests) | Q(letter__in=pks)).delete()
    for side in (LetterAddress, LetterText, LetterAttempt):
        side.objects.filter(letter__in=pks).delete()
    unsent = Letter.objects.filter(pk__in=pks, state__in=[_S.DRAFTED, _S.QUEUED])
    unsent.update(**CANCELLED, ended_at=timezone.now())


def _of(subject: str) -> Q:
    """Return the condition that a letter has to do with what is erased."""
    of_it = Q(case=subject) | Q(about=subject)
    if subject.startswith("n"):
        comments = Comment.objects.filter(commenter__ref=subject)
        of_it |= Q(case__in=comments.values("ref"))
    flag = Flag.objects.filter(ref=subject).select_related("comment").first()
    words = FlagWords.objects.filter(flag=flag).first() if flag else None
    if flag is not None and words is not None and words.email:
        of_it |= Q(
            case=flag.comment.ref, person=person_of(words.email, flag.comment.ref)
        )
    return of_it | Q(case__in=[claim.ref for claim in claims_of(subject)])


type Choose = Callable[..., None]
CHOICES: dict[str, Choose] = {
    "retry": retry,
    "cancel": cancel,
    "came-back": came_back,
    "clear": clear,
}
