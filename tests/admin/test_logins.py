"""Logins in the back office: who changes one proves again who they are."""

import pytest
from django.test import Client
from django.urls import reverse

from commentarchive.actions.staff import roles_of
from commentarchive.ledger.models import Entry, Role
from commentarchive.storage import sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(olive):
    client = Client()
    client.force_login(olive)
    return client


def let_time_pass(client):
    """Let the proof of a login be older than what a dangerous act asks for."""
    session = client.session
    session[sessions.PROVED_AT] -= sessions.FRESH + 1
    session.save()


def test_roles_and_passwords_take_a_fresh_proof(office, alice):
    page = f"/admin/auth/user/{alice.pk}/change/"
    sent = {"username": "alice", "is_active": "on", "is_staff": "on", "roles": "owner"}
    let_time_pass(office)
    before = Entry.objects.count()
    for address, form in (
        (page, sent),
        ("/admin/auth/user/add/", {"username": "mallory"}),
        (f"/admin/auth/user/{alice.pk}/password/", {"password1": "x"}),
    ):
        asked = office.post(address, form).url
        assert asked.partition("?")[0] == reverse("account_reauthenticate")
    assert office.get(page).status_code == 200
    assert (roles_of(alice), Entry.objects.count()) == ([Role.MODERATOR], before)
    session = office.session
    sessions.note_proof(session)
    session.save()
    assert office.post(page, sent).url == "/admin/auth/user/"
    alice = type(alice).objects.get(pk=alice.pk)
    assert roles_of(alice) == [Role.OWNER]
