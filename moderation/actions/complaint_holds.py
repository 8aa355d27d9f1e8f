"""Hold all that a complaint is about in one step: one batch, one entry a decision."""

from collections.abc import Sequence
from typing import NamedTuple

from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Comment, Commenter, Part, Post, Visibility
from commentarchive.storage.write_locks import short_write
from moderation.actions import door
from moderation.actions.checks import HiddenTexts, Interests
from moderation.actions.judgements import Case, Judgement, PartCase, Seen
from moderation.actions.parts import (
    PartSubject,
    Target,
    lock_places,
    name_target,
    read_part,
)
from moderation.actions.refusals import Refused
from moderation.actions.rulings import Ruling
from moderation.actions.second_person import BY_ONE, ask_for_second
from moderation.actions.subjects import Subject, lock_subjects
from moderation.models import Action, Complaint, Decision, PendingBatch
from moderation.named_places import Place


class Left(NamedTuple):
    """A place that is not put on hold, and why."""

    place: Place
    why: str


class Held(NamedTuple):
    """What was put on hold, what was not, and what waits for a second person."""

    decisions: Sequence[Decision]
    left: Sequence[Left]
    waiting: PendingBatch | None = None


def hold_places(complaint: Complaint, *, by: By) -> Held:
    """Hold every place of a complaint that can be held; each comes back when due.

    Of an article its text and its title. Comments above the number that one person
    decides on wait for a second one, as in every batch. The private note of each
    decision names the complaint. Raise Refused where nothing can be held.
    """
    places = [place.target for place in complaint.places_now]
    comments = [each for each in places if isinstance(each, Comment)]
    others = [each for each in places if not isinstance(each, Comment)]
    if complaint.closed_at is not None:
        message = "The complaint is closed."
        raise Refused(message)
    judgement = Judgement(
        action=Action.HOLD, note=f"Because of complaint {complaint.ref}."
    )
    with short_write():
        rulings, left = _rulings(comments, others, judgement, by)
        on_comments = [each for each in rulings if isinstance(each.subject, Subject)]
        waiting = None
        if len(on_comments) > BY_ONE:
            waiting = ask_for_second(_cases(on_comments), by=by)
            rulings = [each for each in rulings if each not in on_comments]
        if len(rulings) > BY_ONE:
            message = (
                f"These are {len(rulings)} texts, titles and names to hold; one person "
                f"holds {BY_ONE} at most. Hold articles and names one by one."
            )
            raise Refused(message)
        if not rulings and waiting is None:
            reasons = list(dict.fromkeys(each.why for each in left))
            raise Refused(" ".join(reasons) or "There is nothing to hold.")
        batch = new_ref("e") if len(rulings) > 1 else ""
        made = door.record(rulings, by=by, batch=batch) if rulings else []
    return Held(made, left, waiting)


def _rulings(
    comments: Sequence[Comment],
    others: Sequence[Post | Commenter],
    judgement: Judgement,
    by: By,
) -> tuple[list[Ruling], list[Left]]:
    """Lock all places in the order of every writer, and check each."""
    left: list[Left] = []
    targets = [(each, target) for each in others for target in _targets(each, left)]
    posts = [each for each in others if isinstance(each, Post)]
    names = [each for each in others if isinstance(each, Commenter)]
    lock_places(comments, posts, names)
    subjects = lock_subjects(comments)
    hidden, rulings = HiddenTexts(), list[Ruling]()
    own = Interests(by, [(each.comment, each.newest) for each in subjects])
    checked: list[tuple[Place, Subject | PartSubject, Case | PartCase, Interests]] = [
        (each.comment, each, Case(comment=each.comment, judgement=judgement), own)
        for each in subjects
    ]
    for whole, target in targets:
        part = read_part(target)
        case = PartCase(target=target, judgement=judgement)
        checked.append((whole, part, case, Interests.in_part(by, part.target)))
    for place, subject, part_or_comment, interests in checked:
        try:
            if subject.visibility is not Visibility.PUBLISHED:
                # What was taken down for good must not come back when a hold ends.
                left.append(Left(place, "Readers do not see it as it is."))
                continue
            ruling = door.check(subject, part_or_comment, hidden)
            rulings.append(interests.settle(ruling))
        except Refused as error:
            left.append(Left(place, str(error)))
    return rulings, left


def _cases(rulings: Sequence[Ruling]) -> list[Case]:
    """Return rulings on comments as cases, with what was seen of each."""
    return [
        Case(
            comment=subject.comment,
            judgement=ruling.judgement,
            seen=Seen(
                revision=subject.newest.number if subject.newest else 0,
                decision=subject.latest.ref if subject.latest else "",
                state=subject.state,
            ),
        )
        for ruling in rulings
        if isinstance(subject := ruling.subject, Subject)
    ]


def _targets(place: Post | Commenter, left: list[Left]) -> list[Target]:
    if isinstance(place, Post):
        parts = [Part.TEXT, Part.TITLE]
        return [Target(post=place, part=part) for part in parts]
    try:
        return [name_target(place, Part.NAME)]
    except Refused as error:
        left.append(Left(place, str(error)))
        return []
