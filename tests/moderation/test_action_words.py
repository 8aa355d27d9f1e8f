import pytest

from commentarchive.models import Visibility
from moderation.models import Action
from moderation.models.action import shown_action, told_label


@pytest.mark.parametrize("action", ["block", "remove", "withhold"])
def test_what_hid_under_a_legal_rule_is_called_withheld(action):
    withheld = str(Action.WITHHOLD.label)
    assert shown_action(action, Visibility.WITHHELD) == withheld
    for after in (Visibility.BLOCKED, Visibility.REMOVED):
        assert shown_action(action, after) == str(Action(action).label)


def test_what_hides_nothing_keeps_its_name():
    assert shown_action("hold", Visibility.WITHHELD) == str(Action.HOLD.label)


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("owner", "the owner"),
        ("moderator", "a moderator"),
        ("archivist", "an archivist"),
    ],
)
def test_what_records_tell_names_the_role_that_recorded_it(role, said):
    told = told_label("Its editor", role, "3 May 2012")
    assert told == f"Its editor (recorded here on 3 May 2012 by {said})"
