"""Erasures that are asked for at the desk: a queue in the database, and its worker.

A request waits until it is confirmed, then for the worker. Each comment is erased in a
transaction of its own, and every step may be done again, so that one that was killed is
gone on with where it stopped.
"""

import logging
import time
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models import F, QuerySet
from django.utils import timezone

from commentarchive.erasure.erase import (
    CannotErase,
    IsHeld,
    Order,
    Subject,
    erase_words,
    refuse,
)
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.erasure.rehearsal import rehearse
from commentarchive.erasure.sweep import sweep
from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Entry, Opening, Role
from commentarchive.ledger.outages import outage
from commentarchive.models import (
    Comment,
    ErasureAsker,
    ErasureBasis,
    ErasureRefusal,
    ErasureRequest,
    ErasureWords,
    IdentityCheck,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import ImportRunning, import_lock, short_write

# A request with which the worker ended so often waits for somebody's word.
MOST_ATTEMPTS = 20
# Seconds until one that has to wait is tried again.
PAUSE = 30
NOBODY = "nobody"
_FAULT = "A fault of this program stopped it; its log says more. It is tried again."
_log = logging.getLogger("commentarchive.erasures")


class ErasureMoved(Exception):
    """It, or what it would erase, is no longer as it was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be erased, why, who asked, and how that was checked."""

    subject: Subject
    basis: ErasureBasis
    asked_for: ErasureAsker
    identity: IdentityCheck
    asker: str = ""
    note: str = ""


def ask_for_erasure(asked: Asked, *, by: By, seen: str) -> ErasureRequest:
    """Keep a request until it is confirmed or refused; nothing is erased.

    `seen` is the digest of the rehearsal that was shown. Raise CannotErase,
    ErasureMoved.
    """
    foreseen = rehearse(asked.subject)
    if by.actor is None or foreseen.is_empty:
        message = "there is nothing left to erase"
        raise CannotErase(message)
    if foreseen.digest != seen:
        message = "What would be erased has changed; this is how it stands."
        raise ErasureMoved(message)
    subject = asked.subject
    try:
        with short_write():
            request = ErasureRequest.objects.create(
                ref=new_ref("e"),
                comment=subject if isinstance(subject, Comment) else None,
                commenter=None if isinstance(subject, Comment) else subject,
                basis=asked.basis,
                asked_for=asked.asked_for,
                identity=asked.identity,
                asked_by=by.actor,
                asked_role=by.role,
                asked_at=timezone.now(),
            )
            if asked.asker or asked.note:
                ErasureWords.objects.create(
                    request=request, asker=asked.asker, note=asked.note
                )
    except IntegrityError as error:
        message = "Somebody has asked for that erasure already; it is in the list."
        raise ErasureMoved(message) from error
    return request


def confirm_erasure(request: ErasureRequest, *, by: By, seen: str) -> None:
    """Let the worker erase it. Raise ErasureMoved, or CannotErase where it is held."""
    if request.identity == IdentityCheck.IMPOSSIBLE:
        message = "nobody could check who asked, so that it can only be refused"
        raise CannotErase(message)
    foreseen = rehearse(request.subject)
    if foreseen.hold is not None:
        message = f"there is a hold on it until {foreseen.hold.review_on}"
        raise CannotErase(message)
    if foreseen.digest != seen:
        message = "What would be erased has changed; this is how it stands."
        raise ErasureMoved(message)
    with short_write():
        now = _locked(request)
        now.confirmed_by, now.confirmed_role = by.actor, by.role
        now.confirmed_at = timezone.now()
        now.save(update_fields=["confirmed_by", "confirmed_role", "confirmed_at"])


def refuse_erasure(
    request: ErasureRequest, refusal: ErasureRefusal, *, note: str, by: By
) -> int:
    """Refuse a request, on record; return the entry's index. Raise ErasureMoved."""
    with short_write():
        now = _locked(request)
        index = refuse(now.subject, basis=refusal.value, note=note, by=by)
        now.refusal, now.entry_index, now.ended_at = refusal, index, timezone.now()
        now.save(update_fields=["refusal", "entry_index", "ended_at"])
    return index


def withdraw_erasure(request: ErasureRequest) -> None:
    """End a request that nobody has confirmed; nothing of it is on record.

    Raise ErasureMoved.
    """
    with short_write():
        now = _locked(request)
        now.is_withdrawn, now.ended_at = True, timezone.now()
        now.save(update_fields=["is_withdrawn", "ended_at"])


def try_again(request: ErasureRequest) -> None:
    """Let the worker begin again with a request that it gave up."""
    with short_write():
        given_up = ErasureRequest.objects.open().filter(
            pk=request.pk, attempts__gte=MOST_ATTEMPTS
        )
        given_up.update(attempts=0, remark="")


def _locked(request: ErasureRequest) -> ErasureRequest:
    """Lock a request that nobody has confirmed, refused or withdrawn yet."""
    rows = ErasureRequest.objects.select_for_update(of=("self",), no_key=True)
    now = rows.select_related("comment", "commenter").get(pk=request.pk)
    if now.confirmed_at is not None or now.ended_at is not None:
        message = "Somebody has answered it meanwhile; this is how it stands."
        raise ErasureMoved(message)
    return now


class Erasures:
    """Does what was confirmed, one request after another."""

    def __init__(self) -> None:
        self._waits_until = 0.0

    def step(self) -> bool:
        """Do the next request; return False if there is none, or if it has to wait."""
        if time.monotonic() < self._waits_until:
            return False
        request = _to_do.first(MOST_ATTEMPTS)
        if request is None:
            return False
        self._begin(request)
        try:
            with import_lock():
                done = erase_words(request.subject, _order(request))
                sweep(done.gone)
        except IsHeld as error:
            _end(request, error.index, refusal=ErasureRefusal.HOLD)
        except CannotErase as error:
            _end(request, None, remark=f"Nothing was erased: {error}.")
        except ImportRunning:
            return self._wait(request, "It waits for an import that is running.")
        except SweepUnfinished as error:
            remark = f"Erased and on record; its files are not swept yet: {error}."
            return self._wait(request, remark)
        except Exception as error:  # noqa: BLE001  # one bad request must not stop all
            if found := outage(error):
                return self._wait(request, f"It waits: {found}.")
            _log.error("The erasure %s failed.", request.ref, exc_info=error)
            return self._wait(request, _FAULT, counts=True)
        else:
            _end(request, _last_entry(request.subject))
        return True

    def _begin(self, request: ErasureRequest) -> None:
        begun = ErasureRequest.objects.filter(pk=request.pk)
        begun.update(attempts=F("attempts") + 1)
        begun.filter(started_at=None).update(started_at=timezone.now())

    def _wait(
        self, request: ErasureRequest, remark: str, *, counts: bool = False
    ) -> bool:
        """Note what a request waits for, and leave it alone for a while."""
        self._waits_until = time.monotonic() + PAUSE
        attempts = request.attempts + counts
        own = ErasureRequest.objects.filter(pk=request.pk)
        own.update(remark=remark, attempts=attempts)
        return False


def _order(request: ErasureRequest) -> Order:
    """Return by whom a request is carried out: an owner, and whoever else said so."""
    people = [
        By(actor=request.asked_by, role=Role(request.asked_role)),
        By(actor=request.confirmed_by, role=Role(request.confirmed_role)),
    ]
    if people[0].role is not Role.OWNER:
        people.reverse()
    is_alone = request.asked_by_id == request.confirmed_by_id
    words = request.sealed
    return Order(
        basis=request.basis,
        note=words.note if words else "",
        by=people[0],
        second=NOBODY if is_alone else people[1].role.value,
    )


def _end(
    request: ErasureRequest,
    index: int | None,
    *,
    refusal: ErasureRefusal | str = "",
    remark: str = "",
) -> None:
    ErasureRequest.objects.filter(pk=request.pk, ended_at=None).update(
        ended_at=timezone.now(), entry_index=index, refusal=refusal, remark=remark
    )


def _last_entry(subject: Subject) -> int | None:
    """Return the record's last entry of an erasure of a comment or a name."""
    told = Entry.objects.filter(event="erase.done", subject=subject.ref)
    return told.order_by("index").values_list("index", flat=True).last()


def forget_asker(subject: str) -> None:
    """Delete what was noted of whoever asked for an erasure, by its reference."""
    for request in ErasureRequest.objects.filter(ref=subject).with_subject():
        refs = [request.subject.ref]
        if request.commenter is not None:
            refs += request.commenter.comments.values_list("ref", flat=True)
        about = Opening.objects.filter(entry__subject__in=refs, field="note")
        about.filter(entry__event__startswith="erase.").delete()
        ErasureWords.objects.filter(request=request).delete()


@Prepared
def _to_do(attempts: int) -> QuerySet[ErasureRequest]:
    """Ask for the oldest request that a worker has to do, of fewer attempts."""
    at_work = ErasureRequest.objects.at_work().with_subject()
    return at_work.filter(attempts__lt=attempts)[:1]
