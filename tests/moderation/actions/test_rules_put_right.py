"""A wrong rule is put right by a new wording; what readers see names the new one."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client

from commentarchive.ledger import triggers
from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, Record, Refused, decide, undo
from moderation.actions.policies import publish_policy, start_draft
from moderation.actions.wordings import reword
from moderation.models import Action, Clause, ClauseDraft, Decision
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
SPAM, ABUSE, LEGAL, OFF_TOPIC = 1, 2, 4, 5
FACTS = "It strays from the ferry."


def rule(number):
    return Clause.objects.order_by("-policy__number").filter(number=number).first()


def the(source_id="1"):
    return Comment.objects.get(source_id=source_id)


@pytest.fixture
def made(by, tmp_path):
    load(tmp_path, item(comment(1, "The oysters were small"), comment(2, parent=1)))
    judgement = Judgement(action=Action.BLOCK, clause=rule(ABUSE), facts="It insults.")
    return decide(the(), judgement, by=by)


def another_version(**values):
    start_draft()
    ClauseDraft.objects.filter(number=ABUSE).update(text="Be kind.")
    publish_policy(**values)


def page(address, client=None):
    return b"".join((client or Client()).get(address)).decode()


def test_notices_and_lists_name_the_new_rule_and_the_statement_both(made, by):
    reword(made, FACTS, by=by, clause=rule(OFF_TOPIC))
    made = Decision.objects.get()
    assert (made.clause.number, made.rule.number) == (ABUSE, OFF_TOPIC)
    for address in (the().post.get_absolute_url(), the().get_absolute_url()):
        assert "under rule 5, Off topic" in page(address)
        assert "rule 2" not in page(address)
    statement = page(made.get_absolute_url())
    assert "under rule 5, Off topic" in statement
    assert "rule 2, Abuse" in statement.split("Put right on")[1]
    for query, number in (("rule=5", 1), ("rule=2", 0)):
        assert page(f"/moderation/log/?{query}").count(made.ref) == number
        assert page(f"/moderation/log.csv?{query}").count(made.ref) == number
    line = page("/moderation/log.csv").splitlines()[1]
    assert ",5,Off topic," in line
    told = Client().get(f"/api/v1/decisions/{made.ref}/").json()
    assert (told["rule"], told["rule_title"]) == (5, "Off topic")
    entry = Entry.objects.get(event="decision.reword")
    said = read_leaf(bytes(entry.leaf))["d"]
    assert (said["clause"], said["policy"]) == (5, rule(5).policy.ref)


def test_the_first_rule_can_come_back_and_facts_alone_keep_the_rule(made, by):
    reword(made, FACTS, by=by, clause=rule(OFF_TOPIC))
    reword(made, "It strays.", by=by)
    assert Decision.objects.get().rule.number == OFF_TOPIC
    reword(made, "It strays.", by=by, clause=rule(ABUSE))
    again = Decision.objects.get()
    assert (again.rule.number, again.clause_since) == (ABUSE, None)
    assert the().tombstones.get().clause_label == "rule 2, Abuse"
    with pytest.raises(Refused, match="already"):
        reword(made, "It strays.", by=by, clause=rule(ABUSE))


@pytest.mark.parametrize("number", [SPAM, LEGAL])
def test_another_mark_takes_another_decision(made, by, number):
    with pytest.raises(Refused, match="Decide anew"):
        reword(made, FACTS, by=by, clause=rule(number))
    assert made.words.count() == 1
    assert the().tombstones.get().clause_label == "rule 2, Abuse"


def test_a_rule_of_another_version_is_refused(made, by):
    another_version()
    with pytest.raises(Refused, match="in force"):
        reword(made, FACTS, by=by, clause=rule(OFF_TOPIC))


def test_an_undoing_brings_back_the_rule_of_today(made, by):
    reword(made, FACTS, by=by, clause=rule(OFF_TOPIC))
    shown = decide(the(), Judgement(action=Action.RESTORE, facts="A slip."), by=by)
    assert undo(shown, by=by).clause.number == OFF_TOPIC
    assert the().tombstones.get(is_open=True).clause_label == "rule 5, Off topic"


def test_what_a_blog_tells_gets_the_rule_that_it_had_not_told(by, tmp_path):
    load(tmp_path, item(comment(1, "The oysters were small")))
    another_version(in_force_at=datetime(2012, 1, 1, tzinfo=UTC), as_told=True)
    told = Record(
        decided_at=datetime(2012, 5, 1, 9, tzinfo=UTC), role=None, known_from="a mail"
    )
    judgement = Judgement(action=Action.REMOVE, facts="It was rude.", record=told)
    made = decide(the(), judgement, by=by)
    then = Clause.objects.get(policy__as_told=True, number=ABUSE)
    reword(made, "It was rude. (Known from: a mail)", by=by, clause=then)
    assert the().tombstones.get(is_open=True).clause_label == "rule 2, Abuse"
    assert "before that it named no rule" in page(made.get_absolute_url())


def test_from_the_desk(made, desk):
    address = f"/moderation/desk/decisions/{made.ref}/put-right/"
    assert address in page(made.get_absolute_url(), desk)
    assert address not in page(made.get_absolute_url())
    assert "It insults." in page(address, desk)
    sent = {"seen_number": 1, "facts": FACTS, "clause": rule(OFF_TOPIC).pk}
    for _twice in range(2):
        assert desk.post(f"{address}enter/", sent).status_code == 302
    assert made.words.count() == 2
    for changed, status in (
        ({"facts": "Else."}, 409),
        ({"seen_number": 2, "clause": rule(LEGAL).pk}, 422),
        ({"seen_number": 2, "facts": "The oysters were small"}, 422),
        ({"seen_number": 2, "clause": "99999"}, 422),
    ):
        assert desk.post(f"{address}enter/", {**sent, **changed}).status_code == status
    assert made.words.count() == 2


@pytest.mark.unreconciled
def test_reconcile_misses_no_rule_that_was_changed_by_hand(made, by):
    reword(made, FACTS, by=by, clause=rule(OFF_TOPIC))
    assert not list(reconcile())
    for column in ("clause_since_id = NULL", f"clause_since_id = {rule(LEGAL).pk}"):
        Decision.objects.update(clause_since=rule(OFF_TOPIC))
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE moderation_decision SET {column}")
        assert any("names another rule" in str(each) for each in reconcile())
    Decision.objects.update(clause_since=rule(OFF_TOPIC))
    the().tombstones.update(clause_label="rule 2, Abuse")
    assert any("clause_label" in str(each) for each in reconcile())
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE moderation_decisionwords SET clause_id = NULL")
    assert any("another rule" in str(each) for each in reconcile())
    triggers.install()
