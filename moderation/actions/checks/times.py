"""Whether a decision's time fits the comment, and its rule the time."""

from datetime import datetime

from moderation.actions.judgements import Judgement
from moderation.actions.parts import PartSubject
from moderation.actions.refusals import Refused
from moderation.actions.subjects import Subject
from moderation.models import PolicyVersion


def check(
    subject: Subject | PartSubject, judgement: Judgement, *, now: datetime
) -> None:
    """Raise Refused for a time that cannot be, or a rule that was not in force."""
    record, clause = judgement.record, judgement.clause
    decided_at = record.decided_at if record else now
    posted_at = subject.made_at
    if record and decided_at:
        if decided_at > now:
            message = "A decision cannot have been made in the future."
            raise Refused(message)
        if posted_at and decided_at < posted_at:
            message = "A decision cannot have been made before the comment was."
            raise Refused(message)
    if clause is None:
        return
    if not decided_at or PolicyVersion.objects.in_force_at(decided_at) != clause.policy:
        message = "That rule’s version was not in force when this was decided."
        raise Refused(message)
