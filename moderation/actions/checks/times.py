"""Whether a decision's time fits the comment, and its rule the time."""

from datetime import datetime, timedelta

from commentarchive.models import Visibility
from moderation.actions.judgements import Judgement
from moderation.actions.parts import PartSubject
from moderation.actions.refusals import Refused
from moderation.actions.subjects import Subject
from moderation.models import HIDING, Action, PolicyVersion

# For longer, what is hidden is hidden for good, until somebody decides anew.
LONGEST = timedelta(days=366)


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
    if judgement.until is not None:
        _check_end(subject, judgement, judgement.until, now)
    if clause is None:
        return
    if isinstance(subject, PartSubject):
        blog = subject.target.post.blog
    else:
        blog = subject.comment.post.blog
    rules = PolicyVersion.objects
    if not decided_at or rules.in_force_at(decided_at, blog) != clause.policy:
        message = "That rule’s version was not in force when this was decided."
        raise Refused(message)


def _check_end(
    subject: Subject | PartSubject, judgement: Judgement, until: datetime, now: datetime
) -> None:
    action = judgement.action
    if judgement.record or action not in {*HIDING, Action.HOLD, Action.REDACT}:
        message = "Only what hides a comment can end by itself."
        raise Refused(message)
    if isinstance(subject, PartSubject) and action is not Action.REDACT:
        message = (
            "Only what is decided on a comment can end by itself, and words of an "
            "article that are blacked out."
        )
        raise Refused(message)
    if action is Action.REDACT and subject.visibility is not Visibility.PUBLISHED:
        # Its end would show words that nobody had let through.
        message = (
            "Words can be blacked out for some time only where readers see them now."
        )
        raise Refused(message)
    if not now < until <= now + LONGEST:
        message = "A comment can be hidden for some time within the next year."
        raise Refused(message)
