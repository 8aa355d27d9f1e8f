"""Blogs and cross-posts that staff enter, each with one entry."""

import pytest

from commentarchive.actions.blogs import BlogFacts, BlogKnown, add_blog
from commentarchive.actions.crossposts import CannotTie, confirm_cross_post
from commentarchive.ledger.models import Entry
from commentarchive.models import Blog, Post
from tests.wxr import item, load

pytestmark = pytest.mark.django_db


def test_a_blog_that_is_only_known_is_added_once(by):
    facts = BlogFacts(title="Harbour Eye", address="http://eye.example/")
    blog = add_blog(facts, source="named in a cross-post", by=by)
    assert Entry.objects.get(event="blog.new").subject == blog.ref
    with pytest.raises(BlogKnown, match="Harbour Eye"):
        add_blog(
            BlogFacts(title="x", address="https://www.eye.example"), source="", by=by
        )
    assert Blog.objects.count() == 1


def test_a_cross_post_is_tied_to_an_original_archived_or_not(by, tmp_path):
    load(tmp_path, item(link="http://test.example/copy/"))
    post = Post.objects.get()
    tie = confirm_cross_post(
        post, "http://eye.example/1/", attribution="From X.", by=by
    )
    entry = Entry.objects.get(event="crosspost.confirm")
    assert (entry.subject, tie.other_post) == (tie.ref, None)
    assert b"From X." not in bytes(entry.leaf)
    for address in ("https://eye.example/1", "https://test.example/copy"):
        with pytest.raises(CannotTie):
            confirm_cross_post(post, address, attribution="From X.", by=by)
    load(
        tmp_path,
        item(link="http://eye.example/1/", number=7),
        name="b.xml",
        blog_slug="eye",
    )
    tie.refresh_from_db()
    assert tie.other_post == Post.objects.get(source_id="7")
