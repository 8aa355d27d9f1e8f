"""One's own logins, seen and ended; what the log tells of logins; sealed factors."""

import re
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from commentarchive import factor_key
from commentarchive.storage import sessions
from commentarchive.views.limits import Limit
from moderation.health import people
from moderation.health.finding import Level
from tests.factors import SECRET, code_now, forget_use, with_app

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DESK = "/moderation/desk/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def own_key(settings, tmp_path):
    """A folder of keys of the test's own."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "keys" / "factors"


def log_in(name="alice", password="password", agent=FIREFOX):
    client = Client(headers={"user-agent": agent})
    client.post("/login/", {"username": name, "password": password})
    return client


def lines(caplog):
    return [
        each.getMessage()
        for each in caplog.records
        if each.name == "commentarchive.logins"
    ]


def test_one_sees_and_ends_ones_own_logins_and_nobody_elses(alice, olive):
    here, there, third = (log_in() for _ in range(3))
    others = log_in("olive")
    page = here.get("/account/").text
    assert page.count("Firefox on Linux") == 2 * 3 - 1
    assert page.count("This one") == 1
    keys = {each.cookies["session"].value for each in (here, there, third, others)}
    assert not any(key in page for key in keys)
    theirs = sessions.open_logins(olive, others.session)
    assert [each.is_this for each in theirs] == [True]
    here.post(reverse("end-login"), {"ref": theirs[0].ref})
    assert others.get(DESK).status_code == 200
    # The one that was used before last is another.
    ref = re.findall(r'name="ref" value="(\w+)"', page)[-1]
    here.post(reverse("end-login"), {"ref": ref})
    assert sorted(each.get(DESK).status_code for each in (there, third)) == [200, 302]
    here.post(reverse("end-login"))
    assert {each.get(DESK).status_code for each in (there, third)} == {302}
    assert here.get(DESK).status_code == 200


def test_a_login_is_ended_only_after_a_fresh_proof(alice):
    here, there = log_in(), log_in()
    session = here.session
    session[sessions.PROVED_AT] -= sessions.FRESH + 1
    session.save()
    answer = here.post(reverse("end-login"))
    assert answer["Location"].startswith("/account/again/?next=%2Faccount%2F")
    assert there.get(DESK).status_code == 200
    assert here.get(reverse("end-login")).status_code == 405


def test_the_log_tells_of_logins_by_number_and_of_nothing_that_was_typed(
    alice, caplog, settings
):
    settings.STAFF_SECOND_FACTOR = True
    caplog.set_level("INFO", "commentarchive.logins")
    codes = with_app(alice)
    log_in(password="SECRET wrong")
    log_in(name="my-SECRET-password")
    client = log_in()
    client.post("/account/code/", {"code": "000000"})
    client.post("/account/code/", {"code": codes[0]})
    assert client.get(f"{DESK}people/").status_code == 403
    client.post("/account/recovery-codes/new/")
    client.post("/account/app/remove/")
    client.post("/logout/")
    call_command("reset_factors", "alice")
    of = f"Login {alice.pk}:"
    assert lines(caplog) == [
        f"{of} a wrong password, or a login that is closed.",
        "A name that no login has: a wrong password, or a login that is closed.",
        f"{of} its code of the app: wrong or used before.",
        f"{of} logged in by password and recovery codes.",
        f"{of} was refused GET /moderation/desk/people/.",
        f"{of} its code of the app: removed.",
        f"{of} its recovery codes: removed.",
        f"{of} logged out.",
        f"{of} its second factors were taken away on the server.",
    ]
    assert "SECRET" not in caplog.text
    assert "alice" not in caplog.text


def test_a_secret_is_nowhere_in_the_database_as_it_is(alice, own_key):
    codes = with_app(alice)
    kept = {each.type: each.data for each in Authenticator.objects.all()}
    assert factor_key.is_sealed(kept["totp"]["secret"])
    assert factor_key.is_sealed(kept["recovery_codes"]["seed"])
    assert SECRET not in str(kept)
    assert not any(code in str(kept) for code in codes)
    assert own_key.stat().st_mode & 0o777 == 0o600
    assert factor_key.open_sealed(kept["totp"]["secret"]) == SECRET
    # The same secret looks different each time.
    assert factor_key.seal(SECRET) != factor_key.seal(SECRET)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sealed: SECRET,
        lambda sealed: "",
        lambda sealed: sealed[:-8] + "AAAAAAA=",
        lambda sealed: sealed.rpartition(":")[0] + ":é",
        lambda sealed: sealed.replace("sealed:1", "sealed:2"),
    ],
)
def test_what_was_not_sealed_here_opens_nothing(alice, own_key, spoil):
    """Whoever can write in the database alone sets up no factor."""
    with pytest.raises(factor_key.Unreadable):
        factor_key.open_sealed(spoil(factor_key.seal(SECRET)))


@pytest.mark.parametrize("is_replaced", [False, True])
def test_where_the_key_is_lost_a_sentence_says_what_to_do(
    alice, own_key, settings, is_replaced
):
    settings.STAFF_SECOND_FACTOR = True
    with_app(alice)
    assert people.factors().level is Level.OK
    inside = log_in()
    inside.post("/account/code/", {"code": code_now()})
    forget_use(alice)
    own_key.unlink()
    if is_replaced:
        factor_key.seal("another key is made")
    client = log_in()
    answer = client.post("/account/code/", {"code": code_now()})
    assert answer.status_code == 503
    assert "manage.py reset_factors" in answer.text
    assert client.get(DESK).status_code == 302
    assert "They can no longer be read" in inside.get("/account/").text
    assert inside.get("/account/recovery-codes/").status_code == 503
    assert people.factors().level is Level.FAULT
    assert "1 of 1" in people.factors().what
    # Whoever is in begins anew by themselves.
    assert inside.get("/account/recovery-codes/new/").status_code == 200
    inside.post("/account/recovery-codes/new/")
    assert "10 of 10 are left" in inside.get("/account/").text
    call_command("reset_factors", "alice")
    assert people.factors().level is Level.WARN


def test_a_code_counts_for_half_a_minute(alice, monkeypatch, settings):
    settings.STAFF_SECOND_FACTOR = True
    with_app(alice)
    now = sessions.time.time()
    old = code_now()
    for later, status in ((60, 200), (0, 302)):
        monkeypatch.setattr(
            "allauth.mfa.totp.internal.auth.time.time", lambda at=now + later: at
        )
        answer = log_in().post("/account/code/", {"code": old})
        assert answer.status_code == status


def test_seeds_come_from_the_systems_randomness(monkeypatch):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal import auth

    asked = []

    def token_bytes(number, _real=auth.secrets.token_bytes):
        asked.append(number)
        return _real(number)

    monkeypatch.setattr(auth.secrets, "token_bytes", token_bytes)
    assert auth.generate_totp_secret() != auth.generate_totp_secret()
    assert RecoveryCodes.generate_seed() != RecoveryCodes.generate_seed()
    assert asked == [20, 20, 40, 40]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"origin": "https://evil.example"}, "another address than BASE_URL"),
        ({"origin": "http://testserver"}, "sent no cookie"),
        ({"origin": "http://testserver", "cookie": "csrf=" + "a" * 32}, "token"),
    ],
)
def test_it_is_told_why_forms_are_refused_without_what_was_sent(
    monkeypatch, sent, said
):
    """A wrong BASE_URL refuses every form, and somebody has to hear of it."""
    told = []
    monkeypatch.setattr("commentarchive.views.login.tell_limit", told.append)
    Client(enforce_csrf_checks=True, headers=sent).post("/login/", {"username": "x"})
    [line] = told
    assert line.startswith("A form was refused: ")
    assert said in line
    assert "evil" not in line


def test_a_limit_that_is_reached_is_told(monkeypatch):
    told = []
    monkeypatch.setattr("commentarchive.views.limits.tell_limit", told.append)
    limit = Limit(2, 60)
    assert [bool(limit.take("192.0.2.7")) for _ in range(4)] == [False] * 2 + [True] * 2
    assert len(set(told)) == 1
    assert told[0].startswith("More than 2 tries in 60 s")
    assert "192" not in told[0]


def test_what_an_older_version_kept_is_sealed_once_and_can_go_back(alice, own_key):
    made = {"totp": {"secret": SECRET}, "recovery_codes": {"seed": "ab" * 40}}
    for kind, data in made.items():
        Authenticator.objects.create(user=alice, type=kind, data={**data, "n": 1})
    Authenticator.objects.create(user=alice, type="webauthn", data={"credential": {}})

    def kept():
        return {each.type: each.data for each in Authenticator.objects.all()}

    before = kept()
    step = import_module("commentarchive.migrations.0094_sealed_factors")
    step.seal_all(apps, None)
    sealed = kept()
    assert SECRET not in str(sealed)
    assert "ab" * 40 not in str(sealed)
    assert sealed["webauthn"] == {"credential": {}}
    # A step that was cut short is run again.
    step.seal_all(apps, None)
    assert kept() == sealed
    step.open_all(apps, None)
    assert kept() == before
