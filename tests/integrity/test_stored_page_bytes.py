"""Stored pages are held against their rows, many short threads at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentarchive.integrity.stored_page_bytes import compare_pages
from commentarchive.models import Segment
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def told():
    return sorted(str(each) for each in compare_pages())


def page(title, number=1):
    stored = Segment.objects.select_related("post")
    for segment in stored.filter(number=number - 1):
        if segment.post.title == title:
            return segment
    raise AssertionError(title)


def damaged(segment):
    return f"page {segment.number + 1} of article {segment.post.ref} says something"


@pytest.fixture
def threads(tmp_path):
    """Import short threads of two blogs, and one of two windows."""
    long = [comment(n, f"Remark {n}.") for n in range(1, 204)]
    short = [item(comment(1000 + n), number=n, title=f"Short {n}") for n in (2, 3)]
    load(tmp_path, item(*long, title="Long"), *short, blog_slug="here")
    load(tmp_path, item(comment(1), title="Far"), name="2.xml", blog_slug="there")


def test_each_page_that_says_something_else_is_named_and_no_other(threads):
    changed = [page("Short 3"), page("Long", 2)]
    for segment in changed:
        Segment.objects.filter(pk=segment.pk).update(shown=segment.shown + 1)
    of_both = [each for each in told() if "page" in each]
    for segment in changed:
        assert any(damaged(segment) in each for each in of_both)
    for segment in (page("Short 2"), page("Long")):
        assert not any(damaged(segment) in each for each in of_both)


def test_more_short_threads_ask_no_more(threads, tmp_path):
    with CaptureQueriesContext(connection) as few:
        told()
    more = [item(comment(2000 + n), number=n, title=f"Short {n}") for n in range(4, 9)]
    load(tmp_path, *more, name="3.xml", blog_slug="here")
    with CaptureQueriesContext(connection) as many:
        assert told() == []
    assert len(many) == len(few)
