"""What a filter of a long list keeps: how many rows, and where in the list they lie.

It is worked out once for each state of the record. A page is then found from either
end of that span, and does not pass over all that lies beside it.
"""

from typing import NamedTuple

from django.db import models
from django.db.models import Count, Max, Min

from commentarchive.storage.remembered import while_record_stands

# Up to so many rows are remembered one by one: they may lie far apart.
FEW = 1000


class Matches(NamedTuple):
    """How many rows match, the numbers of the first and the last, and of a few all."""

    # The column that numbers the rows.
    key: str
    number: int = 0
    lowest: int | None = None
    highest: int | None = None
    few: tuple[int, ...] | None = None

    def narrow[Q: models.QuerySet](self, rows: Q) -> Q:  # type: ignore[type-arg]  # of any model
        """Return the same rows, by conditions that the index of the key serves."""
        if self.few is not None:
            return rows.filter(**{f"{self.key}__in": self.few})
        return rows.filter(**{f"{self.key}__range": (self.lowest, self.highest)})

    def has_above(self, number: int) -> bool:
        """Return whether a row that matches has this number or a higher one."""
        return self.highest is not None and self.highest >= number

    def has_below(self, number: int) -> bool:
        """Return whether a row that matches has this number or a lower one."""
        return self.lowest is not None and self.lowest <= number


def matches(
    subject: str,
    rows: models.QuerySet,  # type: ignore[type-arg]  # of any model
    key: str = "entry_index",
) -> Matches:
    """Return what some rows are, kept under the name of their subject."""
    return while_record_stands(subject, lambda: find_matches(rows, key))


def find_matches(
    rows: models.QuerySet,  # type: ignore[type-arg]  # of any model
    key: str = "entry_index",
) -> Matches:
    """Work out what some rows are; one query for a few, two for many."""
    rows = rows.order_by()
    few = sorted(rows.values_list(key, flat=True)[: FEW + 1])
    if len(few) <= FEW:
        if not few:
            return Matches(key, few=())
        return Matches(key, len(few), few[0], few[-1], tuple(few))
    found = rows.aggregate(number=Count("pk"), lowest=Min(key), highest=Max(key))
    return Matches(key, **found)
