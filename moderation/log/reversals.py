"""Which decision on a subject reversed which, by hand or by an undoing."""

from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Q

from commentarchive.models import Visibility
from moderation.models import HIDING, Action, Decision
from moderation.models.action import BANS
from moderation.models.decision import DecisionQuerySet

_HIDES = frozenset({*HIDING, Action.HOLD})
_SHOWS = frozenset({Action.APPROVE, Action.RESTORE})
# What ends what: each action with those that set it aside.
_SET_ASIDE = {
    **dict.fromkeys(_HIDES, _SHOWS),
    **dict.fromkeys(_SHOWS, _HIDES),
    Action.REDACT: _SHOWS,
    Action.CLOSE_THREAD: frozenset({Action.REOPEN_THREAD}),
    Action.REOPEN_THREAD: frozenset({Action.CLOSE_THREAD}),
    Action.BAN: frozenset({Action.UNBAN}),
    Action.UNBAN: frozenset({Action.BAN}),
}


class Reversal(NamedTuple):
    """The earlier decision that one reversed, and the later one that reversed it."""

    of: Decision | None
    by: Decision | None


class Course(NamedTuple):
    """All decisions on one subject in the order of time, and which reversed which."""

    line: list[Decision]
    pairs: list[tuple[Decision, Decision]]

    def reversal_of(self, decision: Decision) -> Reversal:
        """Return what a decision reversed, and what reversed it."""
        of = next((one for one, other in self.pairs if other == decision), None)
        by = next((other for one, other in self.pairs if one == decision), None)
        return Reversal(of, by)

    def undone_again(self, decision: Decision) -> Decision | None:
        """Return what undid its reversal, so that it is in force again."""
        by = self.reversal_of(decision).by
        again = self.reversal_of(by).by if by else None
        if by is None or again is None or again.undoes_id != by.pk:
            return None
        # An undoing that was set aside itself brings nothing back.
        return again if self.reversal_of(again).by is None else None


def reversal(decision: Decision) -> Reversal:
    """Find what a decision reversed, and what reversed it; one query."""
    return _course(_on_the_same(decision)).reversal_of(decision)


def course_of(decision: Decision) -> Course:
    """Find all decisions on what one is about, with their words; two queries."""
    same = _on_the_same(decision).select_related("clause", "clause_since")
    return _course(same.prefetch_related("words"))


def reversed_among(decisions: DecisionQuerySet) -> dict[int, Decision]:
    """Return what reversed each of some decisions, by primary key; one query.

    Reads every decision on what they are about.
    """
    chosen = decisions.order_by()
    same = Decision.objects.filter(
        Q(comment__in=chosen.exclude(comment=None).values("comment"))
        | Q(comment=None, commenter__in=chosen.values("commenter"))
        | Q(comment=None, commenter=None, post__in=chosen.values("post"))
    )
    by_subject: dict[tuple[object, ...], list[Decision]] = {}
    for each in same.select_related("actor"):
        is_ban = each.action in BANS
        about = (each.comment_id, each.commenter_id, each.aspect, is_ban)
        key = about if each.comment_id or each.commenter_id else (each.post_id, *about)
        by_subject.setdefault(key, []).append(each)
    return {
        one.pk: other
        for line in by_subject.values()
        for one, other in _course(line).pairs
    }


def _course(same: Iterable[Decision]) -> Course:
    """Put decisions on one subject in order, and pair them.

    An undoing names what it undoes. Otherwise a decision reverses the one before it in
    time that it is the opposite of: one that shows a comment, one that hid it.
    """
    line = sorted(same, key=attrgetter("by_time"))
    return Course(line, list(_pairs(line)))


def _on_the_same(decision: Decision) -> DecisionQuerySet:
    """Find all decisions on what one is about."""
    same = Decision.objects.filter(aspect=decision.aspect)
    if decision.comment_id is not None:
        return same.filter(comment=decision.comment_id)
    if decision.commenter_id is not None:
        of_name = same.filter(comment=None, commenter=decision.commenter_id)
        # Whether a name is barred has nothing to do with whether it is shown.
        is_ban = decision.action in BANS
        bans = Q(action__in=BANS)
        return of_name.filter(bans if is_ban else ~bans)
    return same.filter(comment=None, commenter=None, post=decision.post_id)


def _pairs(line: Iterable[Decision]) -> Iterable[tuple[Decision, Decision]]:
    """Yield what was reversed with what reversed it."""
    by_pk = {each.pk: each for each in line}
    before: Decision | None = None
    for each in by_pk.values():
        if each.undoes_id is not None:
            yield by_pk[each.undoes_id], each
        elif before is not None and _is_opposite(before, each):
            yield before, each
        if each.action in _SET_ASIDE:
            before = each


def _is_opposite(one: Decision, other: Decision) -> bool:
    if other.action == Action.REDACT and other.from_visibility != Visibility.PUBLISHED:
        # What waited is shown, but for some words.
        return Action(one.action) in _HIDES
    return Action(other.action) in _SET_ASIDE.get(Action(one.action), ())
