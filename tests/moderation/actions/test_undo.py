"""An undoing brings back what the notice that was closed had said."""

import pytest
from django.test import Client

from commentarchive.erasure.erase import erase
from commentarchive.models import Blog, Comment
from moderation.actions.decisions import (
    AlreadyDecided,
    Judgement,
    decide,
    undo,
)
from moderation.log.reversals import course_of
from moderation.models import Action, Clause
from tests.desk_lists import in_list
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
LEGAL, ABUSE, SPAM = 4, 2, 1


def the(source_id="1"):
    return Comment.objects.get(source_id=source_id)


def act(action, by, rule=None, one=None):
    clause = Clause.objects.get(number=rule) if rule else None
    judgement = Judgement(action=action, clause=clause, facts="It breaks the rule.")
    return decide(one or the(), judgement, by=by)


def open_notice(one=None):
    return (one or the()).tombstones.get(is_open=True)


def test_a_legal_notice_comes_back_without_a_name_whatever_stood_between(by, tmp_path):
    load(tmp_path, item(comment(1), comment(2, parent=1)))
    Blog.objects.update(show_hidden_names=True)
    act(Action.WITHHOLD, by, LEGAL)
    act(Action.NO_ACTION, by)
    back = undo(act(Action.RESTORE, by), by=by)
    notice = open_notice()
    assert (notice.kind, notice.shows_name) == ("withheld", False)
    assert notice.clause_label == "rule 4, Legal risk"
    assert (back.action, back.clause.number) == ("withhold", LEGAL)
    assert (
        "Nell"
        not in Client()
        .get(the().get_absolute_url())
        .content.decode()
        .split("What happened to it")[0]
        .replace("a comment by", "")
        .partition(the("2").ref)[0]
    )


@pytest.mark.parametrize("approved", ["0", "spam", "trash"])
def test_what_an_import_said_comes_back_as_it_was(by, tmp_path, approved):
    load(tmp_path, item(comment(1, approved=approved)))
    before = open_notice()
    undo(act(Action.APPROVE, by), by=by)
    notice = open_notice()
    for column in ("kind", "grade", "actor_label", "clause_label", "statement_path"):
        assert getattr(notice, column) == getattr(before, column)
    assert (notice.since_not_after, notice.opened_capture) == (
        before.since_not_after,
        before.opened_capture,
    )
    assert (notice.grade, notice.actor_label) == ("imported", "the blog")


@pytest.mark.parametrize("show_gone_text", [False, True])
def test_what_was_seen_to_vanish_comes_back_as_seen(by, tmp_path, show_gone_text):
    load(tmp_path, item(comment(1), comment(2)))
    Blog.objects.update(show_gone_text=show_gone_text)
    load(tmp_path, item(comment(2)), name="2.xml")
    before = open_notice()
    hidden = the().visibility
    assert hidden == ("published" if show_gone_text else "gone_at_source")
    action = Action.REMOVE if show_gone_text else Action.RESTORE
    undo(act(action, by, ABUSE if show_gone_text else None), by=by)
    notice = open_notice()
    assert the().visibility == hidden
    assert (notice.kind, notice.grade) == ("gone_at_source", "observed")
    assert notice.seen_capture == before.seen_capture
    body = Client().get(the().get_absolute_url()).content.decode()
    assert "It is no longer in the export" in body


def test_no_import_closes_what_an_undoing_opened_again(by, tmp_path):
    load(tmp_path, item(comment(1), comment(2)))
    load(tmp_path, item(comment(2)), name="2.xml")
    undo(act(Action.RESTORE, by), by=by)
    load(tmp_path, item(comment(1), comment(2), comment(3)), name="3.xml")
    assert open_notice().kind == the().visibility == "gone_at_source"


def test_the_rule_and_the_name_are_those_of_the_closed_notice(by, tmp_path):
    load(tmp_path, item(comment(1)))
    act(Action.REMOVE, by, ABUSE)
    undo(act(Action.REMOVE, by, SPAM), by=by)
    notice = open_notice()
    assert (notice.kind, notice.clause_label) == ("removed", "rule 2, Abuse")
    assert (notice.grade, notice.shows_name) == ("decided", True)


def test_a_hold_on_a_waiting_comment_is_undone_into_waiting(by, tmp_path):
    load(tmp_path, item(comment(1, approved="0")))
    held = act(Action.HOLD, by)
    assert not in_list("waiting")
    assert in_list("on-hold") == [the()]
    again = act(Action.HOLD, by)
    assert again.due_at >= held.due_at
    undo(again, by=by)
    assert in_list("waiting") == [the()]


def test_nothing_is_undone_twice(by, tmp_path):
    load(tmp_path, item(comment(1)))
    made = act(Action.REMOVE, by, ABUSE)
    back = undo(made, by=by)
    with pytest.raises(AlreadyDecided) as refused:
        undo(made, by=by)
    assert refused.value.winner == back


def test_an_erased_comment_is_answered_with_a_sentence(by, desk, tmp_path):
    load(tmp_path, item(comment(1)))
    made = act(Action.REMOVE, by, ABUSE)
    erase(the(), basis="subject_request")
    answer = desk.post(f"/moderation/desk/decisions/{made.ref}/undo/")
    assert answer.status_code == 422
    assert "The comment was erased" in answer.content.decode()


@pytest.mark.parametrize("by_hand", [False, True])
def test_reversals_link_both_ways(by, tmp_path, by_hand):
    load(tmp_path, item(comment(1)))
    made = act(Action.REMOVE, by, ABUSE)
    back = act(Action.RESTORE, by) if by_hand else undo(made, by=by)
    course = course_of(made)
    assert course.reversal_of(made) == (None, back)
    assert course.reversal_of(back) == (made, None)
    for one, other in ((made, back), (back, made)):
        body = Client().get(one.get_absolute_url()).content.decode()
        assert other.get_absolute_url() in body
        assert ("No longer in force" in body) is (one == made)


def test_an_undone_reversal_leaves_the_first_decision_in_force(by, tmp_path):
    load(tmp_path, item(comment(1)))
    made = act(Action.REMOVE, by, ABUSE)
    back = act(Action.RESTORE, by)
    again = undo(back, by=by)
    said = Client().get(made.get_absolute_url()).content.decode()
    assert "In force again" in said
    assert "No longer in force" not in said
    assert again.get_absolute_url() in said
    undo(again, by=by)
    said = Client().get(made.get_absolute_url()).content.decode()
    assert "No longer in force" in said


def test_a_statement_begins_with_what_was_done(by, tmp_path):
    load(tmp_path, item(comment(1)))
    made = act(Action.REMOVE, by, ABUSE)
    act(Action.RESTORE, by)
    said = Client().get(made.get_absolute_url()).content.decode()
    main = said.partition("<main")[2]
    begins = ("Comment taken down under rule 2, Abuse</h1>", "No longer in force")
    then = ("<h2>Reason</h2>", "as it read then", "<h2>History</h2>", "how to check")
    places = [main.index(words) for words in (*begins, *then)]
    assert places == sorted(places)
    assert "because: It breaks the rule." in main


def test_a_wrong_rule_is_corrected_by_a_new_decision(by, tmp_path):
    load(tmp_path, item(comment(1), comment(2, approved="0")))
    for one, state in (("1", "removed"), ("2", "blocked")):
        act(Action.BLOCK, by, ABUSE, the(one))
        made = act(Action.BLOCK, by, 5, the(one))
        assert (made.from_visibility, made.to_visibility) == (state, state)
        assert open_notice(the(one)).clause_label == "rule 5, Off topic"
        assert open_notice(the(one)).was_public == (one == "1")
    act(Action.BLOCK, by, LEGAL, the("1"))
    assert open_notice().kind == "withheld"
    act(Action.BLOCK, by, ABUSE, the("1"))
    assert open_notice().kind == "removed"


def test_a_state_that_changed_at_the_blog_reaches_the_desk(by, tmp_path):
    load(tmp_path, item(comment(1), comment(2, approved="0")))
    act(Action.NO_ACTION, by)
    act(Action.APPROVE, by, one=the("2"))
    assert not in_list("changed")
    load(
        tmp_path,
        item(comment(1, approved="trash"), comment(2, approved="0")),
        name="2.xml",
    )
    assert in_list("changed") == [the("1")]
    assert the("1").visibility == "published"
    act(Action.REMOVE, by, ABUSE)
    assert not in_list("changed")
