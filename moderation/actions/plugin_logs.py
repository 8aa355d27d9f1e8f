"""Decisions that WordPress plugins kept, recorded as the blog's own records tell them.

1. Each line finds its comment by the number that WordPress gave it.
2. A comment's lines are taken in the order of their times, so that each knows the state
   before it: only what had been approved can be "taken down".
3. What is on record already is left alone, so that the same log again changes nothing.
4. One decision a comment goes into each batch, in that order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from commentarchive.importers.parsed import Remark
from commentarchive.ledger.append import By
from commentarchive.ledger.models import Role
from commentarchive.models import Blog, Comment, Grade
from moderation.actions.decisions import judge_told
from moderation.actions.history import was_shown_at
from moderation.actions.judgements import Case, Judgement, Record
from moderation.models import Action, Decision
from moderation.plugin_logs.told import Deed, Doer, PluginLog, Told

SCHEME = "wordpress"
# Comments of one batch, whose locks are held together.
BATCH = 200
_ROLES = {Doer.PERSON: Role.MODERATOR, Doer.PROGRAM: Role.SYSTEM, Doer.UNKNOWN: None}
_FACTS = {
    Deed.APPROVED: "Approved.",
    Deed.HELD: "Put back among what waits for approval.",
    Deed.SPAM: "Marked as spam.",
    Deed.TRASHED: "Moved to the trash.",
    Deed.DELETED: "Deleted for good.",
    Deed.RETURNED: "Taken back out of the trash or of spam.",
}
_HIDING = frozenset({Deed.SPAM, Deed.TRASHED, Deed.DELETED})
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Recorded:
    """What became of a log: decisions made, lines known already, lines left over."""

    made: list[Decision] = field(default_factory=list)
    known: int = 0
    left: list[Remark] = field(default_factory=list)


def record_log(log: PluginLog, blog: Blog, *, by: By) -> Recorded:
    """Record what a plugin's log tells of a blog's comments, each line on record."""
    done = Recorded()
    by_comment: dict[int, list[tuple[Told, Case]]] = {}
    matched = list(_matched(log.told, blog, done))
    known_by_comment = _known([comment.pk for comment, _lines in matched])
    for comment, lines in matched:
        known = known_by_comment.setdefault(comment.pk, set())
        cases = []
        for told, case in _cases(comment, lines, log.known_from, done):
            record = case.judgement.record
            key = (case.judgement.action, record.decided_at if record else None)
            if key in known:
                done.known += 1
            else:
                known.add(key)
                cases.append((told, case))
        by_comment[comment.pk] = cases
    turn = 0
    while cases := [each[turn] for each in by_comment.values() if len(each) > turn]:
        for start in range(0, len(cases), BATCH):
            _record(cases[start : start + BATCH], by, done)
        turn += 1
    return done


def _record(cases: Sequence[tuple[Told, Case]], by: By, done: Recorded) -> None:
    made, refused = judge_told([case for _told, case in cases], by=by)
    done.made += made
    places = {id(case): told for told, case in cases}
    done.left += [
        Remark(places[id(case)].place, f"{_named(places[id(case)])}: {why}")
        for case, why in refused
    ]


def _matched(
    told: Sequence[Told], blog: Blog, done: Recorded
) -> Iterator[tuple[Comment, list[Told]]]:
    """Yield each comment that is here with its lines; note the lines of all others."""
    lines: dict[str, list[Told]] = {}
    for each in told:
        lines.setdefault(each.comment_id, []).append(each)
    found: dict[str, list[Comment]] = {}
    numbers = list(lines)
    for start in range(0, len(numbers), BATCH):
        comments = Comment.objects.filter(
            post__blog=blog,
            scheme=SCHEME,
            source_id__in=numbers[start : start + BATCH],
        )
        for comment in comments.select_related("post", "told_below"):
            found.setdefault(comment.source_id, []).append(comment)
    for number, its_lines in lines.items():
        for comment, of_it in _by_article(found.get(number, []), its_lines, done):
            yield comment, of_it


def _by_article(
    comments: list[Comment], lines: list[Told], done: Recorded
) -> Iterator[tuple[Comment, list[Told]]]:
    """Yield comments with the lines that only they can be meant by; note the others."""
    given: dict[int, list[Told]] = {}
    for told in lines:
        fitting = [
            comment
            for comment in comments
            if not told.article_id
            or (comment.told_below or comment.post).source_id in {told.article_id, ""}
        ]
        if len(fitting) == 1:
            given.setdefault(fitting[0].pk, []).append(told)
            continue
        reason = (
            "more than one comment here has this number"
            if fitting
            else "no comment with this number is archived here"
        )
        done.left.append(Remark(told.place, f"{_named(told)}: {reason}"))
    for comment in comments:
        if comment.pk in given:
            yield comment, given[comment.pk]


def _named(told: Told) -> str:
    return f"comment {told.comment_id}, {told.deed}"


def _known(pks: Sequence[int]) -> dict[int, set[tuple[str, datetime | None]]]:
    """Return what is on record of each comment from a blog's own records."""
    found: dict[int, set[tuple[str, datetime | None]]] = {}
    for start in range(0, len(pks), BATCH):
        told = Decision.objects.filter(
            comment__in=pks[start : start + BATCH], grade=Grade.IMPORTED
        )
        for pk, action, decided_at in told.values_list(
            "comment", "action", "decided_at"
        ):
            found.setdefault(pk or 0, set()).add((action, decided_at))
    return found


def _cases(
    comment: Comment, lines: list[Told], known_from: str, done: Recorded
) -> Iterator[tuple[Told, Case]]:
    """Yield what each line decides, in the order of their times."""
    state: Deed | None = None
    before_hiding: Deed | None = None
    for told in sorted(lines, key=lambda each: each.at or _BEGINNING):
        if told.deed is Deed.ARRIVED:
            state = told.was
            continue
        before = told.was or state
        if told.deed is Deed.RETURNED:
            state = before_hiding
        else:
            if told.deed in _HIDING and state not in _HIDING:
                before_hiding = before
            state = told.deed
        action = _action(comment, told, before, state)
        if action is None:
            reason = "the log does not tell to which state it came back"
            done.left.append(Remark(told.place, f"{_named(told)}: {reason}"))
            continue
        yield told, _case(comment, told, action, known_from)


def _action(
    comment: Comment, told: Told, before: Deed | None, after: Deed | None
) -> Action | None:
    if after in _HIDING:
        had_been_public = before is Deed.APPROVED or was_shown_at(comment, told.at)
        return Action.REMOVE if had_been_public else Action.BLOCK
    if after is Deed.HELD:
        return Action.HOLD
    if after is Deed.APPROVED:
        return Action.RESTORE if told.deed is Deed.RETURNED else Action.APPROVE
    return None


def _case(comment: Comment, told: Told, action: Action, known_from: str) -> Case:
    record = Record(decided_at=told.at, role=_ROLES[told.doer], known_from=known_from)
    judgement = Judgement(action=action, facts=_FACTS[told.deed], record=record)
    return Case(comment=comment, judgement=judgement)
