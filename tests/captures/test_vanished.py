"""Copies of one thread compared: what vanished, came back, or cannot be told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from commentarchive.captures.files import path_of
from commentarchive.erasure.erase import erase
from commentarchive.intake.session import import_files
from commentarchive.models import Blog, Capture, Comment, Manifest, Post, Tombstone
from tests.importers.reading import FIXTURES
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db
DAYS = {
    "Jan": "Sun, 01 Jan 2012 00:00:00 +0000",
    "Feb": "Wed, 01 Feb 2012 00:00:00 +0000",
    "Mar": "Thu, 01 Mar 2012 00:00:00 +0000",
}


def read(folder, month, *comments):
    """Import an export that says when it was written."""
    data = export(item(*comments)).replace(
        b"</title>", b"</title><pubDate>%s</pubDate>" % DAYS[month].encode(), 1
    )
    return import_files([write(folder, data, f"{month}.xml")])[0]


def shown():
    return dict(Comment.objects.values_list("source_id", "visibility"))


def test_what_vanished_is_hidden_behind_a_notice_that_names_both_copies(tmp_path):
    read(tmp_path, "Jan", comment(1, "One."), comment(2, "Two."), comment(3, "Three."))
    report = read(tmp_path, "Feb", comment(1, "One."), comment(3, "Three."))
    assert shown() == {"1": "published", "2": "gone_at_source", "3": "published"}
    notice = Tombstone.objects.get()
    assert (notice.kind, notice.grade, notice.actor_label) == (
        *("gone_at_source", "observed", ""),
    )
    assert [
        str(each)[:10] for each in (notice.since_not_before, notice.since_not_after)
    ] == [
        "2012-01-01",
        "2012-02-01",
    ]
    assert (notice.was_public, notice.opened_capture.ref) == (True, report.capture)
    assert notice.seen_capture == Capture.objects.earliest("pk")


def test_a_copy_that_is_read_later_and_was_made_before_hides_and_shows_alike(tmp_path):
    read(tmp_path, "Feb", comment(1, "One."), comment(3, "Three, edited."))
    read(tmp_path, "Jan", comment(1, "One."), comment(2, "Two."), comment(3, "Three."))
    assert shown() == {"1": "published", "2": "gone_at_source", "3": "published"}
    third = Comment.objects.get(source_id="3")
    assert third.current_revision.text.raw == "Three, edited."
    assert third.revisions.count() == 2


def test_what_is_back_is_shown_again_and_its_notice_closed(tmp_path):
    read(tmp_path, "Jan", comment(1, "One."), comment(2, "Two."))
    read(tmp_path, "Feb", comment(1, "One."))
    read(tmp_path, "Mar", comment(1, "One."), comment(2, "Two."))
    assert shown()["2"] == "published"
    notice = Tombstone.objects.get()
    assert not notice.is_open
    assert str(notice.until_not_before)[:10] == "2012-02-01"
    assert str(notice.until_not_after)[:10] == "2012-03-01"


def test_what_is_back_with_another_text_is_shown_with_that(tmp_path):
    read(tmp_path, "Jan", comment(1, "One."), comment(2, "Two."))
    read(tmp_path, "Feb", comment(1, "One."))
    read(tmp_path, "Mar", comment(1, "One."), comment(2, "Two, edited."))
    second = Comment.objects.get(source_id="2")
    assert second.visibility == "published"
    assert second.current_revision.text.raw == "Two, edited."


@pytest.mark.unreconciled
def test_what_is_back_stays_as_it_was_decided(tmp_path):
    read(tmp_path, "Jan", comment(1), comment(2))
    read(tmp_path, "Feb", comment(1))
    Comment.objects.filter(source_id="2").update(decided_entry=1)
    read(tmp_path, "Mar", comment(1), comment(2))
    assert shown()["2"] == "gone_at_source"


def test_without_dates_the_newest_comment_bounds_when_another_vanished(tmp_path):
    newest = "2012-04-09 08:00:00"
    load(tmp_path, item(comment(1), comment(2), comment(3, local=newest, gmt=newest)))
    later = (comment(1), comment(3, local=newest, gmt=newest))
    report = load(tmp_path, item(*later), name="b.xml")
    notice = Tombstone.objects.get(comment__source_id="2")
    assert str(notice.since_not_before) == f"{newest}+00:00"
    capture = Capture.objects.get(ref=report.capture)
    assert notice.since_not_after == capture.taken_at


def test_a_copy_between_two_others_does_not_bring_back_what_is_gone(tmp_path):
    read(tmp_path, "Jan", comment(1, "One."), comment(2, "Two."))
    read(tmp_path, "Mar", comment(1, "One."))
    read(tmp_path, "Feb", comment(1, "One."), comment(2, "Two."), comment(4, "Four."))
    assert shown() == {"1": "published", "2": "gone_at_source", "4": "gone_at_source"}


def test_a_cut_export_and_an_article_that_is_missing_make_nothing_gone(tmp_path):
    load(tmp_path, item(comment(1), comment(2)), item(comment(3), number=2))
    data = export(item(comment(1)), item(comment(3), number=2))
    import_files([write(tmp_path, data[:-80], "cut.xml")])
    load(tmp_path, item(comment(3), number=2), name="one.xml")
    assert set(shown().values()) == {"published"}


def test_last_seen_in_the_trash_stays_there(tmp_path):
    load(tmp_path, item(comment(1), comment(2)))
    load(tmp_path, item(comment(1), comment(2, approved="trash")), name="b.xml")
    load(tmp_path, item(comment(1)), name="c.xml")
    assert shown() == {"1": "published", "2": "trashed"}


def test_a_web_archive_is_several_copies(tmp_path):
    path = FIXTURES / "warc/pages.warc"
    [report] = import_files([path])
    assert (report.counts.comments.seen, report.counts.comments.new) == (8, 3)
    assert Manifest.objects.count() == 3
    assert shown() == {"1": "published", "2": "gone_at_source", "3": "published"}
    notice = Tombstone.objects.get()
    assert [
        str(each)[:10] for each in (notice.since_not_before, notice.since_not_after)
    ] == [
        "2016-02-01",
        "2016-03-01",
    ]
    assert Post.objects.get().title == "Salt"
    assert Blog.objects.get().address == "http://salt.example/"


def test_files_given_together_are_whole_only_together(tmp_path):
    first = [
        write(tmp_path, export(item(comment(1))), "1.xml"),
        write(tmp_path, export(item(comment(2))), "2.xml"),
    ]
    import_files(first)
    assert set(shown().values()) == {"published"}
    load(tmp_path, item(comment(1), comment(9)), name="3.xml")
    assert shown() == {"1": "published", "2": "gone_at_source", "9": "published"}


@pytest.mark.unreconciled
def test_a_decision_outranks_what_vanished(tmp_path):
    read(tmp_path, "Jan", comment(1), comment(2))
    Comment.objects.filter(source_id="2").update(decided_entry=1)
    read(tmp_path, "Feb", comment(1))
    assert shown()["2"] == "published"


def test_the_same_bytes_again_change_nothing(tmp_path):
    read(tmp_path, "Jan", comment(1), comment(2))
    read(tmp_path, "Feb", comment(1))
    read(tmp_path, "Jan", comment(1), comment(2))
    assert Tombstone.objects.count() == 1
    assert Capture.objects.count() == 2


def test_an_erasure_removes_a_page_from_what_is_kept(tmp_path):
    import_files([FIXTURES / "web_page/html5.html"])
    capture = Capture.objects.get()
    assert path_of(capture.sha256).is_file()
    erase(Comment.objects.get(source_id="72"), basis="subject_request")
    capture.refresh_from_db()
    assert not path_of(capture.sha256).is_file()
    assert capture.kept_sha256 == "none"
    import_files([FIXTURES / "web_page/html5.html"])
    assert not path_of(capture.sha256).is_file()
    assert shown()["72"] == "erased"


def test_a_page_is_put_where_it_is_said_to_belong(tmp_path):
    """Without a date, a page that lacks the newest comment may be an older one."""
    page = (FIXTURES / "web_page/kubrick.html").read_text()
    short = page[: page.index('<li class="" id="comment-6"')] + "</ol></body></html>"
    short = short.replace(">2 Resp", ">1 Resp")
    first, second = (
        write(tmp_path, page.encode(), "a"),
        write(tmp_path, short.encode(), "b"),
    )
    import_files([first], blog_slug="one")
    import_files([second], blog_slug="one")
    assert shown() == {"5": "published", "6": "published"}
    day = datetime(2007, 1, 1, tzinfo=UTC)
    import_files([first], blog_slug="two", saved_at=day)
    import_files([second], blog_slug="two", saved_at=day + timedelta(days=31))
    gone = Comment.objects.get(post__blog__slug="two", source_id="6")
    assert gone.visibility == "gone_at_source"
    assert str(Tombstone.objects.get().since_not_after)[:10] == "2007-02-01"


def test_the_command_takes_a_day_of_the_past_only(tmp_path):
    path = write(tmp_path, export(item(comment(1))))
    for day, words in (("soon", "no date such as"), ("2999-01-01", "not in the past")):
        with pytest.raises(CommandError, match=words):
            call_command("import_comments", str(path), f"--saved-on={day}")
    call_command("import_comments", str(path), "--saved-on=2012-05-03")
    assert str(Capture.objects.get().written_at)[:10] == "2012-05-02"


def test_a_name_is_one_name_of_its_blog_and_nobody_is_joined_without(tmp_path):
    from commentarchive.models import Commenter

    import_files([FIXTURES / "disqus/forum.xml"])
    names = Commenter.objects.values_list("name__name", flat=True)
    # Orla wrote once with an e-mail and elsewhere without: nothing says that she is one.
    assert sorted(names) == ["Orla Finch", "Orla Finch", "Piet", "Seller"]
    import_files([FIXTURES / "blogger/classic.xml"])
    elke = Commenter.objects.get(name__name="Elke", name__person="pid-11")
    assert elke.comments.count() == 1
    nameless = Comment.objects.filter(source_id="201")
    assert nameless.get().commenter is None


def test_an_export_without_any_comment_makes_nothing_gone(tmp_path):
    load(tmp_path, item(comment(1)), item(comment(2), number=2))
    report = load(tmp_path, item(), item(number=2), name="b.xml")
    assert set(shown().values()) == {"published"}
    assert any("holds none at all" in each for each in report.cannot_tell)


def test_a_dated_export_without_any_comment_makes_nothing_gone(tmp_path):
    """With a date it comes after the others; without one it would come first."""
    read(tmp_path, "Jan", comment(1), comment(2))
    read(tmp_path, "Feb")
    assert shown() == {"1": "published", "2": "published"}
    assert not Tombstone.objects.exists()
    read(tmp_path, "Mar", comment(1))
    assert shown() == {"1": "published", "2": "gone_at_source"}


def test_files_of_another_reading_are_not_taken_for_a_whole_one(tmp_path):
    one, two, three = (
        write(tmp_path, export(item(comment(number))), f"{number}.xml")
        for number in (1, 2, 3)
    )
    import_files([two])
    import_files([one, two])
    import_files([one])
    import_files([two, three])
    import_files([three])
    assert shown() == dict.fromkeys("123", "published")


def test_a_comment_that_moved_to_another_article_is_not_accused(tmp_path):
    load(tmp_path, item(comment(1), comment(5)), item(comment(3), number=2))
    moved = (item(comment(1)), item(comment(3), comment(5), number=2))
    load(tmp_path, *moved, name="b.xml")
    assert set(Comment.objects.values_list("visibility", flat=True)) == {"published"}


def test_an_edit_where_comments_have_no_ids_is_no_removal(tmp_path):
    text = (FIXTURES / "movable_type/export.txt").read_bytes()
    import_files([write(tmp_path, text, "a.txt")], blog_slug="row")
    edited = text.replace(b"Count again.", b"Count them again.")
    import_files([write(tmp_path, edited, "b.txt")], blog_slug="row")
    assert "gone_at_source" not in shown().values()


def test_what_was_gone_recovers_by_what_all_copies_tell(tmp_path):
    read(tmp_path, "Jan", comment(1), comment(2))
    read(tmp_path, "Feb", comment(1))
    data = export(item(comment(1), comment(7)))
    import_files([write(tmp_path, data[:-20], "cut.xml")], saved_at=None)
    read(tmp_path, "Mar", comment(1), comment(2))
    assert shown()["2"] == "published"
    assert not Tombstone.objects.filter(comment__source_id="2", is_open=True)


def test_trashed_between_two_copies_is_trashed(tmp_path):
    read(tmp_path, "Jan", comment(1), comment(2))
    read(tmp_path, "Mar", comment(1))
    assert shown()["2"] == "gone_at_source"
    read(tmp_path, "Feb", comment(1), comment(2, approved="trash"))
    assert shown()["2"] == "trashed"
    [first, second] = Tombstone.objects.order_by("pk")
    assert (first.is_open, second.kind) == (False, "trashed")


def test_an_import_that_died_before_it_was_compared_is_compared_by_the_next(
    tmp_path, monkeypatch
):
    read(tmp_path, "Jan", comment(1), comment(2))
    with monkeypatch.context() as broken:
        broken.setattr(
            "commentarchive.intake.session.compare_copies", lambda _refs: 1 / 0
        )
        with pytest.raises(ZeroDivisionError):
            read(tmp_path, "Feb", comment(1))
    assert shown()["2"] == "published"
    load(tmp_path, item(comment(9), number=2), name="other.xml")
    assert shown()["2"] == "gone_at_source"


def test_a_blog_that_shows_what_is_gone_is_as_its_record_says(tmp_path):
    from commentarchive.actions.blogs import save_blog

    read(tmp_path, "Jan", comment(1), comment(2))
    read(tmp_path, "Feb", comment(1))
    blog = Blog.objects.get()
    blog.show_gone_text = True
    save_blog(blog, by=None)
    assert shown()["2"] == "published"


@pytest.mark.every_case
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE commentarchive_tombstone SET since_not_before = '1999-01-01'",
        "UPDATE commentarchive_tombstone SET since_not_after = '2012-02-02'",
        "UPDATE commentarchive_tombstone SET was_public = NOT was_public",
        "UPDATE commentarchive_post SET copies = '[]'",
    ],
)
@pytest.mark.unreconciled
def test_reconcile_sees_what_is_edited_of_copies(tmp_path, sql):
    from django.db import connection

    from commentarchive.ledger import triggers
    from commentarchive.ledger.reconciliation import reconcile

    read(tmp_path, "Jan", comment(1), comment(2))
    read(tmp_path, "Feb", comment(1))
    assert list(reconcile()) == []
    with connection.cursor() as cursor:
        triggers.remove()
        cursor.execute(sql)
    assert list(reconcile()) != []
