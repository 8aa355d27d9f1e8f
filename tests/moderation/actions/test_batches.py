"""Many decisions at once: one lock of the record, each window rewritten once."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from commentarchive.discussion import stored_pages
from commentarchive.intake.judges import Arrival, judges
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Entry
from commentarchive.models import Comment, Visibility
from moderation.actions.decisions import (
    Case,
    Judgement,
    Refused,
    Seen,
    TextChanged,
    decide,
    decide_all,
    judge_batch,
)
from moderation.actions.judgements import Automatic
from moderation.models import Action, Clause, Decision
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
FACTS = "It breaks the rule."


@pytest.fixture
def thread(by, tmp_path):
    load(
        tmp_path,
        item(
            *[comment(n, f"Remark {n} about the pier", parent=n - 1) for n in (1, 2)],
            *[comment(n, "Buy cheap watches", approved="0") for n in (3, 4)],
        ),
        item(comment(5, "Buy cheap shoes"), number=8, title="Another article"),
    )
    return list(Comment.objects.order_by("source_id"))


def hiding(subject, number=2, **values):
    clause = Clause.objects.get(number=number)
    judgement = Judgement(action=Action.BLOCK, clause=clause, facts=FACTS, **values)
    return Case(comment=subject, judgement=judgement)


def test_each_decision_has_its_entry_and_all_share_one_batch(thread, by):
    made = decide_all([hiding(one) for one in thread], by=by)
    indexes = [decision.entry_index for decision in made]
    assert indexes == list(range(indexes[0], indexes[0] + len(thread)))
    assert len({decision.batch for decision in made}) == 1
    assert made[0].batch.startswith("e")
    assert [decision.comment for decision in made] == thread
    assert [decision.action for decision in made] == (
        ["remove", "remove", "block", "block", "remove"]
    )
    events = Entry.objects.filter(index__in=indexes).order_by("index")
    assert [entry.subject for entry in events] == [one.ref for one in thread]


def test_one_decision_is_no_batch(thread, by):
    assert decide(thread[0], Judgement(action=Action.HOLD), by=by).batch == ""


def test_one_that_cannot_be_recorded_stops_them_all(thread, by):
    bad = Case(
        comment=thread[1],
        judgement=Judgement(action=Action.NO_ACTION),
        seen=Seen(revision=9, decision=""),
    )
    with pytest.raises(TextChanged):
        decide_all([hiding(thread[0]), bad], by=by)
    with pytest.raises(Refused, match="twice"):
        decide_all([hiding(thread[0]), hiding(thread[0])], by=by)
    assert not Decision.objects.exists()


def test_rewrites_each_window_once(thread, by, monkeypatch):
    written = []
    rewrite = stored_pages.rewrite_places

    def count(post_pk, places):
        written.append(post_pk)
        rewrite(post_pk, places)

    monkeypatch.setattr(stored_pages, "rewrite_places", count)
    decide_all([hiding(one) for one in thread], by=by)
    assert sorted(written) == sorted({one.post_id for one in thread})


def test_costs_the_same_queries_for_one_and_for_many(thread, by):
    """Only facts are compared with each comment's texts one by one."""

    def cost(subjects):
        judgement = Judgement(action=Action.NO_ACTION)
        cases = [Case(comment=one, judgement=judgement) for one in subjects]
        with CaptureQueriesContext(connection) as queries:
            decide_all(cases, by=by)
        return len(queries)

    assert cost(thread[:1]) == cost(thread)


class WatchesAreSpam:
    """A judge for tests: blocks whoever sells watches, by rule 3 of its first set."""

    rules = new_ref("r")
    passed_over: list[Case]

    def __init__(self, blog):
        self.blog = blog

    def judge(self, arrivals):
        found = [arrival for arrival in arrivals if "watches" in arrival.plain]
        comments = Comment.objects.in_bulk([arrival.comment_pk for arrival in found])
        automatic = Automatic(rules=self.rules, rule=3)
        _made, self.passed_over = judge_batch(
            [hiding(comments[a.comment_pk], 1, automatic=automatic) for a in found]
        )


def arrivals_of(comments):
    return [
        Arrival(
            comment_pk=one.pk,
            visibility=Visibility(one.visibility),
            name="",
            link="",
            plain=one.revisions.get().text.plain,
            html="",
            is_new=True,
        )
        for one in comments
    ]


@pytest.mark.unreconciled
def test_a_judge_named_in_settings_decides_inside_a_batch(thread, by, settings):
    blog = thread[0].post.blog
    assert judges(blog) == []
    settings.JUDGES = [f"{__name__}.WatchesAreSpam"]
    decide(thread[3], Judgement(action=Action.APPROVE), by=by)
    [judge] = judges(blog)
    with transaction.atomic():
        judge.judge(arrivals_of(thread))
    assert [case.comment for case in judge.passed_over] == [thread[3]]
    made = thread[2].decisions.get()
    assert (made.to_visibility, made.decided_by) == (
        *("spam", "this program, by automatic rule 3"),
    )
    assert (made.automatic_rules, made.automatic_rule) == (judge.rules, 3)
    assert (made.actor, made.recorder, made.recorder_role) == (None, None, "system")
    entry = Entry.objects.get(pk=made.entry_index)
    assert b'"auto":true,"auto_rule":3,' in bytes(entry.leaf)
    assert not thread[4].decisions.exists()


@pytest.mark.unreconciled
def test_a_rule_that_cannot_be_recorded_ends_no_import(thread, by):
    """Pass over facts that repeat the comment; decide on the others."""
    automatic = Automatic(rules=new_ref("r"), rule=1)
    clause = Clause.objects.get(number=2)
    repeats = "It says: Remark 1 about the pier."
    judgement = Judgement(
        action=Action.BLOCK, clause=clause, facts=repeats, automatic=automatic
    )
    cases = [
        Case(comment=thread[0], judgement=judgement),
        hiding(thread[1], automatic=automatic),
    ]
    with transaction.atomic():
        made, passed_over = judge_batch(cases)
    assert [decision.comment for decision in made] == [thread[1]]
    assert passed_over == cases[:1]
