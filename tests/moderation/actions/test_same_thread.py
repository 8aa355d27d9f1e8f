"""Decisions on a comment that two sources tell: one on either hides both."""

import pytest
from django.test import Client

from commentarchive.intake.same_thread import untie_threads
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment
from moderation.actions.checks import HiddenTexts
from moderation.actions.decisions import Judgement, LeaksHiddenWords, decide, undo
from moderation.models import Action, Clause
from tests.same_threads import exported, pasted, tie

pytestmark = pytest.mark.django_db
# Half of these words stand in both sources.
SECRET = "the ducks"


@pytest.fixture
def tied(tmp_path):
    old, new = pasted(tmp_path), exported(tmp_path)
    return old, new, tie(old, new)


def comments(old, new):
    led = Comment.objects.get(post=old, source_id__contains=":L3-")
    return led, Comment.objects.get(post=new, source_id="12")


def hide(comment, by):
    rule = Clause.objects.get(number=2)
    judgement = Judgement(action=Action.BLOCK, clause=rule, facts="It was rude.")
    return decide(comment, judgement, by=by)


def everywhere(led, leads):
    """Return all that readers can get of both."""
    client = Client()
    addresses = [
        *("/", "/search/?q=ducks", "/moderation/log/"),
        *(led.get_absolute_url(), leads.get_absolute_url()),
        *(led.in_thread_url, leads.in_thread_url),
        *(led.post.get_absolute_url(), leads.post.get_absolute_url()),
        f"{leads.post.get_absolute_url()}?all=1",
        leads.post.blog.get_absolute_url(),
        *(f"/captures/{each.capture.ref}/" for each in (led, leads)),
        *(f"/comments/{each.ref}/proof/" for each in (led, leads)),
        *(each.get_absolute_url() for each in (led.commenter, leads.commenter) if each),
    ]
    return "".join(client.get(each, follow=True).text for each in addresses)


@pytest.mark.parametrize("side", [0, 1])
def test_a_decision_on_either_hides_both_and_its_undoing_shows_them(tied, by, side):
    old, new, made = tied
    pair = comments(old, new)
    assert SECRET in everywhere(*pair)
    decision = hide(pair[side], by)
    body = everywhere(*pair)
    assert SECRET not in body
    thread = Client().get(new.get_absolute_url()).text
    assert "Comment taken down" in thread
    assert "Ben" not in thread
    notice = Client().get(pair[1].get_absolute_url()).text
    assert decision.get_absolute_url() in notice
    # Untied, each is as it is in its own source.
    untie_threads(made, evidence="They are two.", by=SYSTEM)
    assert SECRET in everywhere(*pair)
    tie(old, new)
    assert SECRET not in everywhere(*pair)
    undo(decision, by=by)
    assert SECRET in everywhere(*pair)
    assert not [str(each) for each in reconcile()]


def test_public_words_repeat_nothing_that_the_other_source_hides(tied, by):
    old, new, _made = tied
    led, _leads = comments(old, new)
    hide(led, by)
    other = Comment.objects.get(post=new, source_id="13")
    with pytest.raises(LeaksHiddenWords):
        HiddenTexts().check(other, "See: so do I, and the ducks do not mind it.")
