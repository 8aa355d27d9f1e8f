"""Whoever may judge what an import brings, inside the import's own transaction.

The archive knows no rules; `settings.JUDGES` names classes that do, as dotted strings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from commentarchive.models import Visibility


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


class Judge(Protocol):
    """What may act on comments as they arrive."""

    def judge(self, arrivals: Sequence[Arrival]) -> None:
        """Look at one batch's comments in reading order, and decide on some of them.

        Called once a batch, as the last statement of its transaction: the rows are
        in the tables already, and nothing is locked after the record's head. What
        it raises undoes the batch and ends the import.
        """
        ...


def judges() -> list[Judge]:
    """Make one judge of each class named in settings.JUDGES; usually there is none.

    Called once an import: where the list is empty, no Arrival needs to be made.
    """
    return [cast("Judge", import_string(path)()) for path in settings.JUDGES]
