"""In which order the answers to one comment stand: by time, then by id."""

from collections.abc import Collection, Mapping
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
    # Whether it is known only from what answers it.
    is_placeholder: bool = False


def made_of(stored: Mapping[Key, StoredComment]) -> dict[Key, Made]:
    """Return when each comment was made, as they are ordered by."""
    return {
        key: Made(each.when, each.facts.day_only, each.position, each.is_placeholder)
        for key, each in stored.items()
    }


def unanswered(
    parents: Mapping[Key, Key | None],
    stored: Mapping[Key, Made],
    read: Collection[Key] = (),
) -> set[Key]:
    """Find placeholders that nothing answers any more, by the best evidence there is.

    A copy named them as parents and was outweighed. They are kept, since the copy's
    entry commits to them, but no reader is to see them.
    """
    found = {key for key, each in stored.items() if each.is_placeholder}
    return found.difference(parents.values(), read) if found else found


def sibling_ranks(
    parents: dict[Key, Key | None],
    stored: Mapping[Key, Made],
    times: Mapping[Key, When],
    weighed: Mapping[Key, Weighed],
) -> dict[Key, tuple[float, float, str, int]]:
    """Rank siblings by time, then by id; a placeholder takes its first reply's time.

    One that nothing answers comes last, so that it takes nobody's place. A day without
    an hour comes after lower ids of that day; days without ids stay as their page has
    them.
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
    last = unanswered(parents, stored, times)
    for key in parents:
        number = inf if key in last else number_in(key.source_id)
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
