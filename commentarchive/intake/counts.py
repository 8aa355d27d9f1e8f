"""What an import counted: kept with the cursor, printed at the end."""

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from commentarchive.importers.parsed import SOURCE_STATES, Remark
from commentarchive.intake.plan import PostPlan
from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.ledger.merkle.tree import Frontier

# Ranges of missing numbers that a report names one by one.
NAMED_RANGES = 5
# Runs of numbers that are kept before those that touch are joined.
MERGE_FROM = 1000


@dataclass(slots=True)
class Tally:
    """How many of one thing were seen, and what came of them."""

    seen: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def count(self, change: str, number: int = 1) -> None:
        """Count something that was seen."""
        self.seen += number
        setattr(self, change, getattr(self, change) + number)

    def as_dict(self) -> dict[str, int]:
        """Give the numbers in their fixed order."""
        return {
            "seen": self.seen,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
        }


@dataclass(slots=True)
class Counts:
    """The running totals of one file, and the trees its entry will commit to."""

    posts: Tally = field(default_factory=Tally)
    comments: Tally = field(default_factory=Tally)
    states: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(SOURCE_STATES, 0)
    )
    # How many comments of this file wait for each placeholder, by its key.
    orphans: dict[int, int] = field(default_factory=dict)
    max_depth: int = 0
    # Ids and keyed digests (hex) of texts that were not taken in: erased before.
    suppressed: set[tuple[str, str]] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)
    # Keys of comments that refer to what is not there.
    quoted: list[int] = field(default_factory=list)
    over_posts: Frontier = field(default_factory=Frontier)
    over_comments: Frontier = field(default_factory=Frontier)

    def count_post(self, plan: PostPlan) -> None:
        """Count an article and all of its comments."""
        self.posts.count(plan.change)
        self.max_depth = max(self.max_depth, plan.max_depth)
        self.remarks += plan.remarks
        self.comments.count("unchanged", plan.duplicates)
        states = Counter([each.state for each in plan.parsed.comments])
        for state, number in states.items():
            self.states[state] += number

    def pack(self) -> dict[str, Any]:
        """Give everything as plain data for the capture's row."""
        return {
            "posts": self.posts.as_dict(),
            "comments": self.comments.as_dict(),
            "states": self.states,
            "orphans": {str(key): number for key, number in self.orphans.items()},
            "max_depth": self.max_depth,
            "suppressed": sorted(map(list, self.suppressed)),
            "quoted": self.quoted,
            "remarks": [[each.place, each.reason] for each in self.remarks],
            "trees": [
                [tree.size, tree.pack().hex()]
                for tree in (self.over_posts, self.over_comments)
            ],
        }

    @classmethod
    def unpack(cls, packed: dict[str, Any]) -> "Counts":
        """Read back what `pack` gave; an empty dict is a fresh start."""
        if not packed:
            return cls()
        over_posts, over_comments = (
            Frontier(size, bytes.fromhex(hashes)) for size, hashes in packed["trees"]
        )
        return cls(
            posts=Tally(**packed["posts"]),
            comments=Tally(**packed["comments"]),
            states=dict(packed["states"]),
            orphans={int(key): number for key, number in packed["orphans"].items()},
            max_depth=packed["max_depth"],
            suppressed=set(map(tuple, packed.get("suppressed", ()))),
            remarks=[Remark(*each) for each in packed["remarks"]],
            quoted=list(packed.get("quoted", ())),
            over_posts=over_posts,
            over_comments=over_comments,
        )

    def root(self) -> str:
        """Give the import's root as its entry states it."""
        return base64url(self.over_posts.root())


@dataclass(slots=True)
class IdHoles:
    """Numbers left out of a source's ids: an upper bound of what is not there.

    Keeps runs of numbers, not ids, so that a million comments cost little.
    """

    _runs: list[tuple[int, int]] = field(default_factory=list)
    _merge_at: int = MERGE_FROM

    def add(self, source_ids: Iterable[str]) -> None:
        """Note some ids; what is no number is passed over."""
        numbers = [
            int(each)
            for each in source_ids
            if each.isdecimal() and len(each) <= len("9223372036854775807")
        ]
        self._runs += _merged((number, number) for number in sorted(numbers))
        if len(self._runs) > self._merge_at:
            self._runs = _merged(sorted(self._runs))
            self._merge_at = max(MERGE_FROM, 2 * len(self._runs))

    def sentence(self) -> str:
        """Say how many numbers are missing between the first and the last."""
        holes = [
            (before[1] + 1, after[0] - 1)
            for before, after in itertools.pairwise(_merged(sorted(self._runs)))
        ]
        missing = sum(last - first + 1 for first, last in holes)
        if not missing:
            return ""
        named = ", ".join(
            str(first) if first == last else f"{first} to {last}"
            for first, last in holes[:NAMED_RANGES]
        )
        more = len(holes) - NAMED_RANGES
        rest = f" and {more} more ranges" if more > 0 else ""
        return (
            f"{missing} comment numbers between the first and the last do not occur "
            f"({named}{rest}): at most so many comments are not in this file; some "
            "numbers were never used, or belong to spam and other sites."
        )


def _merged(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join runs that touch or overlap; they come by their first numbers."""
    merged: list[tuple[int, int]] = []
    start = end = -2
    for first, last in runs:
        if first > end + 1:
            if end >= 0:
                merged.append((start, end))
            start = first
        end = max(end, last)
    return [*merged, (start, end)] if end >= 0 else merged
