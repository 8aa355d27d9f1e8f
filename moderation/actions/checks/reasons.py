"""Whether a decision states the reasons that it has to state."""

from commentarchive.text.lookalikes import has_words
from moderation.actions.judgements import Judgement
from moderation.actions.refusals import Refused
from moderation.models import HIDING, Action
from moderation.models.action import AT_THE_BLOG


def check(judgement: Judgement) -> None:
    """Raise Refused for a hiding without a rule or facts, a restoring without a reason.

    What is taken from a blog's own records needs no rule, but what happened and which
    record tells it. Withholding always needs a rule that is marked legal.
    """
    clause, record = judgement.clause, judgement.record
    if record is not None:
        if not has_words(judgement.facts):
            message = "Say what happened, as the blog’s own records tell it."
            raise Refused(message)
        if not has_words(record.known_from):
            message = "Say how it is known: which of the blog’s records tells it."
            raise Refused(message)
    elif judgement.action in {*HIDING, *AT_THE_BLOG, Action.REDACT}:
        if clause is None:
            message = "Say under which rule."
            raise Refused(message)
        if not has_words(judgement.facts):
            message = (
                "Give the facts: a reader has to be able to understand the decision."
            )
            raise Refused(message)
    elif judgement.action is Action.RESTORE and not has_words(judgement.facts):
        message = "Say why it is put back: one sentence, for readers."
        raise Refused(message)
    if judgement.action is Action.WITHHOLD and not (clause and clause.is_legal):
        message = "Only a rule marked legal can withhold a comment."
        raise Refused(message)
