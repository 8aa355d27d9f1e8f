"""What the entries of the public record say, for anybody who has nothing else.

Entries do not tell of which blog something is, nor on which clock: these figures count
the whole record, by days of UTC.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time
from typing import Any

from django.db import models
from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry, Role
from commentarchive.models import Capture, Gap, Grade
from moderation.models import (
    Action,
    Complaint,
    ComplaintEnd,
    Conflict,
    Decision,
    Ground,
    Outcome,
)
from moderation.reports.figures.declared import WHOLE, Count
from moderation.reports.scope import Scope

_EVENTS = {
    Action.CLOSE_THREAD: "thread.close",
    Action.REOPEN_THREAD: "thread.reopen",
    Action.BAN: "ban.set",
    Action.UNBAN: "ban.lift",
}
_COLUMNS = ("event", "grade", "decided_by_role", "auto", "override", "is_undoing")


def _span(scope: Scope) -> tuple[datetime, datetime]:
    period = scope.period
    begin, end = (
        datetime.combine(day, time.min, UTC) for day in (period.first, period.after)
    )
    return begin, end


def decided(scope: Scope) -> QuerySet[Any]:
    """Select the decisions whose entries name a time in the period, of every blog.

    Adds what their entries say: `event`, `auto`, `is_undoing`.
    """
    begin, end = _span(scope)
    about = Case(
        When(comment__isnull=False, then=Value("comment.")),
        When(commenter__isnull=False, then=Value("commenter.")),
        default=Value("post."),
    )
    event = Case(
        *(When(action=act, then=Value(name)) for act, name in _EVENTS.items()),
        default=Concat(about, "action", output_field=CharField()),
        output_field=CharField(),
    )
    by_time = Q(undoes__isnull=False, recorder_role=Role.SYSTEM)
    auto = Case(
        When(~Q(automatic_rules="") | by_time, then=Value("true")),
        default=Value("false"),
    )
    undoing = Case(When(undoes__isnull=False, then=Value("true")), default=Value(""))
    found = Decision.objects.filter(
        decided_at__gte=begin, decided_at__lt=end, entry_index__lt=scope.until
    )
    return found.annotate(event=event, auto=auto, is_undoing=undoing)


def _cells(scope: Scope) -> Counter[Any]:
    rule = Concat(
        "clause__policy__ref",
        Value("#"),
        "clause__number",
        output_field=CharField(),
    )
    rows = decided(scope).annotate(
        cited=Case(When(clause__isnull=False, then=rule), default=Value("none"))
    )
    counted = rows.order_by().values_list(*_COLUMNS, "cited", "clause__title")
    numbered = counted.annotate(n=models.Count("pk"))
    return Counter({tuple(facts): n for *facts, n in numbered.iterator()})


def _by(scope: Scope, column: int) -> Counter[str]:
    counted: Counter[str] = Counter()
    for facts, n in scope.summed("entries", _cells).items():
        counted[facts[column]] += n
    return counted


def _counter(
    column: str, words: Callable[[str], str]
) -> Callable[[Scope], Iterator[Count]]:
    """Return the function that counts decisions by what entries say; "" is left out."""

    def count(scope: Scope) -> Iterator[Count]:
        counted = _by(scope, _COLUMNS.index(column))
        for key in sorted(key for key in counted if key):
            yield Count(key, words(key), counted[key])

    return count


def _lister(column: str) -> Callable[[Scope, str], QuerySet[Decision]]:
    return lambda scope, key: decided(scope).filter(**{column: key})


def _as_it_is(key: str) -> str:
    return key


count_events, rows_events = _counter("event", _as_it_is), _lister("event")
count_grades = _counter("grade", lambda key: str(Grade(key).label).capitalize())
rows_grades = _lister("grade")
count_roles, rows_roles = (
    _counter("decided_by_role", _as_it_is),
    _lister("decided_by_role"),
)
count_auto = _counter(
    "auto", {"true": "Automatic", "false": "Not automatic"}.__getitem__
)
rows_auto = _lister("auto")
count_overrides = _counter(
    "override", lambda key: f"Whoever decided {Conflict(key).label}"
)
rows_overrides = _lister("override")
count_undoing = _counter("is_undoing", lambda _key: "Took an earlier decision back")
rows_undoing = _lister("is_undoing")


def count_rules(scope: Scope) -> Iterator[Count]:
    """Count decisions by the rule that their entries cite."""
    counted: Counter[tuple[str, str]] = Counter()
    for (*_facts, cited, title), n in scope.summed("entries", _cells).items():
        counted[cited, title or ""] += n
    for (cited, title), n in sorted(counted.items()):
        label = f"{cited.partition('#')[2]} {title}" if title else "No rule"
        yield Count(cited, label, n)


def rows_rules(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the decisions whose entries cite one rule."""
    policy, _hash, number = key.partition("#")
    if not number:
        return decided(scope).filter(clause=None)
    return decided(scope).filter(clause__policy__ref=policy, clause__number=int(number))


def _said(scope: Scope, numbers: Iterable[int] | QuerySet[Any]) -> dict[int, Any]:
    """Return what some entries say that were made in the period, by their numbers."""
    begin, end = (moment.strftime("%Y-%m-%dT%H:%M:00Z") for moment in _span(scope))
    found = Entry.objects.filter(index__in=numbers, index__lt=scope.until)
    leaves = found.order_by("index").values_list("index", "leaf")
    said = {index: read_leaf(bytes(leaf)) for index, leaf in leaves.iterator()}
    return {n: each for n, each in said.items() if begin <= str(each["ts"]) < end}


def _of_kind(scope: Scope, numbers: QuerySet[Any], member: str) -> dict[str, list[int]]:
    """Group entries of the period by what they say under a name."""
    found: dict[str, list[int]] = {}
    for index, entry in _said(scope, numbers).items():
        found.setdefault(str(entry["d"][member]), []).append(index)
    return found


def _complaints(scope: Scope) -> dict[str, list[int]]:
    return _of_kind(scope, Complaint.objects.values("entry_index"), "ground")


def _closed(scope: Scope) -> dict[str, list[int]]:
    # One that was taken up again was closed more than once.
    closed = Complaint.objects.exclude(closed_entry=None).values("closed_entry")
    earlier = ComplaintEnd.objects.order_by().values("entry_index")
    return _of_kind(scope, closed.union(earlier), "outcome")


def _claims(scope: Scope) -> dict[str, list[int]]:
    return _of_kind(scope, Gap.objects.values("entry_index"), "grade")


def count_complaints(scope: Scope) -> Iterator[Count]:
    """Count the complaints that were recorded, by their ground."""
    return _lines(_complaints(scope), Ground)


def rows_complaints(scope: Scope, key: str) -> QuerySet[Entry]:
    """Return the entries of complaints on one ground."""
    return _entries(_complaints(scope), key)


def count_closed(scope: Scope) -> Iterator[Count]:
    """Count the complaints that were closed, by how."""
    return _lines(_closed(scope), Outcome)


def rows_closed(scope: Scope, key: str) -> QuerySet[Entry]:
    """Return the entries by which complaints were closed in one way."""
    return _entries(_closed(scope), key)


def count_claims(scope: Scope) -> Iterator[Count]:
    """Count entries of what may be missing, by how they say it was known."""
    return _lines(_claims(scope), Grade)


def rows_claims(scope: Scope, key: str) -> QuerySet[Entry]:
    """Return the entries of what may be missing that was known in one way."""
    return _entries(_claims(scope), key)


def _lines(found: dict[str, list[int]], choices: Any) -> Iterator[Count]:
    yield Count(WHOLE, "Entries", sum(map(len, found.values())))
    for choice in choices:
        if choice.value in found:
            label = str(choice.label)
            yield Count(choice.value, label.capitalize(), len(found[choice.value]))


def _entries(found: dict[str, list[int]], key: str) -> QuerySet[Entry]:
    wanted = found.get(key, []) if key else [n for each in found.values() for n in each]
    return Entry.objects.filter(index__in=wanted)


def _imports(scope: Scope) -> dict[int, Any]:
    read = Capture.objects.exclude(entry_index=None).values("entry_index")
    said = _said(scope, read).items()
    return {n: entry for n, entry in said if entry["t"] == "archive.import"}


def count_imports(scope: Scope) -> Iterator[Count]:
    """Count the entries of imports, and the comments that they say were new."""
    said = [entry["d"] for entry in _imports(scope).values()]
    yield Count(WHOLE, "Imports", len(said))
    whole = sum(1 for each in said if each.get("complete"))
    yield Count("complete", "Of these: read whole", whole)


def rows_imports(scope: Scope, key: str) -> QuerySet[Entry]:
    """Return the entries of imports, or of those that were read whole."""
    said = _imports(scope)
    return Entry.objects.filter(
        index__in=[n for n, each in said.items() if not key or each["d"]["complete"]]
    )


def count_imported(scope: Scope) -> Iterator[Count]:
    """Add up the comments that entries of imports name."""
    said = [entry["d"] for entry in _imports(scope).values()]
    for key, label in (("comments", "In the copies"), ("new", "New here")):
        yield Count(key, label, sum(each[key] for each in said))
