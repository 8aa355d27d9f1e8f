"""Whether a hiding states its rule and its facts."""

from moderation.actions.judgements import Judgement
from moderation.actions.refusals import Refused
from moderation.models import HIDING, Action


def check(judgement: Judgement) -> None:
    """Raise Refused for a hiding without a rule or without facts.

    A blog's own records may tell neither.
    """
    clause, record = judgement.clause, judgement.record
    if judgement.action in HIDING and record is None:
        if clause is None:
            message = "Say under which rule."
            raise Refused(message)
        if not judgement.facts.strip():
            message = (
                "Give the facts: a reader has to be able to understand the decision."
            )
            raise Refused(message)
    if judgement.action is Action.WITHHOLD and not (clause and clause.is_legal):
        message = "Only a rule marked legal can withhold a comment."
        raise Refused(message)
