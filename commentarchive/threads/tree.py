"""Put a thread into reading order: each comment before its replies.

Without recursion, since threads may be thousands of replies deep.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Place[Key: Hashable](NamedTuple):
    """A comment and its depth; 0 is top level."""

    key: Key
    depth: int


@dataclass(frozen=True, slots=True)
class Order[Key: Hashable]:
    """A whole thread in reading order, and the replies cut off from their parents."""

    places: list[Place[Key]]
    cut: list[Key]


def reading_order[Key: Hashable](
    parents: Mapping[Key, Key | None], rank: Mapping[Key, tuple[object, ...]]
) -> Order[Key]:
    """Put each comment before its replies, and the replies to one parent by rank.

    A parent that is not among the keys counts as none. Where parents form a ring, its
    first member by rank becomes top level and is reported. Every key comes out exactly
    once. Takes n log n time, for the sorting.
    """
    # 1. Group by parent; one sort of all puts every group in order.
    children: dict[Key | None, list[Key]] = {}
    for key in sorted(parents, key=rank.__getitem__):
        parent = parents[key]
        if parent not in parents or parent == key:
            parent = None
        children.setdefault(parent, []).append(key)
    # 2. Walk down from the top level.
    places = _walk(children, children.get(None, []))
    cut = [key for key in parents if parents[key] == key]
    # 3. Whatever was not reached is in a ring or below one. Broken exports have them.
    if len(places) < len(parents):
        seen = {place.key for place in places}
        for first in _ring_heads(parents, rank, seen):
            cut.append(first)
            siblings = children[parents[first]]
            siblings.remove(first)
            children.setdefault(None, []).append(first)
        roots = sorted(children[None], key=rank.__getitem__)
        places = _walk(children, roots)
    return Order(places, cut)


def _walk[Key: Hashable](
    children: Mapping[Key | None, list[Key]], roots: Iterable[Key]
) -> list[Place[Key]]:
    places = []
    stack = [Place(root, 0) for root in reversed(list(roots))]
    while stack:
        place = stack.pop()
        places.append(place)
        replies = children.get(place.key)
        if replies:
            deeper = place.depth + 1
            stack += [Place(reply, deeper) for reply in reversed(replies)]
    return places


def _ring_heads[Key: Hashable](
    parents: Mapping[Key, Key | None],
    rank: Mapping[Key, tuple[object, ...]],
    reached: set[Key],
) -> Iterable[Key]:
    """Yield the first member by rank of each ring that no root reaches.

    From each comment go up until one that was passed before. If that was on this very
    way, the way from there on is a ring.
    """
    for start in parents:
        if start in reached:
            continue
        path: dict[Key, None] = {}
        key: Key | None = start
        while key is not None and key not in path and key not in reached:
            path[key] = None
            key = parents.get(key)
        if key in path:
            walked = list(path)
            ring = walked[walked.index(key) :]
            yield min(ring, key=rank.__getitem__)
        reached.update(path)
