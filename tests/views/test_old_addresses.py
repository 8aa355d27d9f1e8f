"""Old addresses lead to their place, to what stood there when, and to nothing hidden."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Capture, Comment, Post
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.private_words import find_in, private_words
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
def test_a_time_gate_leads_to_the_thread_of_that_copy(two_copies, asked, is_late):
    answer = get(f"/at/{PAGE}", **{"Accept-Datetime": asked})
    assert answer.status_code == 302
    day = "2012-06-01" if is_late else "2012-05-01"
    assert answer["Location"].endswith(
        f"{Post.objects.get().get_absolute_url()}?at={day}"
    )
    assert "Accept-Datetime" in answer["Vary"]
    links = answer["Link"]
    assert f'<{PAGE}>; rel="original"' in links
    assert f'/at/{PAGE}>; rel="timegate"' in links
    assert f'/at/timemap/link/{PAGE}>; rel="timemap"' in links
    assert 'rel="first memento"; datetime="Tue, 01 May 2012 08:00:00 GMT"' in links
    assert 'rel="last memento"; datetime="Fri, 01 Jun 2012 08:00:00 GMT"' in links
    memento = get(answer["Location"].removeprefix("http://127.0.0.1:8000"))
    assert memento.status_code == 200
    dated = f'<{answer["Location"]}>; rel="'
    own = links[links.index(dated) :].split(", <")[0]
    assert memento["Memento-Datetime"] in own
    # A memento names the same places as the gate that led to it.
    assert memento["Link"] == links


def test_a_time_map_lists_every_copy(two_copies):
    answer = get(f"/at/timemap/link/{PAGE}")
    assert answer["Content-Type"] == "application/link-format"
    lines = answer.content.decode().rstrip("\n").split(",\n")
    form = re.compile(r'<[^<>\s]+>; rel="[a-z ]+"(; [a-z]+="[^"]*")*')
    assert all(form.fullmatch(line) for line in lines)
    assert [line.count("memento") for line in lines] == [0, 0, 0, 1, 1]
    assert get("/at/timemap/link/https://test.example/9/").status_code == 404


def test_every_line_of_a_time_map_leads_to_a_page_of_that_date(two_copies):
    body = get(f"/at/timemap/link/{PAGE}").content.decode()
    lines = re.findall(r'<([^>]*)>; rel="[a-z ]*memento"; datetime="([^"]*)"', body)
    assert len(lines) == 2
    for address, at in lines:
        page = get(address.removeprefix("http://127.0.0.1:8000"))
        assert page["Memento-Datetime"] == at


def test_copies_of_one_day_are_one_memento_the_last_of_them(tmp_path):
    """In London, where half past eleven by UTC is the next day."""
    for number, (hour, minute) in enumerate(((8, 0), (21, 0), (23, 30)), start=7):
        comments = [comment(n) for n in range(7, number + 1)]
        load(tmp_path, item(*comments), name=f"{number}.xml")
        made = datetime(2012, 5, 1, hour, minute, tzinfo=UTC)
        Capture.objects.filter(written_at=None).update(written_at=made)
    body = get(f"/at/timemap/link/{PAGE}").content.decode()
    assert re.findall(r'at=([-0-9]+)>[^,]*memento"; datetime="\w+, ([^"]+)"', body) == [
        ("2012-05-01", "01 May 2012 21:00:00 GMT"),
        ("2012-05-02", "01 May 2012 23:30:00 GMT"),
    ]


def test_a_day_without_a_copy_is_dated_by_its_end_and_today_not_at_all(two_copies):
    thread = Post.objects.get().get_absolute_url()
    # London is an hour ahead of UTC in May.
    day = get(f"{thread}?at=2012-05-07")
    assert day["Memento-Datetime"] == "Mon, 07 May 2012 22:59:59 GMT"
    today = datetime.now(ZoneInfo("Europe/London")).date()
    assert not get(f"{thread}?at={today}").has_header("Memento-Datetime")
    changes = get(f"{thread}?from=2012-05-01&at=2012-05-07")
    assert not changes.has_header("Memento-Datetime")


@pytest.mark.parametrize("asked", ["yesterday", "", "2012-05-01", "Tue, 41 May 2012"])
def test_a_date_that_is_none_is_refused_in_a_sentence(two_copies, asked):
    answer = get(f"/at/{PAGE}", **{"Accept-Datetime": asked})
    assert answer.status_code == 400
    assert "has to be a date" in answer.content.decode()


@pytest.mark.once
def test_no_hidden_word_is_at_any_address(demo):
    hidden = [word for word in private_words() if len(word) > 3]
    addresses = [
        each.address for post in Post.objects.all() for each in post.addresses.all()
    ]
    ids = Comment.objects.values_list("source_id", flat=True)[:60]
    answers = [get(f"/at/{each}") for each in addresses]
    answers += [get(f"/at/{addresses[0]}%23comment-{number}") for number in ids]
    answers += [get(f"/at/timemap/link/{each}") for each in addresses]
    assert {answer.status_code for answer in answers} <= {200, 302, 404}
    bodies = {f"{n}": answer.text for n, answer in enumerate(answers)}
    assert find_in(bodies, hidden) == []


def test_old_addresses_cost_few_queries(demo, django_assert_max_num_queries):
    for address in (
        "?p=13",
        "https://lantern.example/?p=13",
        "x.example/9/%23comment-3",
    ):
        with django_assert_max_num_queries(9):
            get(f"/at/{address}")
