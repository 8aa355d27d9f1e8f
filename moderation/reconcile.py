"""Decisions and house rules, compared with the entries that speak of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from commentarchive.ledger.append import minute
from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.ledger.models import Entry, Role
from commentarchive.models import (
    Aspect,
    Comment,
    Correction,
    Grade,
    PartNotice,
    Tombstone,
    Visibility,
)
from commentarchive.storage.prepared import Prepared
from moderation.actions.giving_way import shown_against_what_was_told
from moderation.facts_words import wrongly_searched
from moderation.models import (
    Action,
    Clause,
    Decision,
    DecisionWords,
)
from moderation.records.automation import compare_rules, misplaced_rules
from moderation.records.claims import compare_claims, misplaced_claims
from moderation.records.complaints import compare_complaints, misplaced_complaints
from moderation.records.house_rules import compare_house_rules, unsaid_house_rules
from moderation.records.issued import compare_reports, misplaced_reports
from moderation.records.letters import misplaced_letters
from moderation.records.sources import (
    compare_source_notes,
    unheard_source_notes,
    wrongly_gone,
)
from moderation.records.wordings import compare_wordings, wrongly_named
from moderation.rules.decided_notices import (
    DecidedRow,
    compare_labels,
    compare_notice,
    compare_restored,
    stands_again,
    tells_of_a_notice,
)
from moderation.rules.events import KINDS, event_of
from moderation.waiting.changes import changed_at_source, wrongly_listed


class ModerationCheck:
    """Compares moderation's rows with the record."""

    def __init__(self) -> None:
        # Few, and cited by every decision: read once.
        self._rules = Clause.objects.select_related("policy").in_bulk()

    def check(self, entries: Sequence[ReadEntry]) -> Iterator[Difference]:
        yield from _decisions([s for s in entries if _is_decision(s)], self._rules)
        yield from compare_house_rules(entries)
        yield from compare_wordings(
            [s for s in entries if s.event == "decision.reword"]
        )
        yield from compare_claims(entries)
        yield from compare_complaints(entries)
        yield from compare_reports(entries)
        yield from compare_rules(entries)
        yield from compare_source_notes(entries)

    def finish(self) -> Iterator[Difference]:
        yield from misplaced_claims()
        yield from misplaced_complaints()
        yield from misplaced_rules()
        yield from misplaced_letters()
        yield from misplaced_reports()
        yield from unheard_source_notes()
        yield from wrongly_gone()
        for ref, index in _decisions_unsaid():
            yield Difference(index, f"it says nothing of {ref}, which refers to it")
        yield from unsaid_house_rules()
        yield from _unheard()
        for ref, entry, tab in wrongly_listed():
            reason = f"comment {ref} is not in the list {tab} as it stands"
            yield Difference(entry, reason)
        yield from _told_otherwise()
        yield from _wrongly_searched()
        yield from wrongly_named()
        for index, ref, number in _wordings_unsaid():
            reason = f"no entry tells of wording {number} of decision {ref}"
            yield Difference(index, reason)


_OF_IT = Entry.objects.filter(index=OuterRef("entry_index"))


@Prepared
def _decisions_unsaid() -> QuerySet[Decision, tuple[str, int]]:
    decides = Q()
    for kind in KINDS:
        decides |= Q(event__startswith=f"{kind}.")
    unsaid = Decision.objects.filter(~Exists(_OF_IT.filter(decides)))
    return unsaid.values_list("ref", "entry_index")


@Prepared
def _wordings_unsaid() -> QuerySet[DecisionWords, tuple[int, str, int]]:
    reworded = Entry.objects.filter(
        event="decision.reword",
        subject=OuterRef("decision__ref"),
        subject_number=OuterRef("number") - 1,
    )
    later = DecisionWords.objects.filter(~Exists(reworded), number__gt=1)
    return later.values_list("decision__entry_index", "decision__ref", "number")


@Prepared
def _changed_unheard() -> QuerySet[Comment, tuple[str, int | None]]:
    unheard = changed_at_source(Comment.objects.filter(has_news=False))
    return unheard.values_list("ref", "decided_entry")


def _unheard() -> Iterator[Difference]:
    """Find what changed at its blog after a decision and the desk does not list."""
    for ref, index in _changed_unheard():
        reason = (
            f"comment {ref} changed at its blog since, and the desk does not say so"
        )
        yield Difference(index, reason)


def _wrongly_searched() -> Iterator[Difference]:
    """Find decisions that the log is searched for by other words than theirs."""
    for decision in wrongly_searched():
        reason = f"the log is searched by other words than those of {decision.ref}"
        yield Difference(decision.entry_index, reason)


def _told_otherwise() -> Iterator[Difference]:
    """Find comments that a blog's own records hide, no later copy shows, and we do."""
    for comment, told in shown_against_what_was_told():
        reason = f"what was told of comment {comment.ref} stands; not here"
        yield Difference(told.entry_index, reason)


def _is_decision(said: ReadEntry) -> bool:
    return "decision" in said.public and said.event.partition(".")[0] in KINDS


_WORDS = ("words__facts", "words__note", "words__override_reason")
_ROW = (
    *("comment__ref", "commenter__ref", "post__ref", "comment__post__ref", "aspect"),
    *("automatic_rule", "automatic_rules", "batch", "clause_id", "decided_at"),
    *("decided_by_role", "ref", "from_visibility", "grade", "override"),
    *("recorder_role", "second", "shown__commitment", "judged__commitment"),
    *("to_visibility", "undoes__ref", "until", "action", "decided_by"),
    *("recorded_at", "undoes__entry_index", "clause_since_id"),
)
# What a decision is about where its entry does not say so.
_ASPECTS = {"comment": "text", "thread": "thread", "ban": "name"}


@Prepared
def _rows_of(first: int, last: int) -> QuerySet[Decision, Any]:
    found = Decision.objects.filter(entry_index__range=(first, last))
    columns = ("entry_index", "words__number", *_WORDS, *_ROW)
    return found.order_by("words__number").values_list(*columns)


@Prepared
def _notices(first: int, last: int) -> QuerySet[Tombstone]:
    return Tombstone.objects.filter(opened_entry__range=(first, last))


@Prepared
def _part_notices(first: int, last: int) -> QuerySet[PartNotice]:
    return PartNotice.objects.filter(opened_entry__range=(first, last))


def _decisions(
    entries: Sequence[ReadEntry], rules: Mapping[int, Clause]
) -> Iterator[Difference]:
    if not entries:
        return
    span = (entries[0].index, entries[-1].index)
    rows: dict[int, DecidedRow] = {}
    for index, number, *row in _rows_of(*span):
        del number  # later wordings have entries of their own
        rows.setdefault(index, DecidedRow(*row))
    notices: dict[int | None, Tombstone | PartNotice] = {
        notice.opened_entry: notice
        for kind in (_notices, _part_notices)
        for notice in kind(*span)
    }
    undone = {row.undone_entry for row in rows.values()}
    closed = {
        notice.closed_entry: notice
        for notice in Tombstone.objects.filter(closed_entry__in=undone - {None})
        # What was told later of an earlier time was ended by it, not closed.
        .exclude(opened_entry__gt=F("closed_entry"))
    }
    for said in entries:
        row = rows.get(said.index)
        if row is None:
            yield Difference(said.index, "the decision it speaks of is not there")
            continue
        rule = rules.get(row.clause or 0)
        yield from _decision(said, row, rule)
        yield from _words(said, row)
        notice = notices.get(said.index)
        if notice is None:
            if tells_of_a_notice(row):
                reason = "the notice of the past that it tells of is not there"
                yield Difference(said.index, reason)
        elif isinstance(notice, PartNotice):
            yield from compare_labels(said.index, row, rule, notice)
        elif (before := closed.get(row.undone_entry)) and stands_again(before):
            yield from compare_restored(said.index, before, notice)
        else:
            named = rules.get(row.rule_today or 0) or rule
            yield from compare_notice(said.index, row, named, notice)


def _decision(
    said: ReadEntry, row: DecidedRow, rule: Clause | None
) -> Iterator[Difference]:
    """Compare a decision's row with what its entry says."""
    stored = _stored(row, rule)
    expected = {**dict.fromkeys(stored), **said.public, **_implied(said, row)}
    expected["subject"] = said.subject
    if stored != {name: expected[name] for name in stored}:
        for name, value in stored.items():
            if value != expected[name]:
                reason = f"the {name} of decision {row.decision} is {value}"
                yield Difference(said.index, f"{reason}, not {expected[name]}")
    if event_of(Action(row.action), row.subject) != said.event:
        yield Difference(said.index, f"decision {row.decision} is another action")
    if row.comment and row.post != row.post_of_comment and not _stood_there(row):
        reason = f"decision {row.decision} names another article than its comment's"
        yield Difference(said.index, reason)


def _stood_there(row: DecidedRow) -> bool:
    """Return whether somebody had put comments under, or away from, its article."""
    told = Q(words__before__startswith=row.post) | Q(words__after__startswith=row.post)
    is_copied_below = Comment.objects.filter(ref=row.comment, told_below__ref=row.post)
    moves = Correction.objects.filter(told, aspect=Aspect.ARTICLE)
    return is_copied_below.exists() or moves.exists()


def _stored(row: DecidedRow, rule: Clause | None) -> dict[str, object]:
    """Return a decision's row as its entry would say it."""
    return {
        "aspect": row.aspect,
        "auto": row.auto_rules != "" or _ends_a_measure(row),
        "auto_rule": row.auto_rule,
        "auto_rules": row.auto_rules or None,
        "batch": row.batch or None,
        "clause": rule.number if rule else None,
        "decided": minute(row.decided) if row.decided else None,
        "decided_by": row.decided_by or None,
        "decision": row.decision,
        "from": row.from_,
        "grade": row.grade,
        "override": row.override or None,
        "policy": rule.policy.ref if rule else None,
        "recorder": row.recorder,
        "second": row.second or None,
        "shown": row.shown,
        "subject": row.subject,
        "text": row.text,
        "to": row.to,
        "undoes": row.undoes,
        "until": minute(row.until) if row.until else None,
    }


def _ends_a_measure(row: DecidedRow) -> bool:
    return row.undoes is not None and row.recorder == Role.SYSTEM


def _implied(said: ReadEntry, row: DecidedRow) -> dict[str, object]:
    """Return what an entry does not say because it follows from the rest.

    Entries made before `shown` and `recorder` were members leave open what they were
    for a comment that stayed public and for a blog's own records.
    """
    public, implied = said.public, dict[str, object]()
    if "aspect" not in public:
        implied["aspect"] = _ASPECTS[said.event.partition(".")[0]]
    if "to" not in public:
        # What is noted of a discussion or of a person hides nothing.
        implied["from"] = implied["to"] = Visibility.PUBLISHED.value
    if "shown" not in public and public.get("to") == Visibility.PUBLISHED:
        implied["shown"] = row.shown
    if "recorder" not in public:
        is_told = public["grade"] == Grade.IMPORTED
        implied["recorder"] = row.recorder if is_told else public["decided_by"]
    return implied


def _words(said: ReadEntry, row: DecidedRow) -> Iterator[Difference]:
    if row.facts is None or row.note is None:
        yield Difference(said.index, "the words of its decision are gone")
        return
    for name, text in (
        ("facts", row.facts),
        ("note", row.note),
        ("override_reason", row.override_reason or ""),
    ):
        is_same = said.is_text(name, text) if name in said.committed else not text
        if not is_same:
            yield Difference(said.index, f"the {name} of its decision are others")
