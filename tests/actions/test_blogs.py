import pytest

from commentarchive.actions.blogs import BlogFacts, find_blog, make_blog, save_blog
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.models import Blog, Comment, Post
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


def test_only_who_may_see_a_blog_is_on_record(tmp_path):
    load(tmp_path, item(comment(1)))
    blog = Blog.objects.get()
    blog.title = "Another title"
    save_blog(blog, by=SYSTEM)
    assert not Entry.objects.filter(event="archive.publish").exists()
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM)
    entry = Entry.objects.get(event="archive.publish")
    assert entry.subject == blog.ref
    assert b'"to":"staff"' in bytes(entry.leaf)


def test_a_changed_look_makes_stored_pages_anew_and_another_title_does_not(tmp_path):
    load(tmp_path, item(comment(1)))
    blog, post = Blog.objects.get(), Post.objects.get()
    before = post.segments.get().pk
    blog.title = "Another title"
    save_blog(blog, by=SYSTEM)
    assert post.segments.get().pk == before
    blog.time_zone = "Asia/Tokyo"
    save_blog(blog, by=SYSTEM)
    assert post.segments.get().pk != before


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
