"""The copies that were read in a period, and what their reports say of losses."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import QuerySet

from commentarchive.models import Capture, CaptureState
from moderation.reports.figures.declared import WHOLE, Count
from moderation.reports.reach import AskedWithin, Reach
from moderation.reports.scope import Scope

_NUMBERS = {
    "seen": "Comments in the copies",
    "new": "Of these: new here",
    "changed": "Of these: changed since an earlier copy",
}
_COLUMNS = (
    *("pk", "progress__problems", "progress__remarks", "progress__repairs"),
    *("progress__cannot_tell", "progress__reported", "state"),
    *(f"progress__comments__{name}" for name in _NUMBERS),
)
# How a report begins its sentence on ids (`intake/id_gaps.py`).
_LEFT_OUT = "comment numbers between the first and the last do not occur"


def _has(told: Mapping[str, Any]) -> bool:
    return bool(told["progress__problems"] or told["progress__remarks"])


def _leaves_out(told: Mapping[str, Any]) -> bool:
    return any(_LEFT_OUT in each for each in told["progress__cannot_tell"] or ())


# What the report of a copy says, as its `progress` keeps it.
_LOSSES: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], bool]]] = {
    "problems": ("With problems: something was not read", _has),
    "repairs": ("With repairs", lambda told: bool(told["progress__repairs"])),
    "numbers": ("Numbers of comments are left out", _leaves_out),
    "reported": (
        "With comments that readers had reported at the blog",
        lambda told: bool(told["progress__reported"]),
    ),
}


def copies(scope: Scope | Reach) -> QuerySet[Capture]:
    """Select the copies whose reading ended on record, by when it began."""
    return Capture.objects.filter(
        scope.on_days("taken_at", "blog"), entry_index__lt=scope.until
    )


class _Told(NamedTuple):
    """What the copies of a period tell."""

    states: Counter[str]
    comments: Counter[str]
    # The keys of the copies whose reports speak of each loss.
    losses: Mapping[str, list[int]]


@AskedWithin
def _rows(reach: Reach) -> QuerySet[Capture, Any]:
    found: QuerySet[Capture, Any] = copies(reach).order_by("pk").values(*_COLUMNS)
    return found


def _told(scope: Scope) -> _Told:
    """Return what the copies tell; one query for all figures of a period."""
    key = ("copies", scope.period.first, scope.period.after)
    return scope.once(key, lambda: _add_up(_rows.stream(scope.reach)))


def _add_up(rows: Iterable[Mapping[str, Any]]) -> _Told:
    found = _Told(Counter(), Counter(), {key: [] for key in _LOSSES})
    for told in rows:
        found.states[told["state"]] += 1
        for name in _NUMBERS:
            found.comments[name] += told[f"progress__comments__{name}"] or 0
        for key, (_label, is_told) in _LOSSES.items():
            if is_told(told):
                found.losses[key].append(told["pk"])
    return found


def count_by_outcome(scope: Scope) -> Iterator[Count]:
    """Count copies by how far they were read."""
    counted = _told(scope).states
    yield Count(WHOLE, "Copies", sum(counted.values()))
    for state in CaptureState:
        if state.value in counted:
            label = str(state.label).capitalize()
            yield Count(state.value, label, counted[state.value])


def rows_by_outcome(scope: Scope, key: str) -> QuerySet[Capture]:
    """Return the copies that were read so far, or all."""
    return copies(scope).filter(state=key) if key else copies(scope)


def count_comments(scope: Scope) -> Iterator[Count]:
    """Add up the comments that copies held."""
    comments = _told(scope).comments
    for key, label in _NUMBERS.items():
        yield Count(key, label, comments[key])


def count_losses(scope: Scope) -> Iterator[Count]:
    """Count copies whose reports speak of a loss."""
    for key, pks in _told(scope).losses.items():
        if pks:
            yield Count(key, _LOSSES[key][0], len(pks))


def rows_losses(scope: Scope, key: str) -> QuerySet[Capture]:
    """Return the copies whose reports speak of one kind of loss."""
    return copies(scope).filter(pk__in=_told(scope).losses[key])
