"""Of what types and days the comments of a file are, and what readers had reported."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from commentarchive.importers.parsed import ParsedComment


@dataclass(slots=True)
class Census:
    """Running totals of a file's comments, apart from their states."""

    # By the source's own word where that is no type known here.
    kinds: Counter[str] = field(default_factory=Counter)
    # The first and the last day that a comment has, on the file's own clock.
    first: str = ""
    last: str = ""
    undated: int = 0
    # How many comments readers had reported there, as far as the source says so.
    reported: int = 0

    def count(self, comments: Iterable[ParsedComment]) -> None:
        """Count some comments."""
        days = []
        for each in comments:
            self.kinds[each.source_type or each.kind] += 1
            self.reported += each.is_reported
            if each.when.utc is None:
                self.undated += 1
            else:
                days.append(each.when.utc.date())
        if days:
            first, last = min(days).isoformat(), max(days).isoformat()
            self.first = min(self.first or first, first)
            self.last = max(self.last, last)

    def pack(self) -> dict[str, Any]:
        """Return it as plain data, for the capture's row."""
        return {
            "kinds": dict(self.kinds),
            "days": [self.first, self.last],
            "undated": self.undated,
            "reported": self.reported,
        }

    @classmethod
    def unpack(cls, packed: dict[str, Any]) -> "Census":
        """Rebuild it from what `pack` returned; older copies have none."""
        first, last = packed.get("days", ("", ""))
        return cls(
            kinds=Counter(packed.get("kinds", {})),
            first=first,
            last=last,
            undated=packed.get("undated", 0),
            reported=packed.get("reported", 0),
        )
