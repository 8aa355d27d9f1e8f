"""A thread as a flat list by time, and its notices alone."""

import re

import pytest

from commentarchive.actions.claimed_gaps import claim_gap
from commentarchive.discussion.lists import moderated_page, page_by_time
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Comment, Post
from tests.discussion.test_as_of import at
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def ids(page):
    """Return the ids at the source of what a page shows, in its order."""
    known = dict(Comment.objects.values_list("ref", "source_id"))
    refs = re.findall(r'<li id="(c[a-z2-7]{26})">', page.window.html.decode())
    return [known[ref] for ref in refs]


@pytest.fixture
def thread(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "One says.", author="Ann", **at("04-02")),
            comment(2, "Two says.", author="Ben", **at("04-05")),
            comment(3, "Three says.", author="Cat", parent=1, **at("04-06")),
            comment(4, "Secret.", author="Dan", parent=3, approved="0", **at("04-07")),
            comment(5, "Deeper.", author="Eve", parent=4, **at("04-08")),
            comment(
                *(6, "No date."), local="0000-00-00 00:00:00", gmt="0000-00-00 00:00:00"
            ),
            comment(7, "Spam.", approved="spam", **at("04-01")),
        ),
    )
    return Post.objects.select_related("blog").get()


def test_a_flat_list_goes_by_time_and_says_who_is_answered(
    thread, django_assert_num_queries
):
    with django_assert_num_queries(2):
        oldest = page_by_time(thread, 1, newest=False)
    assert ids(oldest) == ["7", "1", "2", "3", "4", "5", "6"]
    page = oldest.window.html.decode()
    assert "<i>answers </i><bdi>Ann</bdi>" in page
    assert "next thread" not in page
    assert 'class="replies"' not in page
    assert "Secret" not in page
    assert ids(page_by_time(thread, 1, newest=True)) == [
        *("5", "4", "3", "2", "1", "7", "6")
    ]
    assert page_by_time(thread, 2, newest=True) is None
    assert page_by_time(thread, 0, newest=True) is None


def test_only_what_was_moderated_stands_below_what_it_answers(
    thread, django_assert_num_queries
):
    with django_assert_num_queries(4):
        page = moderated_page(thread, 1)
    assert ids(page) == ["7", "3", "4"]
    text = page.window.html.decode()
    assert "Three says." in text
    assert "Secret" not in text
    assert "Dan" not in text
    assert moderated_page(thread, 2) is None


def test_a_gap_stands_below_a_line_of_the_comment_that_it_follows(tmp_path):
    load(tmp_path, item(comment(1, "Said so. " + "Long words. " * 99, **at("04-02"))))
    one = Comment.objects.get()
    claim_gap(one.post, number=2, said_in=one, by=SYSTEM)
    page = moderated_page(one.post, 1)
    text = page.above + page.window.html.decode()
    assert text.count("Something may be missing here: 2 comments") == 1
    assert text.count("Long words.") < 20


def test_a_thread_without_notices_says_so(tmp_path, client):
    load(tmp_path, item(comment(1, **at("04-02")), comment(2, **at("04-02"))))
    answer = client.get(f"{Post.objects.get().get_absolute_url()}?view=moderated")
    assert "No notice stands in this discussion" in answer.content.decode()


def test_lists_have_pages_of_two_hundred(tmp_path, client):
    load(
        tmp_path,
        item(*(comment(n, approved="spam", **at("04-02")) for n in range(1, 402))),
    )
    address = Post.objects.get().get_absolute_url()
    for query in ("order=time", "order=oldest", "order=newest", "view=moderated"):
        sizes = []
        for number in (1, 2, 3):
            answer = client.get(f"{address}?{query}&page={number}")
            sizes.append(answer.content.decode().count('<li id="c'))
        assert sizes == [200, 200, 1], query
        assert client.get(f"{address}?{query}&page=4").status_code == 404
    # No page in the middle is left out, and none comes twice.
    pages = [page_by_time(Post.objects.get(), n, newest=True) for n in (1, 2, 3)]
    assert len({one for page in pages for one in ids(page)}) == 401
