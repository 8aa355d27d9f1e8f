"""Windows of a thread: where they are cut, and what stands at their ends."""

from importlib import import_module

import pytest
from django.apps import apps

from commentarchive.actions.claimed_gaps import claim_gap
from commentarchive.discussion import stored_pages
from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.discussion.windows import (
    page_of,
    pages_in,
    places_of,
    render_windows,
    thread_window,
    whole_thread,
)
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment, Post, Segment
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("places", "pages"), [(0, 1), (1, 1), (200, 1), (201, 2), (400, 2), (401, 3)]
)
def test_pages_hold_two_hundred_places(places, pages):
    assert pages_in(places) == pages
    if places:
        assert page_of(places - 1) == pages


@pytest.fixture
def thread(tmp_path):
    """Two pages: the last of the first is hidden, and a reply to it is shown."""
    load(
        tmp_path,
        item(
            *(comment(number) for number in range(1, 199)),
            comment(199, approved="spam"),
            comment(200, approved="spam"),
            comment(201, "The reply.", parent=200),
        ),
    )
    return Post.objects.get()


def test_a_hidden_parent_at_a_pages_end_is_not_folded_away_from_its_reply(thread):
    for made in ("stored", "from rows"):
        if made == "from rows":
            drop_segments([thread.pk])
            thread.refresh_from_db()
        first = thread_window(thread, 1).html.decode()
        assert "never published" not in first
        second = thread_window(thread, 2).html.decode()
        assert "The reply." in second
        last = Comment.objects.get(source_id="200").ref
        link = f'href="/comments/{last}/in-thread/"><i>answers </i>an earlier comment'
        assert link in second
    store_missing(Blog.objects.get())


@pytest.mark.unreconciled
def test_what_is_not_for_readers_is_nobodys_parent(thread):
    note = Comment.objects.filter(source_id="200")
    note.update(visibility="internal")
    drop_segments([thread.pk])
    thread.refresh_from_db()
    ref = note.get().ref
    [first, second] = render_windows(thread, 0, 2)
    assert ref.encode() not in first.html + second.html
    assert b"answers" not in second.html
    assert b"The reply." in whole_thread(thread).html


def test_no_page_stands_before_the_first_or_after_the_last(thread):
    assert thread_window(thread, 0) is None
    assert thread_window(thread, 3) is None
    page = thread_window(thread, 2)
    assert (page.number, page.count, page.counts.comments) == (2, 2, 201)


def test_what_may_be_missing_before_the_first_comment_is_on_the_first_page_only(
    tmp_path,
):
    load(tmp_path, item(comment(1), title="Told"), item(number=2, title="Empty"))
    empty = Post.objects.get(source_id="2")
    claim_gap(empty, number=2, said_in=Comment.objects.get(), by=SYSTEM)
    words = b"Something may be missing here: 2 comments"
    for page in (thread_window(empty, 1), whole_thread(empty)):
        assert page.html.count(words) == 1
    assert places_of(empty) == 0


def test_a_thread_that_changes_while_it_is_stored_is_stored_again(thread, monkeypatch):
    monkeypatch.setattr(stored_pages, "PLACES", 100)
    drop_segments([thread.pk])
    real, calls = stored_pages._write, []

    def write_and_be_disturbed(post, numbers):
        real(post, numbers)
        calls.append(numbers)
        if len(calls) == 1:
            Segment.objects.filter(post=post, number=0).delete()

    monkeypatch.setattr(stored_pages, "_write", write_and_be_disturbed)
    store_missing(Blog.objects.get())
    assert len(calls) == 2
    thread.refresh_from_db()
    assert thread.stored_places == 201
    assert Segment.objects.filter(post=thread).count() == 2


def test_a_thread_that_never_holds_still_is_left_unstored(thread, monkeypatch):
    monkeypatch.setattr(stored_pages, "PLACES", 100)
    drop_segments([thread.pk])
    monkeypatch.setattr(stored_pages, "_write", lambda _post, _numbers: None)
    store_missing(Blog.objects.get())
    thread.refresh_from_db()
    assert thread.stored_places is None
    assert b"The reply." in thread_window(thread, 2).html


def test_long_texts_are_cut_everywhere_but_on_their_own_page(tmp_path, client):
    words = "many words " * 30_000
    load(
        tmp_path,
        item(
            comment(1, f"Early. {words} At last."),
            comment(2, f"Hidden. {words} Nobody reads.", approved="0"),
            comment(3, "A reply.", parent=1),
        ),
    )
    post = Post.objects.get()
    shown, hidden = (Comment.objects.get(source_id=number) for number in "12")
    drop_segments([post.pk])
    for _made in ("from rows", "stored"):
        post.refresh_from_db()
        for page in (thread_window(post, 1), whole_thread(post)):
            html = page.html.decode()
            assert "Early." in html
            assert "At last." not in html
            assert "Hidden." not in html
            assert f'<a href="/comments/{shown.ref}/">Show all of it</a>' in html
            assert len(html) < 80_000
        store_missing(post.blog)
    assert Segment.objects.filter(post=post).exists()
    name = client.get(shown.commenter.get_absolute_url()).content.decode()
    assert "Early." in name
    assert "At last." not in name
    assert "Hidden." not in name
    own = client.get(shown.get_absolute_url()).content.decode()
    assert "At last." in own
    for page in (shown, hidden, Comment.objects.get(source_id="3")):
        html = client.get(page.get_absolute_url()).content.decode()
        assert "Hidden." not in html
        assert ("At last." in html) == (page == shown)


def test_old_stored_pages_with_long_texts_are_dropped(tmp_path):
    load(
        tmp_path,
        item(comment(1, "short")),
        item(comment(2, "long " * 20_000), number=2),
    )
    migration = import_module("commentarchive.migrations.0009_long_texts_cut")
    migration.drop_pages(apps, None)
    left = {post.source_id: post.stored_places for post in Post.objects.all()}
    assert left == {"1": 1, "2": None}
    assert Segment.objects.get().post.source_id == "1"
