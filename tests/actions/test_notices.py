"""The one door to notices: what they say, and how they open and close."""

from datetime import UTC, datetime

import pytest

from commentarchive.actions.notices import (
    VisibilityAtSource,
    close_imported,
    grade_and_actor,
    was_public,
)
from commentarchive.models import Capture, Comment, Grade, Tombstone, Visibility
from moderation.actions.decisions import (
    Judgement,
    LeaksHiddenWords,
    decide,
    undo,
)
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
FACTS = "It breaks the rule."


def hide(one, by, *, number=2, facts=FACTS, action=Action.BLOCK):
    clause = Clause.objects.get(number=number)
    return decide(one, Judgement(action=action, clause=clause, facts=facts), by=by)


def the(source_id):
    return Comment.objects.get(source_id=source_id)


def test_what_readers_saw_before_it_was_hidden_twice_was_public(tmp_path, by):
    load(tmp_path, item(comment(1), comment(2, approved="0")))
    assert was_public(the("1"))
    assert not was_public(the("2"))
    for source_id, seen in (("1", True), ("2", False)):
        decide(the(source_id), Judgement(action=Action.WITHHOLD, **legal()), by=by)
        hide(the(source_id), by)
        notice = the(source_id).tombstones.get(is_open=True)
        assert (notice.was_public, notice.shows_name) == (seen, seen)
        assert was_public(the(source_id)) is seen


def legal():
    return {"clause": Clause.objects.get(number=4), "facts": FACTS}


def test_a_name_stands_on_no_notice_of_what_was_never_public_or_is_legal(tmp_path, by):
    load(
        tmp_path,
        item(comment(1), comment(2, approved="0"), comment(3, approved="spam")),
    )
    hide(the("2"), by)
    hide(the("3"), by)
    decide(the("1"), Judgement(action=Action.WITHHOLD, **legal()), by=by)
    decided = Tombstone.objects.filter(grade=Grade.DECIDED)
    assert decided.count() == 3
    assert not decided.filter(shows_name=True).exists()


def test_a_decision_closes_the_open_notice_and_opens_its_own(tmp_path, by):
    load(tmp_path, item(comment(1, approved="0")))
    decision = hide(the("1"), by)
    imported, decided = Tombstone.objects.order_by("pk")
    assert (imported.is_open, decided.is_open) == (False, True)
    moment = decision.decided_at
    assert (imported.until_not_before, imported.until_not_after) == (moment, moment)
    assert imported.closed_entry == decision.entry_index == decided.opened_entry
    assert imported.closing_path == decided.statement_path
    assert decided.statement_path == decision.get_absolute_url()
    assert (decided.since_not_before, decided.since_not_after) == (moment, moment)
    assert decided.clause_label == "rule 2, " + Clause.objects.get(number=2).title
    undone = undo(decision, by=by)
    decided.refresh_from_db()
    assert (decided.closed_entry, decided.closing_path) == (
        undone.entry_index,
        undone.get_absolute_url(),
    )


@pytest.mark.parametrize("approved", ["0", "spam", "trash"])
def test_what_waited_is_approved_and_what_was_hidden_here_restored(
    tmp_path, by, approved
):
    load(tmp_path, item(comment(1, approved=approved)))
    for action in (Action.APPROVE, Action.RESTORE):
        one = the("1")
        decision = decide(one, Judgement(action=action), by=by)
        assert decision.action == Action.APPROVE
        undo(decision, by=by)


@pytest.mark.parametrize("words", ["nell@mail.example", "192.0.2.7"])
def test_facts_repeat_no_private_address(tmp_path, by, words):
    load(tmp_path, item(comment(1)))
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, facts=f"It came from {words}.")


def test_an_import_closes_only_what_an_import_opened(tmp_path, by):
    load(tmp_path, item(comment(1, approved="0"), comment(2, approved="0")))
    hide(the("1"), by)
    report = load(tmp_path, item(comment(1), comment(2)), name="b.xml")
    assert the("1").visibility == "blocked"
    assert the("1").tombstones.filter(is_open=True, grade=Grade.DECIDED).exists()
    closed = the("2").tombstones.get()
    assert (closed.is_open, closed.closed_capture.ref) == (False, report.capture)
    assert closed.until_not_after == closed.closed_capture.moment
    assert closed.until_not_before == datetime(2012, 4, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "seen_in", "known"),
    [
        (Visibility.GONE_AT_SOURCE, 7, (Grade.OBSERVED, "")),
        (Visibility.ERASED, None, (Grade.DECIDED, "the owner")),
        (Visibility.SPAM, None, (Grade.IMPORTED, "the blog")),
        (Visibility.REMOVED, None, (Grade.IMPORTED, "the blog")),
        (Visibility.GONE_AT_SOURCE, None, (Grade.IMPORTED, "")),
        (Visibility.DELETED_BY_AUTHOR, None, (Grade.IMPORTED, "its author")),
    ],
)
def test_how_an_import_knows_and_whom_it_names(kind, seen_in, known):
    assert grade_and_actor(kind, seen_in) == known


def test_no_import_closes_the_notice_of_a_decision_whatever_it_is_given(tmp_path, by):
    report = load(tmp_path, item(comment(1)))
    hide(the("1"), by)
    change = VisibilityAtSource(the("1").pk, Visibility.PUBLISHED, None)
    close_imported([change], capture=Capture.objects.get(ref=report.capture))
    assert the("1").tombstones.filter(is_open=True).exists()
