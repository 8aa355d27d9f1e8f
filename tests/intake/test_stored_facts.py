"""What a stored comment becomes when a copy tells of it again, fact by fact."""

import pytest

from commentarchive.intake.plan import PlannedComment
from commentarchive.intake.update_stored import (
    _address,
    _as_settled,
    _is_renamed,
    _target_visibility,
)
from commentarchive.intake.weighing import Weighed
from commentarchive.threads.evidence import Facts
from tests.intake.made import comment, key, stored

pytestmark = pytest.mark.pure
ANN = Facts("comment", "Ann", "https://a.example", "p1")


def planned(weighed=None, **values):
    usual = {"key": key(), "parsed": None, "stored": None, "parent": None}
    usual |= {"position": 0, "depth": 0, "change": "changed", "when": comment().when}
    usual |= {"fingerprint": b"", "source_parent": "", "version": None}
    found = Weighed(weighed, ()) if weighed else None
    return PlannedComment(**usual | {"visibility": "held", "weighed": found} | values)


@pytest.mark.parametrize(
    ("told", "known", "stands"),
    [
        (("a@x", "1"), ("", ""), ("a@x", "1")),
        (("", ""), ("a@x", "1"), ("a@x", "1")),
        (("a@x", "1"), ("b@x", "0"), ("b@x", "0")),
        (("b@x", "0"), ("a@x", "1"), ("b@x", "0")),
        (("a@x", "2"), ("a@x", "1"), ("a@x", "2")),
    ],
)
def test_of_addresses_the_greater_one_stays_in_any_order(told, known, stands):
    email, ip = told
    row = stored(email=known[0], ip=known[1])
    assert _address(comment(email=email, ip=ip), row) == stands


@pytest.mark.parametrize(
    ("facts", "email", "is_renamed"),
    [
        (None, "", False),
        (ANN, "", False),
        (ANN._replace(kind="ping"), "", False),
        (ANN._replace(name="Ben"), "", True),
        (ANN._replace(link="https://b.example"), "", True),
        (ANN._replace(link=None), "", True),
        (ANN._replace(person="p2"), "", True),
        (None, "z@mail.example", True),
        (None, "a@mail.example", False),
    ],
)
def test_a_comment_of_another_name(facts, email, is_renamed):
    row = stored(facts=ANN, email="m@mail.example")
    read = comment(email=email)
    assert _is_renamed(planned(facts), read, row) is is_renamed
    settled = _as_settled(planned(facts), read, row)
    expected = facts or ANN
    assert (settled.name, settled.link) == (expected.name, expected.link or "")
    assert settled.person == expected.person
    assert settled.email == max(email, "m@mail.example")


def test_no_link_is_as_good_as_an_untold_one():
    row = stored(facts=ANN._replace(link=None))
    assert not _is_renamed(planned(ANN._replace(link="")), comment(), row)
    row = stored(facts=ANN._replace(link=""))
    assert not _is_renamed(planned(ANN._replace(link=None)), comment(), row)


@pytest.mark.parametrize(
    ("state", "now", "needs_review", "expected"),
    [
        ("live", "trashed", False, "published"),
        ("spam", "published", False, "spam"),
        ("live", "erased", False, "erased"),
        ("spam", "erased", True, "erased"),
        # Its blog cannot publish what waits for the desk here.
        ("live", "held", True, "held"),
        ("live", "published", True, "published"),
        ("spam", "held", True, "spam"),
    ],
)
def test_what_its_source_makes_of_it(state, now, needs_review, expected):
    found = _target_visibility(
        planned(needs_review=needs_review), comment(state=state), stored(visibility=now)
    )
    assert found == expected
