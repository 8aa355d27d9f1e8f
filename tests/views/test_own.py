"""What is one's own, at every form of the desk: from a table that has to be whole."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from commentarchive.actions.staff import acting
from commentarchive.ledger.models import Entry
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, decide
from moderation.actions.own_names import add_own_name
from moderation.forms.chosen import choose
from moderation.models import Action, Clause
from tests.cast import member
from tests.roles import OWN
from tests.views.test_roles import GONE
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DESK = "/moderation/desk/"
NAME = "Al Ice"


def forms(patterns=None, names="", route=""):
    """Yield the name and the route of each form of the desk."""
    for each in patterns or get_resolver().url_patterns:
        here = route + str(each.pattern)
        if not isinstance(each, URLPattern):
            space = f"{each.namespace}:" if each.namespace else ""
            yield from forms(each.url_patterns, names + space, here)
        elif is_form(each.callback):
            yield f"{names}{each.name}", here


def is_form(view):
    while view is not None:
        if "desk_form" in getattr(getattr(view, "__code__", None), "co_qualname", ""):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


@pytest.mark.django_db(False)
def test_every_form_of_the_desk_has_a_row():
    told = [name for names in OWN.values() for name in names.split()]
    assert len(told) == len(set(told)), "a name stands in two groups of OWN"
    there = {name for name, _route in forms()}
    assert not there - set(told), (
        f"{sorted(there - set(told))}: add each to a group of OWN in tests/roles.py, by "
        "what it does about what is one's own."
    )
    assert not set(told) - there, f"{sorted(set(told) - there)}: out of OWN"
    assert set(OWN["REASON"].split()) == set(SENT)


@pytest.fixture
def thread(by, tmp_path):
    """One comment under the name of somebody at the desk, and one of another apart."""
    rows = comment(1, "The pier is falling down", author=NAME)
    load(
        tmp_path,
        item(rows),
        item(comment(2, "It is not"), number=8, title="Another article"),
    )
    return {
        "own": Comment.objects.get(source_id="1"),
        "other": Comment.objects.get(source_id="2"),
    }


def deciding(client, one, _made):
    card = f"{DESK}comments/{one.ref}/"
    seen = client.get(card).context["seen"].initial
    return client.post(f"{card}decide/", {**seen, "action": "hold"})


def undoing(client, _one, made):
    return client.post(f"{DESK}decisions/{made.ref}/undo/")


def rewording(client, _one, made):
    sent = {"seen_number": 1, "facts": "It is rude."}
    return client.post(f"{DESK}decisions/{made.ref}/reword/", sent)


def putting_right(client, _one, made):
    sent = {"seen_number": 1, "facts": "It is rude."}
    return client.post(f"{DESK}decisions/{made.ref}/put-right/enter/", sent)


def choosing(client, one, _made):
    """Look, and then record what the look allows."""
    sent = {
        "seen": [each.token for each in choose([one])],
        "action": "block",
        "clause": Clause.objects.get(number=2).pk,
        "facts": "It breaks the rule.",
    }
    looked = client.post(f"{DESK}batches/review/", {**sent, "look": "1"})
    if looked.status_code != 200:
        return looked
    more = {"looked_at": looked.context["digest"], "record": "1"}
    return client.post(f"{DESK}batches/review/", {**sent, **more})


# How each is sent without a reason for it.
SENT = {
    "moderation:desk-decide": deciding,
    "moderation:desk-undo": undoing,
    "moderation:desk-reword": rewording,
    "moderation:put-right-enter": putting_right,
    "moderation:batch-review": choosing,
}


@pytest.mark.parametrize("who", ["alice", "olive"])
def test_ones_own_comment_asks_for_a_public_reason(thread, request, who):
    me, other = request.getfixturevalue(who), acting(member("rita", "moderator"))
    add_own_name(acting(me).actor, NAME, by=acting(me))
    client, wrong = Client(), []
    client.force_login(me)
    rule = Clause.objects.get(number=2)
    judgement = Judgement(action=Action.REMOVE, clause=rule, facts="Rude.")
    for name, send in SENT.items():
        for whose, one in thread.items():
            with transaction.atomic():
                is_decided = send in {undoing, rewording, putting_right}
                made = decide(one, judgement, by=other) if is_decided else None
                entries = Entry.objects.count()
                answer = send(client, one, made)
                is_asked = answer.status_code == 422 and "You wrote" in answer.text
                is_recorded = Entry.objects.count() > entries
                transaction.set_rollback(True)
            if (is_asked, is_recorded) != (whose == "own", whose == "other"):
                wrong.append(f"{name}, {whose}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_what_is_gone_is_not_there_for_those_who_may(thread, olive):
    client = Client(raise_request_exception=False)
    client.force_login(olive)
    entries, wrong = Entry.objects.count(), []
    for name, route in forms():
        if "<ref:" not in route:
            continue
        address = "/" + route.replace("<ref:blog>", GONE.format("b").strip("/"))
        for mark in ("<ref:ref>", "<ref:other>"):
            address = address.replace(mark, GONE.format("c").strip("/"))
        address = address.replace("<int:number>", "1")
        if "<" in address:
            continue
        answer = client.post(address, {})
        if answer.status_code not in {302, 403, 404, 422}:
            wrong.append(f"POST {address} ({name}): {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert Entry.objects.count() == entries
