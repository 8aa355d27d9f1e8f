"""A login without a role: it takes one, or is told who gives it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from commentarchive.actions.staff import roles_of
from commentarchive.ledger.models import Actor, Entry, Role

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE = "/moderation/desk/role/"


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root", password="long enough 1")


def test_a_superuser_is_asked_at_login_and_takes_a_role_on_record(root):
    client = Client()
    sent = {"username": "root", "password": "long enough 1"}
    assert client.post("/login/", sent)["Location"] == PAGE
    assert "Which role do you take?" in client.get(PAGE).text
    answer = client.post(PAGE, {"role": "owner", "handle": "Rosa"})
    assert answer["Location"] == "/moderation/desk/"
    assert roles_of(root) == [Role.OWNER]
    assert Actor.objects.get().handle == "Rosa"
    assert Entry.objects.filter(event="staff.grant").count() == 1
    # It goes on in this login, and is asked once.
    assert client.get("/moderation/desk/").status_code == 200
    assert client.get(PAGE).status_code == 403
    client.logout()
    assert client.post("/login/", sent)["Location"] == "/moderation/desk/"


def test_a_handle_that_is_somebody_elses_is_refused(root, alice):
    client = Client()
    client.force_login(root)
    entries = Entry.objects.count()
    answer = client.post(PAGE, {"role": "owner", "handle": "Alice"})
    assert answer.status_code == 422
    assert "or looks like one" in answer.text
    assert client.post(PAGE, {"role": "king"}).status_code == 422
    assert (roles_of(root), Entry.objects.count()) == ([], entries)


@pytest.mark.parametrize("shown", ["handle", "role"])
def test_a_refusal_says_who_gives_roles_and_where(settings, charlie, olive, shown):
    settings.ACTOR_DISPLAY, settings.CONTACT_EMAIL = shown, "ask@archive.example"
    client = Client()
    client.force_login(charlie)
    page = client.get("/moderation/desk/").text
    giver = "olive" if shown == "handle" else "an owner of this archive"
    assert f"Roles are given by {giver}, on the desk’s page “People”" in page
    assert "ask@archive.example" in page
    assert ("olive" in page) == (shown == "handle")
