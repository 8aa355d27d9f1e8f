"""Times and kinds that somebody with the database in hand changed are named."""

import pytest

from commentarchive.intake import batches
from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Capture, Comment, Manifest, Post
from tests.integrity.test_shown_articles import feed
from tests.ledger.test_reconcile import edit
from tests.reading_orders import undone
from tests.wxr import comment, export, item, load, write

pytestmark = [pytest.mark.django_db, pytest.mark.unreconciled]

CHANGES = {
    "commentarchive_comment": (
        *("posted_at = '2011-01-01 00:00:00+00:00'", "posted_at = NULL"),
        *("printed_at = '1 May'", "utc_offset = 330", "kind = 'pingback'"),
        # As an import would do it that has better evidence.
        "utc_offset = NULL, settlings = settlings + 1",
    ),
    "commentarchive_post": (
        *("published_at = '2011-01-01 00:00:00+00:00'", "published_at = NULL"),
        *("printed_at = '1 May'", "utc_offset = 330", "kind = 'page'"),
    ),
}


def found():
    return [each.reason for each in reconcile()]


def check_each_change(post):
    """Change each time and kind of a thread, one by one."""
    assert found() == []
    comment_pk = post.comments.exclude(posted_at=None).latest("pk").pk
    for table, pk in (
        ("commentarchive_comment", comment_pk),
        ("commentarchive_post", post.pk),
    ):
        for change in CHANGES[table]:
            with undone():
                edit(f"UPDATE {table} SET {change} WHERE id = %s", pk)
                expected = (
                    f"article {post.ref} or a comment on it: another time or kind"
                )
                assert expected in found(), change
    assert found() == []


def test_times_of_one_copy_where_no_page_is_stored(tmp_path):
    # A draft has no stored page.
    load(tmp_path, item(comment(1), comment(2), status="draft"))
    check_each_change(Post.objects.get())


def test_times_of_an_unusual_thread(tmp_path):
    orphan = comment(3, "Who?", parent=99)
    undated = comment(4, "When?", local="", gmt="")
    load(tmp_path, item(comment(1), comment(1, "Twin."), orphan, undated))
    check_each_change(Post.objects.get())


def test_times_after_a_later_copy_brought_what_was_answered(tmp_path):
    load(tmp_path, item(comment(3, "Who?", parent=2)), name="1.xml")
    both = item(comment(2, "I."), comment(3, "Who?", parent=2))
    load(tmp_path, both, name="2.xml")
    check_each_change(Post.objects.get())


@pytest.mark.parametrize("is_feed_first", [True, False])
def test_times_that_better_evidence_settled(tmp_path, is_feed_first):
    if is_feed_first:
        feed(tmp_path)
    load(tmp_path, item(comment(1)), blog_slug="b")
    if not is_feed_first:
        feed(tmp_path)
    assert Comment.objects.get().utc_offset == 60
    check_each_change(Post.objects.get())


def test_times_that_a_later_copy_of_the_same_kind_corrected(tmp_path):
    load(tmp_path, item(comment(1)), name="1.xml")
    anew = comment(1, local="2012-04-01 10:30:00", gmt="2012-04-01 09:30:00")
    load(tmp_path, item(anew), name="2.xml")
    assert Comment.objects.get().settlings == 1
    check_each_change(Post.objects.get())


def test_a_copy_that_changes_no_time_leaves_no_digest(tmp_path):
    load(tmp_path, item(comment(1)), name="1.xml")
    load(tmp_path, item(comment(1)), item(comment(7), number=2), name="2.xml")
    post = Post.objects.get(source_id="1")
    assert [bool(m.times) for m in post.manifests.order_by("pk")] == [True, False]
    load(tmp_path, item(comment(1, "Edited.")), name="3.xml")
    assert '"times"' not in bytes(Entry.objects.latest("index").leaf).decode()
    check_each_change(post)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_long_thread_that_is_written_in_parts_and_resumed(
    tmp_path, monkeypatch, is_known
):
    monkeypatch.setattr(batches, "BATCH_COMMENTS", 3)
    monkeypatch.setattr("commentarchive.intake.file_session.MOST_COMMENTS", 3)
    said = [comment(n, f"Remark {n}.") for n in range(1, 9)]
    if is_known:
        # What is new stands in the part that is written before the import is killed.
        load(tmp_path, item(*said[1:]), name="before.xml")
    path = write(tmp_path, export(item(*said)))
    calls = []

    def stop(writer, plan, start):
        calls.append(start)
        if start == 6 and calls.count(6) == 1:
            raise KeyboardInterrupt
        return whole(writer, plan, start)

    whole = batches.BatchWriter._write_slice
    monkeypatch.setattr(batches.BatchWriter, "_write_slice", stop)
    with pytest.raises(KeyboardInterrupt):
        import_files([path])
    import_files([path])
    assert Comment.objects.count() == 8
    check_each_change(Post.objects.get())


def test_a_digest_that_was_made_to_fit(tmp_path):
    from commentarchive.captures.times import stored_times

    load(tmp_path, item(comment(1), status="draft"))
    post, capture = Post.objects.get(), Capture.objects.get()
    edit("UPDATE commentarchive_comment SET utc_offset = 330")
    times = stored_times(post.pk)
    edit("UPDATE commentarchive_manifest SET times = %s", times)
    expected = f"the digests of times that copy {capture.ref} left are others"
    assert found() == [expected]
    edit("UPDATE commentarchive_manifest SET times = %s", b"")
    assert found() == [expected]


def test_a_copy_from_before_there_were_digests(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "commentarchive.intake.new_articles.digest_of_times", lambda _lines: b""
    )
    load(tmp_path, item(comment(1), status="draft"), name="1.xml")
    monkeypatch.undo()
    assert '"times"' not in bytes(Entry.objects.latest("index").leaf).decode()
    assert found() == []
    later = item(comment(1), comment(2, "More."), status="draft")
    load(tmp_path, later, name="2.xml")
    assert Manifest.objects.exclude(times=b"").count() == 1
    check_each_change(Post.objects.get())
