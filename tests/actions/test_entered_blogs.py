"""Blogs and cross-posts that staff enter, each with one entry."""

import pytest
from django.db import IntegrityError, transaction

from commentarchive.actions.blogs import BlogFacts, BlogKnown, add_blog
from commentarchive.actions.crossposts import (
    CannotTie,
    confirm_cross_post,
    record_cross_posts,
)
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, BlogVisibility, CrossPost, Post
from tests.ledger.records import unguarded
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


def test_a_cross_post_of_a_blog_whose_address_there_is_not_known(by, tmp_path):
    load(tmp_path, item())
    post = Post.objects.get()
    eye, quay = (
        add_blog(BlogFacts(title=title), source="told", by=by)
        for title in ("Harbour Eye", "Open Quay")
    )
    ties = [
        confirm_cross_post(post, "", blog=blog, attribution="From X.", by=by)
        for blog in (eye, quay)
    ]
    assert [str(each) for each in reconcile()] == []
    entry = Entry.objects.filter(event="crosspost.confirm").first()
    assert eye.ref.encode() in bytes(entry.leaf)
    for blog, said in ((eye, "on record"), (post.blog, "itself"), (None, "Neither")):
        with pytest.raises(CannotTie, match=said):
            confirm_cross_post(post, "", blog=blog, attribution="From X.", by=by)
    # Its blog may be known where an import told the address.
    record_cross_posts(post.pk, ["http://eye.example/1/"])
    tie = confirm_cross_post(
        post, "http://eye.example/1/", blog=eye, attribution="x", by=by
    )
    assert tie.other_blog == eye
    assert [str(each) for each in reconcile()] == []
    assert len({*ties, tie}) == CrossPost.objects.count() == 3


@pytest.mark.unreconciled
def test_another_blog_than_the_entry_says_is_reported(by, tmp_path):
    load(tmp_path, item())
    eye, quay = (
        add_blog(BlogFacts(title=title), source="told", by=by)
        for title in ("Harbour Eye", "Open Quay")
    )
    post = Post.objects.get()
    tie = confirm_cross_post(post, "", blog=eye, attribution="From X.", by=by)
    change = "UPDATE commentarchive_crosspost SET other_blog_id = %s WHERE id = %s"
    unguarded(change, quay.pk, tie.pk)
    assert ["other blog" in str(each) for each in reconcile()] == [True]
    unguarded(change, eye.pk, tie.pk)
    CrossPost.objects.create(post=post, ref=new_ref("x"), other_blog=quay)
    assert ["no entry" in str(each) for each in reconcile()] == [True]


def test_a_cross_post_is_of_an_address_or_of_a_blog(by, tmp_path):
    load(tmp_path, item())
    with pytest.raises(IntegrityError), transaction.atomic():
        CrossPost.objects.create(post=Post.objects.get(), ref=new_ref("x"))


def test_a_blog_for_staff_only_is_named_in_no_entry_of_a_cross_post(by, tmp_path):
    """The record commits to it all the same; entries that name it stay valid."""
    load(tmp_path, item())
    post = Post.objects.get()
    hidden = BlogFacts(title="Harbour Eye", visibility=BlogVisibility.STAFF)
    eye = add_blog(hidden, source="told", by=by)
    quay = add_blog(BlogFacts(title="Open Quay"), source="told", by=by)
    tie = confirm_cross_post(post, "", blog=eye, attribution="From X.", by=by)
    entry = Entry.objects.get(event="crosspost.confirm")
    assert eye.ref.encode() not in bytes(entry.leaf)
    ours = f"cross-post {tie.ref}"
    assert [str(each) for each in reconcile()] == []
    change = "UPDATE commentarchive_crosspost SET other_blog_id = %s WHERE id = %s"
    unguarded(change, quay.pk, tie.pk)
    reason = f"the other blog of {ours} is another"
    assert any(reason in str(each) for each in reconcile())
    unguarded(change, eye.pk, tie.pk)
