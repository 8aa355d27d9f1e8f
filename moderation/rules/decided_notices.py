"""Notices compared with the decisions that opened them, or opened them again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from commentarchive.actions.notices import RESTORED
from commentarchive.ledger.comparison import Difference
from commentarchive.models import Grade, PartNotice, Tombstone, Visibility
from commentarchive.threads.notice_words import day
from moderation.models import HIDING, Action, Clause, Decision
from moderation.models.action import told_label
from moderation.rules.transitions import outcome


class DecidedRow(NamedTuple):
    """A decision's words and row, in the members of its entry and its notice."""

    facts: str | None
    note: str | None
    override_reason: str | None
    comment: str | None
    commenter: str | None
    post: str
    post_of_comment: str | None
    aspect: str
    auto_rule: int | None
    auto_rules: str
    batch: str
    clause: int | None
    decided: datetime | None
    decided_by: str
    decision: str
    from_: str
    grade: str
    override: str
    recorder: str
    second: str
    shown: str | None
    text: str | None
    to: str
    undoes: str | None
    until: datetime | None
    action: str
    actor_label: str
    recorded_at: datetime
    undone_entry: int | None
    rule_today: int | None

    @property
    def subject(self) -> str:
        return self.comment or self.commenter or self.post


def tells_of_a_notice(row: DecidedRow) -> bool:
    """Return whether it is history, of a time in which a comment was hidden."""
    is_history = row.grade == Grade.IMPORTED and row.from_ == row.to
    return is_history and row.action in {*HIDING, Action.HOLD}


def stands_again(closed: Tombstone) -> bool:
    return closed.grade != Grade.DECIDED


def compare_restored(
    index: int, closed: Tombstone, notice: Tombstone
) -> Iterator[Difference]:
    """Compare a notice that stands again with the one that was closed."""
    for column in RESTORED:
        if getattr(notice, column) != getattr(closed, column):
            reason = f"the {column} of its notice is not that of the one it restores"
            yield Difference(index, reason)
    is_legal = notice.kind == Visibility.WITHHELD
    if notice.shows_name and (is_legal or not closed.shows_name):
        yield Difference(index, "its notice shows a name that readers must not see")


def compare_labels(
    index: int, row: DecidedRow, rule: Clause | None, notice: Tombstone | PartNotice
) -> Iterator[Difference]:
    """Compare what any notice says with the decision that opened it."""
    expected: dict[str, object] = {
        "clause_label": rule.label if rule else "",
        "grade": row.grade,
        "statement_path": Decision(ref=row.decision).get_absolute_url(),
        "since_not_before": row.decided,
        "since_not_after": row.decided,
    }
    for column, value in expected.items():
        if getattr(notice, column) != value:
            reason = f"the {column} of its notice is not that of the decision"
            yield Difference(index, reason)
    if notice.actor_label not in _actor_labels(row):
        reason = "the actor_label of its notice is not that of the decision"
        yield Difference(index, reason)


def compare_notice(
    index: int, row: DecidedRow, rule: Clause | None, notice: Tombstone
) -> Iterator[Difference]:
    """Compare a comment's notice with the decision that opened it."""
    yield from compare_labels(index, row, rule, notice)
    if notice.ends_at != row.until:
        yield Difference(index, "the ends_at of its notice is not that of the decision")
    is_legal = notice.kind == Visibility.WITHHELD or (
        rule is not None and rule.is_legal
    )
    if notice.shows_name and (is_legal or not notice.was_public):
        yield Difference(index, "its notice shows a name that readers must not see")
    kind = outcome(Action(row.action), Visibility(row.from_), rule)
    if tells_of_a_notice(row) and notice.kind != kind:
        yield Difference(index, f"its notice of the past says {notice.kind}")


def _actor_labels(row: DecidedRow) -> set[str]:
    """Return what a notice may say of who decided.

    Notices of what a blog's own records tell also name who recorded that, and the day
    on the blog's clock of then; older ones do not.
    """
    if row.grade != Grade.IMPORTED:
        return {row.actor_label}
    days = (row.recorded_at + timedelta(days=by) for by in (-1, 0, 1))
    told = (told_label(row.actor_label, row.recorder, day(each)) for each in days)
    return {row.actor_label, *told}
