"""Undoing a decision: which state comes back, under which action and rule."""

from commentarchive.models import Visibility
from moderation.actions.door import Ruling
from moderation.actions.judgements import Judgement
from moderation.actions.refusals import AlreadyDecided, Refused
from moderation.actions.subjects import Subject
from moderation.models import HIDING, Action, Decision
from moderation.rules.transitions import action_back_to


def check_undo(subject: Subject, decision: Decision, *, note: str) -> Ruling:
    """Return the ruling that brings back what was before a decision.

    Raise AlreadyDecided when another decision stands on the comment by now, Refused
    for a comment that was erased.
    """
    if subject.visibility is Visibility.ERASED:
        message = "The comment was erased; there is nothing to bring back."
        raise Refused(message)
    if subject.latest is not None and subject.latest != decision:
        raise AlreadyDecided(subject.latest)
    after = Visibility(decision.from_visibility)
    action = action_back_to(after, Action(decision.action))
    previous = _decision_before(decision)
    return Ruling(
        subject=subject,
        judgement=Judgement(
            action=action,
            clause=previous.clause if previous and action in HIDING else None,
            facts="An earlier decision was undone.",
            note=note,
        ),
        after=after,
        # Never a text that came in since: nobody has looked at it.
        judged=decision.shown_before or decision.judged,
        undoes=decision,
    )


def _decision_before(decision: Decision) -> Decision | None:
    earlier = Decision.objects.filter(
        comment=decision.comment, entry_index__lt=decision.entry_index
    )
    return earlier.select_related("clause__policy").order_by("-entry_index").first()
