"""That a discussion is closed is noted here, and takes effect at the blog alone."""

import pytest
from django.test import Client

from commentarchive.models import Part, Post
from moderation.actions.decisions import Judgement, Refused, decide_on_part, undo
from moderation.actions.parts import Target
from moderation.log.reversals import reversal
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def act(action, by, rule=None, facts="It has become a quarrel of two people."):
    clause = Clause.objects.get(number=rule) if rule else None
    judgement = Judgement(action=action, clause=clause, facts=facts)
    target = Target(post=Post.objects.get(), part=Part.THREAD)
    return decide_on_part(target, judgement, by=by)


def page():
    return Client().get(Post.objects.get().get_absolute_url()).text


def test_a_closed_discussion_is_noted_on_its_page(by, tmp_path):
    load(tmp_path, item(comment(1)), blog_slug="test")
    with pytest.raises(Refused, match="which rule"):
        act(Action.CLOSE_THREAD, by)
    closed = act(Action.CLOSE_THREAD, by, 2)
    assert "Discussion closed" in page()
    assert "has to be done on the blog itself" in page()
    assert "A remark." in page()
    with pytest.raises(Refused):
        act(Action.CLOSE_THREAD, by, 2)
    opened = act(Action.REOPEN_THREAD, by)
    assert "Discussion closed" not in page()
    assert reversal(closed).by == opened
    again = undo(opened, by=by)
    assert (again.action, again.clause.number) == ("close_thread", 2)
    assert "Discussion closed" in page()
    statement = Client().get(closed.get_absolute_url()).text
    assert "Discussion closed under rule 2" in statement
