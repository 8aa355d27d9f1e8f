"""Which addresses lie in a copy, and where; links between files."""

import pytest

from commentarchive.export.links import with_links
from commentarchive.export.places import file_of, is_asked, own_address, relative
from commentarchive.export.word_index import Entry, index_files, words_of

REF = "p" + "a" * 26
pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/", "index.html"),
        (f"/posts/{REF}/", f"posts/{REF}/index.html"),
        (f"/posts/{REF}/?page=2", f"posts/{REF}/page-2.html"),
        ("/moderation/log/?before=812", "moderation/log/before-812.html"),
        (
            "/moderation/log/otherwise/?known=observed&before=9",
            "moderation/log/otherwise/known-observed-before-9.html",
        ),
        ("/moderation/log.csv", "moderation/log.csv"),
        ("/moderation/reports/2012.csv?blog=x", "moderation/reports/2012-blog-x.csv"),
        ("/search/?q=anything", "search/index.html"),
        ("/static/css/site.css", "static/css/site.css"),
        ("/ledger/checkpoint", "ledger/checkpoint"),
        (f"/posts/{REF}/?all=1", None),
        (f"/posts/{REF}/?page=../../x", None),
        ("/moderation/log/?blog=x", None),
        ("/moderation/log/otherwise/?known=claimed&blog=x", None),
        ("/moderation/desk/", None),
        ("/login/", None),
        ("/admin/", None),
        ("/nothing/", None),
        ("/static/../secret", None),
        ("/static/.hidden", None),
    ],
)
def test_each_address_has_its_file_or_none(address, name):
    assert file_of(address) == name


def test_what_is_not_a_page_of_a_copy_is_not_asked_for():
    assert is_asked(f"/comments/c{'a' * 26}/in-thread/")
    for address in ("/search/", "/ledger/checkpoint", "/login/", "/moderation/desk/"):
        assert not is_asked(address)


def test_links_are_told_from_links_elsewhere(settings):
    settings.BASE_URL = "https://archive.example"
    page = f"/posts/{REF}/?page=3"
    assert own_address("?page=2", page) == f"/posts/{REF}/?page=2"
    assert own_address("?page=1", page) == f"/posts/{REF}/"
    assert own_address("?", page) == f"/posts/{REF}/"
    assert own_address("https://archive.example/about/#x", page) == "/about/"
    for link in (
        *("https://archive.example.org/", "http://archive.example/", "mailto:a@b.c"),
        *("https://archive.example@evil.example/", "https://[broken", "//other/x"),
    ):
        assert own_address(link, page) is None


def test_links_in_texts_are_words_and_stay():
    html = '<p>&lt;a href="/x/"&gt; and href="/y/"</p><a rel="a > b" href="/z/?a&amp;b">z</a>'
    made = with_links(html, lambda _element, link: (link.upper(), True))
    assert '&lt;a href="/x/"&gt; and href="/y/"' in made
    assert 'href="/Z/?A&amp;B" data-outside' in made


def test_a_form_leaves_its_links_behind():
    made = with_links(
        '<form method="get"><input name="q"><a href="/x">All</a></form><form role="search"'
        ' action="/search/"></form>',
        lambda _element, link: (link, False),
    )
    assert made.startswith('<p><a href="/x">All</a></p><form role="search"')


def test_ways_between_files_are_relative():
    assert relative("index.html", "index.html") == "index.html"
    assert relative("index.html", "a/b/index.html") == "../../index.html"
    assert relative("a/c.html", "a/b/index.html") == "../c.html"


def test_words_are_folded():
    assert words_of("Café STRASSE Straße naïve—İstanbul 42nd_x") == [
        *("cafe", "strasse", "strasse", "naive", "istanbul", "42nd", "x"),
    ]


def test_an_index_is_cut_into_parts_that_cannot_break_out_of_their_script():
    entries = [Entry("x", "</script>\u2028", "A", "", "word") for _n in range(300)]
    files = dict(index_files(entries))
    assert {"search/found/0.js", "search/found/1.js"} <= files.keys()
    assert "search/found/2.js" not in files
    assert all(data.isascii() for data in files.values())
    steps = next(data for data in files.values() if b'"word":' in data)
    assert b'"word":[0,1,1,1' in steps
