"""Nothing hidden is in any answer: before a decision, after it, with an old tag."""

import re

import pytest

from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.api.walk import every_list, everything, get, items_of
from tests.private_words import find_in, private_words

# What is public is chosen by the same rows on both; test_lists.py reads every list on
# PostgreSQL too.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def assert_nothing_hidden(answers):
    hidden = {word for word in private_words() if len(word) > 3}
    assert len(hidden) > 100
    for address, answer in answers.items():
        assert answer.status_code == 200, address
    # As readers of the JSON get it, and as it is written.
    written = {word.replace("\n", "\\n").replace('"', '\\"') for word in hidden}
    texts = {address: answer.content.decode() for address, answer in answers.items()}
    assert find_in(texts, hidden | written) == []


def assert_no_integer_key(answers):
    """Numbers are counts, places, record and rule numbers: nothing named as a key."""
    for address, answer in answers.items():
        names = set(re.findall(r'"(\w+)":', answer.content.decode()))
        # A report names its figures and their lines by what entries say.
        named = "reports/" in address or address == "openapi.json"
        keys = {"pk"} if named else {"pk", "key"}
        assert not names & keys, address
        for item in answer.json().get("items", []):
            key = item.get("id", item.get("period"))
            assert isinstance(key, str)
            assert not key.isdigit()


def test_no_hidden_word_is_in_any_answer_before_and_after_a_decision(demo):
    """What was hidden before is hidden still, so that all is read once, afterwards."""
    shown = Comment.objects.shown().exclude(commenter=None)
    comment = shown.filter(replies__isnull=False).first()
    plain, name = comment.current_revision.text.plain, comment.commenter.name.name
    own, thread = f"comments/{comment.ref}/", f"posts/{comment.post.ref}/thread/"
    before = every_list() | items_of(f"{thread}?limit=200")[1] | {own: get(own)}
    assert_nothing_hidden(before)
    holding = [each for each, answer in before.items() if plain in answer.text]
    # Its own, the thread's and the list's.
    assert len(holding) == 3
    decide(comment, Judgement(action=Action.HOLD), by=SYSTEM)
    for address in holding:
        answer = get(address, **{"If-None-Match": before[address]["ETag"]})
        assert answer.status_code == 200, address
        assert plain not in answer.text
    after = everything()
    assert len(after) > 200
    assert_no_integer_key(after)
    assert_nothing_hidden(after)
    whole = after[own].json()
    assert whole["state"] == "held"
    assert (whole["html"], whole["text"], whole["name"]) == (None, None, None)
    # By its number it may still be read at its blog.
    assert comment.source_id
    assert whole["source_id"] == ""
    assert name not in after[own].text
    assert whole["notices"][-1]["is_in_force"]
