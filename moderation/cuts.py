"""Where a page of decisions by time ended, as its address says it."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import Q

_FORM = "%Y%m%dT%H%M%S%f"
_cut = re.compile(r"(\d{8}T\d{12})\.(\d{1,12})")


class Cut(NamedTuple):
    """The last decision of a page: the time by which it stands, and its number."""

    at: datetime
    entry_index: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):{_FORM}}.{self.entry_index}"


def read_cut(text: str) -> Cut | None:
    """Read where a page begins; None for what no page of ours says."""
    found = _cut.fullmatch(text)
    if found is None:
        return None
    try:
        at = datetime.strptime(found[1], _FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Cut(at, int(found[2]))


def older_than(cut: Cut, time: str) -> Q:
    """Return what stands after a decision where the newest stands first.

    `time` names the column; its bound stands apart, so that an index serves it.
    """
    same = Q(**{time: cut.at}, entry_index__lt=cut.entry_index)
    return Q(**{f"{time}__lte": cut.at}) & (Q(**{f"{time}__lt": cut.at}) | same)


def newer_than(cut: Cut, time: str) -> Q:
    """Return what stands before a decision where the newest stands first."""
    same = Q(**{time: cut.at}, entry_index__gt=cut.entry_index)
    return Q(**{f"{time}__gte": cut.at}) & (Q(**{f"{time}__gt": cut.at}) | same)
