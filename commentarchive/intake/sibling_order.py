"""In which order the answers to one comment stand: by time, then by id."""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from commentarchive.importers.parsed import When
from commentarchive.intake.stored import StoredComment
from commentarchive.intake.weighing import Weighed
from commentarchive.matching import Key, number_in
from commentarchive.threads.days import not_before, placed

# What is new stands below what is stored, where nothing else tells.
_NEW = 10**8


class Made(NamedTuple):
    """When a comment was made, by which it is ordered, and its place until now."""

    moment: float = inf
    day_only: bool = False
    position: int = 0


def made_of(stored: Mapping[Key, StoredComment]) -> dict[Key, Made]:
    """Return when each comment was made, as they are ordered by."""
    return {
        key: Made(each.when, each.facts.day_only, each.position)
        for key, each in stored.items()
    }


def sibling_ranks(
    parents: dict[Key, Key | None],
    stored: Mapping[Key, Made],
    times: Mapping[Key, When],
    weighed: Mapping[Key, Weighed],
) -> dict[Key, tuple[float, int, str, int]]:
    """Rank siblings by time, then by id; a placeholder takes its first reply's time.

    A day without an hour comes after lower ids of that day; days without ids stay as
    their page has them.
    """
    made = _made(parents, stored, times, weighed)
    moments = {key: each.moment for key, each in made.items()}
    days = {key for key, each in made.items() if each.day_only}
    if days:
        numbered = (
            ((parents[key], key.scheme), number_in(key.source_id), key)
            for key in moments
        )
        moments |= not_before(numbered, moments, days)
    if len(moments) < len(parents) or inf in moments.values():
        for key, moment in _first_replies(parents, moments).items():
            if moments.get(key, inf) == inf:
                moments[key] = moment
    ranks = {}
    for key in parents:
        number = number_in(key.source_id)
        is_as_read = key in days and not number
        by_id = placed(made[key].position) if is_as_read else key.source_id
        ranks[key] = (moments.get(key, inf), number, by_id, key.twin)
    return ranks


def _made(
    parents: Mapping[Key, Key | None],
    stored: Mapping[Key, Made],
    times: Mapping[Key, When],
    weighed: Mapping[Key, Weighed],
) -> dict[Key, Made]:
    """Return when each comment was made as it stands by now."""
    made = {key: each for key, each in stored.items() if key in parents}
    for key, found in weighed.items():
        if found.facts.moment:
            before = made.get(key, Made())
            made[key] = before._replace(
                moment=found.facts.moment.timestamp(), day_only=found.facts.day_only
            )
    for place, (key, when) in enumerate(times.items()):
        if made.get(key, Made()).moment == inf:
            moment = when.utc.timestamp() if when.utc else inf
            made[key] = Made(moment, when.day_only, _NEW + place)
    return made


def _first_replies(
    parents: Mapping[Key, Key | None], moments: Mapping[Key, float]
) -> dict[Key, float]:
    first: dict[Key, float] = {}
    for key, parent in parents.items():
        if parent is not None and key in moments:
            first[parent] = min(first.get(parent, inf), moments[key])
    return first
