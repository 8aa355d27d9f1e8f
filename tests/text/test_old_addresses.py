"""Every form in which people wrote the address of an article or a comment."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.old_addresses import read_old_address

pytestmark = pytest.mark.pure
WHOLE = "weir.example/2012/05/the-sluice"


@pytest.mark.parametrize(
    "address",
    [
        *(f"http://{WHOLE}/", f"https://www.{WHOLE}", f"{WHOLE}/", f"http:/{WHOLE}/"),
        *(f"HTTP://WEIR.example:80{WHOLE[12:]}/", f"//{WHOLE}/", f"  http://{WHOLE}\n"),
        *(f"http://{WHOLE}/?utm_source=a&fbclid=b", f"http://{WHOLE}/#comments"),
        *(f"http://{WHOLE}/comment-page-3/#comments", f"http://{WHOLE}/%23respond"),
        f"https://web.archive.org/web/20120501000000/http://{WHOLE}/",
        f"https://web.archive.org/web/20120501000000id_/http:/{WHOLE}/",
        f"http://web.archive.org/web/2012*/http://www.{WHOLE}/",
        f"web.archive.org/web/20120501/{WHOLE}/",
        f"https://web.archive.org/web/{WHOLE}/",
        f"https://archive.org/wayback/20120501/http://{WHOLE}",
        f"https://web.archive.org/save/http://{WHOLE}/",
        f"https://archive.ph/20120501123456/http://{WHOLE}/",
        f"https://archive.today/newest/http://{WHOLE}/",
        f"https://arquivo.pt/wayback/20120501000000/http://{WHOLE}/",
        "https://web.archive.org/web/2013/https://archive.ph/2012/http://" + WHOLE,
    ],
)
def test_one_article_by_many_addresses(address):
    assert read_old_address(address).articles[0][0] == WHOLE


@pytest.mark.parametrize(
    "address",
    [
        *(f"{WHOLE}/feed/", f"{WHOLE}/feed/atom/", f"{WHOLE}/amp", f"{WHOLE}/?m=1"),
        *(f"{WHOLE}/trackback/", f"{WHOLE}/page/2/", f"{WHOLE}/index.html"),
        *(f"m.{WHOLE}", f"{WHOLE}?showComment=1338000000000", f"{WHOLE}/2/"),
        *(f"{WHOLE}/embed", f"{WHOLE}/?cpage=2", f"{WHOLE}/?p=2"),
    ],
)
def test_other_faces_of_it_come_later(address):
    tiers = read_old_address(address).articles
    assert WHOLE in {each for tier in tiers for each in tier}


@pytest.mark.parametrize(
    ("end", "ids"),
    [
        *((f"#{mark}1081", ("1081",)) for mark in (
            *("comment-", "comment", "li-comment-", "div-comment-", "c", "comment_"),
            *("isso-", "IDComment", "dsq-comment-", "cmt-"),
        )),
        ("%23comment-1081", ("1081",)),
        ("?comment=1081", ("1081",)),
        ("?comment=comment-1081", ("1081",)),
        ("?p=3%23comment-1081", ("1081",)),
        ("?replytocom=1081#respond", ("1081",)),
        ("comment-page-2/#comment-1081", ("1081",)),
        ("#c000012", ("000012", "12")),
        ("#remark42__comment-6fd4a0a2-1b", ("6fd4a0a2-1b",)),
        ("#commento-0a1b2c", ("0a1b2c", "a1b2c")),
        *((end, ()) for end in (
            *("#comments", "#respond", "#commentform", "#chapter2", "#cafe1", "#"),
            *("?comments=1", "#comment-", "#comment-feed"),
        )),
    ],
)  # fmt: skip
def test_which_comment(end, ids):
    assert read_old_address(f"http://{WHOLE}/{end}").comments == ids


def test_blogger_numbers_comments_by_milliseconds():
    old = read_old_address(
        f"http://{WHOLE}.html?showComment=1338000000123#c8123456789012345678"
    )
    assert old.comments == ("8123456789012345678", "1338000000123")
    assert old.made_at == datetime(2012, 5, 26, 2, 40, tzinfo=UTC)
    assert old.articles[0][0] == f"{WHOLE}.html"


@pytest.mark.parametrize("country", ["com", "co.uk", "com.au", "de", "fr"])
def test_bloggers_domain_in_every_country(country):
    old = read_old_address(f"http://fen.blogspot.{country}/2012/05/reeds.html")
    assert "fen.blogspot.com/2012/05/reeds.html" in old.articles[0]


def test_percent_signs_in_either_case():
    for written in ("café", "caf%C3%A9", "caf%c3%a9"):
        found = read_old_address(f"http://weir.example/{written}").articles[0]
        assert {"weir.example/caf%C3%A9", "weir.example/caf%c3%a9"} <= set(found) or (
            written == "café" and "weir.example/caf%c3%a9" in found
        )


@pytest.mark.parametrize(
    ("address", "host", "number"),
    [
        ("http://weir.example/?p=12", "weir.example", "12"),
        ("weir.example/index.php?page_id=12", "weir.example", "12"),
        ("?p=12", "", "12"),
        ("?attachment_id=12#comment-3", "", "12"),
        ("http://weir.example/?p=twelve", "weir.example", ""),
        ("http://weir.example/?p=" + "9" * 40, "weir.example", ""),
    ],
)
def test_articles_by_number(address, host, number):
    old = read_old_address(address)
    assert (old.host, old.number) == (host, number)


@pytest.mark.parametrize(
    "address",
    [
        *("", "   ", "http://", "mailto:a@b.example", "ftp://weir.example/x", "//"),
        *(
            "http://[::1",
            "http://weir.example:port/x",
            "x" * 3000,
            "javascript:alert(1)",
        ),
        "\x01",
    ],
)
def test_no_address(address):
    assert read_old_address(address) is None


@given(st.text(max_size=80))
def test_whatever_is_pasted_is_an_address_or_none(text):
    for written in (text, f"http://{WHOLE}{text}", f"http://{text}", f"?p=1{text}"):
        old = read_old_address(written)
        assert old is None or old.whole
