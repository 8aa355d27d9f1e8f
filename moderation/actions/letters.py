"""Letters on their way into the outbox: statements, receipts and outcomes.

A statement is drafted with its decision, in one transaction, and goes out once somebody
has looked at it, as do letters about complaints. Receipts and outcomes of what was sent
through a form say nothing that anybody typed and are queued.
Nothing here knows what a letter says.
"""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Blog, Grade, PrivateAddress, Visibility
from moderation.actions.letter_switch import letters_since
from moderation.models import (
    HIDING,
    Action,
    Claim,
    Decision,
    FlagWords,
    Letter,
    LetterAddress,
    LetterAttempt,
    LetterKind,
    LetterState,
    ReturnedAddress,
)

_SALT = "moderation.letters"
OVERTAKEN = "Another decision was made before it was sent."
TAKEN_UP_AGAIN = "The complaint was taken up again before it was sent."
# What becomes of a letter that is not sent: it takes no day from others.
CANCELLED = {"state": LetterState.CANCELLED, "day": None}
# Receipts to one address within a day: anybody can type anybody's address into a form.
RECEIPTS = 3
RECEIPT_KINDS = (
    *(LetterKind.FLAG_RECEIPT, LetterKind.CLAIM_RECEIPT),
    LetterKind.SUBSCRIPTION,
)
# Days on which a letter of the same case is looked for; beyond it, it is not sent.
DAYS = 60
# What no address that we write to has: blanks, lists, quotes, signs that nobody sees.
_plain = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[^\s@<>()\[\],;:\"\\]{1,189}")


def can_be_written_to(email: str) -> bool:
    """Return whether a mail can go to an address, and to that alone."""
    name = email.rpartition("@")[0]
    if not _plain.fullmatch(email) or not name.isascii() or not email.isprintable():
        return False
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def person_of(email: str, case: str) -> bytes:
    """Return what tells the addresses of one case apart."""
    return _keyed(f"{case} {_bare(email)}")


def digest_of_address(email: str) -> bytes:
    """Return what an address is known by from which letters came back."""
    return _keyed(f"@ {_bare(email)}")


def has_come_back(email: str) -> bool:
    """Return whether letters came back from an address, and nobody has cleared it."""
    return ReturnedAddress.objects.filter(digest=digest_of_address(email)).exists()


def _keyed(words: str) -> bytes:
    return salted_hmac(_SALT, words, algorithm="sha256").digest()


def _bare(email: str) -> str:
    return email.strip().casefold()


def letters_of_decisions(decisions: Sequence[Decision]) -> None:
    """Draft the statements to authors, and queue the outcomes of reports.

    Of what is decided here alone, since letters about its blog are switched on. Called
    before the entries of the record are appended, in the decisions' transaction.
    """
    decided = [
        each
        for each in decisions
        if each.grade == Grade.DECIDED
        and each.comment_id is not None
        and each.action != Action.HOLD
    ]
    if not decided:
        return
    since = letters_since({each.post.blog_id for each in decided})
    told = [each for each in decided if each.post.blog_id in since]
    if told:
        _draft_statements(told)
        _queue_outcomes(told, since)


def _draft_statements(decisions: Sequence[Decision]) -> None:
    telling = {each.comment_id: each for each in decisions if tells_author(each)}
    changed = [each for each in decisions if each.action != Action.NO_ACTION]
    _drop_unsent({_case_of(each) for each in changed})
    addresses = PrivateAddress.objects.filter(
        comment__in=telling, comment__commenter__isnull=False
    )
    for comment, email in addresses.values_list("comment", "email"):
        decision = telling[comment]
        if _is_known_to_the_author(decision):
            _write(
                LetterKind.STATEMENT,
                case=_case_of(decision),
                about=decision.ref,
                email=email,
                blog=decision.post.blog,
                decision=decision,
                state=LetterState.DRAFTED,
            )


def _drop_unsent(cases: set[str]) -> None:
    """Cancel statements that another decision has overtaken before they were sent."""
    _cancel(Letter.objects.filter(kind=LetterKind.STATEMENT, case__in=cases), OVERTAKEN)


def _cancel(letters: QuerySet[Letter], why: str) -> None:
    unsent = letters.filter(state__in=[LetterState.DRAFTED, LetterState.QUEUED])
    for pk in list(unsent.values_list("pk", flat=True)):
        if unsent.filter(pk=pk).update(**CANCELLED, ended_at=timezone.now()):
            remark(pk, LetterState.CANCELLED, why)


def _is_known_to_the_author(decision: Decision) -> bool:
    """Return whether a letter makes sense: "it is shown again" needs one before it."""
    if decision.to_visibility != Visibility.PUBLISHED:
        return True
    if decision.action == Action.REDACT:
        return True
    told = [LetterState.SENT, LetterState.UNSURE, LetterState.SENDING]
    before = Letter.objects.filter(kind=LetterKind.STATEMENT, case=_case_of(decision))
    return before.filter(state__in=told).exists()


def tells_author(decision: Decision) -> bool:
    """Return whether an author is told of a decision: it hides, or shows again.

    Whoever sent spam is not: the address is somebody else's, or nobody's.
    """
    shown = Visibility.PUBLISHED
    if decision.to_visibility == Visibility.SPAM:
        return False
    if decision.action in {*HIDING, Action.REDACT}:
        return True
    was_hidden = decision.from_visibility not in {shown, Visibility.SPAM}
    is_back = decision.action == Action.RESTORE or decision.undoes_id is not None
    return was_hidden and is_back and decision.to_visibility == shown


def _queue_outcomes(decisions: Sequence[Decision], since: dict[int, datetime]) -> None:
    """Queue what became of reports whose first answer these decisions are."""
    by_comment = {each.comment_id: each for each in decisions}
    first = min(each.entry_index for each in decisions)
    earlier = Decision.objects.filter(
        comment=OuterRef("flag__comment"),
        recorded_at__gte=OuterRef("flag__received_at"),
        grade=Grade.DECIDED,
        entry_index__lt=first,
    ).exclude(action=Action.HOLD)
    sent = FlagWords.objects.filter(flag__comment__in=by_comment).exclude(email="")
    waiting = sent.exclude(Exists(earlier)).order_by("flag")
    columns = ("flag__comment", "flag__received_at", "email")
    for comment, received, email in waiting.values_list(*columns):
        decision = by_comment[comment]
        # Who left it before was promised that nothing is sent to it.
        if received >= since[decision.post.blog_id]:
            queue_letter(
                LetterKind.FLAG_OUTCOME,
                case=_case_of(decision),
                about=decision.ref,
                email=email,
                blog=decision.post.blog,
                decision=decision,
            )


def remark(letter: int, state: LetterState, answer: str = "") -> None:
    """Add what became of a letter to its history."""
    LetterAttempt.objects.create(
        letter_id=letter, at=timezone.now(), state=state, answer=answer
    )


def _case_of(decision: Decision) -> str:
    return decision.comment.ref if decision.comment else decision.post.ref


def claim_letter(kind: LetterKind, claim: Claim) -> None:
    """Queue a letter to whoever sent a claim, in the transaction of what it tells.

    Not where the claim is older than the switch: its form promised that none is sent.
    """
    words, blog = claim.sealed, claim.blog
    if words is None or blog is None:
        return
    since = letters_since({blog.pk}).get(blog.pk)
    if since is None or claim.received_at < since:
        return
    about = claim.ref
    if kind == LetterKind.CLAIM_ANSWER:
        about = f"{claim.ref}/{claim.replies.count()}"
    queue_letter(kind, case=claim.ref, about=about, email=words.email, blog=blog)


def receipt(kind: LetterKind, *, case: str, about: str, email: str, blog: Blog) -> None:
    """Queue a receipt, where letters are on; none to an address that had some today."""
    if letters_since({blog.pk}) and not had_enough(email):
        queue_letter(kind, case=case, about=about, email=email, blog=blog)


def had_enough(email: str) -> bool:
    """Return whether forms have had as many letters sent to an address today as may."""
    since = timezone.now() - timedelta(days=1)
    lately = Letter.objects.filter(kind__in=RECEIPT_KINDS, made_at__gt=since)
    return lately.filter(address__email__iexact=email).count() >= RECEIPTS


def queue_letter(
    kind: LetterKind,
    *,
    case: str,
    about: str,
    email: str,
    blog: Blog | None,
    decision: Decision | None = None,
) -> Letter | None:
    """Put a letter into the outbox, on the first day free; None where it is there.

    Or where nothing can be sent to the address. The caller has asked whether letters
    are on (`letters_since`).
    """
    return _write(
        kind,
        case=case,
        about=about,
        email=email,
        blog=blog,
        decision=decision,
        state=LetterState.QUEUED,
    )


def _write(
    kind: LetterKind,
    *,
    case: str,
    about: str,
    email: str,
    blog: Blog | None,
    decision: Decision | None,
    state: LetterState,
) -> Letter | None:
    if not can_be_written_to(email) or has_come_back(email):
        return None
    now, person = timezone.now(), person_of(email, case)
    if Letter.objects.filter(kind=kind, about=about, person=person).exists():
        return None
    letter = Letter(
        ref=new_ref("e"),
        kind=kind,
        case=case,
        about=about,
        person=person,
        blog=blog,
        decision=decision,
        made_at=now,
        state=state,
        not_before=now,
    )
    if state == LetterState.DRAFTED:
        letter.save()
    elif not saved_on_a_free_day(letter):
        return None
    LetterAddress.objects.create(letter=letter, email=email.strip())
    return letter


def saved_on_a_free_day(letter: Letter) -> bool:
    """Save a letter for the first day on which its case writes to nobody else.

    Return whether it was: another may have told the same meanwhile.
    """
    for _attempt in range(DAYS):
        letter.day, letter.not_before = free_day(letter)
        try:
            with transaction.atomic():
                letter.save()
        except IntegrityError:
            # Somebody else took the day meanwhile, or told the same.
            told = Letter.objects.filter(
                kind=letter.kind, about=letter.about, person=letter.person
            )
            if told.exclude(pk=letter.pk).exists():
                return False
        else:
            return True
    return False


def free_day(letter: Letter) -> tuple[date, datetime]:
    """Return the first day from today on that a letter may have, and its beginning."""
    now = timezone.now()
    today = timezone.localdate(now)
    others = Letter.objects.filter(
        case=letter.case, person=letter.person, day__gte=today
    ).exclude(pk=letter.pk)
    taken = set(others.values_list("day", flat=True))
    day = today
    while day in taken:
        day += timedelta(days=1)
    return day, now if day == today else beginning_of(day)


def beginning_of(day: date) -> datetime:
    """Return when a day begins here."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))


def wordings_of(decision: Decision) -> int:
    """Return the number of a decision's wording of today."""
    numbers = decision.words.order_by("-number").values_list("number", flat=True)
    return numbers.first() or 1


def stands(decision: Decision) -> bool:
    """Return whether no later decision of ours changed what a decision tells."""
    later = Decision.objects.filter(
        comment=decision.comment_id,
        entry_index__gt=decision.entry_index,
        grade=Grade.DECIDED,
    )
    return not later.exclude(action=Action.NO_ACTION).exists()


def complaint_letter(
    kind: LetterKind,
    *,
    complaint: str,
    email: str,
    blogs: Collection[Blog],
    time: int = 1,
) -> None:
    """Draft a receipt or an outcome to whoever complained; somebody looks at it first.

    `time` tells the outcomes of one that was taken up again apart.

    By the first of the blogs that it is about for which letters are on. What staff
    wrote down as an address may be one of paper: then there is none.
    """
    on = letters_since({blog.pk for blog in blogs})
    blog = next((each for each in blogs if each.pk in on), None)
    if blog is not None:
        _write(
            kind,
            case=complaint,
            about=complaint if time == 1 else f"{complaint}.{time}",
            email=email,
            blog=blog,
            decision=None,
            state=LetterState.DRAFTED,
        )


def drop_outcome(complaint: str) -> None:
    """Cancel the outcome of a complaint that is taken up again before it was sent."""
    outcomes = Letter.objects.filter(kind=LetterKind.COMPLAINT_OUTCOME, case=complaint)
    _cancel(outcomes, TAKEN_UP_AGAIN)
