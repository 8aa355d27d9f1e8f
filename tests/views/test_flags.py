"""Reports by readers: what the form takes, what the desk sees, what becomes of them."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from commentarchive.erasure.erase import erase
from commentarchive.ledger.models import Entry
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, decide
from moderation.actions.flags import flags_of, reported_comments
from moderation.models import Action, Clause, Flag, FlagWords
from moderation.views import flags
from tests.answers import assert_says_when_to_try_again
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
LOOK_UP = "/moderation/claims/"
WHY = "He calls my aunt a zeppelin."


@pytest.fixture
def one(by, tmp_path):
    load(tmp_path, item(comment(1, "The pier falls"), comment(2, "No", approved="0")))
    return Comment.objects.get(source_id="1")


def send(one, address="203.0.113.1", **form):
    client = Client(REMOTE_ADDR=address)
    return client.post(f"{one.get_absolute_url()}flag/", form)


def rule(number=2):
    return Clause.objects.get(number=number)


def looked_up(answer):
    ref, secret = re.findall(r"<code>(\w+)</code>", answer.text)
    return Client().post(LOOK_UP, {"reference": ref, "secret": secret}).text


def test_a_report_is_sent_decided_on_and_looked_up(one, by, desk):
    entries = Entry.objects.count()
    page = Client().get(f"{one.get_absolute_url()}flag/")
    assert "The pier falls" in page.text
    assert "another reason" in page.text
    assert "no-store" in page["Cache-Control"]
    answer = send(one, clause=rule().pk, text=WHY, email="me@mail.example")
    assert answer.status_code == 201
    assert "It waits" in looked_up(answer)
    assert Entry.objects.count() == entries
    listed = desk.get("/moderation/desk/reported/").text
    assert "reported by 1 person" in listed
    card = desk.get(f"/moderation/desk/comments/{one.ref}/").text
    assert WHY in card
    assert "Rule 2: Abuse" in card
    assert "me@mail.example" not in listed + card
    decide(one, Judgement(action=Action.HOLD), by=by)
    assert "It waits" in looked_up(answer)
    left = decide(one, Judgement(action=Action.RESTORE), by=by)
    assert left.get_absolute_url() in looked_up(answer)
    assert "Nothing waits." in desk.get("/moderation/desk/reported/").text
    assert WHY not in desk.get(f"/moderation/desk/comments/{one.ref}/").text


def test_leaving_a_comment_as_it_is_answers_its_reports(one, by):
    send(one, clause=rule().pk)
    decide(one, Judgement(action=Action.NO_ACTION), by=by)
    assert flags_of(one) == []
    send(one, clause=rule().pk)
    assert len(flags_of(one)) == 1


def test_one_person_counts_once_and_every_report_is_kept(one):
    other = Comment.objects.get(source_id="2")
    Comment.objects.filter(pk=other.pk).update(visibility="published")
    for address in ("203.0.113.1", "203.0.113.1", "203.0.113.2"):
        assert send(one, address, text=WHY).status_code == 201
    assert send(other, "203.0.113.1", text=WHY).status_code == 201
    [first, second] = reported_comments()
    assert (first, first.persons, second.persons) == (one, 2, 1)
    assert len(flags_of(one)) == 3
    persons = Flag.objects.values_list("person", flat=True)
    # Nobody is recognised from one comment to another.
    assert len({bytes(person) for person in persons}) == 3


def test_the_same_form_sent_twice_is_one_report(one):
    key = "k" * 22
    for _ in range(2):
        assert send(one, key=key, text=WHY).status_code == 201
    assert Flag.objects.count() == 1


def test_a_report_is_of_the_version_that_was_seen(one, tmp_path):
    changed = item(comment(1, "The pier fell"), comment(2, "No", approved="0"))
    load(tmp_path, changed, name="2.xml")
    one.refresh_from_db()
    assert one.current_revision.number == 2
    send(one, text=WHY, seen="1")
    send(one, text=WHY, seen="9")
    assert [flag.revision.number for flag in flags_of(one)] == [1, 2]


def test_what_is_hidden_cannot_be_reported(one, by):
    hidden = Comment.objects.get(source_id="2")
    for method in (Client().get, Client().post):
        assert method(f"{hidden.get_absolute_url()}flag/").status_code == 404
    assert send(hidden, text=WHY).status_code == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose a rule"),
        ({"text": "  "}, "Choose a rule"),
        ({"clause": "9999", "text": WHY}, "Select a valid choice"),
        ({"text": WHY, "email": "me"}, "no e-mail address"),
        ({"text": "x" * 2001}, "2000"),
    ],
)
def test_what_cannot_be_taken_is_said_and_kept_in_the_form(one, form, said):
    answer = send(one, **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert not Flag.objects.exists()


def test_too_many_reports_are_refused_for_a_while(one):
    for _ in range(20):
        assert send(one, text=WHY).status_code == 201
    answer = send(one, text=WHY)
    assert_says_when_to_try_again(answer)
    assert WHY in answer.text
    assert int(answer["Retry-After"]) > 0
    assert send(one, "203.0.113.9", text=WHY).status_code == 201
    assert flags.SENT


def test_another_site_sends_nothing(one):
    answer = Client().post(
        f"{one.get_absolute_url()}flag/",
        {"text": WHY},
        headers={"origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
    assert not Flag.objects.exists()


def test_an_erasure_takes_what_was_sent(one):
    send(one, text=WHY)
    erase(one, basis="legal")
    assert not FlagWords.objects.exists()
    assert Flag.objects.count() == 1


def test_what_was_sent_can_be_erased_alone(one):
    send(one, text=WHY)
    call_command("erase", claim=Flag.objects.get().ref, basis="subject_request")
    assert not FlagWords.objects.exists()


def test_only_staff_see_the_list(one, charlie):
    assert Client().get("/moderation/desk/reported/").status_code == 302
    client = Client()
    client.force_login(charlie)
    assert client.get("/moderation/desk/reported/").status_code == 403


def test_a_reason_that_nobody_may_read_is_on_no_page(one):
    send(one, text=WHY, email="me@mail.example")
    for page in (one.get_absolute_url(), one.post.get_absolute_url(), "/"):
        assert WHY not in Client().get(page).text
