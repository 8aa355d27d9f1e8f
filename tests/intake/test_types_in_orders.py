"""What an article is called by several copies: the best and newest word stands."""

import itertools
import json
import random

import pytest

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment, Post
from tests.dump import standing
from tests.reading_orders import ReadFile, read_again, undone
from tests.wxr import comment, export, item

pytestmark = pytest.mark.django_db


def dated(day, kind, remark=""):
    data = export(item(comment(1, kind=remark), kind=kind))
    when = f"<channel><pubDate>{day} Jan 2013 10:00:00 +0000</pubDate>"
    return data.replace(b"<channel>", when.encode())


def answer(kind):
    """Return what an interface says of the article, which ranks below an export."""
    record = {
        "id": 1,
        "date": "2012-03-31T12:00:00",
        "date_gmt": "2012-03-31T11:00:00",
        "title": {"rendered": "An article"},
        "status": "publish",
        "type": kind,
        "content": {"rendered": "<p>Its text.</p>\n"},
        "link": "https://test.example/1/",
    }
    return json.dumps([record]).encode()


FILES = {
    "review.xml": dated("05", "review"),
    "product.xml": dated("06", "product", "rating"),
    "post.xml": dated("07", "post", "stars"),
    "answer.json": answer("event"),
    "plain.json": answer("post"),
}


@pytest.fixture
def files(tmp_path):
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    return {name: ReadFile(tmp_path / name) for name in FILES}


def after(files, names, let_through):
    with undone():
        for at, name in enumerate(names):
            read_again(files, [[name]], blog="test")
            if not at:
                Blog.objects.update(article_types=let_through, comment_types="rating")
                Post.objects.settle_types(let_through.split())
                Comment.objects.settle_types(["rating"])
        one, remark = Post.objects.get(), Comment.objects.first()
        assert not [str(each) for each in reconcile() if "blog" not in str(each)], names
        word = remark and (remark.kind, remark.source_type)
        return one.kind, one.source_type, one.is_public, word, standing()


@pytest.mark.parametrize("let_through", ["", "review", "product"])
def test_one_word_stands_in_any_order(files, let_through):
    names_of_all = [*itertools.combinations(FILES, 2), tuple(FILES)[1:4]]
    for names in random.Random(let_through).sample(names_of_all, 4):
        found = {
            after(files, order, let_through) for order in itertools.permutations(names)
        }
        assert len(found) == 1, (names, [each[:4] for each in found])


def test_a_later_export_that_calls_it_ordinary_counts(files):
    found = after(files, ["review.xml", "answer.json", "post.xml"], "")
    assert found[:4] == ("post", "", True, ("other", "stars"))


def test_an_interface_does_not_outrank_what_an_export_calls_it(files):
    found = after(files, ["review.xml", "plain.json"], "")
    assert found[:3] == ("other", "review", False)


def test_types_let_through_concern_an_ordinary_article_no_longer(files):
    read_again(files, [["review.xml"], ["post.xml"]], blog="test")
    Post.objects.settle_types([])
    assert Post.objects.get().is_public
