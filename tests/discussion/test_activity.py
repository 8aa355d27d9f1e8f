"""A blog's activity: on its own clock, every month there, hidden comments apart."""

import pytest

from commentarchive.discussion.activity import activity_of
from commentarchive.models import Blog
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_months_without_comments_are_there_and_what_is_hidden_is_apart(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, local="2012-04-30 23:00:00", gmt="2012-04-30 22:00:00"),
            comment(2, local="2012-06-02 10:00:00", gmt="2012-06-02 09:00:00"),
            comment(3, approved="spam"),
        ),
    )
    found = activity_of(Blog.objects.get())
    assert (found.shown, found.not_shown) == (2, 1)
    assert found.last
    assert f"{found.last:%Y-%m-%d}" == "2012-06-02"
    assert [each[:2] for each in found.bars] == [
        ("April 2012", 1),
        ("May 2012", 0),
        ("June 2012", 1),
    ]
