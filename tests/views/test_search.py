"""The page of searches: what it says, what it counts, what it refuses."""

import pytest
from django.db import connection
from django.test import Client

from commentarchive.management.commands import run_imports
from commentarchive.models import BlogVisibility, Comment, SearchChange
from commentarchive.search import find
from commentarchive.search.find import MOST
from commentarchive.search.index import catch_up, fold_next
from commentarchive.views import search as views
from commentarchive.views.limits import Limit
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def search(**query):
    return Client().get("/search/", query)


@pytest.fixture
def thread(tmp_path):
    load(
        tmp_path,
        item(
            *(
                comment(
                    n,
                    f"Number {n}, a <b>lantern</b> " + "lantern " * (n % 7) + "& rope",
                    gmt=f"2012-04-{n:02} 09:00:00",
                    author="jo@home.example" if n == 3 else "Nell",
                )
                for n in range(1, 26)
            ),
            title="Lanterns & ropes",
        ),
    )


def test_a_phrase_of_common_words_is_looked_for_in_the_newest_texts(
    thread, monkeypatch
):
    catch_up()
    for most, phrase, number, is_said in (
        (25, '"a lantern rope"', 3, False),
        (18, '"a lantern rope"', 2, True),
        (3, '"a lantern rope"', 0, True),
        (3, '"a lantern rope" after:2012-04-20', 0, True),
        (9, '"a lantern rope" before:2012-04-08', 1, False),
        (1, "number lantern", 25, False),
    ):
        monkeypatch.setattr(find, "LOOKED_AT", most)
        page = search(q=phrase).text
        assert f"{number} comment{'s' * (number != 1)}<" in page, phrase
        assert ("than a search looks at" in page) == is_said, phrase
        assert ("No text that is shown here" in page) == (not number and not is_said)


def test_says_while_something_is_not_folded_yet(thread):
    assert SearchChange.objects.exists()
    page = search(q="lantern").text
    assert "are still being made ready" in page
    assert "0 comments<" in page
    catch_up()
    page = search(q="lantern").text
    assert "are still being made ready" not in page
    assert "25 comments<" in page


@pytest.mark.parametrize(
    ("visibility", "status", "is_said"),
    [
        ("staff", "publish", False),
        ("public", "draft", False),
        ("public", "publish", True),
    ],
)
def test_says_nothing_of_what_only_staff_see(tmp_path, visibility, status, is_said):
    """Nobody learns from the search that a blog for staff was imported just now."""
    shown_to = BlogVisibility(visibility)
    load(tmp_path, item(comment(1), status=status), visibility=shown_to)
    catch_up()
    one = Comment.objects.select_related("post").get()
    keys = {"c": one.pk, "t": one.post_id, "p": one.post_id, "n": one.commenter_id}
    for kind, key in keys.items():
        note = SearchChange.objects.create(kind=kind, key=key)
        page = search(q="lantern").text
        assert ("are still being made ready" in page) == is_said, kind
        note.delete()


def test_the_worker_folds_what_imports_brought(thread, monkeypatch):
    monkeypatch.setattr(run_imports, "run_next", lambda: False)
    run_imports.Command().handle(watch=None)
    assert not SearchChange.objects.exists()
    assert not fold_next()


def test_marks_what_it_found_newest_or_best_first(thread):
    catch_up()
    page = search(q="lantern rope").text
    assert page.count('<li>\n          <p class="meta">') == 20
    assert page.index("25 April 2012") < page.index("24 April 2012")
    assert "a <mark>lantern</mark>" in page
    assert "&amp; <mark>rope</mark>" in page
    assert "Page 1 of 2" in page
    assert "q=lantern+rope&amp;page=2" in page
    best = search(q="lantern", order="best").text
    # Of those in which it stands most often, the newest.
    assert best.index("20 April 2012") < best.index("13 April 2012")
    assert best.index("13 April 2012") < best.index("25 April 2012")
    assert "order=best&amp;page=2" in best
    assert search(q="lantern", page=2).text.count("<mark>") > 5
    assert search(q="lantern", page=3).status_code == 404


def test_counts_up_to_a_limit(tmp_path):
    load(tmp_path, item(*(comment(n, f"Lamp {n}.") for n in range(1, MOST + 2))))
    catch_up()
    page = search(q="lamp").text
    assert f"More than {MOST} comments<" in page
    assert f"These are the newest {MOST}; add words or dates" in page
    assert f"Page 1 of {MOST // 20}" in page
    assert "These are the best" in search(q="lamp", order="best").text


def test_names_are_found_and_shown_without_addresses(thread):
    catch_up()
    assert "jo@home" not in search(q="number").text
    assert "1 comment<" in search(q="number 3").text
    for typed in ("author:home", "author:jo@home.example", "number author:example"):
        assert "0 comments<" in search(q=typed).text, typed
    assert "24 comments<" in search(q="author:nell").text


def test_titles_are_found_and_lead_to_articles(thread):
    catch_up()
    page = search(q="lanterns").text
    assert "1 article by title" in page
    assert Comment.objects.first().post.get_absolute_url() in page
    assert "0 comments<" in page


def test_nothing_found_is_said_with_what_to_try():
    page = search(q="zeppelin").text
    assert "0 comments<" in page
    assert "Whole words are compared" in page
    assert "comments<" not in search().text


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ('"lantern', "A quotation mark is missing"),
        ("-lantern", "Add a word that the comments should have"),
        ("lantern before:soon", "A day is written as in before:2012-05-01"),
        ("lantern blog:nowhere", "There is no blog “nowhere” here"),
        ("lantern is:hidden", "only “moderated” is known"),
        ("???", "Type at least one letter or digit"),
    ],
)
def test_what_cannot_be_read_gets_a_hint_and_stays_in_the_form(typed, hint):
    answer = search(q=typed)
    assert answer.status_code == 400
    assert hint in answer.text
    assert f'value="{typed.replace('"', "&quot;")}"' in answer.text
    assert search(q=typed, page=2).status_code == 404


def test_refuses_other_orders_long_queries_and_too_many(monkeypatch):
    assert search(q="a", order="odd").status_code == 400
    assert search(q="a" * 201).status_code == 400
    monkeypatch.setattr(views, "SEARCHES", Limit(3, 60))
    answers = [search(q=f"a{n}") for n in range(4)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1
    assert "too many searches" in answers[-1].text


def test_browsers_are_offered_the_search():
    home = Client().get("/").text
    assert 'rel="search" href="/search/opensearch.xml"' in home
    assert 'role="search"' in home
    found = Client().get("/search/opensearch.xml")
    assert found["Content-Type"].startswith("application/opensearchdescription+xml")
    assert "/search/?q={searchTerms}" in found.text


def test_a_search_costs_the_same_queries_however_much_it_finds(
    thread, django_assert_num_queries
):
    catch_up()
    # The archive's state, what is not folded, comments, titles, and what is shown;
    # on PostgreSQL each index is asked first how far its newest rows reach.
    queries = 5 if connection.vendor == "sqlite" else 7
    for typed in ("lantern", "number", "number 7", "rope -number"):
        with django_assert_num_queries(queries if "-" not in typed else queries - 1):
            search(q=typed)


def test_a_search_that_finds_nothing_says_what_may_be_left_out(thread):
    catch_up()
    page = search(q='lantern rope "number 3" zebra after:2012-04-02').text
    assert "A wider search finds:" in page
    assert (
        '<a href="?q=lantern+rope+%22number+3%22+after%3A2012-04-02">without '
        "<bdi>zebra</bdi></a>, 1 comment<"
    ) in page
    # Without any other word there is still nothing.
    assert page.count(">without <bdi>") == 1
    page = search(q='lantern zebra "number 3" okapi').text
    assert ">without <bdi>zebra</bdi> and <bdi>okapi</bdi></a>, 1 comment<" in page
    assert page.count(">without <bdi>") == 1
    assert "wider search" not in search(q="zebra okapi").text
    assert "wider search" not in search(q="zebra").text
    assert "wider search" not in search(q="lantern").text


def test_a_phrase_that_finds_nothing_is_offered_as_words(thread):
    catch_up()
    words = '<a href="?q={}">the words of a phrase in any order</a>, {} comment'
    page = search(q='"rope lantern" after:2012-04-24').text
    assert words.format("rope+lantern+after%3A2012-04-24", 2) in page
    assert ">without <bdi>" not in page
    # Half remembered: one of its words was another one.
    page = search(q="“rope number zebra”").text
    assert 'href="?q=rope+number">without <bdi>zebra</bdi></a>' in page
    assert "phrase in any order" not in page


def test_each_try_without_some_words_counts_as_a_search(thread, monkeypatch):
    catch_up()
    monkeypatch.setattr(views, "SEARCHES", Limit(4, 60))
    first = search(q="lantern zebra")
    assert first.status_code == 200
    assert ">without <bdi>zebra</bdi>" in first.text
    assert [search(q=word).status_code for word in ("rope", "number")] == [200, 429]


def test_what_is_left_out_of_a_search_finds_nothing_hidden(thread, by):
    catch_up()
    one = Comment.objects.get(source_id="3")
    decide(one, Judgement(action=Action.HOLD, facts=""), by=by)
    assert "wider search" not in search(q='"number 3" zebra').text
