"""What many texts quote is found for them all as for each of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentarchive.models import Comment
from commentarchive.storage import quotations
from commentarchive.storage.hidden_phrases import keep_phrases
from commentarchive.storage.quotations import find_quoted, find_quoted_by_each
from commentarchive.text.leaks import phrases_in
from moderation.actions.batches import decide_batch, foresee
from moderation.actions.judgements import Case, Judgement
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db

SAID = "The treasurer of the rowing club kept the raffle money for himself."
SHORT = "He took bribes from everybody here."


@pytest.fixture
def hidden(by, tmp_path):
    load(
        tmp_path,
        item(
            *(comment(n, f"{SAID} Number {n}.", approved="trash") for n in range(1, 5)),
            comment(5, SHORT, approved="trash"),
            comment(6, "Write to ann@secret.example today.", approved="trash"),
            *(comment(n, f"Shown {n}: nothing of that kind.") for n in range(7, 20)),
        ),
    )
    assert keep_phrases()


@pytest.mark.parametrize("most", [200_000, 0])
def test_for_all_together_the_same_is_found_as_for_each(hidden, monkeypatch, most):
    monkeypatch.setattr(quotations, "MOST_PAIRS", most)
    texts = [
        f"They say: {SAID}",
        f"As I said. {SHORT}",
        "ann@secret.example",
        "Nothing of that kind.",
        "",
        f"{SAID} {SHORT}",
    ]
    asked = {number: phrases_in(text) for number, text in enumerate(texts)}
    together = find_quoted_by_each(asked)
    assert together == {each: find_quoted(asked[each]) for each in asked}
    assert list(map(len, together.values())) == [4, 1, 1, 0, 0, 5]


def test_a_batch_asks_once_for_what_its_comments_quote(hidden, by):
    rule = Clause.objects.get(number=2)
    said = Judgement(action=Action.BLOCK, clause=rule, facts="It insults a reader.")
    shown = Comment.objects.filter(visibility="published")
    cases = [Case(comment=each, judgement=said) for each in shown]

    def asked(number):
        with CaptureQueriesContext(connection) as queries:
            foresee(cases[:number], by=by)
        return sum("hiddenphrase" in each["sql"] for each in queries)

    assert asked(2) == asked(13) <= 4
    assert len(decide_batch(cases, by=by)) == 13
