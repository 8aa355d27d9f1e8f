"""The one way in for decisions: from the locks to the entries in the record.

1. Lock the articles in order, then the comments (`subjects.py`), or a name
   (`parts.py`).
2. Check each case against what the locked rows say (`checks/`).
3. Lock the record's head; write decisions, words and notices, and rewrite each
   stored window of a thread once.
4. Append the entries, as the last statement of the transaction.

No decision is ever edited: a mistake is put right by another one that names it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from commentarchive.actions.notices import (
    DecidedNotice,
    PastNotice,
    VisibilityChange,
    add_past,
    end_past,
    set_visibility,
)
from commentarchive.actions.part_notices import PartChange, set_part
from commentarchive.ledger.append import By, append_all, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.models import Blog, Comment, Grade, Tombstone, Visibility
from commentarchive.threads.notice_words import day
from moderation.actions import checks
from moderation.actions.giving_way import settle_told
from moderation.actions.history import find_later
from moderation.actions.judgements import Automatic, Case, PartCase, Record
from moderation.actions.letters import letters_of_decisions
from moderation.actions.parts import PartSubject
from moderation.actions.places import (
    blacked_out,
    check_shown,
    write_redacted,
)
from moderation.actions.rulings import Ruling
from moderation.actions.searched_facts import keep_words
from moderation.actions.statements import statement_of
from moderation.actions.subjects import Subject, source_of
from moderation.models import Action, Decision, DecisionWords
from moderation.models.action import told_label
from moderation.rules.transitions import (
    outcome,
    part_kind,
    recorded_as,
    recorded_on_part,
)

# A comment put on hold comes back to the top of the queue after this time.
HOLD_FOR = timedelta(hours=72)
_SHOWING = (Action.RESTORE, Action.REDACT)


def check(
    subject: Subject | PartSubject,
    case: Case | PartCase,
    hidden: checks.HiddenTexts,
) -> Ruling:
    """Check one case against its locked subject, and its words against `hidden`.

    Raise Refused or LeaksHiddenWords for what cannot be recorded, AlreadyDecided or
    CommentChanged when the comment is no longer what was looked at.
    """
    checks.seen.check(subject, case.seen)
    told = case.judgement.record
    action = case.judgement.action
    if isinstance(subject, PartSubject):
        action = recorded_on_part(action, case.judgement.clause)
    elif told is None:
        action = recorded_as(
            action,
            subject.visibility,
            case.judgement.clause,
            had_been_seen=subject.had_been_seen,
        )
    checks.transition.check(subject, action, is_told=told is not None)
    judgement = replace(
        case.judgement,
        action=action,
        override_reason=case.judgement.override_reason.strip(),
        until=_to_the_minute(case.judgement.until),
    )
    checks.reasons.check(judgement)
    check_words(subject, judgement.public_facts, hidden)
    check_words(subject, judgement.override_reason, hidden)
    checks.times.check(subject, judgement, now=timezone.now())
    checks.news.check(subject, judgement)
    after = outcome(action, subject.visibility, judgement.clause)
    ruling = Ruling(
        subject=subject, judgement=judgement, after=after, judged=subject.newest
    )
    if action is Action.REDACT:
        return blacked_out(subject, ruling)
    if not isinstance(subject, PartSubject) or action is Action.RESTORE:
        check_shown(subject, ruling)
    if told is None or isinstance(subject, PartSubject):
        return ruling
    return _as_history(subject, ruling, told)


def _to_the_minute(moment: datetime | None) -> datetime | None:
    """Cut a time as entries hold it."""
    return moment.replace(second=0, microsecond=0) if moment else None


def check_words(
    subject: Subject | PartSubject, words: str, hidden: checks.HiddenTexts
) -> None:
    """Raise LeaksHiddenWords or Refused for public words that cannot stand."""
    if isinstance(subject, PartSubject):
        hidden.check_part(subject.target, words)
    else:
        hidden.check(subject.comment, words)


def _as_history(subject: Subject, ruling: Ruling, told: Record) -> Ruling:
    """Leave what readers see to what is known of a later time, if anything is."""
    after = ruling.after
    if ruling.judgement.action is Action.NO_ACTION:
        return replace(ruling, is_history=True)
    hides = after is not Visibility.PUBLISHED
    later = find_later(subject, told.decided_at, hides=hides)
    if later is None and (hides or after is not subject.visibility):
        return ruling
    return replace(
        ruling, after=subject.visibility, is_history=True, then=after, later=later
    )


def record(
    rulings: Sequence[Ruling], *, by: By, batch: str = "", second: str = ""
) -> list[Decision]:
    """Write decisions, words, notices and entries; the caller holds the locks.

    `second` is who else confirmed them, as `Decision.second`.
    """
    now, first = timezone.now(), next_index()
    rulings = [write_redacted(ruling) for ruling in rulings]
    decisions = Decision.objects.bulk_create(
        [
            _decision(ruling, by=by, now=now, index=index, batch=batch, second=second)
            for index, ruling in enumerate(rulings, first)
        ]
    )
    DecisionWords.objects.bulk_create(
        [
            DecisionWords(
                decision=decision,
                facts=ruling.judgement.public_facts,
                note=ruling.judgement.note.strip(),
                override_reason=ruling.judgement.override_reason,
                written_at=now,
            )
            for decision, ruling in zip(decisions, rulings, strict=True)
        ]
    )
    keep_words(
        (decision.pk, ruling.judgement.public_facts)
        for decision, ruling in zip(decisions, rulings, strict=True)
    )
    _show(decisions, rulings)
    settle_told(
        [
            ruling.subject.comment
            for ruling in rulings
            if ruling.judgement.record is not None
            and ruling.subject.comment is not None
        ]
    )
    letters_of_decisions(decisions)
    append_all(
        [
            statement_of(decision, ruling.judgement, by=by)
            for decision, ruling in zip(decisions, rulings, strict=True)
        ]
    )
    return decisions


def _decision(
    ruling: Ruling, *, by: By, now: datetime, index: int, batch: str, second: str
) -> Decision:
    subject, judgement = ruling.subject, ruling.judgement
    told, automatic = judgement.record, judgement.automatic
    is_hold = judgement.action is Action.HOLD and not (told or ruling.undoes)
    was_shown = subject.visibility is Visibility.PUBLISHED
    return Decision(
        ref=ruling.ref or new_ref("d"),
        post=subject.post,
        comment=subject.comment,
        commenter=subject.commenter,
        aspect=subject.aspect,
        judged=ruling.judged,
        shown=ruling.shown,
        shown_before=subject.current if was_shown else None,
        action=judgement.action,
        clause=judgement.clause,
        grade=Grade.IMPORTED if told else Grade.DECIDED,
        decided_at=told.decided_at if told else now,
        recorded_at=now,
        due_at=now + HOLD_FOR if is_hold else None,
        until=judgement.until,
        actor=None if told else by.actor,
        decided_by=_decided_by(by, told, automatic),
        decided_by_role=(told.role or "") if told else by.role,
        recorder=by.actor,
        recorder_role=by.role,
        batch=batch,
        second=second,
        automatic_rules=automatic.rules if automatic else "",
        automatic_rule=automatic.rule if automatic else None,
        override=judgement.override or "",
        source_state=subject.source_state,
        from_visibility=subject.visibility,
        to_visibility=ruling.after,
        undoes=ruling.undoes,
        entry_index=index,
    )


def _decided_by(by: By, told: Record | None, automatic: Automatic | None) -> str:
    if automatic is not None:
        return f"{by.shown}, by automatic rule {automatic.rule}"
    if told is None:
        return by.shown
    if told.role is None:
        return "somebody the record does not name"
    article = "an" if told.role.value[0] in "aeiou" else "a"
    article = "the" if told.role is Role.OWNER else article
    return f"{article} {told.role.label.lower()} of the blog"


def _show(decisions: Sequence[Decision], rulings: Sequence[Ruling]) -> None:
    """Change what readers see as decided, and note the decision against imports."""
    changes: list[VisibilityChange] = []
    unchanged: list[Comment] = []
    for decision, ruling in zip(decisions, rulings, strict=True):
        if isinstance(ruling.subject, PartSubject):
            set_part(_part_change(decision, ruling, ruling.subject))
            continue
        comment = ruling.subject.comment
        if not ruling.is_history:
            # An undoing may go back to a text that is not the one told last.
            comment.has_news = source_of(ruling.judged) != ruling.subject.at_source
            comment.told_revision = ruling.subject.at_source
        if ruling.changes_page:
            changes.append(
                VisibilityChange(
                    comment=comment,
                    visibility=ruling.after,
                    notice=_notice(comment, decision, ruling),
                    revision=ruling.redacted or ruling.judged,
                    restored=ruling.restored,
                )
            )
        elif ruling.is_history:
            _fill_in(comment, decision, ruling)
        else:
            comment.decided_entry = decision.entry_index
            unchanged.append(comment)
    set_visibility(changes)
    Comment.objects.bulk_update(
        unchanged, ["decided_entry", "has_news", "told_revision"]
    )


def _part_change(
    decision: Decision, ruling: Ruling, subject: PartSubject
) -> PartChange:
    action = Action(decision.action)
    target, clause = subject.target, decision.clause
    return PartChange(
        subject=target.row,
        part=target.part,
        kind=part_kind(action, ruling.after),
        keeps=action is Action.NO_ACTION,
        notice=DecidedNotice(
            grade=Grade(decision.grade),
            entry_index=decision.entry_index,
            since=decision.decided_at,
            actor_label=decision.decided_by,
            clause_label=clause.label if clause else "",
            statement_path=decision.get_absolute_url(),
        ),
        # Only what shows a part changes which version readers see.
        revision=(ruling.redacted or ruling.judged) if action in _SHOWING else None,
    )


def _fill_in(comment: Comment, decision: Decision, ruling: Ruling) -> None:
    """Add what was told to the comment's history, for the time that it speaks of."""
    notice = _notice(comment, decision, ruling)
    if ruling.then is Visibility.PUBLISHED:
        end_past(comment, notice)
    if ruling.then in {None, Visibility.PUBLISHED}:
        return
    later = ruling.later
    ending = later.decision if later else None
    add_past(
        PastNotice(
            comment=comment,
            kind=Visibility(ruling.then),
            notice=notice,
            copy=later.copy if later else None,
            ended_at=ending.decided_at if ending else None,
            ended_entry=ending.entry_index if ending else None,
            closing_path=ending.get_absolute_url() if ending else "",
        )
    )


def _notice(comment: Comment, decision: Decision, ruling: Ruling) -> DecidedNotice:
    clause, had_been_seen = decision.clause, ruling.had_been_seen
    is_told = decision.grade == Grade.IMPORTED
    # "Taken down" says that readers had seen it; but no name rests on such a word.
    was_public = had_been_seen or (is_told and decision.action == Action.REMOVE)
    shows_name = had_been_seen and not (clause is not None and clause.is_legal)
    if isinstance(ruling.closed, Tombstone):
        was_public, shows_name = ruling.closed.was_public, ruling.closed.shows_name
    return DecidedNotice(
        grade=Grade(decision.grade),
        entry_index=decision.entry_index,
        since=decision.decided_at,
        actor_label=_actor_label(decision, comment.post.blog),
        clause_label=clause.label if clause else "",
        statement_path=decision.get_absolute_url(),
        ends_at=decision.until,
        was_public=was_public,
        shows_name=shows_name and ruling.after is not Visibility.WITHHELD,
    )


def _actor_label(decision: Decision, blog: Blog) -> str:
    if decision.grade != Grade.IMPORTED:
        return decision.decided_by
    recorded = decision.recorded_at.astimezone(ZoneInfo(blog.time_zone))
    return told_label(decision.decided_by, decision.recorder_role, day(recorded))
