"""Which names are of one person, as pages say it."""

from typing import NamedTuple

from commentarchive.ledger.append import By
from commentarchive.ledger.models import Role
from commentarchive.models import Comment, Commenter, Confidence, NameLink
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.threads.evidence import APART


class JoinedName(NamedTuple):
    """Another name that was joined with one, or split from it."""

    other: Commenter
    confidence: str
    made_at: PrintedTime | None
    by: str
    facts: str
    note: str
    entry_index: int
    # Whether nothing was said of the two names later, and they are joined.
    stands: bool
    # Whether nothing was said later, and somebody of the same name was told apart.
    is_apart: bool


def joined_with(name: Commenter) -> list[JoinedName]:
    """Return the names that readers see linked with one; two queries at most.

    Those that are confirmed, and those told apart, while both names are shown, and
    the words about them do not name one that is hidden.
    """
    if name.hidden_name:
        return []
    found = [
        each
        for each in links_of(name)
        if each.is_apart or (each.stands and each.confidence == Confidence.CERTAIN)
    ]
    if not found:
        return []
    keys = [name.pk, *(each.other.pk for each in found)]
    commented = Comment.objects.filter(commenter__in=keys).shown().order_by()
    shown = set(commented.values_list("commenter", flat=True))
    if name.pk not in shown:
        return []
    return [
        each
        for each in found
        if each.other.pk in shown and each.facts and not each.other.hidden_name
    ]


def links_of(name: Commenter) -> list[JoinedName]:
    """Return all that was said of a name and others, for staff; one query."""
    rows = NameLink.objects.of(name).select_related(
        *("one__name", "one__blog", "other__name", "other__blog", "words", "actor")
    )
    found = list(rows)
    last = {row.pair: row.pk for row in found}
    return [_line(row, name, is_last=last[row.pair] == row.pk) for row in found]


def _line(row: NameLink, name: Commenter, *, is_last: bool) -> JoinedName:
    words = getattr(row, "words", None)
    persons = [getattr(each, "name", None) for each in (row.one, row.other)]
    is_split = any(each and each.person.startswith(APART) for each in persons)
    return JoinedName(
        other=row.other if row.one_id == name.pk else row.one,
        confidence=row.confidence,
        made_at=printed_time(row.made_at, None, name.blog.time_zone),
        by=By(actor=row.actor, role=Role(row.role)).shown,
        facts=words.facts if words else "",
        note=words.note if words else "",
        entry_index=row.entry_index,
        stands=is_last and row.confidence != "",
        is_apart=is_last and row.confidence == "" and is_split,
    )
