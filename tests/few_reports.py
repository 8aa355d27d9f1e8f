"""Which reports a test asks for that goes through all pages of a site."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from commentarchive.export import places
from moderation.reports.asked import months_there_are

_of_a_report = re.compile(r"/moderation/reports/(\d[^/?]*?)(?:\.[a-z]+|/[^?]*)(\?.*)?")


def is_one_of_many(address: str) -> bool:
    """Return whether another report stands for the one at an address, or its lists.

    All are worked out and drawn by the same code, which takes a third of a second, and
    an archive has one a month, a quarter and a year of each blog: the first and the
    last month, of all blogs, stand for the others.
    """
    found = _of_a_report.fullmatch(address)
    if found is None:
        return False
    months = [month.name for month in months_there_are()]
    is_of_a_blog = "blog=" in (found[2] or "")
    return is_of_a_blog or found[1] not in {*months[:1], *months[-1:]}


@contextmanager
def only_few_copied() -> Iterator[None]:
    """Leave all but few reports out of the copies that are made meanwhile."""
    is_asked = places.is_asked
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            places,
            "is_asked",
            lambda address: is_asked(address) and not is_one_of_many(address),
        )
        yield
