"""The complaint book: complaints written down, put right, closed and taken up again.

The public record names a complaint's ground, channel and outcome, and commits to from
whom it came, what it says and which places it names; all of that is sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.refs import is_ref
from commentarchive.models import Comment, Commenter, Post
from commentarchive.storage.write_locks import short_write
from moderation.actions.letters import complaint_letter, drop_outcome
from moderation.models import (
    Channel,
    Complaint,
    ComplaintAnswer,
    ComplaintEnd,
    ComplaintNote,
    ComplaintPlace,
    ComplaintWording,
    ComplaintWords,
    Flag,
    Ground,
    JournalAct,
    JournalNote,
    LetterKind,
    Outcome,
)
from moderation.named_places import Place
from moderation.records.complaints import reporter_of, text_of

# What says how a complaint ended.
_END = ("closed_at", "outcome", "closed_entry")


class ComplaintRefused(ValueError):
    """It cannot be written down so; the message says why."""


class ComplaintMoved(Exception):
    """Somebody else changed or closed it meanwhile; the message says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody complains of, as staff write it down."""

    channel: Channel
    ground: Ground
    places: Sequence[Place]
    time_zone: str
    came_at: datetime | None = None
    day_only: bool = False
    due_at: datetime | None = None
    from_name: str = ""
    from_address: str = ""
    text: str = ""

    @property
    def committed(self) -> dict[str, Value]:
        """Return what an entry commits to of it."""
        return {
            "reporter": reporter_of(self.from_name, self.from_address),
            "text": text_of(self, self.places, self.text),
        }

    @property
    def facts(self) -> dict[str, object]:
        """Return what a complaint's row holds of it."""
        return {
            "channel": self.channel,
            "ground": self.ground,
            "came_at": self.came_at,
            "day_only": self.day_only,
            "time_zone": self.time_zone,
            "due_at": self.due_at,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered, when and how."""

    words: str
    way: Channel
    sent_at: datetime | None = None
    day_only: bool = False


def record_complaint(
    told: Told, *, ref: str, by: By, flag: Flag | None = None
) -> Complaint:
    """Write a complaint into the book, on record; return it.

    `ref` is the form's own: the same form sent again is the same complaint. Raise
    ComplaintRefused.
    """
    if not is_ref(ref, "e"):
        message = "That form was not whole; nothing was written down."
        raise ComplaintRefused(message)
    with short_write():
        index = next_index()
        if found := Complaint.objects.filter(ref=ref).first():
            return found
        if flag is not None and Complaint.objects.filter(flag=flag).exists():
            message = "That report was made a complaint already."
            raise ComplaintRefused(message)
        now = timezone.now()
        complaint = Complaint.objects.create(
            ref=ref, recorded_at=now, flag=flag, entry_index=index, **told.facts
        )
        ComplaintPlace.objects.bulk_create(
            _place(complaint, place, 1) for place in told.places
        )
        _write_wording(complaint, told, 1, index=index, by=by)
        _draft_letter(LetterKind.COMPLAINT_RECEIPT, complaint, told.from_address)
        append(_coming(complaint, told, by))
    return complaint


def correct_complaint(
    complaint: Complaint, told: Told, *, reason: str, seen: int, by: By
) -> Complaint:
    """Put right what was written down; both wordings are kept, and on record.

    Raise ComplaintMoved where `seen` is not its last wording, ComplaintRefused where
    nothing changes.
    """
    with short_write():
        now, index = _locked(complaint), next_index()
        if now.wording != seen:
            message = "Somebody else put it right meanwhile; this is how it stands."
            raise ComplaintMoved(message)
        before, number = _as_it_stands(now), now.wording + 1
        if (before.facts, before.committed) == (told.facts, told.committed):
            message = "Nothing would change."
            raise ComplaintRefused(message)
        is_on_record = _coming(now, before, by) != _coming(now, told, by)
        _replace_places(now, told.places, number)
        for name, value in told.facts.items():
            setattr(now, name, value)
        now.wording = number
        now.save(update_fields=[*told.facts, "wording"])
        _write_wording(
            *(now, told, number),
            index=index if is_on_record else None,
            by=by,
            reason=reason,
        )
        if is_on_record:
            append(_coming(now, told, by))
    return now


def close_complaint(
    complaint: Complaint, outcome: Outcome, reply: Answered | None, *, seen: int, by: By
) -> Complaint:
    """Close a complaint with its outcome, on record; the reply is sealed.

    Raise ComplaintMoved where it was closed or put right meanwhile.
    """
    with short_write():
        now, index = _locked(complaint), next_index()
        if now.closed_at is not None:
            message = "It was closed already; this is how it stands."
            raise ComplaintMoved(message)
        if now.wording != seen:
            message = "Somebody else put it right meanwhile; this is how it stands."
            raise ComplaintMoved(message)
        now.closed_at, now.outcome = timezone.now(), outcome
        now.closed_entry = index
        now.save(update_fields=_END)
        if reply is not None:
            _write_answer(now, reply, closes=True)
        if now.sealed is not None:
            address = now.sealed.from_address
            _draft_letter(LetterKind.COMPLAINT_OUTCOME, now, address)
        append(
            Statement(
                event="notice.done",
                subject=now.ref,
                by=by,
                public={"ground": now.ground, "outcome": outcome.value},
                committed={"reply": reply.words if reply else None},
            )
        )
    return now


def reopen_complaint(
    complaint: Complaint, news: str, *, due_at: datetime | None, seen: int, by: By
) -> Complaint:
    """Take a closed complaint up again for what came to be known since, on record.

    The news are added to its words, in another wording; how it had ended stays. A
    letter that tells of that end and is not sent yet is set aside. The same form again
    changes nothing. Raise ComplaintMoved where somebody else took it up, or put it
    right, meanwhile.
    """
    with short_write():
        now, index = _locked(complaint), next_index()
        if now.closed_at is None or now.closed_entry is None:
            last = now.wordings.filter(number=now.wording, actor=by.actor)
            is_sent_twice = now.ends.filter(reopened_in=seen + 1).exists()
            if is_sent_twice and now.wording == seen + 1 and last.exists():
                return now
            message = "It is open already; this is how it stands."
            raise ComplaintMoved(message)
        if now.wording != seen:
            message = "Somebody else put it right meanwhile; this is how it stands."
            raise ComplaintMoved(message)
        before, number = _as_it_stands(now), now.wording + 1
        text = f"{before.text}\n\n{news}" if before.text else news
        told = replace(before, due_at=due_at, text=text)
        ComplaintEnd.objects.create(
            complaint=now,
            closed_at=now.closed_at,
            outcome=now.outcome,
            entry_index=now.closed_entry,
            reopened_in=number,
        )
        now.wording, now.due_at = number, due_at
        now.closed_at, now.outcome, now.closed_entry = None, "", None
        now.save(update_fields=[*_END, "due_at", "wording"])
        _write_wording(now, told, number, index=index, by=by)
        drop_outcome(now.ref)
        append(_coming(now, told, by, again=True))
    return now


def answer_complaint(complaint: Complaint, answered: Answered) -> None:
    """Keep what was answered to whoever complained; sealed, and not on record."""
    with short_write():
        _write_answer(_locked(complaint), answered)


def add_complaint_note(complaint: Complaint, words: str, *, by: By) -> None:
    """Add a note for staff."""
    if by.actor is None:
        message = "Only a person can add a note."
        raise ComplaintRefused(message)
    with short_write():
        ComplaintNote.objects.create(
            complaint=_locked(complaint),
            actor=by.actor,
            role=by.role,
            words=words,
            written_at=timezone.now(),
        )


def read_complaint(complaint: Complaint, *, by: By) -> ComplaintWords | None:
    """Return a complaint's sealed words; the private journal notes who reads them."""
    with short_write():
        note_in_journal(complaint, JournalAct.READ, by)
    return complaint.sealed


def _draft_letter(kind: LetterKind, complaint: Complaint, address: str) -> None:
    """Draft a letter to whoever complained, where the address is one of e-mail."""
    blogs = [
        place.post.blog if isinstance(place, Comment) else place.blog
        for place in (each.target for each in complaint.places_now)
    ]
    complaint_letter(
        kind,
        complaint=complaint.ref,
        email=address,
        blogs=blogs,
        time=complaint.ends.count() + 1,
    )


def _locked(complaint: Complaint) -> Complaint:
    return Complaint.objects.select_for_update(no_key=True).get(pk=complaint.pk)


def _place(complaint: Complaint, place: Place, number: int) -> ComplaintPlace:
    return ComplaintPlace(
        complaint=complaint,
        comment=place if isinstance(place, Comment) else None,
        post=place if isinstance(place, Post) else None,
        commenter=place if isinstance(place, Commenter) else None,
        added_in=number,
    )


def _replace_places(complaint: Complaint, places: Sequence[Place], number: int) -> None:
    known = {place.ref: place for place in complaint.places_now}
    wanted = {place.ref: place for place in places}
    struck = [place.pk for ref, place in known.items() if ref not in wanted]
    ComplaintPlace.objects.filter(pk__in=struck).update(taken_out_in=number)
    ComplaintPlace.objects.bulk_create(
        _place(complaint, place, number)
        for ref, place in wanted.items()
        if ref not in known
    )


def _write_wording(
    complaint: Complaint,
    told: Told,
    number: int,
    *,
    index: int | None,
    by: By,
    reason: str = "",
) -> None:
    ComplaintWording.objects.create(
        complaint=complaint,
        number=number,
        actor=by.actor,
        role=by.role,
        written_at=timezone.now(),
        entry_index=index,
        **told.facts,
    )
    ComplaintWords.objects.create(
        complaint=complaint,
        number=number,
        from_name=told.from_name,
        from_address=told.from_address,
        text=told.text,
        reason=reason,
    )


def _write_answer(
    complaint: Complaint, answered: Answered, *, closes: bool = False
) -> None:
    ComplaintAnswer.objects.create(
        complaint=complaint,
        sent_at=answered.sent_at,
        day_only=answered.day_only,
        way=answered.way,
        words=answered.words,
        closes=closes,
        written_at=timezone.now(),
    )


def _as_it_stands(complaint: Complaint) -> Told:
    words = complaint.sealed
    return Told(
        channel=Channel(complaint.channel),
        ground=Ground(complaint.ground),
        places=[place.target for place in complaint.places_now],
        time_zone=complaint.time_zone,
        came_at=complaint.came_at,
        day_only=complaint.day_only,
        due_at=complaint.due_at,
        from_name=words.from_name if words else "",
        from_address=words.from_address if words else "",
        text=words.text if words else "",
    )


def _coming(
    complaint: Complaint, told: Told, by: By, *, again: bool = False
) -> Statement:
    """Return the entry of a wording."""
    return Statement(
        event="notice.in",
        subject=complaint.ref,
        by=by,
        public={
            "channel": told.channel.on_record,
            "ground": told.ground.value,
            **({"again": True} if again else {}),
        },
        committed=told.committed,
    )


def note_in_journal(complaint: Complaint, act: JournalAct, by: By) -> None:
    JournalNote.objects.create(
        complaint=complaint,
        actor=by.actor,
        role=by.role,
        act=act,
        noted_at=timezone.now(),
    )
