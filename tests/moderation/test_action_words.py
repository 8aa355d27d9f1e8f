import pytest

from commentarchive.models import Visibility
from moderation.models import Action
from moderation.models.action import shown_action


@pytest.mark.parametrize("action", ["block", "remove", "withhold"])
def test_what_hid_under_a_legal_rule_is_called_withheld(action):
    withheld = str(Action.WITHHOLD.label)
    assert shown_action(action, Visibility.WITHHELD) == withheld
    for after in (Visibility.BLOCKED, Visibility.REMOVED):
        assert shown_action(action, after) == str(Action(action).label)


def test_what_hides_nothing_keeps_its_name():
    assert shown_action("hold", Visibility.WITHHELD) == str(Action.HOLD.label)
