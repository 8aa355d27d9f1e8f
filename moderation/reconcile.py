"""Decisions and house rules held against the entries that speak of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from commentarchive.ledger.append import minute
from commentarchive.ledger.keeper import Difference, Said
from commentarchive.ledger.models import Entry
from commentarchive.models import Tombstone, TombstoneKind
from moderation.models import Clause, Decision, PolicyVersion


class ModerationFold:
    """Holds moderation's rows against the record."""

    def __init__(self) -> None:
        # Few, and cited by every decision: read once.
        self._rules = Clause.objects.select_related("policy").in_bulk()

    def take(self, entries: Sequence[Said]) -> Iterator[Difference]:
        deciding = [said for said in entries if "decision" in said.public]
        judged = [said for said in deciding if said.event.startswith("comment.")]
        yield from _decisions(judged, self._rules)
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
    """A decision's words and row, in the members of its entry and its notice."""

    facts: str | None
    note: str | None
    comment: str
    clause: int | None
    decided: datetime | None
    decided_by: str
    decision: str
    from_: str
    grade: str
    text: str | None
    to: str
    undoes: str | None
    action: str
    actor_label: str


_ROW = (
    *("comment__ref", "clause_id", "decided_at", "decided_by_role", "ref"),
    *("from_visibility", "grade", "judged__commitment"),
    *("to_visibility", "undoes__ref", "action", "decided_by"),
)
# What an entry says of its decision, beside the subject.
_PUBLIC = (
    *("comment", "clause", "decided", "decided_by", "decision", "from", "grade"),
    *("policy", "text", "to", "undoes"),
)


def _decisions(
    entries: Sequence[Said], rules: Mapping[int, Clause]
) -> Iterator[Difference]:
    if not entries:
        return
    span = (entries[0].index, entries[-1].index)
    rows: dict[int, _Row] = {}
    found = Decision.objects.filter(entry_index__range=span).order_by("words__number")
    for index, number, facts, note, *row in found.values_list(
        *("entry_index", "words__number", "words__facts", "words__note"), *_ROW
    ):
        if number is not None and number > 1:
            yield Difference(index, "no entry tells of its second wording")
        rows.setdefault(index, _Row(facts, note, *row))
    notices = {
        notice.opened_entry: notice
        for notice in Tombstone.objects.filter(opened_entry__range=span)
    }
    for said in entries:
        row = rows.get(said.index)
        if row is None:
            yield Difference(said.index, "the decision it speaks of is not there")
            continue
        rule = rules.get(row.clause or 0)
        yield from _decision(said, row, rule)
        notice = notices.get(said.index)
        if notice is not None and row.to in TombstoneKind:
            yield from _notice(said.index, row, rule, notice)


def _decision(said: Said, row: _Row, rule: Clause | None) -> Iterator[Difference]:
    """Hold a decision's row and its words against what its entry says."""
    decided = minute(row.decided) if row.decided else None
    stored = (
        *(row.comment, rule.number if rule else None, decided),
        *(row.decided_by or None, row.decision, row.from_, row.grade),
        *(rule.policy.ref if rule else None, row.text, row.to, row.undoes),
    )
    expected = (said.subject, *map(said.public.get, _PUBLIC[1:]))
    if stored != expected:
        for name, value, wanted in zip(_PUBLIC, stored, expected, strict=True):
            if value != wanted:
                reason = f"the {name} of decision {row.decision} is {value}"
                yield Difference(said.index, f"{reason}, not {wanted}")
    if f"comment.{row.action}" != said.event:
        yield Difference(said.index, f"decision {row.decision} is another action")
    if row.facts is None or row.note is None:
        yield Difference(said.index, "the words of its decision are gone")
        return
    for name, text in (("facts", row.facts), ("note", row.note)):
        if not said.is_text(name, text):
            yield Difference(said.index, f"the {name} of its decision are others")


def _notice(
    index: int, row: _Row, rule: Clause | None, notice: Tombstone
) -> Iterator[Difference]:
    """Hold the words of a notice against the decision that opened it."""
    expected = {
        "actor_label": row.actor_label,
        "clause_label": rule.label if rule else "",
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
    for said in entries:
        version = rows.get(said.index)
        if version is None or version.ref != said.subject:
            yield Difference(said.index, "the house rules it speaks of are not there")
            continue
        same = (version.number, minute(version.in_force_at))
        if same != (said.public["number"], said.public["in_force"]):
            yield Difference(said.index, f"{version} has another number or date")
        words = [clause.words for clause in version.clauses.all()]
        if "text" in said.opened and said.value("text") != words:
            yield Difference(
                said.index, f"{version}: a rule is not as it was published"
            )
