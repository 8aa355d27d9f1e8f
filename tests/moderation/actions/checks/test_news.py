from datetime import timedelta

import pytest
from django.utils import timezone

from commentarchive.ledger.models import Entry
from commentarchive.models import Comment, Part
from moderation.actions.decisions import Judgement, decide, decide_on_part, undo
from moderation.actions.parts import Target
from moderation.actions.refusals import Refused
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
FACTS = "It breaks the rule."


@pytest.fixture
def one(by, tmp_path):
    load(tmp_path, item(comment(1, "A heated word about the mill")))
    return Comment.objects.get()


def hide(what, by, **values):
    clause = Clause.objects.get(number=values.pop("number", 2))
    judgement = Judgement(
        **{"action": Action.REMOVE, "clause": clause, "facts": FACTS, **values}
    )
    on = decide_on_part if isinstance(what, Target) else decide
    return on(what, judgement, by=by)


def test_the_same_again_is_no_decision(one, by):
    hide(one, by, note="Seen by two")
    entries = Entry.objects.count()
    # The desk has one verb for both.
    for action in (Action.REMOVE, Action.BLOCK):
        with pytest.raises(Refused, match="decided so already"):
            hide(one, by, action=action)
    with pytest.raises(Refused, match="decided so already"):
        hide(one, by, facts=f" {FACTS}\n", note="Seen by two")
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    "news",
    [
        {"number": 3},
        {"facts": "It names a pupil."},
        {"note": "The head teacher wrote to us."},
        {"until": timezone.now() + timedelta(days=2)},
    ],
    ids=["rule", "facts", "note", "end"],
)
def test_what_is_new_is_decided_anew(one, by, news):
    hide(one, by)
    assert hide(one, by, **news).entry_index == Entry.objects.count() - 1


def test_what_was_undone_may_be_decided_again(one, by):
    undo(hide(one, by), by=by)
    assert hide(one, by).to_visibility == "removed"


def test_of_a_part_too(one, by):
    title = Target(post=one.post, part=Part.TITLE)
    hide(title, by)
    with pytest.raises(Refused, match="decided so already"):
        hide(title, by)
