"""Each action from each state it starts in: row, notice, page and record agree."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentarchive.ledger.models import Entry, Role
from commentarchive.models import Comment, PrivateAddress
from moderation.actions.decisions import (
    Case,
    Judgement,
    LeaksHiddenWords,
    Record,
    Refused,
    decide,
    decide_all,
    undo,
)
from moderation.models import Action, Clause, Conflict, Decision
from tests.report_numbers import numbers_of
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
FACTS = "It breaks the rule."
SPAM, ABUSE, LEGAL = 1, 2, 4


@pytest.fixture
def shown(by, tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "The pier is falling down"),
            comment(2, "Let me in", approved="0"),
            comment(3, "Buy cheap watches", approved="spam"),
        ),
    )
    return Comment.objects.get(source_id="1")


@pytest.fixture
def waiting(shown):
    return Comment.objects.get(source_id="2")


@pytest.fixture
def spam(shown):
    return Comment.objects.get(source_id="3")


def judgement(action, number=None):
    clause = Clause.objects.get(number=number) if number else None
    return Judgement(action=Action(action), clause=clause, facts=FACTS)


def read(one):
    return Comment.objects.get(pk=one.pk)


def notice_of(one):
    return one.tombstones.get(is_open=True)


@pytest.mark.parametrize(
    ("source_id", "action", "rule", "event", "state"),
    [
        ("1", "hold", None, "hold", "held"),
        ("1", "block", ABUSE, "remove", "removed"),
        ("1", "remove", ABUSE, "remove", "removed"),
        ("1", "remove", SPAM, "remove", "spam"),
        ("1", "remove", LEGAL, "withhold", "withheld"),
        ("1", "withhold", LEGAL, "withhold", "withheld"),
        ("1", "no_action", None, "no_action", "published"),
        ("2", "approve", None, "approve", "published"),
        ("2", "restore", None, "approve", "published"),
        ("2", "block", ABUSE, "block", "blocked"),
        ("2", "block", LEGAL, "withhold", "withheld"),
        ("2", "hold", None, "hold", "held"),
        ("2", "remove", SPAM, "block", "spam"),
        ("2", "withhold", LEGAL, "withhold", "withheld"),
        ("2", "no_action", None, "no_action", "held"),
        ("3", "approve", None, "approve", "published"),
        ("3", "hold", None, "hold", "held"),
        ("3", "block", ABUSE, "block", "blocked"),
    ],
)
def test_an_action_and_its_undoing(shown, by, source_id, action, rule, event, state):
    one = Comment.objects.get(source_id=source_id)
    before = one.visibility
    made = decide(one, judgement(action, rule), by=by)
    assert (made.action, made.from_visibility) == (event, before)
    assert made.to_visibility == read(one).visibility == state
    assert Entry.objects.get(pk=made.entry_index).event == f"comment.{event}"
    assert (made.post, made.aspect, made.judged) == (
        *(one.post, "text"),
        one.revisions.get(),
    )
    assert made.shown == (made.judged if state == "published" else None)
    assert (made.actor, made.recorder, made.recorder_role) == (
        *(by.actor, by.actor),
        "moderator",
    )
    assert bool(made.due_at) == (event == "hold")
    if state not in {before, "published"}:
        notice = notice_of(one)
        assert (notice.kind, notice.opened_entry) == (state, made.entry_index)
        assert notice.clause_label == (made.clause.label if rule else "")
        assert notice.was_public == (before == "published")
    back = undo(made, by=by)
    assert read(one).visibility == before
    assert (back.undoes, back.to_visibility) == (made, before)


def test_no_decision_is_made_in_the_future(shown, by):
    tomorrow = Record(
        decided_at=timezone.now() + timedelta(days=1),
        role=Role.OWNER,
        known_from="a notebook",
    )
    told = Judgement(action=Action.REMOVE, facts=FACTS, record=tomorrow)
    with pytest.raises(Refused, match="in the future"):
        decide(shown, told, by=by)
    assert not Decision.objects.exists()


def test_who_recorded_what_the_blogs_own_records_tell(shown, by):
    record = Record(decided_at=None, role=Role.OWNER, known_from="a notebook")
    told = Judgement(action=Action.REMOVE, facts=FACTS, record=record)
    made = decide(shown, told, by=by)
    assert (made.actor, made.decided_by_role) == (None, "owner")
    assert (made.recorder, made.recorder_role) == (by.actor, "moderator")
    leaf = bytes(Entry.objects.get(pk=made.entry_index).leaf)
    assert b'"decided_by":"owner"' in leaf
    assert b'"recorder":"moderator"' in leaf
    body = Client().get(made.get_absolute_url()).content.decode()
    assert "by staff in the role of moderator" in body


def test_undo_brings_back_the_rule_of_the_hiding(waiting, by):
    first = decide(waiting, judgement("block", SPAM), by=by)
    back = undo(decide(waiting, judgement("approve"), by=by), by=by)
    assert (back.action, back.to_visibility) == ("block", "spam")
    assert back.clause == first.clause
    assert notice_of(waiting).clause_label == "rule 1, Spam"


def test_undo_brings_back_a_legal_notice(shown, by):
    decide(shown, judgement("withhold", LEGAL), by=by)
    back = undo(decide(shown, judgement("restore"), by=by), by=by)
    assert (back.action, back.to_visibility) == ("withhold", "withheld")
    assert (notice_of(shown).kind, notice_of(shown).shows_name) == ("withheld", False)


def test_hiding_again_remembers_that_readers_had_seen_it(shown, by):
    decide(shown, judgement("hold"), by=by)
    decide(shown, judgement("block", ABUSE), by=by)
    notice = notice_of(shown)
    assert (notice.kind, notice.was_public, notice.shows_name) == (
        *("removed", True),
        True,
    )


def test_a_name_that_nobody_had_seen_is_not_shown(waiting, by):
    decide(waiting, judgement("block", ABUSE), by=by)
    notice = notice_of(waiting)
    assert (notice.was_public, notice.shows_name) == (False, False)


def test_spam_that_nobody_had_seen_was_not_taken_down(waiting, shown, by):
    decide(waiting, judgement("block", SPAM), by=by)
    body = Client().get(shown.post.get_absolute_url()).content.decode()
    assert "taken down" not in body
    assert numbers_of("2012-04", "comments-hidden") == {"seen": 0, "unseen": 2}
    decide(shown, judgement("remove", SPAM), by=by)
    assert "taken down: spam" in (
        Client().get(shown.post.get_absolute_url()).content.decode()
    )
    assert numbers_of("2012-04", "comments-hidden") == {"seen": 1, "unseen": 2}


def test_a_conflict_of_interest_needs_its_reason(shown, by):
    both = {"override": Conflict.TOOK_PART, "override_reason": "Nobody else is here."}
    half = Judgement(action=Action.HOLD, override=Conflict.TOOK_PART)
    with pytest.raises(Refused, match="You took part in this part"):
        decide(shown, half, by=by)
    made = decide(shown, Judgement(action=Action.HOLD, **both), by=by)
    assert (made.override, made.words.get().override_reason) == tuple(both.values())
    leaf = bytes(Entry.objects.get(pk=made.entry_index).leaf)
    assert b'"override":"took_part"' in leaf
    assert b'"override_reason":"' in leaf
    assert b"Nobody" not in leaf
    body = Client().get(made.get_absolute_url()).content.decode()
    assert "Nobody else is here." in body


def test_the_reason_to_decide_anyway_repeats_nothing_either(shown, by):
    repeats = Judgement(
        action=Action.HOLD,
        override=Conflict.TOOK_PART,
        override_reason="I said: the pier is falling down.",
    )
    with pytest.raises(Refused, match="say it without them"):
        decide_all([Case(comment=shown, judgement=repeats)], by=by)


def test_an_erased_comment_is_left_alone(shown, by):
    from commentarchive.erasure.erase import erase

    made = decide(shown, judgement("hold"), by=by)
    erase(shown, basis="subject_request")
    with pytest.raises(Refused, match="was erased"):
        undo(made, by=by)
    for action in Action:
        with pytest.raises(Refused):
            decide(shown, judgement(action, LEGAL), by=by)


@pytest.mark.parametrize("private", ["hester@quay.example", "198.51.100.77"])
def test_facts_name_no_private_address(shown, by, private):
    PrivateAddress.objects.filter(comment=shown).delete()
    PrivateAddress.objects.create(
        comment=shown, email="hester@quay.example", ip="198.51.100.77"
    )
    told = Judgement(action=Action.HOLD, facts=f"It came from {private} again.")
    with pytest.raises(LeaksHiddenWords):
        decide(shown, told, by=by)
