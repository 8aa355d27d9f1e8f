"""A thread on which was decided, so that there is something to report."""

from datetime import UTC, datetime

import pytest

from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Role
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, Record, decide
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

SAID = "The treasurer of the rowing club kept the raffle money for himself"


@pytest.fixture
def said(db, tmp_path):
    """Decide on comments that say the same, nearly the same, and something else."""
    start_draft()
    publish_policy(in_force_at=datetime(2012, 4, 10, tzinfo=UTC), as_told=True)
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
