"""The one way in for decisions: from the locks to the entries in the record.

1. Lock the articles in order, then the comments (`subjects.py`).
2. Check each case against what the locked rows say (`checks/`).
3. Lock the record's head; write decisions, words and notices, and rewrite each
   stored window of a thread once.
4. Append the entries, as the last statement of the transaction.

No decision is ever edited: a mistake is put right by another one that names it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from commentarchive.actions.notices import (
    DecidedNotice,
    VisibilityChange,
    set_visibility,
)
from commentarchive.ledger.append import By, append_all, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.models import Comment, Grade, Revision, Visibility
from moderation.actions import checks
from moderation.actions.judgements import Case, Judgement, Record
from moderation.actions.statements import statement_of
from moderation.actions.subjects import Subject
from moderation.models import Action, Aspect, Decision, DecisionWords
from moderation.rules.transitions import outcome, recorded_as

# A comment put on hold comes back to the top of the queue after this time.
HOLD_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A judgement that was checked, with what it makes of its subject."""

    subject: Subject
    judgement: Judgement
    after: Visibility
    # The version that was looked at, and which readers see if the comment is shown.
    judged: Revision | None
    undoes: Decision | None = None

    @property
    def changes_page(self) -> bool:
        """Return whether readers see something else after it."""
        if self.after is not self.subject.visibility:
            return True
        shows = self.after is Visibility.PUBLISHED
        return shows and self.judgement.action is not Action.NO_ACTION

    @property
    def shown(self) -> Revision | None:
        """Return the version that readers see afterwards."""
        if self.after is not Visibility.PUBLISHED:
            return None
        if self.changes_page:
            return self.judged
        return self.subject.comment.current_revision


def check(subject: Subject, case: Case, hidden: checks.HiddenTexts) -> Ruling:
    """Check one case against its locked subject, and its words against `hidden`.

    Raise Refused or LeaksHiddenWords for what cannot be recorded, AlreadyDecided or
    TextChanged when the comment is no longer what was looked at.
    """
    checks.seen.check(subject, case.seen)
    action = recorded_as(case.judgement.action, subject.visibility)
    checks.transition.check(subject, action)
    judgement = replace(
        case.judgement,
        action=action,
        override_reason=case.judgement.override_reason.strip(),
    )
    checks.reasons.check(judgement)
    hidden.check(subject.comment, judgement.facts)
    hidden.check(subject.comment, judgement.override_reason)
    checks.times.check(subject, judgement, now=timezone.now())
    return Ruling(
        subject=subject,
        judgement=judgement,
        after=outcome(action, subject.visibility, judgement.clause),
        judged=subject.newest,
    )


def record(rulings: Sequence[Ruling], *, by: By, batch: str = "") -> list[Decision]:
    """Write decisions, words, notices and entries; the caller holds the locks."""
    now, first = timezone.now(), next_index()
    decisions = Decision.objects.bulk_create(
        [
            _decision(ruling, by=by, now=now, index=index, batch=batch)
            for index, ruling in enumerate(rulings, first)
        ]
    )
    DecisionWords.objects.bulk_create(
        [
            DecisionWords(
                decision=decision,
                facts=ruling.judgement.facts.strip(),
                note=ruling.judgement.note.strip(),
                override_reason=ruling.judgement.override_reason,
                written_at=now,
            )
            for decision, ruling in zip(decisions, rulings, strict=True)
        ]
    )
    _show(decisions, rulings)
    append_all(
        [
            statement_of(decision, ruling.judgement, by=by)
            for decision, ruling in zip(decisions, rulings, strict=True)
        ]
    )
    return decisions


def _decision(
    ruling: Ruling, *, by: By, now: datetime, index: int, batch: str
) -> Decision:
    subject, judgement = ruling.subject, ruling.judgement
    told, automatic = judgement.record, judgement.automatic
    is_hold = judgement.action is Action.HOLD
    was_shown = subject.visibility is Visibility.PUBLISHED
    return Decision(
        ref=new_ref("d"),
        post=subject.comment.post,
        comment=subject.comment,
        aspect=Aspect.TEXT,
        judged=ruling.judged,
        shown=ruling.shown,
        shown_before=subject.comment.current_revision if was_shown else None,
        action=judgement.action,
        clause=judgement.clause,
        grade=Grade.IMPORTED if told else Grade.DECIDED,
        decided_at=told.decided_at if told else now,
        recorded_at=now,
        due_at=now + HOLD_FOR if is_hold else None,
        actor=None if told else by.actor,
        decided_by=_decided_by(by, told),
        decided_by_role=(told.role or "") if told else by.role,
        recorder=by.actor,
        recorder_role=by.role,
        batch=batch,
        automatic_rules=automatic.rules if automatic else "",
        automatic_rule=automatic.rule if automatic else None,
        override=judgement.override or "",
        from_visibility=subject.visibility,
        to_visibility=ruling.after,
        undoes=ruling.undoes,
        entry_index=index,
    )


def _decided_by(by: By, told: Record | None) -> str:
    if told is None:
        return by.shown
    if told.role is None:
        return "somebody the record does not name"
    article = "an" if told.role.value[0] in "aeiou" else "a"
    article = "the" if told.role is Role.OWNER else article
    return f"{article} {told.role.label.lower()} of the blog"


def _show(decisions: Sequence[Decision], rulings: Sequence[Ruling]) -> None:
    """Let readers see what was decided, and no import undo it."""
    changes: list[VisibilityChange] = []
    unchanged: list[Comment] = []
    for decision, ruling in zip(decisions, rulings, strict=True):
        comment = ruling.subject.comment
        if ruling.changes_page:
            changes.append(
                VisibilityChange(
                    comment=comment,
                    visibility=ruling.after,
                    notice=_notice(decision, ruling),
                    revision=ruling.judged,
                )
            )
        else:
            comment.decided_entry = decision.entry_index
            unchanged.append(comment)
    set_visibility(changes)
    Comment.objects.bulk_update(unchanged, ["decided_entry"])


def _notice(decision: Decision, ruling: Ruling) -> DecidedNotice:
    clause, had_been_seen = decision.clause, ruling.subject.had_been_seen
    is_legal = clause is not None and clause.is_legal
    return DecidedNotice(
        grade=Grade(decision.grade),
        entry_index=decision.entry_index,
        since=decision.decided_at,
        actor_label=decision.decided_by,
        clause_label=clause.label if clause else "",
        statement_path=decision.get_absolute_url(),
        was_public=had_been_seen,
        shows_name=had_been_seen and not is_legal,
    )
