"""What a report counts and says, and how it is kept with its copy."""

import json
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from commentarchive.importers.parsed import ParsedBlog, Remark
from commentarchive.intake.id_gaps import IdGaps
from commentarchive.intake.report import (
    UNDATED,
    WITHOUT,
    Counts,
    Report,
    Tally,
    by_reason,
    cannot_tell,
    known_report,
)
from commentarchive.models import Comment, Post
from tests.importers.reading import FIXTURES
from tests.intake.made import AT, article, comment
from tests.wxr import comment as wxr_comment
from tests.wxr import item, load, write


def plan(*states, **values):
    usual = {"change": "new", "max_depth": 1, "remarks": [], "duplicates": 0}
    read = article(comments=[comment(state=state) for state in states])
    return SimpleNamespace(**usual | {"parsed": read} | values)


def test_articles_are_counted():
    counts = Counts()
    counts.count_article(plan("live", "live", "spam", max_depth=3, duplicates=2))
    counts.count_article(
        plan("live", change="changed", remarks=[Remark("byte 1", "odd")])
    )
    assert counts.posts == Tally(2, 1, 1, 0)
    assert counts.comments == Tally(2, 0, 0, 2)
    assert counts.max_depth == 3
    assert counts.remarks == [Remark("byte 1", "odd")]
    assert {state: n for state, n in counts.states.items() if n} == {
        "live": 3,
        "spam": 1,
    }


def test_a_tally_counts_one_or_many():
    tally = Tally()
    tally.count("new")
    tally.count("changed", 3)
    assert tally.as_dict() == {"seen": 4, "new": 1, "changed": 3, "unchanged": 0}


def test_counts_go_on_where_they_were_packed():
    counts = Counts(
        orphans={4: 2},
        max_depth=5,
        suppressed={("9", "ff"), ("1", "ee")},
        remarks=[Remark("byte 1", "odd")],
        quoted=[7],
    )
    counts.count_article(plan("live"))
    counts.over_posts.add(bytes(32))
    counts.over_comments.add(b"\1" * 32)
    counts.over_comments.add(b"\2" * 32)
    packed = counts.pack()
    assert packed["suppressed"] == [["1", "ee"], ["9", "ff"]]
    again = Counts.unpack(packed)
    assert again.pack() == packed
    assert (again.posts, again.orphans) == (counts.posts, counts.orphans)
    assert (again.suppressed, again.remarks) == (counts.suppressed, counts.remarks)
    assert again.root() == counts.root() != Counts().root()
    assert Counts.unpack({}).pack() == Counts().pack()
    # What older versions packed had no such lists.
    del packed["suppressed"], packed["quoted"]
    old = Counts.unpack(packed)
    assert (old.suppressed, old.quoted, old.max_depth) == (set(), [], 5)


def test_remarks_that_say_the_same_are_grouped():
    remarks = [Remark("1", "a"), Remark("2", "b"), Remark("3", "a")]
    assert by_reason(remarks) == {"a": ["1", "3"], "b": ["2"]}


def untold(*, name="wordpress", written_at=None, numbers=True, seen=1, ids=("1",)):
    importer = SimpleNamespace(
        name=name, numbers_in_turn=numbers, cannot_tell=("Its own.",)
    )
    source = SimpleNamespace(importer=importer, blog=ParsedBlog(written_at=written_at))
    gaps = IdGaps()
    gaps.add(ids)
    [own, *more] = cannot_tell(source, gaps, seen)
    assert own == "Its own."
    return more


def test_what_a_file_does_not_tell():
    assert untold(written_at=AT) == []
    assert untold() == [UNDATED]
    # Each page of a web archive has its own date.
    assert untold(name="warc") == []
    assert untold(written_at=AT, seen=0) == [WITHOUT]
    [gap] = untold(written_at=AT, ids=("1", "3"))
    assert gap.startswith("1 comment numbers")
    assert untold(written_at=AT, ids=("1", "3"), numbers=False) == []


@pytest.mark.django_db
def test_bytes_that_are_known_are_reported_as_they_were(tmp_path):
    from commentarchive.models import Capture

    done = load(
        tmp_path, item(wxr_comment(1), wxr_comment(1), wxr_comment(2, parent=9))
    )
    capture = Capture.objects.get()
    source = SimpleNamespace(path=done.path)
    again = known_report(source, capture)
    assert (again.counts.comments, again.counts.posts) == (
        Tally(3, 0, 0, 3),
        Tally(1, 0, 0, 1),
    )
    assert (again.was_known, again.is_complete, done.was_known) == (True, True, False)
    for name in ("source", "path", "blog", "capture", "sha256", "repairs", "problems"):
        assert getattr(again, name) == getattr(done, name), name
    assert again.cannot_tell == done.cannot_tell
    assert again.orphans == done.orphans == 1


@pytest.mark.django_db
def test_orphans_are_those_that_still_wait(tmp_path):
    load(tmp_path, item(wxr_comment(2, parent=9), wxr_comment(3, parent=2)))
    placeholder = Comment.objects.get(capture=None)
    known = Comment.objects.get(source_id="2")
    orphans = {placeholder.pk: 3, known.pk: 5, -1: 1, -2: 1}
    facts = dict.fromkeys(
        ("source", "path", "blog", "capture", "sha256", "is_complete"), ""
    )
    report = Report(
        **facts,
        counts=Counts(orphans=orphans),
        how=[],
        repairs=[],
        problems=[],
        cannot_tell=[],
    )
    assert report.orphans == 5
    assert report.changes is None
    assert Post.objects.count() == 1


@pytest.mark.django_db
def test_the_rules_of_a_page_are_no_repair(tmp_path, capsys, client):
    page = (FIXTURES / "web_page/html5.html").read_bytes()
    path = write(tmp_path, page, "page.html")
    for was_known in (False, True):
        call_command("import_comments", path, "--json")
        told = json.loads(capsys.readouterr().out)
        assert told["how"] == ["by the rules of WordPress, the html5 list"], was_known
        assert not any("rules" in each["reason"] for each in told["repairs"])
    shown = client.get(f"/captures/{told['capture']}/").content.decode()
    assert "<h2>How it was read</h2>" in shown
    assert "by the rules of WordPress" in shown
    assert "<h2>Repairs</h2>" not in shown
