"""Forms of the desk that come too late, twice, or from somebody without a role."""

import html
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from commentarchive.models import Blog, Comment, Gap
from moderation.actions.decisions import Judgement, decide
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Action, Clause, ClauseDraft, Decision, PolicyVersion
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(by, tmp_path):
    load(tmp_path, item(comment(1, "The ferryman is a toad"), comment(2, parent=1)))
    return Comment.objects.get(source_id="1")


def card_of(one):
    return f"/moderation/desk/comments/{one.ref}/"


def fields_of(body):
    """Return what a browser would send of the forms of a page, text areas included."""
    found = dict(re.findall(r'<input [^>]*name="(\w+)"[^>]*?value="([^"]*)"', body))
    areas = re.findall(
        r'<textarea [^>]*name="(\w+)"[^>]*>\s*(.*?)</textarea>', body, re.DOTALL
    )
    return {name: html.unescape(value) for name, value in [*found.items(), *areas]}


def form_of(desk, one, **values):
    body = desk.get(card_of(one)).content.decode()
    seen = re.findall(r'name="(seen_\w+)" value="([^"]*)"', body)
    hidden = {name: html.unescape(value) for name, value in reversed(seen)}
    clause = Clause.objects.get(policy__number=1, number=2)
    return {
        "seen_decision": "",
        **hidden,
        "action": "remove",
        "clause": clause.pk,
        "facts": "It is rude.",
        "note": "Ask Olive.",
        **values,
    }


def test_after_a_login_the_form_is_filled(desk, one):
    data = form_of(desk, one)
    visitor = Client()
    answer = visitor.post(f"{card_of(one)}decide/", data)
    body = answer.content.decode()
    assert "nothing was recorded" in body
    assert "no-store" in answer["Cache-Control"]
    assert "session" not in visitor.cookies
    sent = {**fields_of(body), "username": "alice", "password": "wrong"}
    body = visitor.post("/login/", sent).content.decode()
    sent = {**fields_of(body), "username": "alice", "password": "password"}
    answer = visitor.post("/login/", sent, follow=True)
    assert answer.redirect_chain == [(card_of(one), 302)]
    body = answer.content.decode()
    assert "here is what you had written" in body
    filled = fields_of(body)
    assert (filled["facts"], filled["note"]) == ("It is rude.", "Ask Olive.")
    assert re.search(r'value="remove"[^>]* checked', body)
    assert re.search(rf'value="{data["clause"]}" selected', body)
    assert not Decision.objects.exists()
    again = visitor.get(card_of(one)).content.decode()
    assert "here is what you had written" not in again


def test_what_changed_while_somebody_logged_in_is_noticed(desk, one, by):
    data = form_of(desk, one)
    visitor = Client()
    body = visitor.post(f"{card_of(one)}decide/", data).content.decode()
    decide(one, Judgement(action=Action.HOLD), by=by)
    sent = {**fields_of(body), "username": "alice", "password": "password"}
    body = visitor.post("/login/", sent, follow=True).content.decode()
    answer = visitor.post(f"{card_of(one)}decide/", {**data, **fields_of(body)})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("form", "data", "page"),
    [
        ("record/enter/", {"facts": "It was rude.", "known_from": "A list"}, "record/"),
        ("gap/", {"article": "https://x.example/p", "number": "3"}, ""),
    ],
)
def test_other_forms_of_the_card_are_filled_too(one, alice, form, data, page):
    visitor = Client()
    body = visitor.post(card_of(one) + form, data).content.decode()
    sent = {**fields_of(body), "username": "alice", "password": "password"}
    answer = visitor.post("/login/", sent, follow=True)
    assert answer.redirect_chain[-1][0] == card_of(one) + page
    for value in data.values():
        assert value in answer.content.decode()


def test_no_form_answers_405_to_a_look(desk, one, olive, by):
    made = decide(one, Judgement(action=Action.HOLD), by=by)
    owner = Client()
    owner.force_login(olive)
    for client, address in (
        (desk, f"{card_of(one)}decide/"),
        (desk, f"{card_of(one)}record/enter/"),
        (desk, f"{card_of(one)}gap/"),
        (desk, f"/moderation/desk/decisions/{made.ref}/undo/"),
        (desk, f"/moderation/desk/decisions/{made.ref}/reword/"),
        (owner, "/moderation/desk/policy/start/"),
        (owner, "/moderation/desk/policy/publish/"),
    ):
        assert client.get(address, follow=True).status_code == 200, address
        anonymous = Client().get(address, follow=True)
        assert "Log in" in anonymous.content.decode()


def test_a_form_of_before_a_login_in_another_window_comes_back(alice, one):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    data = form_of(client, one) | {"csrfmiddlewaretoken": "x" * 64}
    address = f"{card_of(one)}decide/"
    ours = {"Origin": "http://testserver"}
    answer = client.post(address, data, headers=ours, follow=True)
    assert answer.status_code == 200
    assert fields_of(answer.content.decode())["facts"] == "It is rude."
    answer = client.post("/login/", {"username": "x"}, headers=ours)
    assert answer["Location"] == "/login/"
    for theirs in ({"Origin": "https://evil.example"}, {}):
        answer = client.post(address, data, headers=theirs)
        assert answer.status_code == 403
        assert "Nothing was recorded" in answer.content.decode()
        assert "kept_form" not in client.session
    assert not Decision.objects.exists()


def test_a_double_tap_shows_the_result(desk, one):
    for changes in (
        {},
        {"action": "hold", "clause": "", "facts": ""},
        {"action": "approve", "clause": "", "facts": ""},
    ):
        data = form_of(desk, one, **changes)
        answers = [
            desk.post(f"{card_of(one)}decide/", data, follow=True) for _twice in "12"
        ]
        for answer in answers:
            assert answer.status_code == 200
            assert "It is on record" in answer.content.decode()
    assert Decision.objects.count() == 3


def test_somebody_elses_same_decision_is_no_double_tap(desk, one, olive):
    owner = Client()
    owner.force_login(olive)
    data = form_of(desk, one)
    assert owner.post(f"{card_of(one)}decide/", data).status_code == 302
    assert desk.post(f"{card_of(one)}decide/", data).status_code == 409


def test_another_decision_of_mine_is_no_double_tap(desk, one):
    data = form_of(desk, one)
    assert desk.post(f"{card_of(one)}decide/", data).status_code == 302
    other = {**data, "facts": "It is off topic."}
    assert desk.post(f"{card_of(one)}decide/", other).status_code == 409


def test_undoing_and_publishing_twice_show_the_result(desk, one, by, olive):
    made = decide(one, Judgement(action=Action.HOLD), by=by)
    for _twice in "12":
        answer = desk.post(f"/moderation/desk/decisions/{made.ref}/undo/", follow=True)
        assert "Undone" in answer.content.decode()
    owner = Client()
    owner.force_login(olive)
    ClauseDraft.objects.filter(number=8).update(text="Other things.")
    sent = {"seen_version": "1"}
    for _twice in "12":
        answer = owner.post("/moderation/desk/policy/publish/", sent)
        assert answer["Location"] == "/moderation/policy/2/"
    sent = {"seen_version": "2"}
    answer = owner.post("/moderation/desk/policy/publish/", sent)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "change",
    [{"source_state": "trashed"}, {"visibility": "held"}, {"current_revision": None}],
)
@pytest.mark.unreconciled
def test_the_card_notices_any_change_since_it_was_opened(desk, one, change):
    data = form_of(desk, one, action="hold", clause="", facts="", note="Mine.")
    Comment.objects.filter(pk=one.pk).update(**change)
    answer = desk.post(f"{card_of(one)}decide/", data)
    assert answer.status_code == 409
    assert "state has changed since you looked" in answer.content.decode()
    assert "Mine." in answer.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.unreconciled
def test_an_undoing_notices_a_change_as_well(desk, one, by):
    made = decide(one, Judgement(action=Action.HOLD), by=by)
    seen = form_of(desk, one)["seen_state"]
    Comment.objects.filter(pk=one.pk).update(source_state="trashed")
    address = f"/moderation/desk/decisions/{made.ref}/undo/"
    assert desk.post(address, {"seen_state": seen}).status_code == 409
    assert desk.post(address, {"seen_revision": "0"}).status_code == 409
    assert Decision.objects.count() == 1
    gap = {"article": one.post.get_absolute_url(), "number": "2", "seen_state": seen}
    assert desk.post(f"{card_of(one)}gap/", gap).status_code == 409
    assert not Gap.objects.exists()


def test_no_page_of_the_desk_is_stored(desk, one, olive):
    owner = Client()
    owner.force_login(olive)
    for client, address in (
        (desk, "/moderation/desk/"),
        (desk, card_of(one)),
        (desk, f"{card_of(one)}record/"),
        (owner, "/moderation/desk/policy/"),
        (Client(), "/login/"),
    ):
        assert "no-store" in client.get(address)["Cache-Control"], address
    answer = desk.post(f"{card_of(one)}decide/", {"action": "hold"})
    assert answer.status_code == 422
    assert "no-store" in answer["Cache-Control"]


def queries_of(desk, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as counted:
        assert desk.get(address).status_code == 200
    return len(counted)


def test_a_card_costs_the_same_however_many_rules_and_decisions_there_are(
    desk, one, by, django_assert_max_num_queries
):
    decide(one, Judgement(action=Action.NO_ACTION), by=by)
    addresses = card_of(one), f"{card_of(one)}record/"
    # Whoever opens them first is noted.
    for address in addresses:
        desk.get(address)
    before = [
        queries_of(desk, address, django_assert_max_num_queries)
        for address in addresses
    ]
    for number in range(5):
        ClauseDraft.objects.filter(number=8).update(text=f"Version {number}.")
        publish_policy()
        decide(one, Judgement(action=Action.NO_ACTION), by=by)
    after = [
        queries_of(desk, address, django_assert_max_num_queries)
        for address in addresses
    ]
    assert after == before


def test_old_rules_are_offered_where_they_can_be_chosen_only(desk, one):
    ClauseDraft.objects.filter(number=8).update(text="Anything else.")
    publish_policy()
    old = Clause.objects.get(policy__number=1, number=2)
    option = f'<option value="{old.pk}"'
    assert option not in desk.get(card_of(one)).content.decode()
    assert option in desk.get(f"{card_of(one)}record/").content.decode()


def test_a_superuser_without_a_role_is_told_what_to_do(one):
    first = User.objects.create_superuser("first", password="password")
    client = Client()
    client.force_login(first)
    change = "/moderation/desk/role/"
    for address in ("/moderation/desk/", card_of(one)):
        assert change in client.get(address).content.decode()
    data = form_of(client, one)
    answer = client.post(f"{card_of(one)}decide/", data)
    assert answer.status_code == 403
    assert change in answer.content.decode()
    body = client.get(card_of(one)).content.decode()
    assert fields_of(body)["facts"] == "It is rude."


def test_somebody_without_a_role_is_sent_to_an_owner(one, charlie):
    client = Client()
    client.force_login(charlie)
    answer = client.get("/moderation/desk/")
    assert answer.status_code == 403
    assert "an owner gives roles" in answer.content.decode()


def test_rules_of_before_the_record_are_marked(olive, db):
    owner = Client()
    owner.force_login(olive)
    start_draft()
    address = "/moderation/desk/policy/publish/"
    sent = {"in_force_at": "2012-01-01T00:00"}
    answer = owner.post(address, sent)
    assert answer.status_code == 422
    assert "record begins on" in answer.content.decode()
    assert owner.post(address, {"as_told": "on"}).status_code == 422
    assert owner.post(address, {**sent, "as_told": "on"}).status_code == 302
    version = PolicyVersion.objects.get()
    assert version.as_told
    body = Client().get("/moderation/policy/1/").content.decode()
    assert "as the blog says they read then" in body
    assert "published here" in body


@pytest.mark.unreconciled
def test_an_old_legal_notice_shows_no_name_either(one, by):
    from commentarchive.ledger import triggers
    from commentarchive.models import Tombstone

    Blog.objects.update(show_hidden_names=True)
    clause = Clause.objects.get(number=4)
    judgement = Judgement(action=Action.BLOCK, clause=clause, facts="It is a claim.")
    decide(one, judgement, by=by)
    triggers.remove()
    Tombstone.objects.update(shows_name=True)
    triggers.install()
    from commentarchive.discussion.stored_pages import drop_blog

    drop_blog(one.post.blog)
    body = Client().get(one.post.get_absolute_url()).content.decode()
    assert "Comment by" not in body
