"""Decisions that an import respects, those made meanwhile too."""

import pytest

from commentarchive.erasure.erase import erase
from commentarchive.intake.decision_watch import DecisionWatch
from commentarchive.intake.plan import DecisionSnapshot
from commentarchive.ledger.append import SYSTEM
from commentarchive.matching import fingerprint
from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_decisions_and_erasures_of_one_blog_are_known_as_they_are_made(tmp_path):
    load(tmp_path, item(comment(1, "One."), comment(2, "Two."), comment(3, "Three.")))
    load(tmp_path, item(comment(7)), name="other.xml", blog_slug="other")
    watch = DecisionWatch(Blog.objects.exclude(slug="other").get())
    assert watch.snapshot == DecisionSnapshot()
    assert watch.refresh() is False
    hold = Judgement(action=Action.HOLD)
    decide(Comment.objects.get(source_id="2"), hold, by=SYSTEM)
    assert watch.snapshot == DecisionSnapshot()
    assert watch.refresh() is True
    assert watch.snapshot == DecisionSnapshot(frozenset("2"))
    assert watch.refresh() is False
    erase(Comment.objects.get(source_id="1"), basis="legal")
    assert watch.refresh() is True
    erased = {"1": frozenset([fingerprint("One.")])}
    assert watch.snapshot == DecisionSnapshot(frozenset("12"), erased)
    decide(Comment.objects.get(source_id="7"), hold, by=SYSTEM)
    assert watch.refresh() is True
    assert watch.snapshot == DecisionSnapshot(frozenset("12"), erased)


def test_a_decision_made_before_its_batch_is_written_holds(tmp_path, monkeypatch):
    """The article was planned as new, and the id was decided on meanwhile."""
    from commentarchive.intake.batches import BatchWriter

    load(tmp_path, item(comment(1, "One.")))
    usual = BatchWriter.flush

    def flush(writer):
        one = Comment.objects.get(source_id="1", post__source_id="1")
        if one.visibility == "published":
            decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
        usual(writer)

    monkeypatch.setattr(BatchWriter, "flush", flush)
    load(
        tmp_path,
        item(comment(1, "One.")),
        item(comment(1, "One."), number=2),
        name="b.xml",
    )
    assert {each.visibility for each in Comment.objects.all()} == {"held"}
    assert Comment.objects.count() == 2
