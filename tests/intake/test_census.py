from datetime import datetime

import pytest

from commentarchive.importers.parsed import When
from commentarchive.intake.census import Census
from tests.intake.made import comment

pytestmark = pytest.mark.pure


def at(*day, **values):
    when = When(utc=datetime(*day)) if day else When(printed="some day")  # noqa: DTZ001  # as files without a zone
    return comment()._replace(when=when, **values)


def test_types_days_and_what_was_reported_are_counted_in_any_order():
    comments = [
        *(at(2012, 5, 3), at(2011, 12, 31, kind="pingback"), at()),
        at(2012, 5, 4, kind="other", source_type="review", is_reported=True),
    ]
    for order in (comments, comments[::-1]):
        census = Census()
        for each in order:
            census.count([each])
        assert census.kinds == {"comment": 2, "pingback": 1, "review": 1}
        assert (census.first, census.last) == ("2011-12-31", "2012-05-04")
        assert (census.undated, census.reported) == (1, 1)
        assert Census.unpack(census.pack()) == census


def test_older_copies_and_files_without_comments_have_none():
    census = Census.unpack({})
    census.count([])
    assert census == Census()
    census.count([at()])
    assert (census.first, census.undated) == ("", 1)
