import re

import pytest

from commentarchive.actions.blogs import (
    BlogChanged,
    BlogFacts,
    BlogKnown,
    find_blog,
    make_blog,
    mark_of,
    publish_blog,
    save_blog,
)
from commentarchive.discussion.renewals import renew_next
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Entry, Opening
from commentarchive.models import (
    Blog,
    BlogVisibility,
    Capture,
    Comment,
    PageRenewal,
    Post,
)
from tests.captures.test_vanished import read
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_a_blog_is_found_by_its_slug_else_by_any_form_of_its_address():
    made = make_blog(BlogFacts(title="Quay", address="https://www.quay.example/"))
    assert (made.slug, made.normal_address) == ("quay-example", "quay.example")
    assert find_blog(BlogFacts(address="http://quay.example")) == made
    assert find_blog(BlogFacts(slug="quay-example")) == made
    # A slug that was asked for is not passed over for the address.
    assert find_blog(BlogFacts(slug="other", address="http://quay.example")) is None
    assert find_blog(BlogFacts()) is None


def test_a_new_blog_takes_a_slug_that_is_free():
    slugs = [make_blog(BlogFacts(address="https://quay.example/")).slug for _ in "123"]
    assert slugs == ["quay-example", "quay-example-2", "quay-example-3"]
    nameless = make_blog(BlogFacts())
    assert (nameless.slug, nameless.title) == ("blog", "blog")


def saved(blog=None, **values):
    blog = blog or Blog.objects.get()
    for name, value in values.items():
        setattr(blog, name, value)
    save_blog(blog, by=SYSTEM, reason="Because.")


def test_each_change_is_an_entry_of_its_own(tmp_path):
    load(tmp_path, item(comment(1)))
    before = Entry.objects.count()
    saved()
    assert Entry.objects.count() == before
    saved(title="Another title", language="cy", address="https://other.example/")
    said = [bytes(each.leaf) for each in Entry.objects.filter(event="blog.change")]
    assert [re.search(rb'"field":"(\w+)"', leaf)[1] for leaf in said] == [
        *(b"title", b"address", b"language"),
    ]
    assert not any(b"Another" in leaf for leaf in said)
    assert find_blog(BlogFacts(address="http://www.other.example")) is not None
    saved(visibility="staff")
    entry = Entry.objects.get(event="archive.publish")
    assert entry.subject == Blog.objects.get().ref
    assert b'"d":{"to":"staff"}' in bytes(entry.leaf)
    assert Opening.objects.filter(entry=entry, field="reason").exists()


@pytest.mark.unreconciled
def test_publishing_names_what_was_counted_before(tmp_path):
    marked = [comment(n, approved="0") for n in (1, 2)] + [comment(3, approved="trash")]
    load(tmp_path, item(*marked, comment(4)))
    saved(visibility="staff")
    blog = Blog.objects.get()
    # Two files of one reading, and an older copy that tells of one of the same.
    for reading, number in (("one", 2), ("one", 3), ("two", 4)):
        copy = Capture.objects.latest("pk")
        copy.pk, copy.ref, copy.sha256 = None, new_ref("k"), number
        copy.reading, copy.progress = reading, {"reported": number}
        copy.save()
    publish_blog(blog, BlogVisibility.PUBLIC, by=SYSTEM)
    leaf = bytes(Entry.objects.filter(event="archive.publish").latest("index").leaf)
    assert b'"d":{"pending":2,"reported":5,"to":"public","trashed":1}' in leaf
    with pytest.raises(BlogChanged):
        publish_blog(blog, BlogVisibility.UNLISTED, by=SYSTEM)
    assert Blog.objects.get().visibility == "public"


def test_a_change_of_what_was_changed_meanwhile_is_refused(tmp_path):
    load(tmp_path, item(comment(1)))
    blog, seen = Blog.objects.get(), mark_of(Blog.objects.get())
    saved(title="Theirs")
    blog.title = "Mine"
    with pytest.raises(BlogChanged):
        save_blog(blog, by=SYSTEM, seen=seen)
    assert Blog.objects.get().title == "Theirs"


def test_no_two_blogs_have_one_address(tmp_path):
    load(tmp_path, item(comment(1)))
    other = make_blog(BlogFacts(address="https://quay.example/"))
    with pytest.raises(BlogKnown):
        saved(other, address="http://www.test.example")
    saved(other, address="")
    saved(Blog.objects.get(slug="test-example"), address="")


def test_a_changed_look_asks_for_pages_and_another_title_does_not(tmp_path):
    load(tmp_path, item(comment(1)))
    post = Post.objects.get()
    before = post.segments.get().pk
    saved(title="Another title")
    assert not PageRenewal.objects.exists()
    assert post.segments.get().pk == before
    saved(time_zone="Asia/Tokyo")
    assert not post.segments.exists()
    assert PageRenewal.objects.get().state == "waiting"
    assert renew_next()
    assert post.segments.get().pk != before
    assert PageRenewal.objects.get().state == "done"
    assert not renew_next()


@pytest.mark.unreconciled
def test_a_blog_that_shows_what_is_gone_shows_nothing_that_was_decided_on(tmp_path):
    read(tmp_path, "Jan", comment(1), comment(2), comment(3))
    read(tmp_path, "Feb", comment(1))
    Comment.objects.filter(source_id="3").update(decided_entry=1)
    blog = Blog.objects.get()
    blog.show_gone_text = True
    save_blog(blog, by=SYSTEM)
    shown = dict(Comment.objects.values_list("source_id", "visibility"))
    assert shown == {"1": "published", "2": "published", "3": "gone_at_source"}
