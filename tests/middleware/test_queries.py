"""A wrong question gets a sentence, on every address; none is ignored."""

from itertools import cycle

import pytest
from django.test import Client
from django.urls import resolve

from commentarchive.middleware.queries import NAMES
from commentarchive.models import Blog, Comment, Post
from tests.addresses import every_address

pytestmark = pytest.mark.django_db


def get(address, **query):
    return Client().get(address, query)


def sentence(answer):
    body = answer.content.decode()
    return body.partition("<p>")[2].partition("</p>")[0]


# What somebody may type into, whatever it is.
WITH_WORDS = {
    ("moderation:desk", "words"),
    ("moderation:desk-comment", "words"),
    ("search", "q"),
    ("moderation:desk", "address"),
    ("moderation:same-thread", "q"),
    # What a form stands filled in with.
    ("moderation:hand-comment", "article"),
    ("moderation:log", "words"),
    ("moderation:log-csv", "words"),
    ("moderation:log-json", "words"),
    ("moderation:log-feed", "words"),
    ("api:log", "words"),
}


def known_at(name, address):
    """Return by which of the names an address says it is asked; all, of the interface."""
    if name.startswith("api:"):
        return NAMES
    return NAMES & getattr(resolve(address).func, "asks", frozenset())


@pytest.mark.once
def test_no_address_ignores_a_name_of_ours(demo, olive):
    """Whatever an address is not asked by is refused; what it knows is looked at."""
    client = Client()
    client.force_login(olive)
    # One middleware asks all addresses for that: each is asked by one name or another.
    others = cycle(sorted(NAMES))
    for name, address in every_address().items():
        if client.get(address).status_code not in {200, 302}:
            continue
        # What follows these is the query of another address.
        if name in {"old-addresses", "old-address", "time-map"}:
            continue
        other = next(each for each in others if (name, each) not in WITH_WORDS)
        for asked in {*known_at(name, address), other}:
            answer = client.get(address, {asked: "\u4e00\uff11"})
            if (name, asked) in WITH_WORDS:
                assert answer.status_code == 200
                continue
            assert answer.status_code in {400, 404}, (name, asked)
        # Twice is once too often, even if each alone is right.
        twice = client.get(f"{address}?{other}=1&{other}=1")
        assert twice.status_code == 400, (name, other)
        mark = '"detail"' if name.startswith("api:") else "<p>"
        assert mark in twice.content.decode()


def test_names_of_other_sites_are_let_be(demo):
    post = Post.objects.public().first()
    for query in ("utm_source=x", "fbclid=1&fbclid=2", "ref=", "&&=", "x=%FF"):
        assert Client().get(f"{post.get_absolute_url()}?{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"page": "0"}, 404),
        ({"page": "9999"}, 404),
        ({"page": "9" * 40}, 404),
        ({"page": "-1"}, 404),
        ({"page": "1.0"}, 404),
        ({"page": ""}, 404),
        ({"page": "１"}, 404),
        ({"page": "٣"}, 404),
        ({"page": "²"}, 404),
        ({"all": "yes"}, 400),
        ({"all": "１"}, 400),
        ({"all": "1", "page": "2"}, 400),
        ({"order": "up"}, 400),
        ({"order": "thread"}, 200),
        ({"at": "2012-04-20"}, 200),
        ({"view": "moderated"}, 200),
        ({"source": "999999"}, 404),
        ({"source": ""}, 404),
    ],
)
def test_an_articles_page(demo, query, code):
    address = Post.objects.public().first().get_absolute_url()
    assert get(address, **query).status_code == code


@pytest.mark.parametrize("path", ["/moderation/log/", "/moderation/log.csv"])
@pytest.mark.parametrize(
    "query",
    [
        {"since": "abc"},
        {"since": "２０１２-04-01"},
        {"since": "03/04/2012"},
        {"since": "2012-04-31"},
        {"since": "2012-4-1"},
        {"since": "20120401"},
        {"until": "9999-12-31"},
        {"until": "0001-01-01"},
        {"action": "delete"},
        {"rule": "four"},
        {"rule": "４"},
        {"rule": "-1"},
        {"blog": "no-such-blog"},
    ],
)
def test_the_log(demo, path, query):
    answer = get(path, **query)
    assert answer.status_code == 400
    assert b"errorlist" in answer.content or answer.content.startswith(b"* ")


def test_an_empty_field_of_a_form_asks_for_nothing(demo):
    asked = {"since": "", "until": "", "action": "", "rule": "", "blog": ""}
    for path in ("/moderation/log/", "/moderation/log.csv"):
        assert get(path, **asked).status_code == 200
    slug = Blog.objects.first().slug
    asked = {"since": "2012-01-01", "until": "2012-12-31", "blog": slug}
    assert get("/moderation/log/", **asked).status_code == 200


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/moderation/log/", {"before": "１"}, 404),
        ("/moderation/log/", {"before": "1", "after": "1"}, 404),
        ("/moderation/log/", {"page": "1"}, 400),
        ("/moderation/log/otherwise/", {"known": "decided"}, 400),
        ("/moderation/log/otherwise/", {"known": "ｏｂｓｅｒｖｅｄ"}, 400),
        ("/moderation/log/otherwise/", {"known": ""}, 400),
        ("/moderation/log/otherwise/", {"known": "inferred"}, 200),
        ("/moderation/log/otherwise/", {"blog": "nobody"}, 404),
        ("/moderation/reports/2012-04/", {"blog": "nobody"}, 404),
        ("/moderation/reports/２０１２-04/", {}, 404),
        ("/moderation/reports/2012-04.csv", {"blog": "nobody"}, 404),
        ("/search/", {"q": "x" * 201}, 400),
        ("/search/", {"q": "wall", "page": "2000"}, 404),
        ("/ledger/entries/99999999999999999999999/", {}, 404),
        ("/ledger/entries/１/", {}, 404),
        ("/ledger/verify/", {"entry": "1"}, 200),
        ("/ledger/verify/", {"entry": "１"}, 400),
        ("/ledger/verify/", {"entry": ""}, 400),
        ("/moderation/policy/１/", {}, 404),
    ],
)
def test_other_pages(demo, path, query, code):
    assert get(path, **query).status_code == code


def test_lists_know_their_pages(demo):
    commenter = Comment.objects.shown().exclude(commenter=None).first().commenter
    for address in (
        "/search/?q=the&",
        f"{Blog.objects.first().get_absolute_url()}?",
        f"{commenter.get_absolute_url()}?",
    ):
        assert Client().get(f"{address}page=1").status_code == 200
        for page in ("0", "9999", "x", "１"):
            assert Client().get(f"{address}page={page}").status_code == 404


def test_a_refusal_repeats_nothing_of_the_address(demo):
    answer = get("/about/", page="<script>alert(1)</script>")
    assert sentence(answer) == "This page cannot be asked for “page”."
    answer = get("/moderation/log/", since="<script>alert(1)</script>")
    assert b"<script" not in answer.content
