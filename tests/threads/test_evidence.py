"""The best evidence stands, in whatever order the copies come."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from commentarchive.importers.registry import facts_of
from commentarchive.threads.evidence import (
    Facts,
    Rank,
    Told,
    aspect_of,
    copy_of,
    corrected,
    rank_of_text,
    read_anew,
    says_the_same,
    settle,
)

AT = datetime(2012, 5, 2, 9, 0, 17, tzinfo=UTC)


def told(importer, day=1, digest="a", *, parents=True, **facts):
    made_at = None if day is None else datetime(2013, 1, day, tzinfo=UTC)
    reader = facts_of(importer)
    copy = copy_of(
        *(reader.rank, digest, (1, 0), made_at),
        tells_kinds=reader.tells_kinds,
        tells_parents=parents,
    )
    return Told(copy, copy.can_tell(Facts(**facts)))


def in_any_order(*all_told):
    """Settle every order; return the one result."""
    results = {settle(order) for order in itertools.permutations(all_told)}
    assert len(results) == 1
    return results.pop()


def test_a_copy_whose_reader_is_not_here_any_more_is_believed_like_a_page():
    found = in_any_order(
        told("gone_reader", 28, name="Ann W.", link="", kind="comment"),
        told("wordpress", 1, name="Ann", link="https://w.example/", kind="pingback"),
    )
    assert (found.name, found.link) == ("Ann", "https://w.example/")
    assert found.kind == "pingback"


def test_an_export_is_believed_before_an_interface_and_that_before_a_page():
    sources = ("wordpress", "wordpress_rest", "web_page")
    for worse, better in itertools.pairwise(reversed(sources)):
        # However much later the worse copy was made.
        found = in_any_order(
            told(worse, 28, name="Ann W.", link="https://w.example/", kind="other"),
            told(better, 1, name="Ann", link="", kind="comment"),
        )
        assert (found.name, found.link, found.kind) == ("Ann", "", "comment")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"day": 1, "digest": "b"}, {"day": 2, "digest": "a"}, id="time"),
        pytest.param({"day": 2, "digest": "a"}, {"day": 2, "digest": "b"}, id="digest"),
        pytest.param(
            {"day": None, "digest": "b"}, {"day": 1, "digest": "a"}, id="none"
        ),
    ],
)
def test_of_equal_copies_the_later_one_is_believed_then_the_greater_digest(one, other):
    first = told("wordpress", name="Before", **one)
    assert in_any_order(first, told("wordpress", name="After", **other)).name == "After"


def test_each_fact_stands_by_its_own_best_copy():
    found = in_any_order(
        told("feed", name="Ann", printed="Wed, 02 May 2012 09:00:17 +0000", moment=AT),
        told(
            "web_page",
            name="Ann (guest)",
            link="https://ann.example/",
            moment=AT.replace(second=0),
            printed="2012-05-02T10:00+01:00",
            offset=60,
            parent="7",
        ),
    )
    assert (found.name, found.link, found.parent) == (
        "Ann",
        "https://ann.example/",
        "7",
    )
    assert (found.moment, found.offset) == (AT, 60)


def test_a_time_for_machines_is_believed_before_a_printed_one():
    found = in_any_order(
        told("web_page", 1, moment=AT, printed="2012-05-02T10:00:17+01:00", offset=60),
        told(
            "web_page", 9, moment=AT + timedelta(hours=2), printed="2 May 2012, 10 am"
        ),
    )
    assert (found.moment, found.offset) == (AT, 60)


def test_a_time_whose_zone_is_inferred_is_believed_last():
    found = in_any_order(
        told(
            "wordpress", moment=AT + timedelta(hours=5), printed="2012-05-02 10:00:17"
        ),
        told("web_page", moment=AT, printed="2012-05-02T10:00:17+01:00", offset=60),
    )
    assert found.moment == AT


def test_what_is_not_told_is_no_statement():
    """No parent among many, a feed without links, a page without a zone."""
    found = in_any_order(
        told("wordpress", 1, parent="4", name="Ann", link="https://ann.example/"),
        told("wordpress", 9, parent="", parents=False),
        told("feed", 9, name="Ann", link=""),
    )
    assert (found.parent, found.link) == ("4", "https://ann.example/")
    moved = told("wordpress", 9, parent="")
    assert in_any_order(told("wordpress", 1, parent="4"), moved).parent == ""


def test_a_name_that_is_not_known_tells_of_no_link():
    found = in_any_order(
        told("wordpress", name="", link=""),
        told("web_page", name="Ann", link="https://ann.example/"),
    )
    assert (found.name, found.link) == ("Ann", "https://ann.example/")


def test_a_feed_calls_everything_a_comment():
    found = in_any_order(
        told("feed", kind="comment"), told("web_page", kind="pingback")
    )
    assert found.kind == "pingback"


def test_a_text_as_stored_is_better_than_any_rendering_of_it():
    stored = rank_of_text(Rank.INTERFACE, "wp-autop")
    rendered = rank_of_text(Rank.EXPORT, "page")
    assert stored > rendered == rank_of_text(Rank.INTERFACE, "page")
    assert rendered > rank_of_text(Rank.PRINTED, "page")


def test_how_a_time_is_printed_matters_only_for_how_it_is_known():
    one = Facts(moment=AT, printed="2012-05-02 09:00:17")
    assert says_the_same(one, one._replace(printed="2012-05-02T09:00:17"))
    assert not says_the_same(one, one._replace(printed="2 May 2012"))
    assert not says_the_same(one, one._replace(printed="2012-05-02T09:00:17Z"))


MIDNIGHT = datetime(2012, 5, 2, tzinfo=UTC)


def test_an_hour_of_that_day_takes_the_place_of_a_day_alone():
    day = {"moment": MIDNIGHT, "day_only": True, "printed": "2 May 2012"}
    hour = {"moment": AT, "printed": "2 May 2012, 09:00"}
    for worse, better in (("web_page", "web_page"), ("web_page", "wordpress")):
        found = in_any_order(told(worse, 28, **day), told(better, 1, "b", **hour))
        assert (found.moment, found.day_only) == (AT, False)
        assert found.printed == "2 May 2012, 09:00"
    # Between equals an hour stands above another day that was told later.
    late = {"moment": MIDNIGHT + timedelta(days=1), "day_only": True}
    found = in_any_order(told("web_page", 28, **late), told("web_page", 1, **hour))
    assert (found.moment, found.day_only) == (AT, False)
    # What people remember makes a page's day more exact, and is no other day.
    found = in_any_order(told("web_page", **day), told("document", 2, "b", **hour))
    assert (found.moment, found.day_only) == (AT, False)
    other = hour | {"moment": AT + timedelta(days=3)}
    found = in_any_order(told("web_page", **day), told("document", 2, "b", **other))
    assert (found.moment, found.day_only) == (MIDNIGHT, True)


def test_a_day_that_was_read_as_midnight_is_one_once_it_is_read_again():
    day = {"moment": MIDNIGHT, "printed": "2 May 2012"}
    before, now = told("web_page", 1, **day), told("web_page", 2, day_only=True, **day)
    assert settle(read_anew([before, now])).day_only
    # Midnight that was told so stays: its words are others.
    exact = told("web_page", 1, moment=MIDNIGHT, printed="2 May 2012, 00:00")
    found = settle(read_anew([exact, now]))
    assert (found.day_only, found.printed) == (False, "2 May 2012, 00:00")


def test_a_day_is_another_thing_than_its_first_minute():
    day = Facts(moment=MIDNIGHT, day_only=True)
    assert not says_the_same(day, day._replace(day_only=False))
    written = aspect_of(day, "time")
    assert written != aspect_of(day._replace(day_only=False), "time")
    other = Facts(moment=AT, printed="9:00")
    assert corrected(other, {"time": written}) == day
