"""What automatic rules would have stopped, and what people decided on the same."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

# How many comments and names a page lists.
LISTED, NAMED = 100, 20
# Rules that would stop more than this share are asked about again, in percent.
MANY = 5


class Fate(StrEnum):
    """What became of a comment without the rules."""

    HIDDEN = "hidden"
    SHOWN = "shown"
    AT_BLOG = "at_blog"
    WAITING = "waiting"
    UNJUDGED = "unjudged"


class Past(NamedTuple):
    """One comment of the archive, as far as a test is concerned."""

    pk: int
    blog: str
    name: str
    fate: Fate
    # The house rule under which people hid it; 0 for none.
    house_rule: int


@dataclass(slots=True)
class OfRule:
    """What one rule would have done."""

    number: int
    house_rule: int
    stopped: int = 0
    # Hidden by people under the same house rule, and under another or none.
    agrees: int = 0
    otherwise: int = 0
    # Shown because people decided so.
    contradicts: int = 0
    at_blog: int = 0
    waiting: int = 0
    # Shown, and nobody has decided on it.
    unjudged: int = 0
    # All that people hid under its house rule.
    of_house_rule: int = 0

    def count(self, past: Past) -> None:
        """Count a comment that it would have stopped."""
        self.stopped += 1
        match past.fate:
            case Fate.HIDDEN if past.house_rule == self.house_rule:
                self.agrees += 1
            case Fate.HIDDEN:
                self.otherwise += 1
            case Fate.SHOWN:
                self.contradicts += 1
            case Fate.AT_BLOG:
                self.at_blog += 1
            case Fate.WAITING:
                self.waiting += 1
            case Fate.UNJUDGED:
                self.unjudged += 1

    @property
    def agreement(self) -> int | None:
        """Return how often people decided alike, in percent; None if they never did."""
        judged = self.agrees + self.otherwise + self.contradicts
        return 100 * self.agrees // judged if judged else None


@dataclass(slots=True)
class BackTest:
    """A count over the comments of an archive, oldest first."""

    rules: dict[int, OfRule]
    total: int = 0
    stopped: int = 0
    # What readers see today.
    stopped_shown: int = 0
    names: Counter[str] = field(default_factory=Counter)
    blogs: Counter[str] = field(default_factory=Counter)
    newest: deque[tuple[int, tuple[int, ...]]] = field(
        default_factory=lambda: deque(maxlen=LISTED)
    )
    _under: Counter[int] = field(default_factory=Counter)

    def count(self, past: Past, matched: Iterable[int]) -> None:
        """Count one comment and the rules that it meets."""
        self.total += 1
        if past.fate is Fate.HIDDEN:
            self._under[past.house_rule] += 1
        numbers = tuple(matched)
        if not numbers:
            return
        self.stopped += 1
        self.stopped_shown += past.fate in {Fate.SHOWN, Fate.UNJUDGED}
        self.names[past.name] += 1
        self.blogs[past.blog] += 1
        self.newest.append((past.pk, numbers))
        for number in numbers:
            self.rules[number].count(past)

    def by_rule(self) -> list[OfRule]:
        """Return what each rule would have done, in the order of their numbers."""
        for rule in self.rules.values():
            rule.of_house_rule = self._under[rule.house_rule]
        return sorted(self.rules.values(), key=lambda rule: rule.number)

    def by_name(self) -> list[tuple[str, int]]:
        """Return the names of which most would have been stopped; "" is none."""
        return self.names.most_common(NAMED)

    def by_blog(self) -> list[tuple[str, int]]:
        """Return how many of each blog's comments would have been stopped."""
        return self.blogs.most_common()

    @property
    def percent(self) -> float:
        """Return the share of the comments that would have been stopped."""
        return round(100 * self.stopped / self.total, 1) if self.total else 0.0

    @property
    def is_many(self) -> bool:
        """Return whether that is so much that it is asked about again."""
        return 100 * self.stopped > MANY * self.total
