"""Which blog a file belongs to, and which article is which."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from commentarchive.importers.parsed import ParsedBlog, Remark, Unreadable
from commentarchive.intake.matcher import (
    blog_facts,
    find_post,
    with_whole_addresses,
)
from commentarchive.models import Blog
from tests.intake.made import article
from tests.wxr import item, load


def facts(slug="", *, address="", first="", title="", name="my file.xml"):
    source = SimpleNamespace(
        blog=ParsedBlog(title=title, address=address, language="en"),
        first_address=first,
        path=Path(name),
    )
    found = blog_facts(source, slug)
    assert found.language == "en"
    return found.slug, found.title, found.address


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # The slug that was asked for, with what the file says of itself.
        ({"slug": "mine"}, ("mine", "mine", "")),
        ({"slug": "mine", "title": "Ann"}, ("mine", "Ann", "")),
        (
            {"slug": "mine", "address": "https://a.example/"},
            ("mine", "mine", "https://a.example/"),
        ),
        ({"slug": "mine", "first": "https://b.example/x"}, ("mine", "mine", "")),
        # The file's own address, before that of its first article.
        (
            {"address": "https://a.example/", "first": "https://b.example/1"},
            ("", "", "https://a.example/"),
        ),
        ({"first": "https://www.b.example/1"}, ("", "", "http://b.example/")),
        (
            {"address": "nowhere", "first": "https://b.example/1", "title": "B"},
            ("", "B", "http://b.example/"),
        ),
        # The file's name, if nothing else is left.
        ({}, ("my-file", "my-file", "")),
        ({"name": "….xml"}, ("blog", "blog", "")),
        ({"name": f"{'x' * 91}.xml"}, ("x" * 90, "x" * 90, "")),
    ],
)
def test_the_blog_of_a_file(told, expected):
    assert facts(**told) == expected


def test_what_no_address_can_hold_names_no_blog():
    assert facts("x" * 90)[0] == "x" * 90
    for slug in ("x" * 91, "my blog", "é"):
        with pytest.raises(Unreadable, match="names no blog"):
            facts(slug)


def test_addresses_without_their_host_get_the_blog_s():
    here = "https://a.example/blog/"
    whole = article(addresses=("https://b.example/1", "mailto:x"))
    assert with_whole_addresses(whole, here) is whole
    partly = article(addresses=("/1", "https://b.example/2", "mailto:x", "/3"))
    assert _addresses(partly, here) == (
        *("https://a.example/1", "https://b.example/2", "https://a.example/3"),
    )
    assert _addresses(article(addresses=("/1",)), "") == ()


def _addresses(parsed, address):
    return with_whole_addresses(parsed, address).addresses


@pytest.mark.django_db
def test_an_article_is_found_by_its_number_and_then_by_its_addresses(tmp_path):
    load(tmp_path, item(number=1), item(number=2), item(number=3, link="mailto:x"))
    blog = Blog.objects.get()
    one, two = (f"https://www.test.example/{number}" for number in (1, 2))
    remarks: list[Remark] = []

    def found(**values):
        post = find_post(article(**values), blog, remarks)
        return post and post.source_id

    assert found(source_id="2", addresses=(one,)) == "2"
    # Another number of one id space is another article, whatever its address.
    assert found(source_id="9", addresses=(one,)) is None
    assert found(source_id="", addresses=("nowhere", one)) == "1"
    assert found(source_id="2", scheme="disqus", addresses=(one,)) == "1"
    assert found(source_id="", addresses=("nowhere",)) is None
    assert found(source_id="", addresses=("https://test.example/8",)) is None
    assert remarks == []
    assert found(source_id="", addresses=(two, one), byte=5) == "1"
    reason = "2 articles here have its addresses; the first was taken"
    assert remarks == [Remark("byte 5", reason)]
    other = Blog(pk=blog.pk + 1)
    assert find_post(article(source_id="2", addresses=(two,)), other, []) is None
