"""Decisions: one transaction from the lock on the article to the entry in the log.

Lock order: post, comment, head. The entry is the last statement. No decision is ever
edited: a mistake is put right by another one that names it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from commentarchive.actions.notices import Notice, set_visibility, was_public
from commentarchive.ledger.append import By, Statement, append, minute, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.models import Comment, Grade, Post, Revision, Visibility
from commentarchive.storage.write_locks import short_write
from commentarchive.text.leaks import Leak, find_leaks, names_in
from moderation.models import (
    HIDING,
    Action,
    Clause,
    Decision,
    DecisionWords,
    PolicyVersion,
)
from moderation.rules.transitions import allowed_actions, outcome, undoing

# A comment put on hold comes back to the top of the queue after this time.
HOLD_FOR = timedelta(hours=72)


class Refused(ValueError):
    """The decision cannot be taken as it stands; the message says why."""


class LeaksHiddenWords(Refused):
    """The public facts repeat what they are about to hide."""

    def __init__(self, facts: str, leaks: list[Leak]) -> None:
        super().__init__("These words stand in the comment; say it without them.")
        self.facts = facts
        self.leaks = leaks


class AlreadyDecided(Exception):
    """Somebody else decided first; `winner` is their decision."""

    def __init__(self, winner: Decision) -> None:
        super().__init__("Somebody else has decided meanwhile.")
        self.winner = winner


class TextChanged(Exception):
    """The comment has another text than the one that was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the moderator had before them: the text's number, the last decision."""

    revision: int
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A decision that a blog's own records tell of."""

    decided_at: datetime | None
    role: Role | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is to be decided, with its public and its private words."""

    action: Action
    clause: Clause | None = None
    facts: str = ""
    note: str = ""
    record: Record | None = None


def latest_decision(comment: Comment) -> Decision | None:
    """Find the decision on a comment that was recorded last."""
    return comment.decisions.order_by("-entry_index").first()


def has_new_text(comment: Comment, latest: Revision | None) -> bool:
    """Tell whether readers see another version of a comment than the latest."""
    return latest is not None and latest.pk != comment.current_revision_id


def decide(
    comment: Comment, judgement: Judgement, *, by: By, seen: Seen | None = None
) -> Decision:
    """Decide on one comment, on record.

    Raise Refused or LeaksHiddenWords for what cannot be recorded, AlreadyDecided or
    TextChanged when the comment is no longer what was looked at.
    """
    with short_write():
        comment = _locked(comment)
        revision = comment.revisions.order_by("-number").first()
        _check_seen(comment, revision, seen)
        before = Visibility(comment.visibility)
        action = _named(judgement.action, before)
        if action not in allowed_actions(
            before, has_new_text=has_new_text(comment, revision)
        ):
            message = (
                f"A comment that is {before.label} cannot be {action.label.lower()}."
            )
            raise Refused(message)
        judgement = replace(judgement, action=action)
        _check_words(comment, judgement)
        _check_time(comment, judgement)
        after = outcome(action, before, judgement.clause)
        return _record(comment, revision, judgement, by=by, after=after)


def undo(decision: Decision, *, by: By, note: str = "") -> Decision:
    """Bring back what was before a decision, by a decision that names it.

    Raise AlreadyDecided when another decision stands on the comment by now.
    """
    with short_write():
        comment = _locked(decision.comment)
        if comment.visibility == Visibility.ERASED:
            message = "The comment was erased; there is nothing to bring back."
            raise Refused(message)
        latest = latest_decision(comment)
        if latest is not None and latest != decision:
            raise AlreadyDecided(latest)
        after = Visibility(decision.from_visibility)
        action = undoing(after, Action(decision.action))
        previous = (
            comment.decisions.filter(entry_index__lt=decision.entry_index)
            .order_by("-entry_index")
            .first()
        )
        judgement = Judgement(
            action=action,
            clause=previous.clause if previous and action in HIDING else None,
            facts="An earlier decision was undone.",
            note=note,
        )
        # Never a text that came in since: nobody has looked at it.
        revision = decision.shown_before or decision.revision
        return _record(
            comment, revision, judgement, by=by, after=after, undoes=decision
        )


def _locked(comment: Comment) -> Comment:
    """Lock the article, then the comment; read it as it is now."""
    Post.objects.select_for_update().get(pk=comment.post_id)
    Comment.objects.select_for_update().get(pk=comment.pk)
    return Comment.objects.select_related("post__blog", "commenter__name").get(
        pk=comment.pk
    )


def _named(action: Action, before: Visibility) -> Action:
    """Tell block from remove: the desk has one verb for both."""
    if action in {Action.BLOCK, Action.REMOVE}:
        return Action.REMOVE if before is Visibility.PUBLISHED else Action.BLOCK
    if action in {Action.APPROVE, Action.RESTORE} and before != Visibility.PUBLISHED:
        waited = before in {Visibility.HELD, Visibility.SPAM, Visibility.TRASHED}
        return Action.APPROVE if waited else Action.RESTORE
    return action


def _check_seen(comment: Comment, revision: Revision | None, seen: Seen | None) -> None:
    if seen is None:
        return
    latest = latest_decision(comment)
    if latest is not None and latest.ref != seen.decision:
        raise AlreadyDecided(latest)
    if (revision.number if revision else 0) != seen.revision:
        message = "The text has changed since you looked."
        raise TextChanged(message)


def _check_words(comment: Comment, judgement: Judgement) -> None:
    clause, record = judgement.clause, judgement.record
    if judgement.action in HIDING:
        if clause is None and record is None:
            message = "Say under which rule."
            raise Refused(message)
        if not judgement.facts.strip() and record is None:
            message = (
                "Give the facts: a reader has to be able to understand the decision."
            )
            raise Refused(message)
    if judgement.action is Action.WITHHOLD and not (clause and clause.is_legal):
        message = "Only a rule marked legal can withhold a comment."
        raise Refused(message)
    # Whatever the action: what is shown now may be hidden later, and facts stay.
    leaks = leaks_in(judgement.facts, comment) if judgement.facts else []
    if leaks:
        raise LeaksHiddenWords(judgement.facts, leaks)


def _check_time(comment: Comment, judgement: Judgement) -> None:
    """Hold a decision's time against the comment's, and its rule against the time."""
    now = timezone.now()
    record, clause = judgement.record, judgement.clause
    decided_at = record.decided_at if record else now
    if record and decided_at and decided_at > now:
        message = "A decision cannot have been made in the future."
        raise Refused(message)
    if record and decided_at and comment.posted_at and decided_at < comment.posted_at:
        message = "A decision cannot have been made before the comment was."
        raise Refused(message)
    if clause is None:
        return
    if not decided_at or PolicyVersion.objects.in_force_at(decided_at) != clause.policy:
        message = "That rule’s version was not in force when this was decided."
        raise Refused(message)


def leaks_in(facts: str, comment: Comment) -> list[Leak]:
    """Find what some public words share with any text of a comment, or its name."""
    leaks: list[Leak] = []
    for revision in comment.revisions.select_related("text"):
        text = getattr(revision, "text", None)
        if text is not None:
            leaks += find_leaks(facts, f"{text.plain}\n{text.raw}")
    name = getattr(comment.commenter, "name", None)
    if name is not None:
        leaks += names_in(facts, name.name)
    private = getattr(comment, "private_address", None)
    if private is not None:
        leaks += find_leaks(facts, f"{private.email} {private.ip}")
    return sorted(set(leaks), key=lambda leak: leak.start)


def _record(
    comment: Comment,
    revision: Revision | None,
    judgement: Judgement,
    *,
    by: By,
    after: Visibility,
    undoes: Decision | None = None,
) -> Decision:
    """Write decision, words, notice and entry; the caller holds the locks."""
    now = timezone.now()
    before = Visibility(comment.visibility)
    record, clause = judgement.record, judgement.clause
    index = next_index()
    decision = Decision.objects.create(
        ref=new_ref("d"),
        comment=comment,
        revision=revision,
        shown_before=(
            comment.current_revision if before is Visibility.PUBLISHED else None
        ),
        action=judgement.action,
        clause=clause,
        grade=Grade.IMPORTED if record else Grade.DECIDED,
        decided_at=record.decided_at if record else now,
        recorded_at=now,
        due_at=now + HOLD_FOR if judgement.action is Action.HOLD else None,
        actor=by.actor,
        decided_by=_decided_by(by, record),
        decided_by_role=(record.role or "") if record else by.role,
        from_visibility=before,
        to_visibility=after,
        undoes=undoes,
        entry_index=index,
    )
    facts, note = judgement.facts.strip(), judgement.note.strip()
    DecisionWords.objects.create(
        decision=decision, facts=facts, note=note, written_at=now
    )
    had_been_seen = was_public(comment)
    notice = Notice(
        grade=Grade(decision.grade),
        entry_index=index,
        since=decision.decided_at,
        actor_label=decision.decided_by,
        clause_label=clause.label if clause else "",
        statement_path=decision.get_absolute_url(),
        was_public=had_been_seen,
        shows_name=had_been_seen and not (clause is not None and clause.is_legal),
    )
    changes_text = after is Visibility.PUBLISHED and judgement.action is not (
        Action.NO_ACTION
    )
    if before == after and not changes_text:
        comment.decided_entry = index
        comment.save(update_fields=["decided_entry"])
    else:
        set_visibility(comment, after, notice=notice, revision=revision)
    append(_statement(decision, comment, facts=facts, note=note, by=by))
    return decision


def _decided_by(by: By, record: Record | None) -> str:
    if record is None:
        return by.shown
    if record.role is None:
        return "somebody the record does not name"
    article = "an" if record.role.value[0] in "aeiou" else "a"
    article = "the" if record.role is Role.OWNER else article
    return f"{article} {record.role.label.lower()} of the blog"


def _statement(
    decision: Decision, comment: Comment, *, facts: str, note: str, by: By
) -> Statement:
    clause, revision, undoes = decision.clause, decision.revision, decision.undoes
    return Statement(
        event=f"comment.{decision.action}",
        subject=comment.ref,
        by=by,
        thread=comment.post.ref,
        public={
            "auto": False,
            "batch": None,
            "clause": clause.number if clause else None,
            "decided": minute(decision.decided_at) if decision.decided_at else None,
            "decided_by": decision.decided_by_role or None,
            "decision": decision.ref,
            "from": decision.from_visibility,
            "grade": decision.grade,
            "policy": clause.policy.ref if clause else None,
            "text": revision.commitment if revision else None,
            "to": decision.to_visibility,
            "undoes": undoes.ref if undoes else None,
        },
        committed={"facts": facts or None, "note": note or None},
    )
