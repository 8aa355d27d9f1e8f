"""Join two names of one person, and split them again: on record, with the evidence.

A link is of two names that blogs showed. "Not known" is no name, so that comments
without one are never joined. Nothing moves: each comment keeps the name it had.
"""

from django.utils import timezone

from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.refs import new_ref
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

    While it is only likely, no entry names them: what is likely is sealed in the record
    until it is confirmed. Raise CannotJoin before anything is changed, and
    ImportRunning.
    """
    if one == other:
        message = "That is the same name."
        raise CannotJoin(message)
    with import_lock(), short_write():
        lock_names(one, other)
        last = NameLink.objects.between(one, other).last()
        standing = last.confidence if last else ""
        if standing == confidence:
            message = "They are joined already."
            raise CannotJoin(message)
        if standing == Confidence.CERTAIN:
            message = "They are joined for certain; split them first."
            raise CannotJoin(message)
        likely_ref = last.likely_ref if last and standing else ""
        if confidence is Confidence.LIKELY:
            likely_ref = new_ref("e")
        return record_link(one, other, (confidence, likely_ref), (facts, note), by)


def split_names(
    one: Commenter, other: Commenter, *, facts: str, note: str = "", by: By
) -> NameLink:
    """Record that two names which were joined are not known to be of one person.

    Raise as `join_names`.
    """
    with import_lock(), short_write():
        lock_names(one, other)
        last = NameLink.objects.between(one, other).last()
        if last is None or not last.confidence:
            message = "They are not joined."
            raise CannotJoin(message)
        likely_ref = last.likely_ref if last.is_sealed else ""
        return record_link(one, other, ("", likely_ref), (facts, note), by)


def lock_names(one: Commenter, other: Commenter) -> None:
    """Lock both names. Raise CannotJoin where one was erased, or is empty."""
    pair = Commenter.objects.filter(pk__in=(one.pk, other.pk)).order_by("pk")
    named = list(
        pair.select_for_update(of=("self",), no_key=True).select_related("name")
    )
    if any(not getattr(each, "name", None) or not each.name.name for each in named):
        message = "Only names that are known can be joined."
        raise CannotJoin(message)


def record_link(
    one: Commenter,
    other: Commenter,
    said: tuple[str, str],
    words: tuple[str, str],
    by: By,
) -> NameLink:
    """Keep what is said of two names: how sure it is, and under which reference."""
    (confidence, likely_ref), (facts, note) = said, words
    if not facts.strip():
        message = "Say by what evidence."
        raise CannotJoin(message)
    made = NameLink.objects.create(
        one=one,
        other=other,
        confidence=confidence,
        likely_ref=likely_ref,
        made_at=timezone.now(),
        actor=by.actor,
        role=by.role,
        entry_index=next_index(),
    )
    NameLinkWords.objects.create(link=made, facts=facts, note=note)
    append(_statement(made, {"facts": facts, "note": note or None}, by))
    return made


def _statement(made: NameLink, words: dict[str, Value], by: By) -> Statement:
    if made.is_sealed:
        return Statement(
            event="commenter.likely",
            subject=made.likely_ref,
            by=by,
            public={"stands": made.confidence != ""},
            committed={"names": made.names, **words},
        )
    public: dict[str, Value] = {"with": made.other.ref}
    if made.confidence:
        public["confidence"] = made.confidence
    if made.likely_ref:
        public["likely"] = made.likely_ref
    return Statement(
        event="commenter.join" if made.confidence else "commenter.split",
        subject=made.one.ref,
        by=by,
        public=public,
        committed=words,
    )
