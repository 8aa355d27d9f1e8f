"""What a blog's own records tell fills in the past and outranks nothing newer."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Role
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, Tombstone, Visibility
from moderation.actions.decisions import Judgement, Record, Refused, decide, undo
from moderation.models import Action, Clause
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
FACTS, SOURCE = "It was rude.", "the blogger’s notebook"


def on(month, day=1):
    return datetime(2012, month, day, 12, tzinfo=UTC)


def copy(folder, month, **states):
    """Import a copy made in a month, with the comment in a state."""
    data = export(item(comment(1, "The pier is falling down", **states)))
    date = f"<pubDate>{on(month):%a, %d %b %Y %H:%M:%S} +0000</pubDate>".encode()
    data = data.replace(b"<channel>", b"<channel>" + date, 1)
    import_files([write(folder, data, f"{month}{states}.xml")])
    return the()


def the():
    return Comment.objects.get(source_id="1")


def tell(action, moment, by, **values):
    record = Record(decided_at=moment, role=Role.OWNER, known_from=SOURCE)
    judgement = Judgement(action=action, facts=FACTS, record=record, **values)
    return decide(the(), judgement, by=by)


def shown(one):
    return (
        "pier is falling" in Client().get(one.post.get_absolute_url()).content.decode()
    )


def test_a_removal_before_a_copy_that_shows_it_changes_nothing(by, tmp_path):
    one = copy(tmp_path, 6)
    made = tell(Action.REMOVE, on(5), by)
    assert shown(one)
    assert made.is_history
    assert the().decided_entry is None
    notice = one.tombstones.get()
    assert (notice.kind, notice.is_open, notice.grade) == ("removed", False, "imported")
    assert notice.since_not_before == notice.since_not_after == on(5)
    assert notice.closed_capture.moment == on(6)
    body = Client().get(one.get_absolute_url()).content.decode()
    assert "This notice ended before 1 June 2012" in body
    assert "recorded here on" in body
    assert "by a moderator" in body


def test_what_was_put_back_then_ends_the_notice_of_then(by, tmp_path):
    one = copy(tmp_path, 6)
    tell(Action.REMOVE, on(5), by)
    made = tell(Action.RESTORE, on(5, 20), by)
    notice = one.tombstones.get()
    assert (notice.until_not_before, notice.until_not_after) == (on(5, 20), on(5, 20))
    assert notice.closing_path == made.get_absolute_url()
    assert shown(one)


def test_the_order_in_which_it_is_entered_makes_no_difference(by, tmp_path):
    one = copy(tmp_path, 6)
    made = tell(Action.RESTORE, on(5, 20), by)
    tell(Action.REMOVE, on(5), by)
    notice = one.tombstones.get()
    assert (notice.since_not_after, notice.until_not_after) == (on(5), on(5, 20))
    assert notice.closed_entry == made.entry_index


def test_a_removal_after_the_last_copy_hides(by, tmp_path):
    one = copy(tmp_path, 6)
    made = tell(Action.REMOVE, on(7), by)
    assert not shown(one)
    assert not made.is_history
    assert the().tombstones.get().is_open


def test_a_copy_that_hides_it_bears_a_removal_out(by, tmp_path):
    one = copy(tmp_path, 6, approved="trash")
    made = tell(Action.REMOVE, on(5), by)
    assert (made.action, the().visibility) == ("remove", "removed")
    notice = one.tombstones.get(is_open=True)
    assert (notice.was_public, notice.shows_name) == (True, False)


def test_an_approval_does_not_show_what_a_later_copy_hides(by, tmp_path):
    one = copy(tmp_path, 6, approved="trash")
    assert tell(Action.APPROVE, on(5), by).is_history
    assert tell(Action.APPROVE, None, by).is_history
    assert not shown(one)
    assert not tell(Action.APPROVE, on(7), by).is_history
    assert shown(one)


def test_a_decision_that_was_taken_here_stands(by, tmp_path):
    one = copy(tmp_path, 6, approved="0")
    approved = decide(one, Judgement(action=Action.APPROVE), by=by)
    for moment in (on(5), on(7), None):
        assert tell(Action.REMOVE, moment, by).is_history
    assert shown(one)
    assert the().decided_entry == approved.entry_index
    undo(approved, by=by)
    assert the().visibility == Visibility.HELD


def test_a_removal_without_a_time_outranks_no_copy(by, tmp_path):
    one = copy(tmp_path, 6)
    assert tell(Action.REMOVE, None, by).is_history
    assert shown(one)


def test_undoing_what_was_only_history_changes_nothing(by, tmp_path):
    one = copy(tmp_path, 6)
    back = undo(tell(Action.REMOVE, on(5), by), by=by)
    assert (back.action, back.to_visibility) == ("no_action", "published")
    assert shown(one)


def test_a_later_copy_that_shows_it_outranks_what_was_told(by, tmp_path):
    one = copy(tmp_path, 6)
    made = tell(Action.REMOVE, on(7), by)
    assert not shown(one)
    copy(tmp_path, 8)
    assert shown(one)
    assert the().decided_entry is None
    notice = one.tombstones.get()
    assert (notice.kind, notice.is_open, notice.grade) == ("removed", False, "imported")
    assert (notice.since_not_before, notice.closed_capture.moment) == (on(7), on(8))
    assert undo(made, by=by).action == "no_action"
    assert shown(one)
    assert not list(reconcile())


def test_a_later_copy_that_hides_it_outranks_what_was_approved(by, tmp_path):
    one = copy(tmp_path, 6, approved="0")
    tell(Action.APPROVE, on(7), by)
    assert shown(one)
    copy(tmp_path, 8, approved="trash")
    assert (the().visibility, the().decided_entry) == ("trashed", None)
    assert the().tombstones.get(is_open=True).kind == "trashed"
    assert not list(reconcile())


@pytest.mark.unreconciled
def test_what_gave_way_and_was_shown_by_somebody_else_is_found(by, tmp_path):
    copy(tmp_path, 6)
    tell(Action.REMOVE, on(7), by)
    Comment.objects.update(decided_entry=None, visibility="published")
    Tombstone.objects.update(is_open=False)
    found = [str(each) for each in reconcile()]
    assert any("stands; not here" in each for each in found)


@pytest.mark.parametrize(
    ("facts", "source", "message"),
    [
        ("", SOURCE, "what happened"),
        (".", SOURCE, "what happened"),
        (FACTS, "", "how it is known"),
        (FACTS, "\u200b", "how it is known"),
    ],
)
def test_needs_what_happened_and_how_it_is_known(by, tmp_path, facts, source, message):
    one = copy(tmp_path, 6)
    record = Record(decided_at=on(5), role=None, known_from=source)
    judgement = Judgement(action=Action.REMOVE, facts=facts, record=record)
    with pytest.raises(Refused, match=message):
        decide(one, judgement, by=by)


def test_the_statement_says_how_it_is_known_and_who_recorded_it(by, tmp_path):
    copy(tmp_path, 6)
    made = tell(Action.REMOVE, on(5), by)
    body = Client().get(made.get_absolute_url()).content.decode()
    assert f"Known from: {SOURCE}" in body
    assert "by staff in the role of moderator" in body
    assert "Nothing that readers see" in body


def test_a_legal_rule_of_then_withholds_without_a_name(by, tmp_path):
    from moderation.actions.policies import publish_policy
    from moderation.models import ClauseDraft

    ClauseDraft.objects.filter(number=8).update(text="As it read then.")
    publish_policy(in_force_at=on(1), as_told=True)
    one = copy(tmp_path, 6)
    clause = Clause.objects.get(policy__number=2, number=4)
    tell(Action.WITHHOLD, on(7), by, clause=clause)
    notice = one.tombstones.get()
    assert (notice.kind, notice.shows_name) == ("withheld", False)
