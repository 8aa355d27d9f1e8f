"""Stored comments and stored pages, brought up to a later copy."""

from types import SimpleNamespace

import pytest

from commentarchive.intake.update_stored import StoredUpdate
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Comment, Segment
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.intake.made import key, stored
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_one_text_that_is_told_better_changes_what_readers_see(tmp_path):
    load(tmp_path, item(comment(1)))
    one = Comment.objects.get()
    read = {"key": key(), "stored": stored(pk=one.pk), "best": None, "is_better": False}
    part = SimpleNamespace(comments=[SimpleNamespace(**read)])
    texts = {key(): SimpleNamespace(pk=one.current_revision_id)}
    update = StoredUpdate(part, None, texts, None)
    assert update._take_over_better_texts()
    decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
    assert not update._take_over_better_texts()
    assert not StoredUpdate(part, None, {}, None)._take_over_better_texts()


def test_pages_of_what_did_not_change_stay_stored(tmp_path):
    one = item(comment(1), comment(2, parent=1))
    load(tmp_path, one, item(comment(3), number=2), name="a.xml")
    before = dict(Segment.objects.values_list("pk", "post__source_id"))
    report = load(tmp_path, one, item(comment(3, "Edited."), number=2), name="b.xml")
    assert (report.counts.posts.unchanged, report.counts.posts.changed) == (2, 0)
    assert (report.counts.comments.unchanged, report.counts.comments.changed) == (2, 1)
    after = dict(Segment.objects.values_list("pk", "post__source_id"))
    assert sorted(after.values()) == ["1", "2"]
    assert [number for pk, number in after.items() if pk in before] == ["1"]


def test_what_readers_saw_stays_known_from_one_hidden_state_to_the_next(tmp_path):
    for name, state in (("a.xml", "1"), ("b.xml", "0"), ("c.xml", "spam")):
        load(tmp_path, item(comment(1, approved=state), comment(2)), name=name)
    one = Comment.objects.get(source_id="1")
    kinds = one.tombstones.order_by("pk").values_list("kind", "was_public", "is_open")
    assert list(kinds) == [("held", True, False), ("spam", True, True)]
    never = Comment.objects.get(source_id="2")
    assert not never.tombstones.exists()
    load(tmp_path, item(comment(1), comment(2), comment(3, approved="0")), name="d.xml")
    load(tmp_path, item(comment(3, approved="spam")), name="e.xml")
    unseen = Comment.objects.get(source_id="3").tombstones
    assert not unseen.filter(was_public=True).exists()
