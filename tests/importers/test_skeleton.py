"""The importer that CONTRIBUTING.md has people copy runs, and keeps the rules."""

import io
import json
import re

import pytest

from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.registry import IMPORTERS
from tests.importers import skeleton
from tests.importers.test_every_importer import may_end_there
from tests.test_architecture import ROOT

pytestmark = pytest.mark.pure
GUIDE = (ROOT / "CONTRIBUTING.md").read_text()


def line(**facts):
    usual = {
        "id": "2",
        "page": "https://reed.example/ice",
        "answers": "1",
        "writer": "Otto",
        "at": "2011-03-12T17:14:00+00:00",
        "html": '<p>It is "gone" [all of it].</p><script>alert(1)</script>',
        "state": "shown",
    }
    return json.dumps(usual | facts).encode() + b"\n"


DATA = line(id="1", answers="") + line() + line(id="3", state="waiting", at="one day")


def read(data):
    reading = Reading()
    return list(skeleton.IMPORTER.open(io.BytesIO(data), reading).posts()), reading


def test_it_is_recognised_and_read_whole():
    assert [each for each in IMPORTERS if each.recognises(DATA)] == []
    assert skeleton.IMPORTER.recognises(DATA)
    [post], reading = read(DATA)
    assert [each.state for each in post.comments] == ["live", "live", "pending"]
    assert post.comments[1].parent_id == "1"
    assert post.comments[1].plain == 'It is "gone" [all of it].'
    assert (reading.is_whole, reading.raw_comments) == (True, 3)


def test_what_is_not_known_is_named_and_never_shown():
    posts, reading = read(line(hidden=True) + line(state="new") + b'{"poll":1}\n')
    assert {each.state for post in posts for each in post.comments} == {"unknown"}
    told = " ".join(each.reason for each in reading.problems)
    for words in ("“hidden”", "a comment's state is none", "records called"):
        assert words in told


def test_every_cut_and_every_bad_byte_is_told_or_refused():
    whole = {each.raw for post in read(DATA)[0] for each in post.comments}
    for end in range(1, len(DATA) - 2):
        if may_end_there(skeleton.IMPORTER, DATA, end):
            continue
        try:
            posts, reading = read(DATA[:end])
        except Unreadable:
            continue
        assert not reading.is_whole, end
        assert {each.raw for post in posts for each in post.comments} <= whole
    for place in range(0, len(DATA), 3):
        posts, reading = read(DATA[:place] + b"\xff" + DATA[place + 1 :])
        assert reading.problems, place


def test_the_guide_names_files_and_facts_that_are_there():
    assert "tests/importers/skeleton.py" in GUIDE
    recipe = GUIDE[GUIDE.index("## How to add an importer") :]
    for path in re.findall(r"`((?:commentarchive|tests|bench|docs)/[\w/.]+)`", recipe):
        assert (ROOT / path).exists(), path
    for name in ("origin", "rank", "extent", "unstated", "leaves_out_spam"):
        assert f"`{name}`" in recipe, name
    for name in ("numbers_articles", "tells_kinds", "may_end_after"):
        assert f"`{name}`" in recipe, name
