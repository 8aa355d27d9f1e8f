"""A date that was forgotten at an import is given later, and all is compared anew."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from commentarchive.captures.dating import CannotDate, date_copy
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.models import Capture, Comment, Post, Tombstone
from commentarchive.storage.write_locks import import_lock
from tests.captures.test_vanished import read, shown
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


def at(month, day=1):
    return datetime(2012, month, day, tzinfo=UTC)


def date(report, moment):
    with import_lock():
        capture = Capture.objects.get(ref=report.capture)
        date_copy(capture, moment, reason="From a letter.", by=SYSTEM)


def test_an_older_copy_without_a_date_makes_nothing_back_once_it_is_dated(tmp_path):
    read(tmp_path, "Mar", comment(1, "One."))
    report = load(tmp_path, item(comment(1, "One."), comment(2, "Two.")))
    assert shown()["2"] == "published"
    date(report, at(1))
    assert shown()["2"] == "gone_at_source"
    notice = Tombstone.objects.get(is_open=True)
    assert (notice.since_not_before, notice.since_not_after.month) == (at(1), 3)
    entry = Entry.objects.get(event="capture.correct")
    assert entry.subject == report.capture
    assert "letter" not in bytes(entry.leaf).decode()


def test_the_newest_text_is_shown_whichever_copy_was_dated_later(tmp_path):
    read(tmp_path, "Feb", comment(1, "In February."))
    report = load(tmp_path, item(comment(1, "In January.")))
    assert Comment.objects.get().current_revision.text.raw == "In January."
    date(report, at(1))
    assert Comment.objects.get().current_revision.text.raw == "In February."


@pytest.mark.parametrize(
    ("undated", "dated", "month", "is_public"),
    [
        ("publish", "draft", 1, False),
        ("publish", "draft", 3, True),
        ("draft", "publish", 1, True),
        ("draft", "publish", 3, False),
    ],
)
def test_readers_see_an_article_as_its_newest_copy_has_it(
    tmp_path, undated, dated, month, is_public
):
    report = load(tmp_path, item(comment(1), status=undated))
    head = "<pubDate>Wed, 01 Feb 2012 00:00:00 +0000</pubDate>"
    data = export(item(comment(1), status=dated)).decode()
    data = data.replace("<link>", f"{head}<link>", 1)
    import_files([write(tmp_path, data.encode(), "february.xml")])
    date(report, at(month))
    post = Post.objects.get()
    assert (post.is_public, post.status) == (
        is_public,
        "publish" if is_public else "draft",
    )


@pytest.mark.parametrize(
    ("approved", "after"), [("0", "held"), ("trash", "trashed"), ("1", "published")]
)
def test_the_newest_state_counts(tmp_path, approved, after):
    report = load(tmp_path, item(comment(1, "One.")))
    read(tmp_path, "Feb", comment(1, "One.", approved=approved))
    assert shown()["1"] == after
    date(report, at(3))
    assert shown()["1"] == "published"
    assert not Tombstone.objects.filter(is_open=True).exists()


def test_an_article_that_is_gone_is_seen_once_both_copies_have_a_date(tmp_path):
    files = [
        write(tmp_path, export(item(number=1), item(comment(1), number=2)), "a.xml"),
        write(tmp_path, export(item(comment(9), number=1)), "b.xml"),
    ]
    for path in files:
        import_files([path])
    assert not Post.objects.exclude(absences=[]).exists()
    for month, path in enumerate(files, 1):
        call_command("import_comments", str(path), "--saved-on", f"2012-0{month}-01")
    [post] = Post.objects.exclude(absences=[])
    assert post.source_id == "2"


def test_the_command_dates_once_and_says_so(tmp_path, capsys):
    path = write(tmp_path, export(item(comment(1))), "a.xml")
    import_files([path])
    call_command("import_comments", str(path), "--saved-on", "2012-05-01")
    assert "it is dated 1 May 2012 from now on" in capsys.readouterr().out
    before = Entry.objects.count()
    call_command("import_comments", str(path), "--saved-on", "2012-05-01")
    assert "has a date already" not in capsys.readouterr().out
    call_command("import_comments", str(path), "--saved-on", "2012-06-01")
    assert "has a date already" in capsys.readouterr().out
    assert Entry.objects.count() == before


def test_its_page_says_that_it_was_dated_later(tmp_path, client):
    report = load(tmp_path, item(comment(1)))
    date(report, at(4, 5))
    page = client.get(f"/captures/{report.capture}/").text
    assert "5 April 2012" in page
    assert "as was recorded later" in page


def test_files_that_were_given_together_have_one_date(tmp_path):
    parts = [export(item(comment(1))), export(item(comment(2)))]
    first, _second = import_files(
        [write(tmp_path, data, f"{n}.xml") for n, data in enumerate(parts)]
    )
    date(first, at(4))
    dates = set(Capture.objects.values_list("written_at", flat=True))
    assert dates == {at(4)}


def test_what_cannot_be_is_refused_and_changes_nothing(tmp_path):
    dated = read(tmp_path, "Jan", comment(1))
    undated = load(tmp_path, item(comment(1), comment(2)))
    before = Entry.objects.count()
    for report, moment in (
        (dated, at(2)),
        (undated, timezone.now() + timedelta(days=1)),
    ):
        with pytest.raises(CannotDate):
            date(report, moment)
    assert Entry.objects.count() == before
