"""What a blog's own records tell: history, which gives way to all newer knowledge.

A copy that was made later, or a later decision, outranks what they say of an earlier
time. Then readers see what they saw before, and only the history is filled in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from commentarchive.captures.history import all_copies
from commentarchive.models import Capture, Comment, Grade, Visibility
from commentarchive.threads.capture_diff import Copy
from moderation.actions.subjects import Subject
from moderation.models import Action, Decision

# The copies of an article by id space, in the order they were made.
type Lines = Mapping[str, Sequence[Copy]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What is known of a later time: a copy, or a decision."""

    copy: Capture | None = None
    decision: Decision | None = None


def find_later(
    subject: Subject, told_at: datetime | None, *, hides: bool
) -> Later | None:
    """Find the first thing that outranks what is told of a time; None if nothing does.

    What is told without a time outranks nothing that has one.
    """
    decision = _later_decision(subject, told_at)
    lines = all_copies(subject.comment.post_id)
    copy = contradicting_copy(subject.comment, lines, told_at, hides=hides)
    if copy is None:
        return Later(decision=decision) if decision else None
    if decision is None or copy.moment < decision.by_time[0]:
        return Later(copy=copy)
    return Later(decision=decision)


def _later_decision(subject: Subject, told_at: datetime | None) -> Decision | None:
    """Find the next decision in time; one that was taken here is always later."""
    later = [
        decision
        for decision in subject.decisions
        if decision.action != Action.NO_ACTION
        and (
            decision.grade == Grade.DECIDED
            or (
                decision.decided_at is not None
                and (told_at is None or decision.decided_at > told_at)
            )
        )
    ]
    return min(later, key=attrgetter("by_time"), default=None)


def contradicting_copy(
    comment: Comment, lines: Lines, told_at: datetime | None, *, hides: bool
) -> Capture | None:
    """Find the first later copy that shows what is told as hidden, or the reverse."""
    sightings = list(sightings_of(comment, lines))
    captures = Capture.objects.in_bulk({copy.key for copy, _is_shown in sightings})
    for copy, is_shown in sightings:
        capture = captures[copy.key]
        if is_shown is hides and _is_later(copy, capture, told_at, hides=hides):
            return capture
    return None


def was_shown_at(comment: Comment, moment: datetime | None) -> bool:
    """Return whether a copy that was made no later than that shows the comment.

    Without a time any copy that shows it counts.
    """
    lines = all_copies(comment.copied_below_id)
    sightings = [copy for copy, is_shown in sightings_of(comment, lines) if is_shown]
    if moment is None:
        return bool(sightings)
    captures = Capture.objects.in_bulk({copy.key for copy in sightings})
    return any(
        (copy.time.not_after or captures[copy.key].moment) <= moment
        for copy in sightings
    )


def sightings_of(comment: Comment, lines: Lines) -> Iterator[tuple[Copy, bool]]:
    """Yield each copy that tells of a comment, and whether it shows it, in order."""
    for copies in lines.values():
        was_held = False
        for copy in copies:
            held = copy.held.get(comment.pk)
            if held is not None:
                was_held = True
                yield copy, held.state == Visibility.PUBLISHED
            elif was_held and copy.is_whole:
                yield copy, False


def _is_later(
    copy: Copy, capture: Capture, told_at: datetime | None, *, hides: bool
) -> bool:
    """Return whether a copy was made after a time.

    Where that cannot be told, the comment stays hidden: a copy that shows it counts if
    it is certainly later, and one that hides it if it may be.
    """
    if told_at is None:
        return True
    if hides:
        made = copy.time.not_before
        return made is not None and made > told_at
    return (copy.time.not_after or capture.taken_at) > told_at
