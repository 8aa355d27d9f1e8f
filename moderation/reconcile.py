"""Decisions and house rules held against the entries that speak of them."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from commentarchive.ledger.append import minute
from commentarchive.ledger.keeper import Difference, Said
from commentarchive.ledger.models import Entry, Opening
from commentarchive.models import Tombstone, TombstoneKind
from moderation.models import Clause, Decision, DecisionWords, PolicyVersion


class ModerationFold:
    """Holds moderation's rows against the record."""

    def take(self, entries: Sequence[Said]) -> Iterator[Difference]:
        deciding = [said for said in entries if "decision" in said.public]
        yield from _decisions([s for s in deciding if s.event.startswith("comment.")])
        yield from _policies([s for s in entries if s.event == "policy.publish"])

    def end(self) -> Iterator[Difference]:
        of_it = Entry.objects.filter(index=OuterRef("entry_index"))
        for model, event in ((Decision, "comment."), (PolicyVersion, "policy.publish")):
            known = Exists(of_it.filter(event__startswith=event))
            for ref, index in model.objects.filter(~known).values_list(
                "ref", "entry_index"
            ):
                yield Difference(index, f"it says nothing of {ref}, which refers to it")


class _Row(NamedTuple):
    """A decision's row, in the members of its entry, and what its notice repeats."""

    comment: str
    clause: int | None
    decided: datetime | None
    decided_by: str
    decision: str
    from_: str
    grade: str
    policy: str | None
    text: str | None
    to: str
    undoes: str | None
    action: str
    actor_label: str
    clause_title: str | None


_ROW = (
    *("comment__ref", "clause__number", "decided_at", "decided_by_role", "ref"),
    *("from_visibility", "grade", "clause__policy__ref", "revision__commitment"),
    *("to_visibility", "undoes__ref", "action", "decided_by", "clause__title"),
)


def _decisions(entries: Sequence[Said]) -> Iterator[Difference]:
    if not entries:
        return
    span = (entries[0].index, entries[-1].index)
    rows = {
        index: _Row._make(row)
        for index, *row in Decision.objects.filter(entry_index__range=span).values_list(
            "entry_index", *_ROW
        )
    }
    words = {
        (index, number): (facts, note)
        for index, number, facts, note in DecisionWords.objects.filter(
            decision__entry_index__range=span
        ).values_list("decision__entry_index", "number", "facts", "note")
    }
    notices = {
        notice.opened_entry: notice
        for notice in Tombstone.objects.filter(opened_entry__range=span)
    }
    opened = _opened(span)
    for said in entries:
        row = rows.get(said.index)
        if row is None:
            yield Difference(said.index, "the decision it speaks of is not there")
            continue
        yield from _decision(said, row)
        yield from _words(said, words.get((said.index, 1)), opened)
        if (said.index, 2) in words:
            yield Difference(said.index, "no entry tells of its second wording")
        notice = notices.get(said.index)
        if notice is not None and row.to in TombstoneKind:
            yield from _notice(said.index, row, notice)


def _decision(said: Said, row: _Row) -> Iterator[Difference]:
    """Hold a decision's row against what its entry says."""
    stored = {
        "comment": row.comment,
        "clause": row.clause,
        "decided": minute(row.decided) if row.decided else None,
        "decided_by": row.decided_by or None,
        "decision": row.decision,
        "from": row.from_,
        "grade": row.grade,
        "policy": row.policy,
        "text": row.text,
        "to": row.to,
        "undoes": row.undoes,
    }
    for column, value in stored.items():
        expected = said.subject if column == "comment" else said.public[column]
        if value != expected:
            reason = f"the {column} of decision {row.decision} is {value}"
            yield Difference(said.index, f"{reason}, not {expected}")
    if f"comment.{row.action}" != said.event:
        yield Difference(said.index, f"decision {row.decision} is another action")


def _opened(span: tuple[int, int]) -> dict[tuple[int, str], Any]:
    """Read the committed values of entries, where what opens them is kept."""
    return {
        (index, field): json.loads(base64.urlsafe_b64decode(disclosure + "=="))[2]
        for index, field, disclosure in Opening.objects.filter(
            entry__index__range=span
        ).values_list("entry_id", "field", "disclosure")
    }


def _words(
    said: Said,
    stored: tuple[str, str] | None,
    opened: Mapping[tuple[int, str], Any],
) -> Iterator[Difference]:
    if stored is None:
        yield Difference(said.index, "the words of its decision are gone")
        return
    for field, text in zip(("facts", "note"), stored, strict=True):
        key = (said.index, field)
        # Where nothing opens it the record's own fold asks why.
        if key in opened and (opened[key] or "") != text:
            yield Difference(said.index, f"the {field} of its decision are others")


def _notice(index: int, row: _Row, notice: Tombstone) -> Iterator[Difference]:
    """Hold the words of a notice against the decision that opened it."""
    clause = Clause(number=row.clause or 0, title=row.clause_title or "")
    expected = {
        "actor_label": row.actor_label,
        "clause_label": "" if row.clause is None else clause.label,
        "grade": row.grade,
        "statement_path": Decision(ref=row.decision).get_absolute_url(),
        "since_not_before": row.decided,
        "since_not_after": row.decided,
    }
    for column, value in expected.items():
        if getattr(notice, column) != value:
            reason = f"the {column} of its notice is not that of the decision"
            yield Difference(index, reason)


def _policies(entries: Sequence[Said]) -> Iterator[Difference]:
    indexes = [said.index for said in entries]
    rows = {
        version.entry_index: version
        for version in PolicyVersion.objects.filter(
            entry_index__in=indexes
        ).prefetch_related("clauses")
    }
    opened = _opened((indexes[0], indexes[-1])) if indexes else {}
    for said in entries:
        version = rows.get(said.index)
        if version is None or version.ref != said.subject:
            yield Difference(said.index, "the house rules it speaks of are not there")
            continue
        same = (version.number, minute(version.in_force_at))
        if same != (said.public["number"], said.public["in_force"]):
            yield Difference(said.index, f"{version} has another number or date")
        words = [clause.words for clause in version.clauses.all()]
        if opened.get((said.index, "text"), words) != words:
            yield Difference(
                said.index, f"{version}: a rule is not as it was published"
            )
