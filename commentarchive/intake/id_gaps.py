"""Comment numbers that a file leaves out, for its report."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

# Ranges of missing numbers that a report names one by one.
NAMED_RANGES = 5
# Runs of numbers that are kept before those that touch are joined.
MERGE_FROM = 1000
# Beyond so many numbers a comment, the others were given to other things.
WIDEST = 10


@dataclass(slots=True)
class IdGaps:
    """The numbers that a source's ids leave out: an upper bound of what is missing.

    Only runs of numbers are kept, so that a million comments cost little memory.
    """

    _runs: list[tuple[int, int]] = field(default_factory=list)
    _merge_at: int = MERGE_FROM

    def add(self, source_ids: Iterable[str]) -> None:
        """Add some ids; those that are not numbers are ignored."""
        numbers = [
            int(source_id)
            for source_id in source_ids
            if source_id.isdecimal() and len(source_id) <= len("9223372036854775807")
        ]
        self._runs += _merged((number, number) for number in sorted(numbers))
        if len(self._runs) > self._merge_at:
            self._runs = _merged(sorted(self._runs))
            self._merge_at = max(MERGE_FROM, 2 * len(self._runs))

    def sentence(self) -> str:
        """Return a sentence on the numbers missing between first and last, or "".

        Nothing is said where the range is wider than WIDEST numbers a comment.
        """
        runs = _merged(sorted(self._runs))
        gaps = [
            (before[1] + 1, after[0] - 1) for before, after in itertools.pairwise(runs)
        ]
        missing = sum(last - first + 1 for first, last in gaps)
        there = sum(last - first + 1 for first, last in runs)
        if not missing or missing + there > WIDEST * there:
            return ""
        named = ", ".join(
            str(first) if first == last else f"{first} to {last}"
            for first, last in gaps[:NAMED_RANGES]
        )
        more = len(gaps) - NAMED_RANGES
        rest = f" and {more} more ranges" if more > 0 else ""
        return (
            f"{missing} comment numbers between the first and the last do not occur "
            f"({named}{rest}): at most so many comments are not in this file; some "
            "numbers were never used, or belong to spam and other sites."
        )


def _merged(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join runs that touch or overlap; `runs` are sorted by their first numbers."""
    merged: list[tuple[int, int]] = []
    for first, last in runs:
        if merged and first <= merged[-1][1] + 1:
            start, end = merged[-1]
            merged[-1] = start, max(end, last)
        else:
            merged.append((first, last))
    return merged
