"""Join two names of one person, and split them again: on record, with the evidence.

A link is of two names that blogs showed. "Not known" is no name, so that comments
without one are never joined. Nothing moves: each comment keeps the name it had.
"""

from django.utils import timezone

from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.models import Commenter, Confidence, NameLink, NameLinkWords
from commentarchive.storage.write_locks import import_lock, short_write


class CannotJoin(ValueError):
    """The names cannot be joined, or split, as they stand; the message says why."""


def join_names(
    one: Commenter,
    other: Commenter,
    confidence: Confidence,
    *,
    facts: str,
    note: str = "",
    by: By,
) -> NameLink:
    """Record that two names are of one person; `facts` say by what evidence.

    Names that are joined already may be joined again with another confidence. Raise
    CannotJoin before anything is changed, and ImportRunning.
    """
    if one == other:
        message = "That is the same name."
        raise CannotJoin(message)
    with import_lock(), short_write():
        _lock(one, other)
        if _standing(one, other) == confidence:
            message = "They are joined already."
            raise CannotJoin(message)
        public = {"confidence": confidence.value}
        return _record(one, other, public, (facts, note), by)


def split_names(
    one: Commenter, other: Commenter, *, facts: str, note: str = "", by: By
) -> NameLink:
    """Record that two names which were joined are not known to be of one person.

    Raise as `join_names`.
    """
    with import_lock(), short_write():
        _lock(one, other)
        if not _standing(one, other):
            message = "They are not joined."
            raise CannotJoin(message)
        return _record(one, other, {}, (facts, note), by)


def _lock(one: Commenter, other: Commenter) -> None:
    """Lock both names. Raise CannotJoin where one was erased, or is empty."""
    pair = Commenter.objects.filter(pk__in=(one.pk, other.pk)).order_by("pk")
    named = list(pair.select_for_update(of=("self",)).select_related("name"))
    if any(not getattr(each, "name", None) or not each.name.name for each in named):
        message = "Only names that are known can be joined."
        raise CannotJoin(message)


def _standing(one: Commenter, other: Commenter) -> str:
    """Return how sure it is that two names are of one person; "" if they are split."""
    last = NameLink.objects.between(one, other).last()
    return last.confidence if last else ""


def _record(
    one: Commenter,
    other: Commenter,
    public: dict[str, str],
    words: tuple[str, str],
    by: By,
) -> NameLink:
    facts, note = words
    if not facts.strip():
        message = "Say by what evidence."
        raise CannotJoin(message)
    made = NameLink.objects.create(
        one=one,
        other=other,
        confidence=public.get("confidence", ""),
        made_at=timezone.now(),
        actor=by.actor,
        role=by.role,
        entry_index=next_index(),
    )
    NameLinkWords.objects.create(link=made, facts=facts, note=note)
    append(
        Statement(
            event="commenter.join" if public else "commenter.split",
            subject=one.ref,
            by=by,
            public={**public, "with": other.ref},
            committed={"facts": facts, "note": note or None},
        )
    )
    return made
