import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from commentarchive.ledger.models import Entry, Role
from commentarchive.ledger.verification import verify
from commentarchive.models import Comment, Tombstone
from moderation.actions.decisions import (
    AlreadyDecided,
    Judgement,
    LeaksHiddenWords,
    Record,
    Refused,
    Seen,
    TextChanged,
    decide,
    undo,
)
from moderation.actions.policies import CannotPublish, publish_policy
from moderation.models import Action, Clause, ClauseDraft, Decision
from tests.desk_lists import in_list
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
FACTS = "It breaks the rule."


@pytest.fixture
def thread(by, tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "She paid the printer from the parish account, I saw it"),
            comment(2, "A reply", parent=1),
            comment(3, "Let me in", approved="0"),
        ),
    )
    return {c.source_id: c for c in Comment.objects.all()}


def rule(number):
    return Clause.objects.get(number=number)


def hide(comment, by, **values):
    judgement = Judgement(
        **{"action": Action.BLOCK, "clause": rule(2), "facts": FACTS, **values}
    )
    return decide(comment, judgement, by=by)


def test_hides_with_a_notice_and_an_entry(thread, by):
    decision = hide(thread["1"], by)
    one = Comment.objects.get(pk=thread["1"].pk)
    notice = one.tombstones.get(is_open=True)
    assert (decision.action, one.visibility, notice.kind) == ("remove",) + (
        "removed",
    ) * 2
    assert notice.statement_path == decision.get_absolute_url()
    assert notice.opened_entry == decision.entry_index == one.decided_entry
    entry = Entry.objects.get(pk=decision.entry_index)
    assert (entry.event, entry.subject) == ("comment.remove", one.ref)
    assert FACTS.encode() not in bytes(entry.leaf)
    assert not verify().faults


def test_approves_what_waits_and_blocks_what_was_never_seen(thread, by):
    assert (
        decide(thread["3"], Judgement(action=Action.APPROVE), by=by).action == "approve"
    )
    decision = hide(thread["3"], by)
    assert decision.to_visibility == "removed"
    assert [t.is_open for t in Tombstone.objects.order_by("pk")] == [False, True]


def test_a_spam_rule_makes_spam(thread, by):
    assert hide(thread["3"], by, clause=rule(1)).to_visibility == "spam"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"clause": None}, "which rule"),
        ({"facts": " "}, "facts"),
        ({"action": Action.WITHHOLD}, "marked legal"),
    ],
)
def test_refuses_what_says_no_reason(thread, by, values, reason):
    with pytest.raises(Refused, match=reason):
        hide(thread["1"], by, **values)
    assert not Decision.objects.exists()


def test_refuses_facts_that_repeat_the_comment_or_the_name(thread, by):
    for facts in ("It says she paid the printer from her purse.", "A remark by Nell."):
        with pytest.raises(LeaksHiddenWords) as refused:
            hide(thread["1"], by, facts=facts)
        assert refused.value.leaks


def test_a_legal_rule_prints_no_name(thread, by):
    hide(thread["1"], by, action=Action.WITHHOLD, clause=rule(4))
    hide(thread["2"], by)
    legal, other = Tombstone.objects.filter(grade="decided").order_by("pk")
    assert (legal.shows_name, other.shows_name) == (False, True)


def test_undo_is_a_decision_of_its_own(thread, by):
    first = hide(thread["1"], by)
    second = undo(first, by=by)
    assert second.undoes == first
    assert second.action == "restore"
    assert Comment.objects.get(pk=thread["1"].pk).visibility == "published"
    with pytest.raises(AlreadyDecided):
        undo(first, by=by)


def test_a_stale_card_is_refused(thread, by, tmp_path):
    seen = Seen(revision=1, decision="")
    load(tmp_path, item(comment(3, "Let me in, please", approved="0")), name="2.xml")
    with pytest.raises(TextChanged):
        decide(thread["3"], Judgement(action=Action.APPROVE), by=by, seen=seen)
    hide(thread["1"], by)
    with pytest.raises(AlreadyDecided):
        decide(thread["1"], Judgement(action=Action.RESTORE), by=by, seen=seen)


def test_an_import_changes_nothing_that_was_decided_here(thread, by, tmp_path):
    hide(thread["1"], by)
    decide(thread["3"], Judgement(action=Action.APPROVE), by=by)
    load(
        tmp_path,
        item(comment(1, "Now harmless"), comment(3, "Worse", approved="trash")),
        name="2.xml",
    )
    one, three = (Comment.objects.get(source_id=n) for n in "13")
    assert (one.visibility, three.visibility) == ("removed", "published")
    assert three.current_revision.text.raw == "Let me in"
    assert {c.source_id for c in in_list("changed")} == {"1", "3"}
    decide(three, Judgement(action=Action.NO_ACTION), by=by)
    assert {c.source_id for c in in_list("changed")} == {"1"}


def test_a_blogs_own_records_keep_their_date_and_grade(thread, by):
    moment = timezone.now() - timedelta(days=5000)
    record = Record(decided_at=moment, role=Role.OWNER, known_from="a notebook")
    decision = hide(thread["1"], by, clause=None, record=record)
    assert (decision.grade, decision.decided_at) == ("imported", moment)
    assert decision.recorded_at > moment
    assert decision.decided_by == "the owner of the blog"
    unknown = Record(decided_at=None, role=None, known_from="a notebook")
    undated = hide(thread["2"], by, clause=None, record=unknown)
    assert undated.decided_at is None


def test_a_hold_needs_no_words_and_comes_back(thread, by):
    decision = decide(thread["1"], Judgement(action=Action.HOLD), by=by)
    assert decision.due_at - decision.recorded_at == timedelta(hours=72)
    assert {c.source_id for c in in_list("waiting")} == {"3"}
    assert {c.source_id for c in in_list("on-hold")} == {"1"}


def test_a_rule_number_keeps_its_meaning(by):
    with pytest.raises(CannotPublish, match="says what version 1 says"):
        publish_policy()
    ClauseDraft.objects.filter(number=2).update(title="Seagulls")
    with pytest.raises(CannotPublish, match="always been"):
        publish_policy()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins(thread, by):
    outcomes, start = [], threading.Barrier(2)

    def act(action):
        try:
            start.wait()
            seen = Seen(revision=1, decision="")
            judgement = Judgement(action=action, clause=rule(2), facts=FACTS)
            outcomes.append(decide(thread["3"], judgement, by=by, seen=seen))
        except AlreadyDecided as error:
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=act, args=[action])
        for action in (Action.APPROVE, Action.BLOCK)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    winner = Decision.objects.get()
    assert {type(outcome) for outcome in outcomes} == {Decision, AlreadyDecided}
    loser = next(each for each in outcomes if isinstance(each, AlreadyDecided))
    assert loser.winner == winner
    assert not verify().faults


def test_undo_never_shows_a_text_that_nobody_looked_at(thread, by, tmp_path):
    first = hide(thread["2"], by)
    load(tmp_path, item(comment(2, "Far worse"), comment(1, "x")), name="2.xml")
    undo(first, by=by)
    two = Comment.objects.get(source_id="2")
    assert two.visibility == "published"
    assert two.current_revision.text.raw == "A reply"
    assert "2" in {c.source_id for c in in_list("changed")}


def test_facts_of_an_approval_may_not_repeat_the_comment_either(thread, by):
    facts = "She paid the printer from the parish account is a fair remark."
    judgement = Judgement(action=Action.NO_ACTION, facts=facts)
    with pytest.raises(LeaksHiddenWords):
        decide(thread["1"], judgement, by=by)


def test_a_comment_that_was_public_is_never_folded_as_never_published(thread, by):
    from django.test import Client

    decide(thread["1"], Judgement(action=Action.HOLD), by=by)
    decide(thread["2"], Judgement(action=Action.HOLD), by=by)
    body = Client().get(thread["1"].post.get_absolute_url()).content.decode()
    assert "never published" not in body
    assert body.count("Comment waiting to be looked at") == 3


def test_any_hiding_under_a_legal_rule_is_a_legal_notice(thread, by):
    from django.test import Client

    for number in ("1", "3"):
        assert hide(thread[number], by, clause=rule(4)).to_visibility == "withheld"
    body = Client().get(thread["1"].post.get_absolute_url()).content.decode()
    assert body.count("no view is taken on the complaint") == 2


def test_a_new_text_of_a_shown_comment_can_be_approved_and_undone(thread, by, tmp_path):
    undo(hide(thread["1"], by), by=by)
    load(tmp_path, item(comment(1, "Corrected"), comment(2, "A reply")), name="2.xml")

    def shown():
        return Comment.objects.get(source_id="1").current_revision.text.raw

    assert shown().startswith("She paid")
    made = decide(thread["1"], Judgement(action=Action.APPROVE), by=by)
    assert (made.action, shown()) == ("approve", "Corrected")
    assert not in_list("changed")
    undo(made, by=by)
    assert shown().startswith("She paid")
    with pytest.raises(Refused):
        decide(thread["2"], Judgement(action=Action.APPROVE), by=by)


def test_no_decision_is_older_than_its_comment_or_its_rule(thread, by):
    day = timedelta(days=1)
    source = {"role": Role.OWNER, "known_from": "a notebook"}
    old = Record(decided_at=thread["1"].posted_at - day, **source)
    with pytest.raises(Refused, match="before the comment"):
        hide(thread["1"], by, clause=None, record=old)
    then = Record(decided_at=thread["1"].posted_at + day, **source)
    with pytest.raises(Refused, match="not in force"):
        hide(thread["1"], by, record=then)
    assert not Decision.objects.exists()


def test_a_decision_stays_in_the_log_when_its_article_goes(thread, by, tmp_path):
    from django.test import Client

    decision = hide(thread["1"], by)
    load(tmp_path, item(comment(1), status="trash", title="Gone"), name="2.xml")
    for address in ("/moderation/log/", decision.get_absolute_url()):
        body = Client().get(address).content.decode()
        assert FACTS in body
        assert "an article that its blog does not show" in body
        assert "Gone" not in body
        assert thread["1"].ref not in body
    lines = b"".join(Client().get("/moderation/log.csv").streaming_content).decode()
    assert FACTS in lines
    assert thread["1"].ref not in lines


def test_what_readers_had_seen_was_taken_down_under_any_rule(thread, by):
    from django.test import Client

    from tests.report_numbers import numbers_of

    hide(thread["1"], by, clause=rule(1))
    body = Client().get(thread["1"].post.get_absolute_url()).content.decode()
    assert "Comment taken down: spam" in body
    assert numbers_of("2012-04", "comments-hidden") == {"seen": 1, "unseen": 0}
