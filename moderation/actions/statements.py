"""What the public record says of a decision."""

from commentarchive.ledger.append import By, Statement, minute
from moderation.models import Decision


def statement_of(decision: Decision, facts: str, note: str, *, by: By) -> Statement:
    """Return the entry of a decision; its words are only committed to."""
    clause, judged, undoes = decision.clause, decision.judged, decision.undoes
    return Statement(
        event=f"comment.{decision.action}",
        subject=_subject(decision),
        by=by,
        thread=decision.post.ref,
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
            "text": judged.commitment if judged else None,
            "to": decision.to_visibility,
            "undoes": undoes.ref if undoes else None,
        },
        committed={"facts": facts.strip() or None, "note": note.strip() or None},
    )


def _subject(decision: Decision) -> str:
    """Return the reference of what a decision is about."""
    return (decision.comment or decision.commenter or decision.post).ref
