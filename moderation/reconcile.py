"""Decisions and house rules held against the entries that speak of them."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from commentarchive.ledger.append import minute
from commentarchive.ledger.keeper import Difference, Said
from commentarchive.ledger.models import Entry, Opening
from commentarchive.models import Tombstone, TombstoneKind
from moderation.models import Decision, DecisionWords, PolicyVersion


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


def _decisions(entries: Sequence[Said]) -> Iterator[Difference]:
    indexes = [said.index for said in entries]
    rows = {
        decision.entry_index: decision
        for decision in Decision.objects.filter(entry_index__in=indexes).select_related(
            "comment", "revision", "clause__policy", "undoes"
        )
    }
    words = {
        (index, number): (facts, note)
        for index, number, facts, note in DecisionWords.objects.filter(
            decision__entry_index__in=indexes
        ).values_list("decision__entry_index", "number", "facts", "note")
    }
    opened = _opened(indexes)
    notices = {
        notice.opened_entry: notice
        for notice in Tombstone.objects.filter(opened_entry__in=indexes)
    }
    for said in entries:
        decision = rows.get(said.index)
        if decision is None:
            yield Difference(said.index, "the decision it speaks of is not there")
            continue
        for column, value in _columns(decision).items():
            expected = said.subject if column == "comment" else said.public[column]
            if value != expected:
                reason = f"the {column} of decision {decision.ref} is {value}"
                yield Difference(said.index, f"{reason}, not {expected}")
        if f"comment.{decision.action}" != said.event:
            yield Difference(said.index, f"decision {decision.ref} is another action")
        yield from _words(said, words.get((said.index, 1)), opened)
        if (said.index, 2) in words:
            yield Difference(said.index, "no entry tells of its second wording")
        yield from _notice(decision, notices.get(said.index))


def _columns(decision: Decision) -> Mapping[str, Any]:
    """Give a decision's row in the members of its entry."""
    clause = decision.clause
    return {
        "comment": decision.comment.ref,
        "clause": clause.number if clause else None,
        "decided": minute(decision.decided_at) if decision.decided_at else None,
        "decided_by": decision.decided_by_role or None,
        "decision": decision.ref,
        "from": decision.from_visibility,
        "grade": decision.grade,
        "policy": clause.policy.ref if clause else None,
        "text": decision.revision.commitment if decision.revision else None,
        "to": decision.to_visibility,
        "undoes": decision.undoes.ref if decision.undoes else None,
    }


def _opened(indexes: Sequence[int]) -> dict[tuple[int, str], Any]:
    """Read the committed values of entries, where what opens them is kept."""
    return {
        (index, field): json.loads(base64.urlsafe_b64decode(disclosure + "=="))[2]
        for index, field, disclosure in Opening.objects.filter(
            entry__in=indexes
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


def _notice(decision: Decision, notice: Tombstone | None) -> Iterator[Difference]:
    """Hold the words of a notice against the decision that opened it."""
    if notice is None or decision.to_visibility not in TombstoneKind:
        return
    clause = decision.clause
    expected = {
        "actor_label": decision.decided_by,
        "clause_label": clause.label if clause else "",
        "grade": decision.grade,
        "statement_path": decision.get_absolute_url(),
        "since_not_before": decision.decided_at,
        "since_not_after": decision.decided_at,
    }
    for column, value in expected.items():
        if getattr(notice, column) != value:
            reason = f"the {column} of its notice is not that of the decision"
            yield Difference(decision.entry_index, reason)


def _policies(entries: Sequence[Said]) -> Iterator[Difference]:
    indexes = [said.index for said in entries]
    rows = {
        version.entry_index: version
        for version in PolicyVersion.objects.filter(
            entry_index__in=indexes
        ).prefetch_related("clauses")
    }
    opened = _opened(indexes)
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
