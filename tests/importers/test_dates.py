import pytest

from commentarchive.importers.dates import (
    are_out_of_step,
    iso,
    local_and_utc,
    mail,
    settle,
)

pytestmark = pytest.mark.pure
UTC = "2012-05-01 09:00:00"


@pytest.mark.parametrize(
    ("local", "offset"),
    [
        ("2012-05-01 09:00:00", 0),
        ("2012-05-01 14:30:00", 330),
        ("2012-05-01 14:45:00", 345),
        ("2012-05-01 22:45:00", 825),
        ("2012-05-01 23:00:00", 840),
        ("2012-04-30 21:00:00", -720),
        ("2012-05-01 05:30:00", -210),
    ],
)
def test_an_offset_that_some_zone_has_had_is_believed(local, offset):
    when = local_and_utc(local, UTC)
    assert when.offset == offset
    assert not are_out_of_step(when, UTC)


@pytest.mark.parametrize(
    "local",
    [
        *("2012-05-01 17:23:00", "2012-05-01 10:59:59", "2012-05-01 10:59:00"),
        *("2012-05-01 10:15:00", "2012-05-01 23:15:00", "2012-05-03 09:00:00"),
        *("2012-04-30 20:00:00", "2012-05-01 09:01:00"),
    ],
)
def test_an_offset_that_none_has_had_leaves_the_time_in_utc_and_as_printed(local):
    when = local_and_utc(local, UTC)
    assert (when.printed, when.offset) == (local, None)
    assert when.utc.isoformat() == "2012-05-01T09:00:00+00:00"
    assert are_out_of_step(when, UTC)


def test_one_clock_alone_is_never_out_of_step():
    for local, utc in (("", UTC), (UTC, "0000-00-00 00:00:00"), ("x", UTC), ("", "")):
        assert not are_out_of_step(local_and_utc(local, utc), utc)


def test_a_printed_offset_is_believed_or_left_out():
    assert iso("2012-05-01T10:00:00+05:45").offset == 345
    odd = iso("2012-05-01T10:00:00+08:23")
    assert (odd.offset, odd.utc.isoformat()) == (None, "2012-05-01T01:37:00+00:00")
    assert mail("Tue, 01 May 2012 10:00:00 +0107").offset is None


@pytest.mark.parametrize("text", ["2012-05-03", "20120503"])
def test_a_date_alone_is_a_day_without_an_hour(text):
    when = iso(text)
    assert (str(when.utc), when.day_only) == ("2012-05-03 00:00:00", True)
    assert settle(when, "Europe/Berlin").day_only
    assert not iso(f"{text}T00:00:00").day_only
    assert not iso("2012-02-30").day_only
