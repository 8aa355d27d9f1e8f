"""A name's page: what was said under it, and nothing of what its notices hide."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentarchive.actions.blogs import save_blog
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment, Commenter
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
NAME = "Peg Lanyon"


def remark(number, year=2012, **facts):
    at = f"{year}-04-{number:02} 09:00:00"
    return comment(number, f"Remark {number}.", author=NAME, local=at, gmt=at, **facts)


def page(**options):
    name = Commenter.objects.get(name__name=NAME)
    return Client().get(name.get_absolute_url(), **options)


def take_down(source_id, by):
    one = Comment.objects.get(source_id=source_id)
    clause = Clause.objects.filter(is_legal=False, is_spam=False).first()
    judgement = Judgement(action=Action.REMOVE, clause=clause, facts="It is abuse.")
    return decide(one, judgement, by=by)


def show_names():
    blog = Blog.objects.get()
    blog.show_hidden_names = True
    save_blog(blog, by=SYSTEM)


def test_it_says_first_what_was_said_where_and_when(tmp_path):
    load(
        tmp_path,
        item(remark(1), remark(2, 2014), title="Lamps"),
        item(remark(3, 2014), comment(9, author="Ted"), number=2, title="Bins"),
    )
    text = page().text
    assert "3 comments are shown under this name in 2 discussions" in text
    assert "from 1 April 2012 to 3 April 2014" in text
    assert '<th scope="row">2014</th><td class="number">2</td>' in text
    assert text.index("Lamps</bdi></a> <span") < text.index("Bins</bdi></a> <span")
    assert "First read in a" in text


def test_a_notice_that_keeps_the_name_is_not_counted_and_not_reached(tmp_path, by):
    load(tmp_path, item(remark(1), remark(2), remark(3, approved="0")))
    before = page().text
    assert "2 comments are shown" in before
    assert "not-shown" not in before
    take_down("2", by)
    hidden = Comment.objects.get(source_id="2")
    text = page().text
    assert "1 comment is shown" in text
    for word in ("not-shown", "Not shown", hidden.ref, "Remark 2", "Remark 3"):
        assert word not in text
    # Its blog shows names: then the page leads to the notice, and not to its text.
    show_names()
    text = page().text
    assert '1 more is <a href="#not-shown">not shown</a>' in text
    assert f"/comments/{hidden.ref}/" in text
    assert "Comment taken down" in text
    assert "Remark 2" not in text
    assert Comment.objects.get(source_id="3").ref not in text


def test_a_name_of_which_nothing_is_shown_has_no_page(tmp_path, by):
    load(tmp_path, item(remark(1)))
    address = Commenter.objects.get(name__name=NAME).get_absolute_url()
    assert Client().get(address).status_code == 200
    show_names()
    take_down("1", by)
    assert Client().get(address).status_code == 404


def test_its_queries_do_not_grow(tmp_path):
    load(tmp_path, item(remark(1)))
    page()
    with CaptureQueriesContext(connection) as few:
        assert page().status_code == 200
    rows = [remark(n) for n in range(1, 29)]
    load(tmp_path, item(*rows), *(item(remark(40 + n), number=2 + n) for n in range(9)))
    page()
    with CaptureQueriesContext(connection) as many:
        assert page().status_code == 200
    assert len(many) == len(few)
