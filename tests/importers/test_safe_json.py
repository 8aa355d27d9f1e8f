"""Damaged JSON, whichever source it is of."""

import re

import pytest

from commentarchive.importers.parsed import Unreadable
from tests.importers.reading import all_fixtures, fixture, read

pytestmark = pytest.mark.pure
MARK = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def of_json(name):
    data = fixture(name).lstrip()
    return data.startswith((b"{", b"[")) and data.count(b'{"') + data.count(b'"') > 8


def ends(data):
    """Find where values with something in them end."""
    before = b""
    for found in MARK.finditer(data):
        if found[0] in {b"]", b"}"} and before not in {b"[", b"{"}:
            yield found.start()
        before = found[0]


@pytest.mark.parametrize("name", list(filter(of_json, all_fixtures())))
def test_a_comma_that_no_value_follows_is_told(name):
    """Wherever it stands: as left out where nothing is lost, else with the record."""
    whole = fixture(name)
    _posts, reading = read(whole)
    told = len(reading.repairs) + len(reading.problems)
    for place in ends(whole):
        try:
            _posts, reading = read(whole[:place] + b" ,\n" + whole[place:])
        except Unreadable:
            continue
        assert len(reading.repairs) + len(reading.problems) > told, whole[:place][-60:]
