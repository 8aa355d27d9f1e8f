"""What the public record says of a decision."""

from collections.abc import Mapping

from commentarchive.ledger.append import By, Statement, minute
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.models import Grade
from moderation.actions.judgements import Judgement
from moderation.models import Action, Aspect, Decision
from moderation.models.action import BANS
from moderation.rules.events import event_of


def statement_of(decision: Decision, judgement: Judgement, *, by: By) -> Statement:
    """Return the entry of a decision; its words are only committed to."""
    subject = (decision.comment or decision.commenter or decision.post).ref
    facts, note = judgement.public_facts, judgement.note.strip()
    committed: dict[str, Value] = {"facts": facts or None, "note": note or None}
    if judgement.override_reason:
        committed["override_reason"] = judgement.override_reason
    return Statement(
        event=event_of(Action(decision.action), subject),
        subject=subject,
        by=by,
        thread=decision.post.ref,
        public={**_always(decision), **_of_states(decision), **_if_any(decision)},
        committed=committed,
    )


def _names_its_aspect(decision: Decision) -> bool:
    is_of_thread = decision.aspect == Aspect.THREAD or decision.action in BANS
    return decision.comment is None and not is_of_thread


def _always(decision: Decision) -> Mapping[str, Value]:
    clause, undoes = decision.clause, decision.undoes
    return {
        "auto": decision.is_automatic,
        "batch": decision.batch or None,
        "clause": clause.number if clause else None,
        "decided": minute(decision.decided_at) if decision.decided_at else None,
        "decided_by": decision.decided_by_role or None,
        "decision": decision.ref,
        "grade": decision.grade,
        "policy": clause.policy.ref if clause else None,
        "undoes": undoes.ref if undoes else None,
    }


def _of_states(decision: Decision) -> Mapping[str, Value]:
    """Return what is said of what readers see, where it is decided on."""
    if decision.action in BANS:
        return {"scope": "blog"}
    if decision.aspect == Aspect.THREAD:
        return {}
    judged = decision.judged
    return {
        "from": decision.from_visibility,
        "text": judged.commitment if judged else None,
        "to": decision.to_visibility,
    }


def _if_any(decision: Decision) -> Mapping[str, Value]:
    """Return the members that are left out where there is nothing to say."""
    is_told = decision.grade == Grade.IMPORTED
    members: Mapping[str, Value] = {
        "aspect": decision.aspect if _names_its_aspect(decision) else None,
        "auto_rule": decision.automatic_rule,
        "auto_rules": decision.automatic_rules or None,
        "override": decision.override or None,
        "recorder": decision.recorder_role if is_told else None,
        "second": decision.second or None,
        "shown": decision.shown.commitment if decision.shown else None,
        "until": minute(decision.until) if decision.until else None,
    }
    return {name: value for name, value in members.items() if value is not None}
