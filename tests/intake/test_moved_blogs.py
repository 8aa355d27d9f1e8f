"""A new blog that reads like one that is here: said where most of its articles do."""

import pytest

from commentarchive.intake.likeness import FEWEST_WORDS
from commentarchive.intake.moved_blogs import articles_of, moved_here
from commentarchive.models import Blog
from tests.wxr import item, load

pytestmark = pytest.mark.django_db


def text(number, words=FEWEST_WORDS):
    return " ".join([f"w{number}"] * words)


def blog(folder, host, *bodies):
    items = [item(number=n, body=body) for n, body in enumerate(bodies, 1)]
    load(folder, *items, name=f"{host}.xml", blog_slug=host)
    return Blog.objects.get(slug=host)


def remarks(made):
    return moved_here(articles_of(made), made)


def said(made):
    return [each.reason for each in remarks(made)]


def test_most_articles_have_to_be_the_same(tmp_path):
    blog(tmp_path, "old", text(1), text(2), text(3, FEWEST_WORDS - 1))
    half = blog(tmp_path, "half", text(1), text(4))
    assert said(half) == []
    most = blog(tmp_path, "most", text(1), text(2), text(5))
    [reason] = said(most)
    assert reason.startswith("2 of its articles read word for word as those of old")
    assert reason.endswith("with --blog old")
    [remark] = remarks(most)
    assert remark.place == "byte 0"
    # A short text may be that of two blogs, and none is that of none.
    assert said(blog(tmp_path, "short", text(3, FEWEST_WORDS - 1))) == []
    assert said(blog(tmp_path, "empty")) == []
    # Of several the one that is most alike is named.
    [reason] = said(blog(tmp_path, "new", text(1), text(2), text(5)))
    assert "those of most" in reason
    assert reason.startswith("3 of")
