"""Two moderators and a new import of the same article, all at once, many times.

ROUNDS of them in the suite; `make soak` does 500.
"""

import html
import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Entry, Role
from commentarchive.ledger.verification import verify
from commentarchive.models import Comment
from moderation.actions.flags import Reported, send_flag
from moderation.actions.subjects import lock_subjects
from moderation.models import Decision, Flag
from tests.cast import member
from tests.wxr import comment, export, item, load, write

ROUNDS = int(os.environ.get("ROUNDS", "16"))
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(by, tmp_path):
    """Return comments that wait, each alone at its article, by number."""
    load(tmp_path, *(of_round(n, by_reader=True) for n in range(1, ROUNDS + 1)))
    found = Comment.objects.filter(visibility="held").select_related("post")
    return {int(each.source_id): each for each in found}


def of_round(number, *, by_reader=False, words=""):
    text = f"Remark {number} waits for somebody.{words}"
    return item(
        comment(number, text, approved="0" if by_reader else "1"), number=number
    )


def card(client, one):
    """Return the address of a card's form and what an open card sends along."""
    address = f"/moderation/desk/comments/{one.ref}/"
    body = client.get(address).text
    seen = re.findall(r'name="(seen_\w+)" value="([^"]*)"', body)
    fields = {name: html.unescape(value) for name, value in reversed(seen)}
    block = re.search(r'value="(block:[^"]*)"', body)[1]
    return f"{address}decide/", {"seen_decision": "", **fields}, block


def at_once(*acts):
    """Begin all acts at one moment in threads; return what came of each."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(run, act) for act in acts]]


def log_in(user):
    client = Client()
    client.force_login(user)
    return client


def decisions_on_record(one):
    made = Entry.objects.filter(subject=one.ref, event__startswith="comment.")
    return list(made.order_by("index"))


def test_of_two_moderators_and_an_import_exactly_one_decision_stands(
    waiting, alice, tmp_path
):
    first, second = log_in(alice), log_in(member("bella", Role.MODERATOR))
    names, won = count(), set()
    for number, one in waiting.items():
        address, sent, block = card(first, one)
        data = write(
            tmp_path, export(of_round(number, by_reader=True)), f"{next(names)}.xml"
        )
        *answers, _report = at_once(
            partial(first.post, address, {**sent, "do": "approve"}),
            partial(second.post, address, {**sent, "do": block}),
            partial(import_files, [data]),
        )
        assert sorted(each.status_code for each in answers) == [302, 409], number
        decision = Decision.objects.get(comment=one)
        assert len(decisions_on_record(one)) == 1
        lost = next(each for each in answers if each.status_code == 409)
        assert decision.get_absolute_url() in lost.text
        assert Comment.objects.get(pk=one.pk).visibility == decision.to_visibility
        won.add(decision.action)
    assert not verify().faults


def test_a_double_tap_of_one_person_is_no_conflict(waiting, alice, tmp_path):
    phones = log_in(alice), log_in(alice)
    for one in list(waiting.values())[: max(ROUNDS // 3, 1)]:
        address, sent, block = card(phones[0], one)
        answers = at_once(
            *(partial(phone.post, address, {**sent, "do": block}) for phone in phones)
        )
        assert [each.status_code for each in answers] == [302, 302]
        assert Decision.objects.filter(comment=one).count() == 1
        assert len(decisions_on_record(one)) == 1


def test_a_text_that_an_import_changes_meanwhile_is_never_decided_unseen(
    waiting, alice, tmp_path
):
    first, second = log_in(alice), log_in(member("bella", Role.MODERATOR))
    for number, one in list(waiting.items())[: max(ROUNDS // 3, 1)]:
        address, sent, block = card(first, one)
        changed = export(of_round(number, by_reader=True, words=" And worse."))
        data = write(tmp_path, changed, f"changed-{number}.xml")
        *answers, _report = at_once(
            partial(first.post, address, {**sent, "do": "approve"}),
            partial(second.post, address, {**sent, "do": block}),
            partial(import_files, [data]),
        )
        codes = sorted(each.status_code for each in answers)
        # Where the import was first, neither may decide on what they had not seen.
        assert codes in ([302, 409], [409, 409]), number
        made = Decision.objects.filter(comment=one)
        assert made.count() == codes.count(302) == len(decisions_on_record(one))
        for decision in made:
            assert "worse" not in decision.judged.text.plain
        now = Comment.objects.get(pk=one.pk)
        if now.visibility == "published":
            assert "worse" not in now.current_revision.text.plain


def test_a_report_comes_in_while_somebody_decides(waiting):
    """Its row refers to the comment, which PostgreSQL looks at when it is committed.

    A lock against that, while the decision waits for the mark of the report's own
    transaction, would be a circle.
    """
    one = waiting[1]
    reported = Reported(comment=one, revision=one.current_revision, clause=None)

    def report():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
            send_flag(reported, visitor="somebody", key="a-form")
        finally:
            connections.close_all()

    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        lock_subjects([one])
        pool.submit(report).result()
    assert Flag.objects.filter(comment=one).exists()
