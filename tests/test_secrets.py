"""What nobody may learn is in no log, whatever is logged, and in no error."""

import logging
import os
from unittest.mock import Mock

import pytest
from django.db import OperationalError
from django.test import Client

from commentarchive.views import site
from moderation.views import claims
from tests.factors import SECRET, code_now, with_app
from tests.test_serve import manage

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TYPED = {
    "wrong": "a wrong password of somebody",
    "secret": "the-secret-of-a-claim-0123456789",
    "text": "what was sealed for moderators alone",
    "email": "claimant@private.example",
    "invitation": "a-link-of-an-invitation-0123456789",
}


def test_no_secret_is_logged(alice, settings, caplog, capfd, monkeypatch):
    caplog.set_level(logging.DEBUG)
    settings.STAFF_SECOND_FACTOR = True
    codes = with_app(alice)
    client = Client(raise_request_exception=False)
    for password in (TYPED["wrong"], "password"):
        client.post("/login/", {"username": "alice", "password": password})
    code = code_now()
    client.post("/account/code/", {"code": code})
    session = client.cookies["session"].value
    typed = {name: TYPED[name] for name in ("secret", "text", "email")}
    client.post("/moderation/claims/", {"reference": "x", **typed})
    client.post("/moderation/claims/new/", typed)
    Client().get(f"/invitation/{TYPED['invitation']}/")

    for error in (OperationalError("database is locked"), ValueError("a fault")):
        fail = Mock(side_effect=error)
        monkeypatch.setattr(site, "has_unlisted", fail)
        monkeypatch.setattr(claims, "LookUpForm", fail)
        client.get("/")
        client.post("/moderation/claims/", typed)
    logged = caplog.text + "".join(capfd.readouterr())
    # It was looked at where something is.
    assert "a fault" in logged
    assert "database is locked" in logged
    for word in (*TYPED.values(), *codes, SECRET, session, settings.SECRET_KEY):
        assert word not in logged, word


def test_a_failure_tells_nothing_of_the_inside(settings, monkeypatch):
    def fail(*_):
        raise ValueError("inside, where SELECT is")

    monkeypatch.setattr(site, "has_unlisted", fail)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    for word in ("inside", "SELECT", "Traceback", "ValueError", "site.py", "Django"):
        assert word not in answer.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://archive:hunter2secret@db/x"),
        ("EMAIL_URL", "smtp://archive:hunter2secret@mail.example.org"),
    ],
)
def test_no_setting_is_refused_with_its_password(tmp_path, name, value):
    done = manage("check", env={**os.environ, "VAR_DIR": str(tmp_path), name: value})
    assert done.returncode == 1
    assert name in done.stderr
    assert "hunter2secret" not in done.stderr + done.stdout
