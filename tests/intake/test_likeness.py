"""How far two articles are alike: each of address, title, time and text on its own."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from commentarchive.importers.parsed import When
from commentarchive.intake.likeness import (
    Likeness,
    is_at_the_same_place,
    is_of_one_time,
    likeness_of,
    places,
)
from tests.intake.made import article

pytestmark = pytest.mark.pure
AT = datetime(2012, 3, 31, 11, tzinfo=UTC)


def text(title="Ferry", raw="Words.", plain=None, form="html"):
    plain = raw if plain is None else plain
    return SimpleNamespace(title=title, raw=raw, plain=plain, form=form)


def post(known=None, at=AT, addresses=()):
    revision = SimpleNamespace(text=known) if known else SimpleNamespace()
    rows = [SimpleNamespace(normal_address=each) for each in addresses]
    return SimpleNamespace(
        current_revision=revision,
        published_at=at,
        day_only=False,
        addresses=SimpleNamespace(all=lambda: rows),
    )


def test_an_address_that_is_a_number_is_no_place():
    assert places(
        [
            *("https://www.a.example/ferry/", "nowhere", "https://a.example/?p=7"),
            *("https://a.example/?page_id=7", "https://a.example/?attachment_id=7"),
            "https://a.example/?q=7",
        ]
    ) == ["a.example/ferry", "a.example?q=7"]


@pytest.mark.parametrize(
    ("here", "there", "is_same"),
    [
        (["a.example/ferry"], ["https://a.example/ferry/"], True),
        (["a.example/x", "a.example/ferry"], ["http://a.example/ferry"], True),
        # The same path on another host, not on the same one in other words.
        (["a.example/ferry"], ["https://b.example/ferry"], True),
        (["a.example/ferry"], ["https://b.example/boat"], False),
        (["a.example/ferry", "b.example/x"], ["https://b.example/ferry"], False),
        # The top of a blog is no path.
        (["a.example"], ["https://b.example/"], False),
        (["a.example?p=7"], ["https://a.example/?p=7"], False),
        ([], ["https://a.example/ferry"], False),
        (["a.example/ferry"], [], False),
    ],
)
def test_one_place(here, there, is_same):
    found = is_at_the_same_place(post(addresses=here), article(addresses=tuple(there)))
    assert found is is_same


@pytest.mark.parametrize(
    ("known", "told", "expected"),
    [
        (text(), {"title": "Ferry", "raw": "Words.", "plain": "Words."}, (True, True)),
        (text(), {"title": "Boat", "raw": "Other.", "plain": "Other."}, (False, False)),
        (text(), {"title": "“Ferry”", "raw": "<b>Words.</b>", "plain": "Words."}, (True, True)),
        # The same source, with another reading of it.
        (text(plain="x"), {"title": "Ferry", "raw": "Words.", "plain": "y"}, (True, True)),
        # What is not there cannot differ.
        (text(title=""), {"title": "Ferry", "raw": "Words.", "plain": "Words."}, (None, True)),
        (text(), {"title": "", "raw": "Words.", "plain": "Words."}, (None, True)),
        (text(), {"title": "Ferry", "has_text": False}, (True, None)),
        (text(raw=""), {"title": "Ferry"}, (True, None)),
        (text(raw=""), {"title": "Ferry", "raw": "W", "plain": "W"}, (True, False)),
        (text(), {"title": "Ferry"}, (True, False)),
        (None, {"title": "Ferry", "raw": "Words.", "plain": "Words."}, (None, None)),
        # A theme may have changed a text, on either side.
        (text(form="page"), {"raw": "Other.", "plain": "Other."}, (None, None)),
        (text(), {"raw": "Other.", "plain": "Other.", "form": "page"}, (None, None)),
        (text(form="page"), {"raw": "W", "plain": "Words."}, (None, True)),
    ],
)  # fmt: skip
def test_title_and_text(known, told, expected):
    found = likeness_of(post(known, at=None), article(**told), "Europe/London")
    assert found == Likeness(expected[0], None, expected[1])


MINUTE = timedelta(minutes=1)
LOCAL = AT.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("told", "known", "is_same"),
    [
        (AT, AT, True),
        (AT + timedelta(seconds=59), AT, True),
        (AT, AT + timedelta(seconds=59), True),
        (AT + MINUTE, AT, False),
        (AT - MINUTE, AT, False),
        (None, AT, None),
        (AT, None, None),
        # On the blog's clock, which was an hour ahead; what differs may be the clock.
        (LOCAL + timedelta(hours=1), AT, True),
        (LOCAL, AT, None),
    ],
)
def test_one_time(told, known, is_same):
    when = When("printed", told)
    found = is_of_one_time(post(at=known), article(when=when), "Europe/London")
    assert found is is_same
    likeness = likeness_of(post(at=known), article(when=when), "Europe/London")
    assert likeness == Likeness(None, is_same, None)
