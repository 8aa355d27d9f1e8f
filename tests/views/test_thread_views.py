"""Addresses of a thread on other days and in other orders: what they refuse and link."""

from datetime import date, timedelta

import pytest

from commentarchive.discussion.as_of import today_at
from commentarchive.models import Post
from tests.discussion.test_as_of import STAYS, at, read
from tests.wxr import comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(tmp_path):
    read(tmp_path, "Tue, 10 Apr", STAYS, comment(2, "Second words.", **at("04-15")))
    return Post.objects.get()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("at=x", "“at” has to be a day, such as 2012-04-20."),
        ("at=", "“at” has to be a day, such as 2012-04-20."),
        ("at=20120420", "“at” has to be written as 2012-04-20."),
        ("at=2099-01-01", "1 January 2099 has not come yet."),
        ("at=9999-12-31", "31 December 9999 has not come yet."),
        ("at=2012-04-20&at=2012-04-21", "“at” stands more than once"),
        ("at=2012-04-20&order=time", "Ask for one of these at a time: order, at."),
        ("at=2012-04-20&view=moderated", "Ask for one of these at a time: at, view."),
        ("at=2012-04-20&all=1", "Ask for one of these at a time: all, at."),
        ("at=2012-04-20&on=2012-04-20", "Ask for one of these at a time: on, at."),
        ("order=newest&view=moderated", "Ask for one of these at a time: order, view."),
        ("order=newest&all=1", "Ask for one of these at a time: all, order."),
        ("order=best", "“order” can be one of: thread, time, oldest, newest."),
        ("view=hidden", "“view” can be one of: moderated, days."),
        ("from=2012-04-20", "“from” needs “at”"),
        ("from=2012-04-20&at=2012-04-20", "“from” has to be a day before “at”."),
        ("from=soon&at=2012-04-20", "“from” has to be a day, such as 2012-04-20."),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    client, thread, query, sentence
):
    answer = client.get(f"{thread.get_absolute_url()}?{query}")
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        *("at=2012-04-20&page=2", "at=2012-04-20&page=0", "order=time&page=2"),
        *("view=moderated&page=x", "from=2012-04-01&at=2012-04-20&page=2"),
    ],
)
def test_there_is_no_page_beyond_the_end(client, thread, query):
    assert client.get(f"{thread.get_absolute_url()}?{query}").status_code == 404


def test_the_first_and_last_days_have_an_answer(client, thread):
    for day in ("0001-01-01", "1969-12-31", str(today_at(thread))):
        address = f"{thread.get_absolute_url()}?at={day}"
        assert client.get(address).status_code == 200


def test_a_day_names_itself_and_leads_to_others(client, thread):
    page = client.get(f"{thread.get_absolute_url()}?at=2012-04-10").content.decode()
    assert "<h1>As of the end of 10 April 2012</h1>" in page
    assert f'<a href="{thread.get_absolute_url()}">The discussion today</a>' in page
    assert '<meta name="robots" content="noindex">' in page
    assert (
        f'<link rel="canonical" href="http://127.0.0.1:8000{thread.get_absolute_url()}">'
        in page
    )
    assert 'href="?at=2012-04-02"' in page
    assert 'href="?at=2012-04-15"' in page
    assert "Second words." not in page
    assert "Staying words." in page


def test_the_blogs_clock_ends_the_day(client, thread):
    """At half past eleven in London's summer it is the next day's first hour."""
    thread.blog.__class__.objects.filter(pk=thread.blog_id).update(
        time_zone="Pacific/Auckland"
    )
    # Made at 10:00 UTC on 15 April: at 22:00 there, which is the same day.
    for day, is_there in (("2012-04-14", False), ("2012-04-15", True)):
        page = client.get(f"{thread.get_absolute_url()}?at={day}").content.decode()
        assert ("Second words." in page) is is_there
    thread.blog.__class__.objects.filter(pk=thread.blog_id).update(
        time_zone="Pacific/Kiritimati"
    )
    # There it was midnight, the first moment of 16 April.
    for day, is_there in (("2012-04-15", False), ("2012-04-16", True)):
        page = client.get(f"{thread.get_absolute_url()}?at={day}").content.decode()
        assert ("Second words." in page) is is_there


def test_changes_are_dated_and_linked(client, thread):
    query = "from=2012-04-02&at=2012-04-20"
    page = client.get(f"{thread.get_absolute_url()}?{query}").content.decode()
    assert "1 change" in page
    assert "On 15 April 2012" in page
    assert "added: <a href=" in page
    day = date(2012, 4, 15) + timedelta(days=1)
    none = client.get(f"{thread.get_absolute_url()}?from={day}&at=2012-04-20")
    assert "Nothing is known to have changed." in none.content.decode()


def test_the_number_of_queries_does_not_grow(client, thread, django_assert_num_queries):
    address = thread.get_absolute_url()
    client.get(f"{address}?at=2012-04-10")
    for query, number in (
        ("at=2012-04-10", 10),
        ("from=2012-04-01&at=2012-04-20", 8),
        ("order=time", 4),
        ("view=moderated", 4),
    ):
        with django_assert_num_queries(number):
            client.get(f"{address}?{query}")
