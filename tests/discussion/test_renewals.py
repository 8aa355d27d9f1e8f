"""Pages made anew after a blog's settings changed: never half old, begun again."""

import errno
import sys

import pytest
from django.test import Client

from commentarchive.actions.blogs import save_blog
from commentarchive.discussion import renewals, stored_pages
from commentarchive.discussion.renewals import progress_of, renew_next
from commentarchive.intake import file_session
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, PageRenewal, Post, Segment
from tests.discussion.test_stored_pages import assert_fresh
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def blog(tmp_path):
    """Load a blog with three short threads and one of several windows."""
    threads = [[comment(1000 * n + c, local="") for c in (1, 2)] for n in (1, 2, 3)]
    threads.append([comment(9000 + c, local="") for c in range(1, 1300)])
    items = [item(*each, number=n) for n, each in enumerate(threads, 1)]
    load(tmp_path, *items)
    return Blog.objects.get()


def changed(**values):
    blog = Blog.objects.get()
    for name, value in values.items():
        setattr(blog, name, value)
    save_blog(blog, by=SYSTEM, reason="Because.")


def page_of(post):
    return Client().get(post.get_absolute_url()).text


def test_readers_see_the_new_clock_at_once_and_no_page_is_half_old(blog):
    post = Post.objects.order_by("pk").first()
    before = page_of(post)
    changed(time_zone="Asia/Tokyo")
    now = page_of(post)
    assert now != before
    assert (progress_of(blog).made, progress_of(blog).total) == (0, 4)
    assert renew_next()
    assert page_of(post) == now
    assert (progress_of(blog).made, progress_of(blog).total) == (4, 4)
    assert_fresh()


@pytest.mark.parametrize("name", ["_store_short", "_store_long", "_write"])
def test_a_change_while_pages_are_made_is_gone_through_after_them(
    blog, monkeypatch, name
):
    work, times = getattr(stored_pages, name), []

    def interrupted(*args):
        # Between two transactions somebody changes the clock once more.
        work(*args)
        if not times:
            times.append(1)
            changed(time_zone="Asia/Tokyo")

    monkeypatch.setattr(stored_pages, name, interrupted)
    changed(time_zone="America/Lima")
    assert renew_next()
    assert PageRenewal.objects.get().state != "done"
    while renew_next():
        pass
    assert PageRenewal.objects.get().state == "done"
    assert_fresh()


def test_a_worker_that_ends_midway_is_begun_again_but_not_for_ever(blog, monkeypatch):
    changed(show_hidden_names=True)
    store = renewals.store_missing
    monkeypatch.setattr(renewals, "store_missing", lambda _blog, **_: sys.exit(9))
    for _ in range(2):
        with pytest.raises(SystemExit):
            renew_next()
    monkeypatch.setattr(renewals, "store_missing", store)
    assert renew_next()
    assert PageRenewal.objects.get().state == "done"
    changed(show_hidden_names=False)
    monkeypatch.setattr(renewals, "store_missing", lambda _blog, **_: sys.exit(9))
    for _ in range(renewals.MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            renew_next()
    assert renew_next()
    assert PageRenewal.objects.get().remark == renewals.ENDED_MIDWAY
    assert not renew_next()


def test_a_fault_is_told_and_the_machine_is_waited_for(blog, monkeypatch, caplog):
    def fails(error):
        def store(_blog, **_):
            raise error

        return store

    changed(show_gone_text=True)
    full = OSError(errno.ENOSPC, "full")
    monkeypatch.setattr(renewals, "store_missing", fails(full))
    for _ in range(5):
        assert not renew_next()
    renewal = PageRenewal.objects.get()
    assert (renewal.state, renewal.attempts) == ("at_work", 0)
    assert renewal.remark.startswith("The disk of this server is full; it goes on")
    monkeypatch.setattr(renewals, "store_missing", fails(ZeroDivisionError()))
    assert renew_next()
    renewal.refresh_from_db()
    assert (renewal.state, renewal.remark) == ("failed", renewals.FAULT)
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    # Whoever saves again, changing nothing, asks once more.
    changed()
    assert renew_next()
    assert_fresh()


def test_what_staff_alone_see_has_no_pages_to_make(blog):
    changed(visibility="staff", time_zone="Asia/Tokyo")
    assert not PageRenewal.objects.exists()
    assert not Segment.objects.exists()
    changed(visibility="public")
    assert renew_next()
    assert_fresh()


def test_no_request_makes_pages_that_the_worker_is_to_make(blog):
    changed(time_zone="Asia/Tokyo")
    stored_pages.store_missing(blog)
    assert not Segment.objects.exists()
    assert renew_next()
    stored_pages.drop_segments([Post.objects.first().pk])
    stored_pages.store_missing(blog)
    assert_fresh()


@pytest.mark.parametrize("where", ["between", "after"])
def test_an_import_makes_no_page_by_a_clock_that_was_changed_meanwhile(
    tmp_path, monkeypatch, where
):
    threads = [[comment(10 * n + c, local="") for c in (1, 2)] for n in range(1, 9)]
    items = [item(*each, number=n) for n, each in enumerate(threads, 1)]
    done = []

    def meanwhile(work):
        def wrapped(self, *args):
            result = work(self, *args)
            if not done:
                done.append(1)
                changed(time_zone="Asia/Tokyo")
            return result

        return wrapped

    if where == "after":
        name, kind = "settle_attachments", file_session
    else:
        name, kind = "flush", file_session.BatchWriter
        monkeypatch.setattr("commentarchive.intake.batches.BATCH_COMMENTS", 4)
    monkeypatch.setattr(kind, name, meanwhile(getattr(kind, name)))
    load(tmp_path, *items)
    assert done
    while renew_next():
        pass
    assert_fresh()
