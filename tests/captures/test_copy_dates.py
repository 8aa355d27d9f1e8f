"""The days of a copy: when it was made, when it was read, and never both at once."""

from datetime import UTC, datetime, timedelta

import pytest

from commentarchive.captures.copy_dates import in_words, made_in_words
from commentarchive.models import Capture

pytestmark = pytest.mark.pure
READ = datetime(2026, 11, 27, 16, tzinfo=UTC)
ZONE = "Europe/London"


@pytest.mark.parametrize(
    ("written", "seen", "newest", "words"),
    [
        (
            *(datetime(2012, 6, 1, 8, tzinfo=UTC), (), None),
            "made on 1 June 2012; read on 27 November 2026",
        ),
        # On the blog's own clock.
        (
            *(datetime(2012, 6, 30, 23, 30, tzinfo=UTC), (), None),
            "made on 1 July 2012; read on 27 November 2026",
        ),
        (
            *(None, (), datetime(2012, 5, 1, 9, tzinfo=UTC)),
            "read on 27 November 2026; made after 1 May 2012, date unknown",
        ),
        (None, (), None, "read on 27 November 2026; date unknown"),
        # A comment of the same day leaves no other day; one of later is no bound.
        (
            *(None, (), READ - timedelta(hours=3)),
            "made on 27 November 2026; read on 27 November 2026",
        ),
        (
            *(None, (), READ + timedelta(days=3)),
            "read on 27 November 2026; date unknown",
        ),
        (
            *(datetime(2031, 1, 1, tzinfo=UTC), (), None),
            "read on 27 November 2026; dated 1 January 2031 by its source, which cannot "
            "be: date unknown",
        ),
        (
            None,
            (datetime(2012, 5, 1, 9, tzinfo=UTC), datetime(2013, 2, 3, tzinfo=UTC)),
            None,
            "made 1 May 2012 to 3 February 2013; read on 27 November 2026",
        ),
        (
            *(datetime(2020, 1, 1, tzinfo=UTC), (datetime(2012, 5, 1, tzinfo=UTC),)),
            None,
            "made on 1 May 2012; read on 27 November 2026",
        ),
    ],
)
def test_what_is_known_of_a_copys_dates(written, seen, newest, words):
    capture = Capture(taken_at=READ, written_at=written)
    said = in_words(capture, ZONE, seen_at=seen, newest_at=newest)
    assert said == words
    assert made_in_words(capture, ZONE, seen_at=seen, newest_at=newest) in said
