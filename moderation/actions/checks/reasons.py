"""Whether a decision states the reasons that it has to state."""

from commentarchive.text.lookalikes import has_words
from moderation.actions.judgements import Judgement
from moderation.actions.refusals import Refused
from moderation.models import HIDING, Action


def check(judgement: Judgement) -> None:
    """Raise Refused for a hiding without a rule or without facts.

    A blog's own records may tell neither. A conflict of interest needs a reason too.
    """
    if (judgement.override is None) != (judgement.override_reason == ""):
        message = "Say which conflict of interest there is, and why you decide anyway."
        raise Refused(message)
    clause, record = judgement.clause, judgement.record
    if judgement.action in HIDING and record is None:
        if clause is None:
            message = "Say under which rule."
            raise Refused(message)
        if not has_words(judgement.facts):
            message = (
                "Give the facts: a reader has to be able to understand the decision."
            )
            raise Refused(message)
    if judgement.action is Action.WITHHOLD and not (clause and clause.is_legal):
        message = "Only a rule marked legal can withhold a comment."
        raise Refused(message)
