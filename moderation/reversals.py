"""Which decision reversed which, by hand or by an undoing."""

from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple

from moderation.models import HIDING, Action, Decision

_HIDES = (*HIDING, Action.HOLD)
_SHOWS = (Action.APPROVE, Action.RESTORE)


class Reversal(NamedTuple):
    """The earlier decision that one reversed, and the later one that reversed it."""

    of: Decision | None
    by: Decision | None


def reversal(decision: Decision) -> Reversal:
    """Find what a decision on a comment reversed, and what reversed it; one query.

    An undoing names what it undoes. Otherwise a decision that shows a comment reverses
    the one before it in time if that hid it, and the other way round.
    """
    if decision.comment_id is None:
        return Reversal(decision.undoes, None)
    everything = Decision.objects.filter(comment=decision.comment_id)
    line = sorted(everything, key=attrgetter("by_time"))
    pairs = list(_pairs(line))
    of = next((one for one, other in pairs if other == decision), None)
    by = next((other for one, other in pairs if one == decision), None)
    return Reversal(of, by)


def _pairs(line: Iterable[Decision]) -> Iterable[tuple[Decision, Decision]]:
    """Yield what was reversed with what reversed it."""
    by_pk = {each.pk: each for each in line}
    before: Decision | None = None
    for each in by_pk.values():
        if each.undoes_id is not None:
            yield by_pk[each.undoes_id], each
        elif before is not None and _is_opposite(before, each):
            yield before, each
        if each.action in (*_HIDES, *_SHOWS):
            before = each


def _is_opposite(one: Decision, other: Decision) -> bool:
    return (one.action in _HIDES and other.action in _SHOWS) or (
        one.action in _SHOWS and other.action in _HIDES
    )
