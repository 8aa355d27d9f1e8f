"""One comment's page: what it answers in a line each, itself, and what happened."""

import re

import pytest
from django.test import Client

from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, decide, undo
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def page_of(source_id):
    one = Comment.objects.get(source_id=source_id)
    return Client().get(one.get_absolute_url()).content.decode()


def test_ancestors_are_one_line_quotes_and_the_comment_is_marked(tmp_path):
    load(tmp_path, item(comment(1), comment(2, parent=1), comment(3, parent=2)))
    body = page_of("2")
    quotes = body.partition('<ol class="quotes">')[2].partition("</ol>")[0]
    first, third = (Comment.objects.get(source_id=each) for each in "13")
    assert quotes.count("<li>") == 1
    assert first.get_absolute_url() in quotes
    thread = body.partition('<ol class="thread">')[2]
    assert first.ref not in thread.partition("</article>")[0]
    assert f'id="{third.ref}"' in thread
    assert body.count('aria-current="true"') == 1
    own = re.search('<article class="comment" aria-current="true"[^>]*by-(\\w+)', body)
    assert own
    assert own[1] == Comment.objects.get(source_id="2").ref


def test_a_quote_of_a_hidden_comment_holds_none_of_its_words(by, tmp_path):
    hidden = comment(1, text="Marrows are thieves.")
    load(tmp_path, item(hidden, comment(2, parent=1)))
    one = Comment.objects.get(source_id="1")
    clause = Clause.objects.get(number=2)
    judgement = Judgement(action=Action.REMOVE, clause=clause, facts="It was rude.")
    made = decide(one, judgement, by=by)
    body = page_of("2")
    quotes = body.partition('<ol class="quotes">')[2].partition("</ol>")[0]
    assert "Comment taken down" in quotes
    assert "Marrows" not in body
    undo(made, by=by)
    assert "Marrows" in page_of("2")


def test_what_happened_is_one_list_with_dates_first_oldest_first(by, tmp_path):
    load(tmp_path, item(comment(1)))
    one = Comment.objects.get()
    clause = Clause.objects.get(number=2)
    judgement = Judgement(action=Action.REMOVE, clause=clause, facts="It was rude.")
    made = decide(one, judgement, by=by)
    back = undo(made, by=by)
    told = page_of("1").partition('<ol class="dated">')[2].partition("</ol>")[0]
    begins = [
        re.sub("<[^>]*>|\\s+", " ", each).strip() for each in told.split("<li>")[1:]
    ]
    words = ("Made ", "Read from a", "Comment taken down", "This notice ended")
    for told_first, expected in zip(begins, words, strict=False):
        assert re.match(r"\d{1,2} [A-Z][a-z]+ \d{4} ", told_first), told_first
        assert expected in told_first
    for decision in (made, back):
        assert decision.get_absolute_url() in told
