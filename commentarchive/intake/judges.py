"""Whoever may judge what an import brings, inside the import's own transaction.

The archive knows no rules; `settings.JUDGES` names what does, as dotted strings: each
is called with an import's blog and returns a judge, or None where it has nothing to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from commentarchive.models import Blog, Visibility


@dataclass(frozen=True, slots=True)
class Arrival:
    """A comment that is new in a batch, or has a new text, as it was written."""

    comment_pk: int
    visibility: Visibility
    # "" where the source gave none.
    name: str
    link: str
    plain: str
    html: str
    is_new: bool
    # When it was made, as this copy tells it; the beginning of a day without an hour.
    posted_at: datetime | None = None


class Judge(Protocol):
    """What may act on comments as they arrive."""

    def judge(self, arrivals: Sequence[Arrival]) -> None:
        """Look at one batch's comments in reading order, and decide on some of them.

        Called once a batch, as the last statement of its transaction: the rows are
        in the tables already, and nothing is locked after the record's head. What
        it raises undoes the batch and ends the import.
        """
        ...


def judges(blog: Blog) -> list[Judge]:
    """Make the judges of an import, which settings.JUDGES names; usually none.

    Called once an import: where the list is empty, no Arrival is made.
    """
    made = (import_string(path)(blog) for path in settings.JUDGES)
    return [judge for judge in made if judge is not None]
