"""Owners invite, see who is there, and send people away; every link works once."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from commentarchive.actions.staff import roles_of
from commentarchive.ledger.models import Actor, Entry, Role
from commentarchive.models import Invitation
from commentarchive.storage import sessions
from tests.cast import member
from tests.factors import with_app

pytestmark = pytest.mark.django_db
PEOPLE = "/moderation/desk/people/"
CHOSEN = {"name": "nell", "password": "a long enough one", "again": "a long enough one"}


@pytest.fixture
def owner(olive):
    client = Client()
    client.force_login(olive)
    return client


def invite(client, role="moderator", handle="Nell"):
    answer = client.post(f"{PEOPLE}invite/", {"role": role, "handle": handle})
    found = re.search(r"(/invitation/[^<]+)</code>", answer.content.decode())
    return found[1] if found else answer


def test_who_is_invited_becomes_staff_once_and_it_is_on_record(owner, settings):
    link = invite(owner)
    settings.STAFF_SECOND_FACTOR = True
    guest = Client()
    before = Entry.objects.count()
    page = guest.get(link)
    assert b"Nell" in page.content
    assert page["Referrer-Policy"] == "strict-origin"
    assert Entry.objects.count() == before
    answer = guest.post(link, CHOSEN, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/"
    nell = User.objects.get(username="nell")
    assert roles_of(nell) == [Role.MODERATOR]
    assert Actor.objects.get(link__user=nell).handle == "Nell"
    entry = Entry.objects.order_by("index").last()
    assert entry.event == "staff.grant"
    assert entry.subject == Actor.objects.get(link__user=nell).ref
    assert Client().get(link).status_code == 404
    assert Client().post(link, {**CHOSEN, "name": "other"}).status_code == 404


def test_links_that_are_no_good_are_alike(owner, monkeypatch):
    over, back = invite(owner), invite(owner, handle="Otto")
    ref = Invitation.objects.get(handle="Otto").ref
    owner.post(f"{PEOPLE}invitations/{ref}/")
    told = [Client().get(link) for link in (back, "/invitation/nobodys/")]
    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    told.append(Client().get(over))
    assert {answer.status_code for answer in told} == {404}
    bodies = {
        answer.content.replace(link.encode(), b"")
        for answer, link in zip(told, (back, "/invitation/nobodys/", over), strict=True)
    }
    assert len(bodies) == 1


def test_an_invitation_of_somebody_who_has_left_is_dead(owner, olive):
    member("second", "owner")
    link = invite(owner)
    from commentarchive.actions.staff import set_roles

    set_roles(olive, roles=[])
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"again": "another one here"}, "The two passwords differ"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "123456789012", "again": "123456789012"}, "entirely numeric"),
        ({"name": "Alice"}, "logs in under this name already"),
        ({"name": "a b<c>"}, "valid username"),
        ({"name": ""}, "required"),
    ],
)
def test_what_cannot_be_a_login_is_said_and_the_link_stays(owner, alice, change, said):
    link = invite(owner)
    answer = Client().post(link, {**CHOSEN, **change})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert User.objects.count() == 2
    assert Client().post(link, CHOSEN).status_code == 302


@pytest.mark.parametrize("handle", ["alice", "ALICE", "аlice", "ali\u200bce", "", "—"])
def test_a_handle_that_looks_like_another_is_refused(owner, alice, handle):
    assert invite(owner, handle=handle).status_code == 422
    assert not Invitation.objects.exists()


def test_a_handle_is_offered_once(owner):
    invite(owner)
    assert invite(owner, handle="NELL").status_code == 422


def test_only_a_digest_of_the_link_is_kept(owner):
    secret = invite(owner).split("/")[-2]
    row = Invitation.objects.values().get()
    assert secret not in str(row)
    assert secret not in owner.get(PEOPLE).content.decode()


def test_an_invitation_waits_for_a_fresh_proof(owner):
    session = owner.session
    session[sessions.PROVED_AT] -= 301
    session.save()
    answer = owner.post(f"{PEOPLE}invite/", {"role": "auditor", "handle": "Nell"})
    assert answer["Location"] == f"/account/again/?next={PEOPLE.replace('/', '%2F')}"
    assert not Invitation.objects.exists()
    answer = owner.post(answer["Location"], {"password": "password"}, follow=True)
    assert 'value="Nell"' in answer.content.decode()
    assert 'value="auditor" selected' in answer.content.decode()
    assert invite(owner, "auditor").startswith("/invitation/")


def test_logins_are_ended_with_a_role_with_a_factor_and_by_hand(owner, alice, olive):
    ref = Actor.objects.get(link__user=alice).ref
    own = Actor.objects.get(link__user=olive).ref
    for act in ("log-out", "factors", "leave"):
        with_app(alice)
        there = Client()
        there.force_login(alice)
        assert there.get("/moderation/desk/").status_code == 200
        owner.post(f"{PEOPLE}{ref}/{act}/")
        assert there.get("/moderation/desk/").status_code == 302, act
        alice.authenticator_set.all().delete()
    assert roles_of(alice) == []
    assert Entry.objects.order_by("index").last().event == "staff.revoke"
    # Of oneself all but this one.
    other = Client()
    other.force_login(olive)
    owner.post(f"{PEOPLE}{own}/log-out/")
    assert other.get("/moderation/desk/").status_code == 302
    assert owner.get(PEOPLE).status_code == 200


def test_an_archive_is_never_without_an_owner(owner, olive):
    own = Actor.objects.get(link__user=olive).ref
    answer = owner.post(f"{PEOPLE}{own}/leave/", follow=True)
    assert b"last owner" in answer.content
    assert roles_of(olive) == [Role.OWNER]


def test_the_list_names_roles_and_factors(owner, alice, charlie):
    with_app(alice)
    page = owner.get(PEOPLE).content.decode()
    row = re.search(r"<tr>\s*<th[^>]*><bdi>alice.*?</tr>", page, re.DOTALL)[0]
    assert "Moderator" in row
    assert "app" in row
    assert "charlie" in page


def test_links_are_tried_a_few_times_only(db):
    codes = [Client().get(f"/invitation/x{n}/").status_code for n in range(32)]
    assert codes == [404] * 30 + [429] * 2
