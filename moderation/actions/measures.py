"""Ends what was hidden for some time only, on record, when its time has come."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, F, OuterRef

from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Role
from commentarchive.models import Grade, PartNotice, Tombstone, Visibility
from commentarchive.storage.write_locks import short_write
from moderation.actions import door
from moderation.actions.judgements import Judgement
from moderation.actions.parts import PartSubject, lock_part, target_of
from moderation.actions.rulings import Ruling
from moderation.actions.subjects import Subject, lock_subjects, source_of
from moderation.actions.undo import back_to_before
from moderation.models import Action, Decision
from moderation.models.decision import DecisionQuerySet

FACTS = "The time for which it was hidden is over."
SHOWN_AGAIN = "The time for which words of it were blacked out is over."


def end_due(now: datetime) -> list[Decision]:
    """End all that is due; each in a transaction of its own.

    Not where the blog changed the comment's state since, or a text in which words are
    blacked out: that something is shown again which its author may have deleted is for
    people to decide, and the desk lists it.
    """
    return [ended for pk in list(_due(now)) if (ended := _end(pk, now)) is not None]


def _due(now: datetime) -> Iterator[int]:
    """Yield the decisions that stand and should have ended."""
    notices = Tombstone.objects.filter(is_open=True, ends_at__lte=now)
    entries = notices.order_by("ends_at").values_list("opened_entry", flat=True)
    hidden = Decision.objects.filter(entry_index__in=list(entries))
    for decided in (hidden, _redacted_until(now)):
        unchanged = decided.filter(source_state=F("comment__source_state"))
        yield from unchanged.order_by("until", "pk").values_list("pk", flat=True)
    of_articles = _articles_redacted_until(now).order_by("until", "pk")
    yield from of_articles.values_list("pk", flat=True)


def _redacted_until(now: datetime) -> DecisionQuerySet:
    """Select the decisions whose marks readers see, and should not see any more."""
    return (
        Decision.objects.filter(action=Action.REDACT, until__lte=now)
        .filter(
            comment__visibility=Visibility.PUBLISHED,
            comment__current_revision=F("shown"),
        )
        .exclude(_is_for_good())
    )


def _articles_redacted_until(now: datetime) -> DecisionQuerySet:
    """Select the same of articles' texts."""
    return (
        Decision.objects.filter(action=Action.REDACT, until__lte=now, comment=None)
        .filter(post__hidden_text="", post__current_revision=F("shown"))
        .exclude(_is_for_good("post"))
    )


def _is_for_good(about: str = "comment") -> Exists:
    """Ask whether somebody undid the end of a redaction: then it stays."""
    ends = {"undoes__recorder_role": Role.SYSTEM, "undoes__undoes__isnull": False}
    own = Decision.objects.filter(**{about: OuterRef(about)}, shown=OuterRef("shown"))
    return Exists(own.filter(**ends))


def _end(pk: int, now: datetime) -> Decision | None:
    """End one decision; None where somebody has decided otherwise meanwhile."""
    decision = Decision.objects.select_related("comment", "post").get(pk=pk)
    with short_write():
        ruling = _ruling(decision, now)
        return door.record([ruling], by=SYSTEM)[0] if ruling else None


def _ruling(decision: Decision, now: datetime) -> Ruling | None:
    """Lock what a decision is about, and return the ruling that ends it, if any."""
    if decision.comment is None:
        return _article_ends(lock_part(target_of(decision)), decision, now)
    [subject] = lock_subjects([decision.comment])
    if subject.comment.source_state != decision.source_state:
        return None
    make = _redaction_ends if decision.action == Action.REDACT else _hiding_ends
    return make(subject, decision, now)


def _hiding_ends(subject: Subject, decision: Decision, now: datetime) -> Ruling | None:
    """Return the ruling that brings back what was before a measure and its renewals."""
    notice = subject.notice
    if notice is None or notice.opened_entry != decision.entry_index:
        return None
    if notice.ends_at is None or notice.ends_at > now:
        return None
    first = _first_of(subject.decisions) or decision
    ruling = back_to_before(subject, first)
    closed = ruling.closed
    if first != decision and closed is not None and closed.grade != Grade.DECIDED:
        # A notice of an import that an earlier measure had closed begins anew: only
        # what closed it opens it again as it was.
        closed = None
    return _ending(ruling, decision, FACTS, closed)


def _redaction_ends(
    subject: Subject, decision: Decision, now: datetime
) -> Ruling | None:
    """Return the ruling that shows the text as it was before words of it went.

    Not where its blog tells other words by now.
    """
    if not _redacted_until(now).filter(pk=decision.pk).exists():
        return None
    judged, told = source_of(subject.current), subject.at_source
    if judged is None or told is None:
        return None
    if (judged.same_as_id or judged.pk) != (told.same_as_id or told.pk):
        return None
    first = _first_cut(subject, decision, "comment")
    ended = _still_to_undo(subject, decision)
    return _ending(back_to_before(subject, first), ended, SHOWN_AGAIN, None)


def _article_ends(
    subject: PartSubject, decision: Decision, now: datetime
) -> Ruling | None:
    """Return the same of an article's text."""
    if not _articles_redacted_until(now).filter(pk=decision.pk).exists():
        return None
    if subject.target.has_new_text:
        return None
    first = _first_cut(subject, decision, "post")
    ruling = Ruling(
        subject=subject,
        judgement=Judgement(action=Action.RESTORE),
        after=Visibility.PUBLISHED,
        judged=first.shown_before or first.judged,
    )
    return _ending(ruling, _still_to_undo(subject, decision), SHOWN_AGAIN, None)


def _first_cut(
    subject: Subject | PartSubject, decision: Decision, about: str
) -> Decision:
    """Return the first of the redactions in a row that one renews."""
    made = {d.shown_id: d for d in subject.decisions if d.action == Action.REDACT}
    first = decision
    while (before := made.get(first.shown_before_id)) and before.until:
        if Decision.objects.filter(_is_for_good(about), pk=before.pk).exists():
            break
        first = before
    return first


def _still_to_undo(subject: Subject | PartSubject, decision: Decision) -> Decision:
    """Return a decision, or what stands in its place where it was undone once already.

    An undoing that was undone brought it back.
    """
    undone = {each.undoes_id for each in subject.decisions}
    return decision if decision.pk not in undone else _last_that_changed(subject)


def _last_that_changed(subject: Subject | PartSubject) -> Decision:
    changed = (each for each in subject.decisions if each.action != Action.NO_ACTION)
    return [each for each in changed if not each.is_history][-1]


def _ending(
    ruling: Ruling,
    decision: Decision,
    facts: str,
    closed: Tombstone | PartNotice | None,
) -> Ruling:
    return replace(
        ruling,
        judgement=replace(ruling.judgement, facts=facts, until=None),
        undoes=decision,
        closed=closed,
    )


def _first_of(decisions: Sequence[Decision]) -> Decision | None:
    """Return the first of the measures in a row that brought about what stands.

    Each decision stands on the one whose doing it found; an undoing brings back what
    the undone one stood on, and the end of a measure what the first in its row did.
    """
    stands: Decision | None = None
    below: dict[int, Decision | None] = {}
    by_pk = {each.pk: each for each in decisions}
    for each in decisions:
        undone = by_pk.get(each.undoes_id or 0)
        below[each.pk] = stands
        if each.ends_a_measure:
            first = _row(stands, below)[-1:]
            stands = below[first[0].pk] if first else None
        elif undone is not None and not undone.ends_a_measure:
            stands = below[undone.pk]
        elif each.action != Action.NO_ACTION and not each.is_history:
            stands = each
    return next(iter(_row(stands, below)[-1:]), None)


def _row(last: Decision | None, below: Mapping[int, Decision | None]) -> list[Decision]:
    """Return a measure and those that it renews in a row, the first one last.

    What hides a comment renews nothing that blacks out words of it.
    """
    row: list[Decision] = []
    while last is not None and last.until is not None:
        if row and (last.action == Action.REDACT) != (row[0].action == Action.REDACT):
            break
        row.append(last)
        last = below[last.pk]
    return row
