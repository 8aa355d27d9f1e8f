"""Whatever order copies are read and records of a blog are told in, one state stands."""

import os
import random
from datetime import UTC, datetime

import pytest

from commentarchive.ledger.models import Role
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, Tombstone
from moderation.actions.decisions import Judgement, Record, decide
from moderation.models import Action, Decision
from tests.dump import standing
from tests.reading_orders import ReadFile, read_again, undone
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
ORDERS = int(os.environ.get("ORDERS", "4"))
STATES = ("1", "1", "0", "trash", "spam")
ACTIONS = (
    *(Action.REMOVE, Action.REMOVE, Action.BLOCK, Action.HOLD),
    *(Action.APPROVE, Action.RESTORE),
)


def on(month, day=1):
    return datetime(2012, month, day, 12, tzinfo=UTC)


class Copied:
    """An export made in a month, in which the comment has a state."""

    def __init__(self, folder, month, state, text):
        data = export(
            item(comment(1, text, approved=state), comment(2, "Another.", parent=1))
        )
        date = f"<pubDate>{on(month):%a, %d %b %Y %H:%M:%S} +0000</pubDate>".encode()
        data = data.replace(b"<channel>", b"<channel>" + date, 1)
        self.name = f"{month}-{state}.xml"
        self.file = ReadFile(write(folder, data, self.name))

    def happen(self, by):
        del by
        read_again({self.name: self.file}, [[self.name]], blog="test")

    def __repr__(self):
        return self.name


class Telling:
    """What the blog's own records tell of a day in a month."""

    def __init__(self, month, action):
        self.month, self.action = month, action

    def happen(self, by):
        record = Record(
            decided_at=on(self.month, 15), role=Role.OWNER, known_from="a notebook"
        )
        judgement = Judgement(action=self.action, facts="It was told.", record=record)
        decide(Comment.objects.get(source_id="1"), judgement, by=by)

    def __repr__(self):
        return f"{self.action} in {self.month}"


def invented(folder, chance):
    months = chance.sample(range(4, 13), 7)
    number = chance.randint(1, 4)
    copies = [
        Copied(folder, month, chance.choice(STATES), "The pier is falling down.")
        for month in months[:number]
    ]
    return copies + [
        Telling(month, chance.choice(ACTIONS))
        for month in months[number : number + chance.randint(1, 3)]
    ]


def state():
    """Return what stands, which notice is open, and what is told of the past."""
    one = Comment.objects.get(source_id="1")
    told = Decision.objects.filter(entry_index=one.decided_entry).first()
    lines = [
        standing().decode(),
        f"decided {told and (told.action, told.decided_at)}",
        *sorted(
            f"{each.kind} {each.grade} {each.is_open} "
            # What an import saw first depends on what it read first.
            f"{each.opened_entry is not None and each.since_not_after}"
            for each in Tombstone.objects.filter(comment=one)
            if each.is_open or each.opened_entry is not None
        ),
    ]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(ORDERS))
def test_any_order_leads_to_one_state(by, tmp_path, seed):
    chance = random.Random(seed)
    events = invented(tmp_path, chance)
    first = None
    for _turn in range(3):
        chance.shuffle(events)
        # There is nothing to tell of before a copy has the comment.
        at = next(i for i, each in enumerate(events) if isinstance(each, Copied))
        events.insert(0, events.pop(at))
        with undone():
            for each in events:
                each.happen(by)
            found = state()
            assert not [str(each) for each in reconcile()], events
        first = first or found
        assert found == first, (events, found, first)
