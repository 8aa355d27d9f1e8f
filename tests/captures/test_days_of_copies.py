"""Copies of which only the day is known: an interval, and no order within it."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from django.core.management import call_command
from django.db import transaction

from commentarchive.captures.dating import CannotDate, date_copy
from commentarchive.captures.history import all_copies
from commentarchive.captures.mementos import mementos_of
from commentarchive.export.thread_json import thread_as_json
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Capture, Comment, Post, Tombstone
from commentarchive.storage.write_locks import import_lock
from tests.captures.test_vanished import shown
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db
MAY = date(2012, 5, 12)
# British summer time.
START = datetime(2012, 5, 11, 23, tzinfo=UTC)
END = datetime(2012, 5, 12, 22, 59, 59, tzinfo=UTC)
ONE, TWO = comment(1, "One."), comment(2, "Two.")
NOON = datetime(2012, 5, 12, 12, tzinfo=UTC)


def read(folder, *comments, on=MAY, name="a.xml"):
    [report] = import_files([write(folder, export(item(*comments)), name)], saved_at=on)
    return Capture.objects.get(ref=report.capture)


def test_a_day_is_kept_as_a_day_by_the_clock_of_its_blog(tmp_path, client):
    capture = read(tmp_path, ONE)
    assert (capture.written_at, capture.written_until) == (START, END)
    page = client.get(capture.get_absolute_url()).text
    assert "made on 12 May 2012" in page
    assert "<dt>Made</dt><dd>12 May 2012, according" in page
    told = client.get(f"/api/v1/captures/{capture.ref}/").json()
    assert (told["written_at"], told["written_on"]) == (None, "2012-05-12")
    [copy] = list(thread_as_json(Post.objects.get())["copies"])
    assert copy["written_at"] == "2012-05-12"


def test_a_time_stays_a_time(tmp_path, client):
    path = write(tmp_path, export(item(ONE)))
    call_command("import_comments", str(path), "--saved-on", "2012-05-12T00:00")
    capture = Capture.objects.get()
    assert (capture.written_at, capture.day_only) == (START, False)
    told = client.get(f"/api/v1/captures/{capture.ref}/").json()
    assert told["written_at"] == "2012-05-11T23:00:00Z"
    assert "12 May 2012, 00:00" in client.get(capture.get_absolute_url()).text


def test_the_blog_s_own_clock_says_when_its_day_began(tmp_path):
    load(tmp_path, item(ONE), name="first.xml")
    Blog.objects.update(time_zone="America/Lima")
    capture = read(tmp_path, ONE, TWO)
    assert capture.written_at == datetime(2012, 5, 12, 5, tzinfo=UTC)
    # By another clock it is still that day.
    for zone in ("Europe/Berlin", "Asia/Karachi", "Pacific/Honolulu"):
        assert f"{capture.made_at(zone):%Y-%m-%d}" == "2012-05-12"


@pytest.mark.parametrize(("day", "hours"), [(25, 23), (26, 24)])
def test_a_day_on_which_clocks_are_changed_has_its_own_length(tmp_path, day, hours):
    capture = read(tmp_path, ONE, on=date(2012, 3, day))
    length = capture.written_until - capture.written_at
    assert length == timedelta(hours=hours, seconds=-1)


def test_what_is_there_today_was_made_before_it_was_read(tmp_path):
    [report] = import_files(
        [write(tmp_path, export(item(ONE)))], saved_at=datetime.now(UTC).date()
    )
    capture = Capture.objects.get(ref=report.capture)
    assert capture.written_at <= capture.written_until <= capture.taken_at


def test_what_is_gone_was_there_from_the_beginning_until_the_end_of_the_days(tmp_path):
    read(tmp_path, ONE, TWO)
    read(tmp_path, ONE, on=date(2012, 5, 14), name="b.xml")
    notice = Tombstone.objects.get()
    assert (notice.since_not_before, notice.since_not_after) == (
        START,
        END + timedelta(days=2),
    )
    read(tmp_path, ONE, TWO, comment(3), on=date(2012, 5, 16), name="c.xml")
    notice.refresh_from_db()
    assert (notice.until_not_before, notice.until_not_after) == (
        START + timedelta(days=2),
        END + timedelta(days=4),
    )
    assert list(reconcile()) == []


@pytest.mark.parametrize("other", [MAY, NOON])
@pytest.mark.parametrize("turn", [1, -1])
def test_of_one_day_no_copy_is_the_later_one(tmp_path, client, other, turn):
    for held, on in [((ONE, TWO), MAY), ((ONE,), other)][::turn]:
        read(tmp_path, *held, on=on, name=f"{len(held)}.xml")
    assert shown() == {"1": "published", "2": "published"}
    assert not Tombstone.objects.exists()
    post = Post.objects.get()
    assert [each["changes"] for each in post.copies] == [{}, {}]
    page = client.get(f"{post.get_absolute_url()}copies/").text
    assert "or after it is not known" in page
    assert list(reconcile()) == []
    # The next day tells.
    read(tmp_path, ONE, comment(3), on=date(2012, 5, 13), name="next.xml")
    notice = Tombstone.objects.get()
    assert notice.since_not_before == START
    assert list(reconcile()) == []


@pytest.mark.parametrize("turn", [1, -1])
def test_a_comment_of_that_day_tells_which_copy_is_the_later(tmp_path, turn):
    at = {"local": "2012-05-12 10:00:00", "gmt": "2012-05-12 09:00:00"}
    later = (ONE, comment(3, "Three.", **at))
    for name, held in [("a", (ONE, TWO)), ("b", later)][::turn]:
        read(tmp_path, *held, name=f"{name}.xml")
    assert shown()["2"] == "gone_at_source"
    notice = Tombstone.objects.get()
    assert (notice.since_not_before, notice.since_not_after) == (START, END)


@pytest.mark.parametrize("turn", [1, -1])
def test_what_stands_of_two_copies_of_one_day_is_the_same_in_any_order(tmp_path, turn):
    words = [comment(1, "As it was."), comment(1, "As it is.")]
    for each in words[::turn]:
        read(tmp_path, each, name=f"{words.index(each)}.xml")
    [line] = all_copies(Post.objects.get().pk).values()
    text = Comment.objects.get().current_revision
    assert text.pk == line[-1].held[Comment.objects.get().pk].revision
    digests = [Capture.objects.get(pk=copy.key).sha256 for copy in line]
    assert digests == sorted(digests)


def test_a_day_that_is_given_later_is_on_record_as_a_day(tmp_path):
    report = load(tmp_path, item(ONE))
    capture = Capture.objects.get(ref=report.capture)
    with import_lock():
        date_copy(capture, MAY, reason="From a letter.", by=SYSTEM)
    capture.refresh_from_db()
    assert (capture.written_at, capture.written_until) == (START, END)
    assert list(reconcile()) == []
    with import_lock(), pytest.raises(CannotDate, match="12 May 2012, which stays"):
        date_copy(capture, NOON, reason="A better one.", by=SYSTEM)
    assert Entry.objects.filter(event="capture.correct").count() == 1


def test_the_calendar_has_the_day(tmp_path):
    read(tmp_path, ONE)
    [memento] = mementos_of(Post.objects.get())
    assert memento.day == MAY


def test_a_copy_of_the_day_on_which_an_article_went_makes_it_not_gone(tmp_path):
    whole = [item(ONE, number=n) for n in (1, 2, 3)]
    for name, items, on in (
        ("a", whole, MAY),
        ("b", [*whole[:1], *whole[2:]], NOON),
        ("c", whole[:1] + whole[2:], MAY),
    ):
        import_files([write(tmp_path, export(*items), f"{name}{on}.xml")], saved_at=on)
    assert not Post.objects.exclude(absences=[]).exists()


def says(capsys, path, *options):
    call_command("import_comments", str(path), *options)
    return capsys.readouterr().out


def test_a_known_file_with_a_date_says_what_comes_of_it_a_dry_run_too(tmp_path, capsys):
    path = write(tmp_path, export(item(ONE)))
    import_files([path])
    given = ("--saved-on", "2012-05-12")
    foreseen = says(capsys, path, *given, "--dry-run")
    assert "it would be dated 12 May 2012 from then on" in foreseen
    assert Capture.objects.get().written_at is None
    assert "it is dated 12 May 2012 from now on" in says(capsys, path, *given)
    for options in ((), ("--dry-run",)):
        assert "dated" not in says(capsys, path, *given, *options)
        other = says(capsys, path, "--saved-on", "2012-05-13", *options)
        assert "has a date already, 12 May 2012, which stays" in other
        timed = says(capsys, path, "--saved-on", "2012-05-12T13:00", *options)
        assert "has a date already, 12 May 2012, which stays" in timed


def test_a_date_given_for_a_file_that_has_one_is_said_not_to_be_used(tmp_path, capsys):
    head = "<pubDate>Wed, 01 Feb 2012 00:00:00 +0000</pubDate><link>"
    data = export(item(ONE)).decode().replace("<link>", head, 1)
    path = write(tmp_path, data.encode())
    for options in (("--dry-run",), ()):
        said = says(capsys, path, "--saved-on", "2012-05-12", *options)
        assert "so that the date given is not used" in said
    known = says(capsys, path, "--saved-on", "2012-05-12", "--dry-run")
    assert "has a date already, 1 February 2012, 00:00, which stays" in known


@pytest.mark.parametrize(
    "told", ["2012-13-01", "12 May", "", "1899-01-01", "9999-01-01", "9999-12-31T23:59"]
)
def test_what_is_no_past_day_is_refused_in_a_sentence(tmp_path, told):
    path = write(tmp_path, export(item(ONE)))
    with pytest.raises(Exception, match=r"is no date such as|is not in the past"):
        call_command("import_comments", str(path), "--saved-on", told)
    assert not Capture.objects.exists()


def state(tmp_path, order):
    """Read copies in an order; return what stands then, and what the copies tell."""
    for place, (held, on) in enumerate(order):
        data = export(item(*held, number=1))
        import_files([write(tmp_path, data, f"{place}.xml")], saved_at=on)
    post = Post.objects.get()
    digests = dict(Capture.objects.values_list("pk", "sha256")) | {0: ""}
    return (
        shown(),
        dict(Comment.objects.values_list("source_id", "current_revision__text__raw")),
        [(digests[each["copy"]], each["changes"]) for each in post.copies],
        set(
            Tombstone.objects.filter(is_open=True).values_list(
                *("comment__source_id", "kind", "since_not_before", "since_not_after"),
                "opened_capture__sha256",
            )
        ),
    )


def test_copies_of_a_day_leave_one_state_in_any_order(tmp_path):
    copies = [
        ((ONE, comment(2, "Two."), comment(4, "Four.")), MAY),
        ((ONE, comment(2, "Two, otherwise.")), MAY),
        ((comment(1, "One.", approved="trash"), comment(2, "Two.")), NOON),
        ((ONE, comment(2, "Two.")), date(2012, 5, 14)),
    ]
    found = []
    for order in list(permutations(copies))[::5]:
        with transaction.atomic():
            found.append(state(tmp_path, order))
            assert list(reconcile()) == [], order
            transaction.set_rollback(True)
    assert all(each == found[0] for each in found)
    assert found[0][0] == {"1": "published", "2": "published", "4": "gone_at_source"}


def test_a_comments_page_has_the_day_of_its_blogs_clock(tmp_path, client):
    load(tmp_path, item(comment(9)), name="first.xml")
    Blog.objects.update(time_zone="Asia/Tokyo")
    read(tmp_path, comment(9), ONE)
    page = client.get(Comment.objects.get(source_id="1").get_absolute_url()).text
    assert "copy made 12 May 2012 and taken" in page
    assert "11 May" not in page
