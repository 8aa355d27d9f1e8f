"""What was decided otherwise though it says the same: who sees it, and what is alike."""

from datetime import UTC, datetime

import pytest

from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Role
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, Record, decide
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Action, Clause
from moderation.reports.consistency import decided_otherwise
from moderation.reports.periods import parse_period
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
SAID = "The treasurer of the rowing club kept the raffle money for himself"
PAGE = "/moderation/desk/consistency/"


@pytest.fixture
def thread(db, tmp_path):
    """Decide on comments that say the same, nearly the same, and something else."""
    start_draft()
    publish_policy(in_force_at=datetime(2012, 1, 1, tzinfo=UTC), as_told=True)
    texts = {
        1: f"{SAID}.",
        2: SAID.upper() + "!",
        3: f"{SAID}, truly.",
        4: "Of tides and of the moon there is nothing to say here today.",
        5: "Of tides and of the moon there is nothing to say here today.",
        6: "Oh no.",
        7: "Oh no.",
        8: f"{SAID}?",
    }
    load(tmp_path, item(*(comment(n, text) for n, text in texts.items())))
    for number, action, month in (
        *((1, Action.REMOVE, 4), (2, Action.NO_ACTION, 4), (3, Action.NO_ACTION, 5)),
        *((4, Action.REMOVE, 4), (5, Action.REMOVE, 5)),
        *((6, Action.REMOVE, 4), (7, Action.NO_ACTION, 4)),
    ):
        record = Record(
            decided_at=datetime(2012, month, 20, 12, tzinfo=UTC),
            role=Role.OWNER,
            known_from="a list",
        )
        judgement = Judgement(
            action=action,
            clause=Clause.objects.get(number=2) if action == Action.REMOVE else None,
            facts="It was looked at.",
            record=record,
        )
        decide(Comment.objects.get(source_id=str(number)), judgement, by=SYSTEM)


def groups(word):
    numbers = dict(Comment.objects.values_list("pk", "source_id"))
    found = decided_otherwise(parse_period(word))
    return [sorted(numbers[pk] for pk in group) for group in found.groups]


def test_what_says_the_same_or_nearly_and_was_decided_otherwise_is_one_group(thread):
    assert groups("2012-04") == [["1", "2"]]
    assert groups("2012-05") == groups("2012-Q2") == [["1", "2", "3"]]
    assert groups("2012-06") == groups("2012-03") == []


def test_the_page_shows_texts_and_outcomes_to_staff_and_notes_the_look(desk, thread):
    page = desk.get(f"{PAGE}2012-05/")
    assert page.status_code == 200
    assert "1 group." in page.text
    assert page.text.count(SAID) == 2
    assert "<strong>Taken down</strong> under rule 2" in page.text
    assert page.text.count("<strong>Left as it is</strong>") == 2
    assert "Of tides" not in page.text
    assert "0 groups." in desk.get(f"{PAGE}2011-05/").text
    assert desk.get(PAGE).status_code == 200
    for bad in ("2012-13", "april"):
        assert desk.get(f"{PAGE}{bad}/").status_code == 404
    assert desk.get(f"{PAGE}2012-05/?page=2").status_code == 404
