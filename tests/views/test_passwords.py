"""Passwords, and the sessions that they begin."""

import re

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from commentarchive.actions.invitations import invite
from commentarchive.actions.staff import acting
from commentarchive.ledger.models import Role
from commentarchive.storage import sessions

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DESK = "/moderation/desk/"


def log_in(client, **more):
    return client.post("/login/", {"username": "alice", "password": "password"}, **more)


@pytest.mark.parametrize(
    "good", ["ohne ein Zeichen", "nurkleinbuchstaben", "пароль без", "x y" * 60]
)
def test_what_a_new_password_may_be(good):
    validate_password(good, User(username="alice"))
    for bad in ("short1x", "password1", "qwertyuiop", "12948576031", "alice123"):
        with pytest.raises(ValidationError):
            validate_password(bad, User(username="alice"))
    user = User(username="alice")
    user.set_password(good)
    assert user.check_password(good)
    # Neither cut nor folded nor stripped.
    for other in (good[:-1], good.swapcase(), f"{good} "):
        assert not user.check_password(other)


def test_a_password_is_changed_by_whoever_knows_it(alice):
    """Whatever their role; their other logins end with it."""
    client, other = Client(), Client()
    log_in(client)
    log_in(other)
    address = reverse("change-password")
    assert client.get(reverse("admin:password_change"))["Location"] == address
    wanted = {
        "new_password1": "a long enough one",
        "new_password2": "a long enough one",
    }
    refused = client.post(address, {"old_password": "wrong", **wanted})
    assert refused.status_code == 200
    alice.refresh_from_db()
    assert alice.check_password("password")
    changed = client.post(address, {"old_password": "password", **wanted})
    assert changed.status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("a long enough one")
    assert client.get(DESK).status_code == 200
    assert other.get(DESK).status_code == 302


def test_a_password_is_changed_only_after_a_fresh_proof(alice):
    client = Client()
    log_in(client)
    session = client.session
    session[sessions.PROVED_AT] -= sessions.FRESH + 1
    session.save()
    answer = client.get(reverse("change-password"))
    assert answer["Location"].startswith("/account/again/")


def test_the_sites_own_words_make_no_password(settings):
    """But a long one may have them in it."""
    settings.SITE_NAME = "The Quarrel Box"
    settings.BASE_URL = "https://quarrels.example"
    for bad in (
        "TheQuarrelBox",
        "quarrelsquarrels",
        "commentarchive1",
        "ModeratorBox9",
    ):
        with pytest.raises(ValidationError, match="by which this site is known"):
            validate_password(bad, User(username="alice"))
    validate_password("a quarrel about seven swans")


def test_fields_of_passwords_help_managers_of_passwords(olive):
    _invitation, secret = invite(by=acting(olive), role=Role.MODERATOR, handle="Nell")
    for address, kinds in (
        ("/login/", ["current-password"]),
        (reverse("invitation", args=[secret]), ["new-password", "new-password"]),
    ):
        page = Client().get(address).text
        fields = re.findall(r'<input[^>]*type="password"[^>]*>', page)
        assert [
            re.search('autocomplete="([^"]*)"', each)[1] for each in fields
        ] == kinds
        assert "onpaste" not in page


def test_an_empty_archive_has_no_login():
    assert not User.objects.exists()


def test_a_login_begins_a_session_of_its_own(alice):
    client = Client()
    client.cookies["session"] = given = "a" * 32
    log_in(client)
    first = client.session.session_key
    assert first != given
    # 32 signs out of 36.
    assert re.fullmatch("[a-z0-9]{32}", first)
    log_in(client)
    second = client.session.session_key
    assert second not in {first, given}
    assert not Session.objects.filter(session_key__in=[first, given]).exists()


def test_after_a_logout_a_session_opens_nothing(alice):
    client = Client()
    log_in(client)
    assert client.get(DESK).status_code == 200
    kept = client.cookies["session"].value
    left = client.post("/logout/")
    # What the browser kept of the desk's pages; not how it is known to the login.
    assert left["Clear-Site-Data"] == '"cache", "storage"'
    again = Client()
    again.cookies["session"] = kept
    assert again.get(DESK).status_code == 302
    assert not Session.objects.filter(session_key=kept).exists()
