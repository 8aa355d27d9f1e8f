"""Old addresses lead to their place, to what stood there when, and to nothing hidden."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Capture, Comment, Post
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.private_words import private_words
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db
PAGE = "https://test.example/1/"


def get(address, **headers):
    return Client().get(address, headers=headers)


@pytest.fixture
def one(tmp_path):
    load(tmp_path, item(comment(7), comment(8, "A note.", kind="note")))
    return Comment.objects.get(source_id="7")


def test_an_address_leads_to_its_article(one):
    for address in (PAGE, "test.example/1", "http:/www.test.example/1/?page=3&page=4"):
        answer = get(f"/at/{address}")
        assert answer.status_code == 302, address
        assert answer["Location"] == one.post.get_absolute_url()
        assert "Accept-Datetime" in answer["Vary"]
    for address in ("?p=1", "https://test.example/?p=1", "test.example/?page_id=1"):
        assert get(f"/at/{address}")["Location"] == one.post.get_absolute_url()


def test_an_address_leads_to_its_comment(one):
    for end in (
        "%23comment-7",
        "?replytocom=7%23respond",
        "comment-page-2/%23comment-7",
    ):
        assert get(f"/at/{PAGE}{end}")["Location"] == one.in_thread_url
    answer = Client().get("/at/", {"address": f"{PAGE}#comment-7"})
    assert answer["Location"] == one.in_thread_url
    decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
    # Its place holds a notice by now, and is still its place.
    assert get(f"/at/{PAGE}%23comment-7")["Location"] == one.in_thread_url


def test_what_is_not_here_or_not_for_readers_is_said(one):
    for number in ("8", "99"):
        answer = get(f"/at/{PAGE}%23comment-{number}")
        assert answer.status_code == 404
        body = answer.content.decode()
        assert "The article is here, that comment is not" in body
        assert one.post.get_absolute_url() in body
    assert get(f"/at/{PAGE}?replytocom=99")["Location"] == one.post.get_absolute_url()
    near = get("/at/https://test.example/9/")
    assert near.status_code == 404
    assert one.post.blog.get_absolute_url() in near.content.decode()
    far = get("/at/https://elsewhere.example/%3Cb%3E")
    assert far.status_code == 404
    assert "<b>" not in far.content.decode()
    assert get("/at/mailto:a@b.example").status_code == 404
    assert get("/at/").status_code == 200


def test_a_blogs_own_address_leads_to_the_blog(one):
    for address in ("https://test.example/", "test.example"):
        assert get(f"/at/{address}")["Location"] == one.post.blog.get_absolute_url()


def test_several_places_are_listed(tmp_path):
    load(tmp_path, item(comment(7)), name="a.xml")
    other = export(item(comment(7)), address="https://other.example")
    from commentarchive.intake.session import import_files

    import_files([write(tmp_path, other.replace(b"//test.", b"//other."), "b.xml")])
    assert Post.objects.public().count() == 2
    answer = get("/at/?p=1")
    assert answer.status_code == 300
    for post in Post.objects.public():
        assert post.get_absolute_url() in answer.content.decode()
    answer = get("/at/?p=1%23comment-7")
    assert answer.status_code == 300
    assert answer.content.decode().count("/in-thread/") == 2


def test_blogs_for_staff_are_at_no_address(one):
    shown = (PAGE, "?p=1", "https://test.example/", f"{PAGE}%23comment-7")
    Blog.objects.update(visibility="staff")
    for address in shown:
        for form in ("/at/", "/at/timemap/link/"):
            answer = get(form + address)
            if not (form.endswith("link/") and address.startswith("?")):
                assert answer.status_code == 404, address
            body = answer.content.decode()
            assert "Test blog" not in body
            assert "An article" not in body
            assert not answer.has_header("Link")


def test_drafts_are_at_no_address(tmp_path):
    load(tmp_path, item(comment(7), status="draft"))
    for address in (PAGE, "?p=1", f"{PAGE}%23comment-7"):
        assert get(f"/at/{address}").status_code == 404


@pytest.fixture
def two_copies(tmp_path):
    load(tmp_path, item(comment(7)), name="a.xml")
    load(tmp_path, item(comment(7), comment(8)), name="b.xml")
    early, late = Capture.objects.order_by("pk")
    Capture.objects.filter(pk=early.pk).update(
        written_at=datetime(2012, 5, 1, 8, tzinfo=UTC)
    )
    Capture.objects.filter(pk=late.pk).update(
        written_at=datetime(2012, 6, 1, 8, tzinfo=UTC)
    )
    return early, late


@pytest.mark.parametrize(
    ("asked", "is_late"),
    [
        ("Tue, 01 May 2012 08:00:00 GMT", False),
        ("Sun, 01 Jan 2006 00:00:00 GMT", False),
        ("Thu, 31 May 2012 23:59:59 GMT", False),
        ("Fri, 01 Jun 2012 08:00:00 GMT", True),
        ("Mon, 01 Jan 2024 00:00:00 GMT", True),
    ],
)
def test_a_time_gate_leads_to_the_copy_of_that_time(two_copies, asked, is_late):
    answer = get(f"/at/{PAGE}", **{"Accept-Datetime": asked})
    assert answer.status_code == 302
    assert answer["Location"].endswith(two_copies[is_late].get_absolute_url())
    assert "Accept-Datetime" in answer["Vary"]
    links = answer["Link"]
    assert f'<{PAGE}>; rel="original"' in links
    assert f'/at/{PAGE}>; rel="timegate"' in links
    assert f'/at/timemap/link/{PAGE}>; rel="timemap"' in links
    assert 'rel="first memento"; datetime="Tue, 01 May 2012 08:00:00 GMT"' in links
    assert 'rel="last memento"; datetime="Fri, 01 Jun 2012 08:00:00 GMT"' in links
    memento = get(answer["Location"].removeprefix("http://127.0.0.1:8000"))
    assert memento["Memento-Datetime"] in links


def test_a_time_map_lists_every_copy(two_copies):
    answer = get(f"/at/timemap/link/{PAGE}")
    assert answer["Content-Type"] == "application/link-format"
    lines = answer.content.decode().rstrip("\n").split(",\n")
    form = re.compile(r'<[^<>\s]+>; rel="[a-z ]+"(; [a-z]+="[^"]*")*')
    assert all(form.fullmatch(line) for line in lines)
    assert [line.count("memento") for line in lines] == [0, 0, 0, 1, 1]
    assert get("/at/timemap/link/https://test.example/9/").status_code == 404


@pytest.mark.parametrize("asked", ["yesterday", "", "2012-05-01", "Tue, 41 May 2012"])
def test_a_date_that_is_none_is_refused_in_a_sentence(two_copies, asked):
    answer = get(f"/at/{PAGE}", **{"Accept-Datetime": asked})
    assert answer.status_code == 400
    assert "has to be a date" in answer.content.decode()


def test_no_hidden_word_is_at_any_address(demo):
    hidden = [word for word in private_words() if len(word) > 3]
    addresses = [
        each.address for post in Post.objects.all() for each in post.addresses.all()
    ]
    ids = Comment.objects.values_list("source_id", flat=True)[:60]
    answers = [get(f"/at/{each}") for each in addresses]
    answers += [get(f"/at/{addresses[0]}%23comment-{number}") for number in ids]
    answers += [get(f"/at/timemap/link/{each}") for each in addresses]
    for answer in answers:
        assert answer.status_code in {200, 302, 404}
        body = answer.content.decode()
        for word in hidden:
            assert word not in body


def test_old_addresses_cost_few_queries(demo, django_assert_max_num_queries):
    for address in (
        "?p=13",
        "https://lantern.example/?p=13",
        "x.example/9/%23comment-3",
    ):
        with django_assert_max_num_queries(9):
            get(f"/at/{address}")
