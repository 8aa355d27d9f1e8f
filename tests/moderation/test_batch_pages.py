"""Many comments decided on together at the desk, by one person or by two."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from commentarchive.actions.staff import acting, set_roles
from commentarchive.erasure.erase import erase
from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry, Role
from commentarchive.models import Comment, Commenter
from commentarchive.search.index import catch_up
from moderation.actions import second_person
from moderation.actions.batches import (
    MOST,
    BatchChanged,
    Refused,
    decide_batch,
    foresee,
    undo_batch,
)
from moderation.actions.decisions import Judgement, decide
from moderation.actions.judgements import Case
from moderation.actions.own_names import add_own_name
from moderation.forms.chosen import choose
from moderation.models import Action, Clause, Decision, PendingBatch, PendingCase
from tests.cast import member, with_house_rules
from tests.wxr import comment, item, load

CHOOSE, REVIEW = "/moderation/desk/batches/", "/moderation/desk/batches/review/"
SPAM, ABUSE = 1, 2
FACTS = "It breaks the rule."


def read_threads(folder):
    """Import two threads that Alice moderates."""
    with_house_rules(member("alice", Role.MODERATOR))
    load(
        folder,
        item(
            *[comment(n, f"Remark {n} on eels", author=f"Nell {n}") for n in (1, 2)],
            *[comment(n, f"Cheap nets, offer {n}", approved="0") for n in (3, 4)],
        ),
        item(comment(5, "Of tides"), number=8, title="Another article"),
    )


pytestmark = [pytest.mark.django_db, pytest.mark.kept(make=read_threads)]


@pytest.fixture
def thread(by):
    return list(Comment.objects.order_by("source_id"))


@pytest.fixture
def small(monkeypatch):
    """Let more than two comments take a second person."""
    monkeypatch.setattr(second_person, "BY_ONE", 2)


@pytest.fixture
def bruno(db):
    """Bruno moderates as well."""
    user = User.objects.create_user("bruno", password="password", is_staff=True)
    set_roles(user, roles=[Role.MODERATOR], handle="bruno")
    return user


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def rule(number):
    return Clause.objects.get(number=number)


def the(source_id):
    return Comment.objects.get(source_id=source_id)


def tokens(comments):
    return [each.token for each in choose(list(comments))]


def sending(comments, *, number=ABUSE, **more):
    return {
        "seen": tokens(comments),
        "action": "block",
        "clause": rule(number).pk,
        "facts": FACTS,
        **more,
    }


def looked_at(client, sent):
    """Look first, and return the form as the page would send it to record it."""
    answer = client.post(REVIEW, {**sent, "look": "1"})
    assert answer.status_code == 200
    return {
        **sent,
        "seen": [row.token for row in answer.context["rows"]],
        "looked_at": answer.context["digest"],
        "record": "1",
    }


def cases(comments, number=ABUSE):
    judgement = Judgement(action=Action.BLOCK, clause=rule(number), facts=FACTS)
    return [each.case(judgement) for each in choose(list(comments))]


def test_all_are_listed_before_and_after_and_each_has_its_entry(thread, desk):
    chosen = desk.get(f"{CHOOSE}?list=waiting")
    assert chosen.content.decode().count('name="comment"') == 2
    listed = desk.post(REVIEW, {"comment": [one.ref for one in thread]})
    page = listed.content.decode()
    for words in ("Nell 1", "Another article", "Cheap nets, offer 4", "published"):
        assert words in page
    assert "What would happen" not in page
    sent = looked_at(desk, sending(thread))
    found = desk.post(REVIEW, {**sending(thread), "look": "1"}).context["rows"]
    assert [row.then for row in found] == [
        *("Taken down", "Taken down", "Not published", "Not published", "Taken down")
    ]
    assert not Decision.objects.exists()
    answer = desk.post(REVIEW, sent)
    made = list(Decision.objects.order_by("entry_index"))
    assert answer["Location"] == f"/moderation/batches/{made[0].batch}/"
    assert len({each.batch for each in made}) == 1
    assert Entry.objects.filter(event__startswith="comment.").count() == len(thread)
    public = Client().get(answer["Location"]).content.decode()
    assert "5 decisions taken together" in public
    assert all(each.get_absolute_url() in public for each in made)
    statement = Client().get(made[0].get_absolute_url()).content.decode()
    assert "5 decisions taken together" in statement
    assert "Decided alone" not in statement


def test_what_changed_since_is_named_and_the_rest_can_go_on(thread, desk, by):
    sent = looked_at(desk, sending(thread))
    decide(the("2"), Judgement(action=Action.HOLD), by=by)
    before = Decision.objects.count()
    answer = desk.post(REVIEW, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Nothing was recorded." in page
    assert "Decided meanwhile: put on hold" in page
    assert Decision.objects.count() == before
    rest = {
        **sent,
        "seen": [row.token for row in answer.context["rows"]],
        "looked_at": answer.context["digest"],
    }
    assert len(rest["seen"]) == 4
    assert desk.post(REVIEW, rest).status_code == 302
    assert Decision.objects.filter(batch__gt="").count() == 4
    assert the("2").visibility == "held"


def test_a_change_of_the_form_is_looked_at_again(thread, desk):
    sent = looked_at(desk, sending(thread))
    answer = desk.post(REVIEW, {**sent, "facts": "Something else."})
    assert (answer.status_code, Decision.objects.count()) == (200, 0)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"action": ""}, "required"),
        ({"clause": ""}, "Say under which rule"),
        ({"facts": ""}, "Give the facts"),
        ({"clause": "99999"}, "not in force"),
        ({"action": "withhold"}, "Only a rule marked legal"),
    ],
)
def test_what_is_wrong_with_all_of_them_is_said_once(thread, desk, more, says):
    answer = desk.post(REVIEW, {**sending(thread), **more, "look": "1"})
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_facts_that_repeat_one_of_them_are_refused_with_the_words_marked(thread, desk):
    facts = "It says: cheap nets, offer 3."
    answer = desk.post(REVIEW, {**sending(thread), "facts": facts, "look": "1"})
    assert answer.status_code == 422
    assert "<mark>cheap nets, offer 3</mark>" in answer.content.decode()


def test_too_many_none_and_a_damaged_form_change_nothing(thread, desk, by, monkeypatch):
    with pytest.raises(Refused, match=f"At most {MOST}"):
        decide_batch(cases(thread) * 101, by=by)
    answer = desk.post(REVIEW, {"comment": ["x"] * (MOST + 1)}, follow=True)
    assert "At most 500 comments can be decided on together; these are 1." not in (
        answer.content.decode()
    )
    many = desk.post(REVIEW, {"comment": [f"x{n}" for n in range(501)]}, follow=True)
    assert "these are 501" in many.content.decode()
    none = desk.post(REVIEW, {}, follow=True)
    assert "Choose the comments" in none.content.decode()
    for seen in ("", "x", "a|b|c", f"{thread[0].ref}|x||", f"{'c' * 27}|1||"):
        sent = {**sending(thread[:1]), "seen": [seen], "record": "1"}
        assert desk.post(REVIEW, sent).status_code == 302
    twice = [*tokens(thread[:1]), f"{thread[0].ref}|9||"]
    assert desk.post(REVIEW, {**sending(thread), "seen": twice}).status_code == 302
    assert not Decision.objects.exists()


def test_a_names_page_leads_to_all_of_its_comments(thread, desk):
    name = Commenter.objects.get(name__name="Nell 1")
    public = Client().get(name.get_absolute_url()).content.decode()
    address = f"{CHOOSE}?name={name.ref}"
    assert address in public
    assert "Comments by Nell 1" in desk.get(address).content.decode().replace(
        "\u2068", ""
    ).replace("\u2069", "")
    answer = desk.post(REVIEW, {"all": "1", "name": name.ref})
    assert [row.comment for row in answer.context["rows"]] == [thread[0]]
    assert desk.get(f"{CHOOSE}?name=n{'a' * 26}").status_code == 404
    assert Client().get(address).status_code == 302


def test_many_wait_for_somebody_else(thread, desk, alice, bruno, small):
    sent = looked_at(desk, sending(thread))
    answer = desk.post(REVIEW, sent)
    batch = PendingBatch.objects.get()
    address = f"/moderation/desk/batches/waiting/{batch.ref}/"
    assert answer["Location"] == address
    assert not Decision.objects.exists()
    page = desk.get(address).content.decode()
    assert "somebody else has to confirm it" in page
    assert batch.ref in desk.get(CHOOSE).content.decode()
    assert desk.post(f"{address}confirm/").status_code == 422
    other = client_of(bruno)
    assert "Confirm 5 decisions" in other.get(address).content.decode()
    done = other.post(f"{address}confirm/")
    made = Decision.objects.first()
    assert done["Location"] == f"/moderation/batches/{made.batch}/"
    assert (made.actor, made.second) == (acting(alice).actor, "moderator")
    entry = read_leaf(bytes(Entry.objects.get(pk=made.entry_index).leaf))
    assert entry["d"]["second"] == "moderator"
    statement = Client().get(made.get_absolute_url()).content.decode()
    assert "Confirmed by somebody else, in the role of moderator" in statement
    log = Client().get("/moderation/log/").content.decode()
    assert "confirmed by moderator" in log
    assert not PendingBatch.objects.exists()
    assert other.post(f"{address}confirm/").status_code == 302
    assert Decision.objects.count() == 5


def test_spam_takes_nobody_else(thread, desk, bruno, small):
    desk.post(REVIEW, looked_at(desk, sending(thread, number=SPAM)))
    assert Decision.objects.count() == 5
    assert not Decision.objects.exclude(second="").exists()


def test_alone_it_takes_a_fresh_login_and_says_so(thread, desk, alice, small):
    desk.post(REVIEW, looked_at(desk, sending(thread)))
    batch = PendingBatch.objects.get()
    address = f"/moderation/desk/batches/waiting/{batch.ref}/"
    session = desk.session
    del session["logged_in_at"]
    session.save()
    assert "Prove that it is you" in desk.get(address).content.decode()
    assert desk.post(f"{address}confirm/").status_code == 403
    assert not Decision.objects.exists()
    proof = {"password": "password", "next": address}
    assert desk.post("/account/again/", proof)["Location"] == address
    assert "decided alone" in desk.get(address).content.decode()
    assert desk.post(f"{address}confirm/").status_code == 302
    made = Decision.objects.first()
    entry = read_leaf(bytes(Entry.objects.get(pk=made.entry_index).leaf))
    assert entry["d"]["second"] == "nobody"
    statement = Client().get(made.get_absolute_url()).content.decode()
    assert "Decided alone" in statement
    assert "decided alone" in Client().get("/moderation/log/").content.decode()
    assert "nobody" in b"".join(Client().get("/moderation/log.csv")).decode()


@pytest.mark.parametrize(
    ("setting", "people", "takes"),
    [(None, 1, False), (None, 2, True), (True, 1, True), (False, 2, False)],
)
def test_who_has_to_confirm_is_a_setting(
    thread, request, settings, setting, people, takes
):
    settings.TWO_PEOPLE = setting
    if people > 1:
        request.getfixturevalue("bruno")
    assert second_person.takes_two() is takes


def test_what_changed_while_it_waited_is_named_to_whoever_confirms(
    thread, desk, bruno, by, small
):
    desk.post(REVIEW, looked_at(desk, sending(thread)))
    address = f"/moderation/desk/batches/waiting/{PendingBatch.objects.get().ref}/"
    decide(the("2"), Judgement(action=Action.HOLD), by=by)
    other = client_of(bruno)
    answer = other.post(f"{address}confirm/")
    assert answer.status_code == 409
    assert "Decided meanwhile" in answer.content.decode()
    assert (Decision.objects.count(), PendingBatch.objects.count()) == (1, 1)
    sent = {"leave_out": [the("2").ref]}
    assert other.post(f"{address}confirm/", sent).status_code == 302
    assert Decision.objects.exclude(batch="").count() == 4


def test_it_waits_not_for_ever_and_not_for_those_who_left(
    thread, alice, bruno, by, olive
):
    other = acting(bruno)
    batch = second_person.ask_for_second(cases(thread), by=by)
    late = timezone.now() + timedelta(hours=73)
    assert "in time" in second_person.why_not_confirm(batch, by=other, now=late)
    set_roles(alice, roles=[Role.AUDITOR])
    with pytest.raises(Refused, match="may not decide any more"):
        second_person.confirm(batch, by=other)
    assert not Decision.objects.exists()
    second_person.withdraw(batch)
    with pytest.raises(Refused, match="meanwhile"):
        second_person.confirm(batch, by=other)
    assert not PendingCase.objects.exists()


def test_an_erasure_forgets_what_waits_with_the_comment(thread, by, bruno):
    second_person.ask_for_second(cases(thread), by=by)
    erase(thread[0], basis="subject_request")
    assert not PendingBatch.objects.exists()
    assert not PendingCase.objects.exists()


def test_a_batch_is_undone_in_one_step(thread, desk, by):
    made = decide_batch(cases(thread), by=by)
    address = f"/moderation/desk/batches/{made[0].batch}/undo/"
    public = f"/moderation/batches/{made[0].batch}/"
    assert address in desk.get(public).content.decode()
    assert address not in Client().get(public).content.decode()
    page = desk.get(address)
    assert "Undo 5 decisions" in page.content.decode()
    sent = {"decision": [each.ref for each in page.context["decisions"]]}
    done = desk.post(f"{address}enter/", sent)
    assert done.status_code == 302
    undone = Decision.objects.filter(undoes__in=made)
    assert undone.count() == 5
    assert len({each.batch for each in undone} - {made[0].batch}) == 1
    assert [the(n).visibility for n in "12345"] == [
        *("published", "published", "held", "held", "published")
    ]
    assert desk.get(f"/moderation/desk/batches/e{'a' * 26}/undo/").status_code == 404


def test_what_was_decided_since_stays_when_a_batch_is_undone(thread, desk, by):
    made = decide_batch(cases(thread), by=by)
    address = f"/moderation/desk/batches/{made[0].batch}/undo/"
    sent = {"decision": [each.ref for each in made]}
    judgement = Judgement(action=Action.RESTORE, facts="A slip.")
    decide(the("1"), judgement, by=by)
    answer = desk.post(f"{address}enter/", sent)
    assert answer.status_code == 409
    assert not Decision.objects.exclude(undoes=None).exists()
    with pytest.raises(BatchChanged) as refused:
        undo_batch(made, by=by)
    assert [each.subject.comment for each in refused.value.changed] == [the("1")]
    sent = {"decision": [each.ref for each in answer.context["decisions"]]}
    assert desk.post(f"{address}enter/", sent).status_code == 302
    assert Decision.objects.exclude(undoes=None).count() == 4


def undo_at_the_desk(client, made):
    address = f"/moderation/desk/batches/{made[0].batch}/undo/"
    sent = {"decision": [each.ref for each in made]}
    answer = client.post(f"{address}enter/", sent)
    assert not Decision.objects.exclude(undoes=None).exists()
    return answer["Location"]


def test_many_are_undone_by_two(thread, desk, alice, bruno, by, small):
    made = decide_batch(cases(thread, SPAM), by=by)
    shown = desk.get(f"/moderation/desk/batches/{made[0].batch}/undo/")
    assert "Ask a second person" in shown.content.decode()
    address = undo_at_the_desk(desk, made)
    assert "Undo decisions taken together" in desk.get(CHOOSE).content.decode()
    assert desk.post(f"{address}confirm/").status_code == 422
    other = client_of(bruno)
    assert "Confirm 5 decisions" in other.get(address).content.decode()
    assert other.post(f"{address}confirm/").status_code == 302
    undone = Decision.objects.filter(undoes__in=made)
    assert {(each.actor, each.second) for each in undone} == {
        (acting(alice).actor, "moderator")
    }
    assert [the(n).visibility for n in "12345"] == [
        *("published", "published", "held", "held", "published")
    ]
    assert not PendingBatch.objects.exists()


def test_alone_many_are_undone_after_a_fresh_login(thread, desk, by, small):
    made = decide_batch(cases(thread), by=by)
    address = undo_at_the_desk(desk, made)
    session = desk.session
    logged_in_at = session.pop("logged_in_at")
    session.save()
    assert desk.post(f"{address}confirm/").status_code == 403
    assert not Decision.objects.exclude(undoes=None).exists()
    session["logged_in_at"] = logged_in_at
    session.save()
    assert desk.post(f"{address}confirm/").status_code == 302
    undone = Decision.objects.filter(undoes__in=made)
    assert {each.second for each in undone} == {"nobody"}
    statement = Client().get(undone[0].get_absolute_url()).content.decode()
    assert "Decided alone" in statement


def test_what_was_decided_while_an_undoing_waits_is_named(
    thread, desk, bruno, by, small
):
    made = decide_batch(cases(thread), by=by)
    address = undo_at_the_desk(desk, made)
    decide(the("1"), Judgement(action=Action.RESTORE, facts="A slip."), by=by)
    other = client_of(bruno)
    assert other.post(f"{address}confirm/").status_code == 409
    assert PendingBatch.objects.exists()
    sent = {"leave_out": [the("1").ref]}
    assert other.post(f"{address}confirm/", sent).status_code == 302
    assert Decision.objects.exclude(undoes=None).count() == 4


@pytest.mark.parametrize("is_undoing", [False, True])
def test_nobody_confirms_what_they_have_to_do_with(
    thread, desk, bruno, by, small, is_undoing
):
    if is_undoing:
        address = undo_at_the_desk(desk, decide_batch(cases(thread), by=by))
    else:
        address = desk.post(REVIEW, looked_at(desk, sending(thread)))["Location"]
    before = Decision.objects.count()
    add_own_name(acting(bruno).actor, "Nell 1", by=acting(bruno))
    other = client_of(bruno)
    page = other.get(address).content.decode()
    assert "You wrote this comment: somebody else has to confirm it." in page
    assert f'name="leave_out" value="{the("1").ref}"' in page
    # Whoever chose them has nothing to do with it.
    assert "You wrote this comment" not in desk.get(address).content.decode()
    assert other.post(f"{address}confirm/").status_code == 409
    assert (Decision.objects.count(), PendingBatch.objects.count()) == (before, 1)
    sent = {"leave_out": [the("1").ref]}
    assert other.post(f"{address}confirm/", sent).status_code == 302
    assert Decision.objects.count() == before + 4


def test_what_would_happen_is_what_happens(thread, by):
    every = [
        Case(comment=one, judgement=Judgement(action=action, facts="So it is."))
        for one, action in zip(
            thread,
            (Action.HOLD, Action.NO_ACTION, Action.APPROVE, Action.HOLD, Action.HOLD),
            strict=True,
        )
    ]
    foreseen = [each.ruling.after for each in foresee(every, by=by)]
    made = decide_batch(every, by=by)
    assert [each.to_visibility for each in made] == foreseen


def test_nobody_without_the_role_records_a_batch(thread, olive):
    auditor = User.objects.create_user("aud", password="password", is_staff=True)
    set_roles(auditor, roles=[Role.AUDITOR], handle="aud")
    client = client_of(auditor)
    assert client.get(CHOOSE).status_code == 200
    assert client.post(REVIEW, sending(thread)).status_code == 403
    assert Client().post(REVIEW, sending(thread)).status_code == 200
    assert not Decision.objects.exists()


def test_lists_of_the_desk_have_boxes_that_lead_to_the_batch(thread, desk):
    address = "/moderation/desk/?tab=waiting"
    body = desk.get(address).text
    refs = re.findall(r'class="pick" name="comment" value="(\w+)" form="several"', body)
    assert set(refs) == {the("3").ref, the("4").ref}
    assert 'id="several"' in body
    answer = desk.post(REVIEW, {"comment": refs, "back": address})
    assert answer.status_code == 200
    assert {row.comment.ref for row in answer.context["rows"]} == set(refs)
    # None was ticked; and nobody is led away from the desk.
    answer = desk.post(REVIEW, {"back": address})
    assert answer["Location"] == address
    for wrong in ("https://else.example/moderation/desk/", "//else.example", "/"):
        answer = desk.post(REVIEW, {"back": wrong})
        assert answer["Location"].startswith(CHOOSE)
    gone = desk.post(REVIEW, {"comment": ["c" + "q" * 26], "back": address})
    assert gone["Location"] == address


def test_whoever_only_looks_sees_no_boxes(thread, db):
    auditor = client_of(member("ada", Role.AUDITOR))
    body = auditor.get("/moderation/desk/?tab=waiting").text
    assert the("3").ref in body
    assert 'class="pick"' not in body
    assert 'id="several"' not in body


def test_what_was_found_among_hidden_texts_can_be_ticked(thread, desk):
    catch_up()
    body = desk.post("/moderation/desk/hidden/find/", {"q": "nets"}).text
    assert f'name="comment" value="{the("3").ref}" form="several"' in body
    assert 'name="back" value="/moderation/desk/hidden/' in body
