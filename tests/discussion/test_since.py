"""What is new in a thread since a moment: marked, counted, and nothing hidden."""

import json
import re

import pytest
from django.test import Client

from commentarchive.discussion import since, windows
from commentarchive.discussion.citation import cite
from commentarchive.discussion.query import thread_rows
from commentarchive.models import Comment, Post
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def at(day):
    # Summer in London: an hour ahead of UTC.
    return {"local": f"2012-{day} 10:00:00", "gmt": f"2012-{day} 09:00:00"}


@pytest.fixture
def thread(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "One.", **at("06-02")),
            comment(2, "Two.", parent=1, **at("06-08")),
            comment(3, "Three.", **at("06-05")),
            comment(4, "Secret four.", approved="spam", **at("06-09")),
            comment(5, "Five.", **at("06-09")),
        ),
    )
    return Post.objects.get()


def ref(number):
    return Comment.objects.get(source_id=str(number)).ref


def ask(thread, value):
    return Client().get(thread.get_absolute_url(), {"since": value})


def test_new_comments_are_marked_counted_and_linked_one_to_the_next(thread):
    for value in ("2012-06-05T10:00", "2012-06-05T09:00Z", "2012-06-05T11:00+02:00"):
        page = ask(thread, value).text
        assert "2 comments were made since" in page
        assert re.findall(
            r'<li id="(\w+)"><article[^>]*>(?:(?!</p>).)*>new<', page
        ) == [
            *(ref(2), ref(5)),
        ]
        assert f'href="#{ref(5)}">next new' in page
        assert page.count("next new") == 1
        assert f"&amp;page=1#{ref(2)}" in page
        assert "Secret" not in page


def test_a_day_means_its_beginning_and_a_comment_its_time(thread):
    assert "3 comments were made" in ask(thread, "2012-06-05").text
    assert "2 comments were made" in ask(thread, "2012-06-06").text
    assert "2 comments were made" in ask(thread, ref(3)).text
    assert "1 comment was made" in ask(thread, ref(2)).text
    assert "No comment that is shown here" in ask(thread, ref(5)).text
    assert "No comment that is shown here" in ask(thread, "2099-01-01").text


def test_what_means_nothing_is_refused(thread):
    for wrong in ("", "soon", "2012-13-01", "c" + "a" * 26, "0001-01-01T00:00+14:00"):
        answer = ask(thread, wrong)
        assert answer.status_code == 400, wrong
        assert "“since” has to be a day" in answer.text
    address = thread.get_absolute_url()
    for query in ("since=2012-06-05&at=2012-06-05", "since=2012-06-05&all=1"):
        assert Client().get(f"{address}?{query}").status_code == 400
    assert Client().get(f"{address}?since=2012-06-05&page=2").status_code == 404


def test_a_new_one_on_another_page_is_reached(thread, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(windows, "WINDOW_SIZE", 2)
        patch.setattr(since, "WINDOW_SIZE", 2)
        page = ask(thread, "2012-06-05T10:00").text
    fifth = Comment.objects.get(ref=ref(5))
    number = fifth.position // 2 + 1
    assert number > 1
    link = f"?since=2012-06-05T10%3A00&amp;page={number}#{fifth.ref}"
    assert f'href="{link}">next new' in page


def test_the_plain_page_says_nothing_of_it(thread):
    assert "next new" not in Client().get(thread.get_absolute_url()).text


def test_a_citation_tells_whose_when_where_and_from_which_copy(thread):
    one = Comment.objects.select_related("post__blog", "capture").get(source_id="1")
    [row] = thread_rows(Comment.objects.filter(pk=one.pk), "Europe/London")
    row = row._replace(name="Ann {100%} & Co_")
    made = cite(one, row, "https://archive.example/comments/x/")
    assert made.words.startswith("Ann {100%} & Co_. Comment on “")
    assert "2 June 2012. https://archive.example/comments/x/. Copy of " in made.words
    assert r"author = {{Ann \{100\%\} \& Co\_}}" in made.bibtex
    assert "date = {2012-06-02}" in made.bibtex
    [told] = json.loads(made.csl)
    assert told["issued"] == {"date-parts": [[2012, 6, 2]]}
    assert told["author"] == [{"literal": "Ann {100%} & Co_"}]
    nameless = cite(one, row._replace(name="", when=None, printed=""), "x")
    assert "author" not in json.loads(nameless.csl)[0]
    assert "date not known" in nameless.words


def test_only_what_is_shown_can_be_cited(thread):
    assert "Cite this comment" in Client().get(f"/comments/{ref(1)}/").text
    assert "Cite this comment" not in Client().get(f"/comments/{ref(4)}/").text
