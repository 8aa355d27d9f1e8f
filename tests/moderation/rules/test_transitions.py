"""The whole table: each action on a comment in each state, and what it makes of it."""

import pytest

from commentarchive.models import Part, Visibility
from moderation.models import Action, Clause
from moderation.rules.transitions import (
    TOLD,
    action_back_to,
    allowed_actions,
    allowed_on_part,
    can_be_told,
    outcome,
    recorded_as,
    recorded_on_part,
)

# What may be done with a comment in each state, in the order of the desk.
ALLOWED = {
    "published": "hold remove withhold redact no_action",
    "held": "approve hold block remove withhold redact restore no_action",
    "blocked": "hold block remove withhold restore no_action",
    "removed": "hold block remove withhold restore no_action",
    "spam": "approve hold block remove withhold restore no_action",
    "trashed": "approve hold block remove withhold restore no_action",
    "deleted_by_author": "hold block remove withhold restore no_action",
    "gone_at_source": "hold block remove withhold restore no_action",
    "withheld": "hold block remove withhold restore no_action",
    "erased": "",
    "internal": "",
    "unknown": "",
}
PLAIN, SPAM, LEGAL = Clause(), Clause(is_spam=True), Clause(is_legal=True)
BOTH = Clause(is_spam=True, is_legal=True)


@pytest.mark.parametrize("state", Visibility)
def test_allows_what_the_table_says(state):
    for has_new_text in (False, True):
        expected = ALLOWED[state].split()
        if has_new_text and state == "published":
            expected = ["approve", *expected]
        assert allowed_actions(state, has_new_text=has_new_text) == expected


@pytest.mark.parametrize(
    ("action", "clause", "after"),
    [
        ("approve", None, "published"),
        ("restore", None, "published"),
        ("restore", LEGAL, "published"),
        ("hold", None, "held"),
        ("hold", SPAM, "held"),
        ("hold", LEGAL, "held"),
        ("block", None, "blocked"),
        ("block", PLAIN, "blocked"),
        ("block", SPAM, "spam"),
        ("block", LEGAL, "withheld"),
        ("block", BOTH, "withheld"),
        ("remove", None, "removed"),
        ("remove", PLAIN, "removed"),
        ("remove", SPAM, "spam"),
        ("remove", LEGAL, "withheld"),
        ("withhold", None, "withheld"),
        ("withhold", LEGAL, "withheld"),
        ("withhold", SPAM, "withheld"),
    ],
)
def test_an_action_makes_a_state(action, clause, after):
    for before in Visibility:
        assert outcome(Action(action), before, clause) == after


@pytest.mark.parametrize("before", Visibility)
def test_no_action_leaves_every_state(before):
    for clause in (None, PLAIN, SPAM, LEGAL):
        assert outcome(Action.NO_ACTION, before, clause) == before


@pytest.mark.parametrize(
    ("part", "state", "has_new_text", "expected"),
    [
        (Part.TEXT, "published", False, "hold remove withhold no_action redact"),
        (Part.TEXT, "published", True, "hold remove withhold restore no_action redact"),
        (Part.TEXT, "withheld", False, "hold remove withhold restore no_action"),
        (Part.TITLE, "published", False, "hold remove withhold no_action"),
        (Part.TITLE, "held", False, "hold remove withhold restore no_action"),
        (Part.NAME, "published", False, "hold remove withhold no_action"),
        (Part.NAME, "erased", False, ""),
    ],
)
def test_what_may_be_done_with_a_part(part, state, has_new_text, expected):
    state = Visibility(state)
    for is_marked in (False, True):
        found = allowed_on_part(
            part, state, is_marked=is_marked, has_new_text=has_new_text
        )
        assert found == expected.split()


def test_what_is_marked_loses_its_mark_and_nothing_else():
    for part, mark, unmark in (
        (Part.THREAD, "close_thread", "reopen_thread"),
        (Part.BAN, "ban", "unban"),
    ):
        for is_marked, expected in ((False, mark), (True, unmark)):
            assert allowed_on_part(
                part, Visibility.PUBLISHED, is_marked=is_marked, has_new_text=True
            ) == [expected]


def test_a_part_is_withheld_under_a_legal_rule():
    for action in (Action.REMOVE, Action.HOLD, Action.RESTORE):
        for clause in (None, PLAIN, SPAM):
            assert recorded_on_part(action, clause) == action
    assert recorded_on_part(Action.REMOVE, LEGAL) == "withhold"
    assert recorded_on_part(Action.HOLD, LEGAL) == "hold"


@pytest.mark.parametrize("before", Visibility)
def test_one_verb_of_the_desk_has_two_names_on_record(before):
    is_shown = before == "published"
    waited = before in {"held", "spam", "trashed"}
    for action in (Action.BLOCK, Action.REMOVE):
        for had_been_seen, expected in ((True, "remove"), (False, "block")):
            for clause, name in ((PLAIN, expected), (LEGAL, "withhold")):
                found = recorded_as(action, before, clause, had_been_seen=had_been_seen)
                assert found == name
    for action in (Action.APPROVE, Action.RESTORE):
        expected = "approve" if waited else "restore"
        found = recorded_as(action, before, None, had_been_seen=is_shown)
        assert found == (action if is_shown else expected)
    for action in (Action.HOLD, Action.WITHHOLD, Action.NO_ACTION):
        assert recorded_as(action, before, None, had_been_seen=is_shown) == action


@pytest.mark.parametrize("state", Visibility)
def test_records_tell_of_whatever_readers_have_a_place_for(state):
    told = [action for action in Action if can_be_told(action, state)]
    nothing = {"erased", "internal", "unknown"}
    assert set(told) == (set() if state in nothing else set(TOLD))
    assert not {Action.REDACT, Action.CLOSE_THREAD, Action.BAN} & set(TOLD)


# Under which action the state before a decision comes back.
BACK_TO = {
    "published": "restore",
    "held": "hold",
    "blocked": "block",
    "removed": "remove",
    "spam": "block",
    "trashed": "block",
    "deleted_by_author": "hold",
    "gone_at_source": "hold",
    "withheld": "withhold",
    "erased": "hold",
    "internal": "hold",
    "unknown": "hold",
}


@pytest.mark.parametrize("state", Visibility)
def test_undoing_has_an_action_for_every_state(state):
    for undone in Action:
        expected = BACK_TO[state]
        if expected == "hold" and undone is Action.NO_ACTION:
            expected = "no_action"
        assert action_back_to(state, undone) == expected
