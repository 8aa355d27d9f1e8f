import re

import pytest
from django.test import Client

from commentarchive.actions.blogs import save_blog
from commentarchive.actions.claimed_gaps import claim_gap
from commentarchive.discussion.renewals import renew_next
from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.discussion.stored_threads import is_stored
from commentarchive.discussion.windows import (
    pages_in,
    places_of,
    render_windows,
    thread_window,
)
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment, Post, Segment
from moderation.actions.decisions import Judgement, decide, undo
from moderation.models import Action
from tests.stored_windows import stored_windows
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def stored(post):
    return stored_windows(post=post)


def assert_fresh():
    """Every stored window reads as its rows do, and none is missing."""
    for post in Post.objects.public().select_related("blog"):
        places = post.stored_places
        assert is_stored(post)
        counts = thread_window(post, 1).counts
        post.stored_places = None
        assert thread_window(post, 1).counts._replace(size=counts.size) == counts
        assert counts.size == sum(len(window.html) for window in stored(post))
        assert places_of(post) == places
        rows = render_windows(post, 0, pages_in(places)) if places else []
        assert stored(post) == rows


@pytest.fixture
def long_thread(tmp_path):
    """Nest a thread over three windows: a new branch after every fifty."""
    load(
        tmp_path,
        item(*(comment(n, parent=n - 1 if n % 50 else 0) for n in range(1, 452))),
    )
    return Post.objects.get()


def hold(place, post):
    one = Comment.objects.get(post=post, position=place)
    return decide(one, Judgement(action=Action.HOLD), by=SYSTEM)


def test_the_demo_is_stored_as_its_rows_read(demo):
    assert Segment.objects.count() >= 10
    assert_fresh()


@pytest.mark.parametrize("place", [0, 199, 200, 399, 450])
def test_a_decision_makes_every_window_anew_that_it_changes(long_thread, place):
    before = stored(long_thread)
    made = hold(place, long_thread)
    assert stored(long_thread) != before
    assert_fresh()
    undo(made, by=SYSTEM)
    assert stored(long_thread) == before


def test_a_page_is_the_same_from_rows_and_from_what_is_stored(long_thread):
    hold(198, long_thread)
    addresses = [
        long_thread.get_absolute_url() + query
        for query in ("", "?page=2", "?page=3", "?all=1")
    ]

    def pages():
        # How long the whole page is, is known only while all of it is stored.
        size = re.compile(rb"( on one page) \([^)]*\)")
        return [
            size.sub(rb"\1", Client().get(address).content) for address in addresses
        ]

    before = pages()
    drop_segments([long_thread.pk])
    assert pages() == before
    store_missing(Blog.objects.get())
    assert_fresh()


def test_a_window_that_is_missing_is_made_from_rows(long_thread):
    address = long_thread.get_absolute_url() + "?page=2"
    page = Client().get(address).content
    Segment.objects.filter(number=1).delete()
    assert Client().get(address).content == page


def test_claims_copies_and_the_blogs_look_make_windows_anew(long_thread, tmp_path):
    said_in = Comment.objects.get(position=250)
    claim_gap(long_thread, number=2, said_in=said_in, by=SYSTEM)
    assert_fresh()
    blog = Blog.objects.get()
    blog.time_zone, blog.show_hidden_names = "Asia/Tokyo", True
    save_blog(blog, by=SYSTEM)
    assert renew_next()
    assert_fresh()
    load(tmp_path, item(comment(7, "Edited"), comment(900, parent=7)), name="2.xml")
    assert b"Edited" in stored(long_thread)[0][0]
    assert_fresh()


def test_nothing_is_kept_fresh_while_nobody_may_see_it(long_thread):
    blog = Blog.objects.get()
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM)
    hold(3, long_thread)
    assert not Segment.objects.exists()
    blog.visibility = "public"
    save_blog(blog, by=SYSTEM)
    assert renew_next()
    assert_fresh()
    assert b"waiting to be looked at" in stored(long_thread)[0][0]


def test_a_reply_on_the_next_page_names_a_hidden_parent_no_longer(tmp_path):
    """So deep that it says whom it answers."""
    load(tmp_path, item(*(comment(n, parent=n - 1) for n in range(1, 203))))
    post = Post.objects.get()
    second = stored(post)[1].html
    name = b'href="/comments/%s/in-thread/"><i>answers </i><bdi>Nell</bdi>'
    parent = Comment.objects.get(position=199).ref.encode()
    assert name % parent in second
    made = hold(199, post)
    second = stored(post)[1].html
    assert name % parent not in second
    assert_fresh()
    undo(made, by=SYSTEM)
    assert_fresh()
