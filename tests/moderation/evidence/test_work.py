"""One person's decisions: their own alone, what became of them, and what is apart."""

from datetime import date

import pytest

from commentarchive.actions.staff import acting
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, decide, undo
from moderation.clocks import Days
from moderation.evidence.work import work_of
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ALWAYS = Days(None, None)


def test_counts_decisions_reversals_and_nobody_elses(tmp_path, by, olive):
    load(tmp_path, item(*[comment(n, f"Remark {n}.") for n in range(1, 5)]))
    one, two, three, four = Comment.objects.order_by("source_id")
    rule, owner = Clause.objects.get(number=2), acting(olive)
    remove = Judgement(action=Action.REMOVE, clause=rule, facts="It is rude.")
    made = [decide(each, remove, by=by) for each in (one, two, three)]
    decide(four, remove, by=owner)
    undo(made[0], by=owner)
    decide(two, Judgement(action=Action.RESTORE, facts="It is not."), by=by)
    work = work_of(by.actor, ALWAYS)
    assert work.number == 4
    assert dict(work.by_action) == {"Taken down": 3, "Put back": 1}
    assert dict(work.by_rule) == {"Rule 2, " + rule.title: 3}
    told = [(each.decision, each.is_own) for each in work.reversed]
    assert told == [(made[0], False), (made[1], True)]
    assert work.reversed_by_others == 1
    assert work.hours is not None
    assert (work.entered, work.automatic) == (0, 0)
    assert work_of(by.actor, Days(None, date(2012, 1, 1))).number == 0
    assert work_of(owner.actor, ALWAYS).number == 2
