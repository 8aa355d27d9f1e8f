"""What an import counted: kept with the cursor, printed at the end."""

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from commentarchive.actions.import_plan import PostPlan
from commentarchive.importers.parsed import SOURCE_STATES, Remark
from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.ledger.merkle.tree import Frontier

# Ranges of missing numbers that a report names one by one.
NAMED_RANGES = 5


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
    remarks: list[Remark] = field(default_factory=list)
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
            remarks=[Remark(*each) for each in packed["remarks"]],
            over_posts=over_posts,
            over_comments=over_comments,
        )

    def root(self) -> str:
        """Give the import's root as its entry states it."""
        return base64url(self.over_posts.root())


@dataclass(slots=True)
class IdHoles:
    """Numbers left out of a source's ids: an upper bound of what is not there.

    Keeps merged ranges, not ids, so that a million comments cost little.
    """

    _starts: dict[int, int] = field(default_factory=dict)
    _ends: dict[int, int] = field(default_factory=dict)

    def add(self, source_id: str) -> None:
        """Note one id; what is no number is passed over."""
        if not source_id.isdecimal() or len(source_id) > len("9223372036854775807"):
            return
        number = int(source_id)
        if number in self._starts or self._holds(number):
            return
        start = self._ends.pop(number - 1, number)
        end = self._starts.pop(number + 1, number)
        self._starts[start], self._ends[end] = end, start

    def _holds(self, number: int) -> bool:
        return number in self._ends

    def sentence(self) -> str:
        """Say how many numbers are missing between the first and the last."""
        ranges = sorted(self._starts.items())
        holes = [
            (before[1] + 1, after[0] - 1)
            for before, after in itertools.pairwise(ranges)
            if after[0] > before[1] + 1
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
