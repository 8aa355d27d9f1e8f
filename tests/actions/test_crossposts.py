import pytest

from commentarchive.actions.crossposts import (
    normal_addresses,
    record_cross_posts,
    tie_cross_posts,
)
from commentarchive.models import Blog, CrossPost, Post
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_addresses_are_one_in_any_form_and_others_are_left_out():
    forms = ["https://www.Quay.example/a/", "http://quay.example/a", "mailto:x"]
    assert normal_addresses(forms) == {"quay.example/a": "https://www.Quay.example/a/"}


@pytest.fixture
def posts(tmp_path):
    load(tmp_path, item(comment(1)), item(number=2))
    return Post.objects.order_by("source_id")


def test_an_article_is_tied_to_one_that_is_here_and_never_to_itself(posts):
    one, two = posts
    addresses = ["https://test.example/1/", "https://test.example/2/"]
    record_cross_posts(one.pk, addresses)
    record_cross_posts(one.pk, addresses)
    found = CrossPost.objects.order_by("normal_address")
    assert [tie.other_post for tie in found] == [None, two]


def test_a_tie_waits_until_the_other_article_comes(posts, tmp_path):
    one = posts.first()
    record_cross_posts(one.pk, ["https://quay.example/9/"])
    tie = CrossPost.objects.get()
    assert tie.other_post is None
    tie_cross_posts(one.blog_id, ["quay.example/9"])
    tie.refresh_from_db()
    assert tie.other_post is None
    load(
        tmp_path,
        item(number=9, link="https://quay.example/9/"),
        name="quay.xml",
        blog_slug="quay",
    )
    tie.refresh_from_db()
    assert tie.other_post == Post.objects.get(blog=Blog.objects.get(slug="quay"))
