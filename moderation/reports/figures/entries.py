"""What the entries of the public record say, for anybody who has nothing else.

Entries do not tell of which blog something is, nor on which clock: these figures count
the whole record, by days of UTC.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any, NamedTuple, cast

from django.db import models
from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry, Role
from commentarchive.models import Capture, Gap, Grade
from commentarchive.storage.prepared import Prepared
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
    """Select the decisions whose entries name a time in the period, of every blog."""
    return _decided(scope.until, *_span(scope))


def _decided(until: int, begin: datetime, end: datetime) -> QuerySet[Any]:
    """Select them, with what their entries say: `event`, `auto`, `is_undoing`."""
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
        decided_at__gte=begin, decided_at__lt=end, entry_index__lt=until
    )
    return found.annotate(event=event, auto=auto, is_undoing=undoing)


@Prepared
def _numbered(until: int, begin: datetime, end: datetime) -> QuerySet[Any, Any]:
    rule = Concat(
        "clause__policy__ref",
        Value("#"),
        "clause__number",
        output_field=CharField(),
    )
    rows = _decided(until, begin, end).annotate(
        cited=Case(When(clause__isnull=False, then=rule), default=Value("none"))
    )
    counted = rows.order_by().values_list(*_COLUMNS, "cited", "clause__title")
    found: QuerySet[Any, Any] = counted.annotate(n=models.Count("pk"))
    return found


def _cells(scope: Scope) -> Counter[Any]:
    rows = _numbered.stream(scope.until, *_span(scope))
    return Counter({tuple(facts): n for *facts, n in rows})


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


class _Said(NamedTuple):
    """An entry: its number, its time as it stands there, what it is, and its facts."""

    number: int
    ts: str
    event: str
    facts: Mapping[str, Any]


def _said(scope: Scope, entries: Callable[[int], Iterable[Any]]) -> Iterator[_Said]:
    """Yield what entries of a kind say that were made in the period.

    They are read once for all periods of a report.
    """
    begin, end = (moment.strftime("%Y-%m-%dT%H:%M:00Z") for moment in _span(scope))
    for each in scope.once(entries, lambda: _read(entries(scope.until))):
        if begin <= each.ts < end:
            yield each


def _read(leaves: Iterable[tuple[int, Any]]) -> list[_Said]:
    said = ((index, cast("Any", read_leaf(bytes(leaf)))) for index, leaf in leaves)
    return [_Said(n, str(each["ts"]), each["t"], each["d"]) for n, each in said]


def _leaves(numbers: QuerySet[Any, Any], until: int) -> QuerySet[Entry, Any]:
    found = Entry.objects.filter(index__in=numbers, index__lt=until)
    return found.order_by("index").values_list("index", "leaf")


def _of_kind(
    scope: Scope, entries: Callable[[int], Iterable[Any]], member: str
) -> dict[str, list[int]]:
    """Group entries of the period by what they say under a name."""
    found: dict[str, list[int]] = {}
    for each in _said(scope, entries):
        found.setdefault(str(each.facts[member]), []).append(each.number)
    return found


@Prepared
def _of_complaints(until: int) -> QuerySet[Entry, Any]:
    return _leaves(Complaint.objects.values("entry_index"), until)


def _complaints(scope: Scope) -> dict[str, list[int]]:
    return _of_kind(scope, _of_complaints, "ground")


@Prepared
def _of_ends(until: int) -> QuerySet[Entry, Any]:
    # One that was taken up again was closed more than once.
    closed = Complaint.objects.exclude(closed_entry=None).values("closed_entry")
    earlier = ComplaintEnd.objects.order_by().values("entry_index")
    return _leaves(closed.union(earlier), until)


def _closed(scope: Scope) -> dict[str, list[int]]:
    return _of_kind(scope, _of_ends, "outcome")


@Prepared
def _of_gaps(until: int) -> QuerySet[Entry, Any]:
    return _leaves(Gap.objects.values("entry_index"), until)


def _claims(scope: Scope) -> dict[str, list[int]]:
    return _of_kind(scope, _of_gaps, "grade")


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


@Prepared
def _of_copies(until: int) -> QuerySet[Entry, Any]:
    read = Capture.objects.exclude(entry_index=None).values("entry_index")
    return _leaves(read, until)


def _imports(scope: Scope) -> dict[int, Mapping[str, Any]]:
    """Return what entries of imports say, by their numbers."""
    said = _said(scope, _of_copies)
    return {each.number: each.facts for each in said if each.event == "archive.import"}


def count_imports(scope: Scope) -> Iterator[Count]:
    """Count the entries of imports, and the comments that they say were new."""
    said = list(_imports(scope).values())
    yield Count(WHOLE, "Imports", len(said))
    whole = sum(1 for each in said if each.get("complete"))
    yield Count("complete", "Of these: read whole", whole)


def rows_imports(scope: Scope, key: str) -> QuerySet[Entry]:
    """Return the entries of imports, or of those that were read whole."""
    said = _imports(scope)
    return Entry.objects.filter(
        index__in=[n for n, each in said.items() if not key or each["complete"]]
    )


def count_imported(scope: Scope) -> Iterator[Count]:
    """Add up the comments that entries of imports name."""
    said = list(_imports(scope).values())
    for key, label in (("comments", "In the copies"), ("new", "New here")):
        yield Count(key, label, sum(each[key] for each in said))
