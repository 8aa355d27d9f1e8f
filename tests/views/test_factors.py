"""A password alone opens nothing; a code counts once; a lost factor ends logins."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from commentarchive.storage import sessions
from tests.factors import SECRET, code_now, forget_use, with_app

pytestmark = pytest.mark.django_db
DESK = "/moderation/desk/"


@pytest.fixture(autouse=True)
def _mandatory(settings):
    settings.STAFF_SECOND_FACTOR = True


def log_in(client, name="alice", password="password", **more):
    return client.post(
        "/login/", {"username": name, "password": password, **more}, follow=False
    )


def log_in_whole(name="alice", **more):
    client = Client()
    log_in(client, name, **more)
    return client, client.post("/account/code/", {"code": code_now()})


@pytest.mark.parametrize("address", [DESK, "/admin/", "/moderation/desk/imports/"])
def test_without_a_factor_nothing_opens_before_one_is_set_up(olive, address):
    client = Client()
    log_in(client, "olive")
    answer = client.get(address, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/"
    assert b"Set one up" in answer.content


def test_a_form_of_the_desk_does_nothing_without_a_factor(alice):
    client = Client()
    log_in(client)
    answer = client.post("/moderation/desk/own-names/add/", {"name": "Alice"})
    assert b"<h1>Log in</h1>" in answer.content


@pytest.mark.django_db(transaction=True)
def test_the_first_factor_opens_the_desk_and_gives_recovery_codes_once(alice):
    client = Client()
    log_in(client)
    before = client.cookies["session"].value
    page = client.get("/account/app/").content.decode()
    secret = re.search(r'class="secret">(\w+)<', page)[1]
    answer = client.post("/account/app/", {"code": code_now(secret)}, follow=True)
    codes = re.findall(r"<code>(\d{8})</code>", answer.content.decode())
    assert len(codes) == 10
    assert client.cookies["session"].value != before
    assert client.get(DESK).status_code == 200
    again = client.get("/account/recovery-codes/").content.decode()
    assert not any(code in again for code in codes)


def test_the_password_and_a_code_log_in_and_lead_where_somebody_wanted_to_go(alice):
    with_app(alice)
    client = Client()
    answer = log_in(client, next=f"{DESK}reported/")
    assert answer["Location"] == "/account/code/"
    assert client.get(DESK)["Location"].startswith("/login/")
    answer = client.post("/account/code/", {"code": code_now()})
    assert answer["Location"] == f"{DESK}reported/"
    assert client.get(DESK).status_code == 200


@pytest.mark.parametrize(
    "next_",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "http:///x"],
)
def test_a_login_never_leaves_the_site(alice, next_):
    with_app(alice)
    client, answer = log_in_whole(next=next_)
    assert answer["Location"] == DESK
    client.post("/logout/")
    assert log_in(client, next=next_)["Location"] == "/account/code/"


def test_a_code_counts_once_whichever_process_is_asked(alice):
    from django.core.cache import cache

    with_app(alice)
    log_in_whole()
    # Another process remembers nothing of it.
    cache.clear()
    _client, answer = log_in_whole()
    assert b"was used before" in answer.content


def test_somebody_who_is_logged_in_logs_in_as_somebody_else(alice, olive):
    with_app(alice)
    with_app(olive)
    client, _answer = log_in_whole()
    log_in(client, "olive")
    assert client.get(DESK).status_code == 302
    client.post("/account/code/", {"code": code_now()})
    assert b"Logged in as olive" in client.get("/account/").content


def test_a_recovery_code_logs_in_once(alice):
    codes = with_app(alice)
    for status in (302, 200):
        client = Client()
        log_in(client)
        assert client.post("/account/code/", {"code": codes[3]}).status_code == status
    assert b"9 of 10 are left" in log_in_and_see("/account/")


def log_in_and_see(address):
    client, _answer = log_in_whole()
    return client.get(address).content


def test_a_wrong_code_lets_nobody_in_and_tries_are_few(alice):
    with_app(alice)
    client = Client()
    log_in(client)
    said = [client.post("/account/code/", {"code": "000000"}).content for _ in range(7)]
    assert b"was used before" in said[0]
    assert b"Too many failed login attempts" in said[-1]
    assert client.get(DESK).status_code == 302


def test_a_form_that_was_kept_is_there_after_both_factors(alice):
    with_app(alice)
    late = Client()
    answer = late.post("/moderation/desk/own-names/add/", {"name": "Alys"})
    kept = re.search(r'name="kept" value="([^"]+)"', answer.content.decode())[1]
    client = Client()
    log_in(client, kept=kept, kept_for="/moderation/desk/own-names/add/")
    client.post("/account/code/", {"code": code_now()})
    assert client.session["kept_form"] == {
        "for": "/moderation/desk/own-names/add/",
        "form": "name=Alys",
    }


def test_whoever_knows_the_password_only_takes_no_factor_away(alice):
    """A session from before the factor was set up, too."""
    client = Client()
    log_in(client)
    with_app(alice)
    for address in ("/account/", "/account/app/remove/", "/account/recovery-codes/"):
        answer = client.post(address) if "remove" in address else client.get(address)
        assert answer["Location"] == "/login/"
        client = Client()
        client.force_login(alice)
    assert Authenticator.objects.count() == 2


def test_removing_a_factor_ends_the_other_logins_and_this_one_begins_anew(alice):
    with_app(alice)
    here, _answer = log_in_whole()
    forget_use(alice)
    there, _answer = log_in_whole()
    waiting = Client()
    log_in(waiting)
    assert there.get(DESK).status_code == 200
    assert here.post("/account/app/remove/").status_code == 302
    assert not Authenticator.objects.exists()
    assert there.get(DESK).status_code == 302
    assert waiting.get("/account/code/")["Location"] == "/login/"
    assert here.get(DESK, follow=True).redirect_chain[-1][0] == "/account/"


def test_what_is_dangerous_asks_once_more_after_five_minutes(alice):
    with_app(alice)
    client, _answer = log_in_whole()
    forget_use(alice)
    session = client.session
    session[sessions.PROVED_AT] -= 301
    session.save()
    answer = client.get("/account/app/remove/")
    assert answer["Location"].startswith("/account/again/?next=")
    wrong = client.post(answer["Location"], {"password": "wrong"})
    assert wrong.status_code == 200
    answer = client.post(answer["Location"], {"password": "password"})
    assert answer["Location"] == "/account/app/remove/"
    assert client.get("/account/app/remove/").status_code == 200


@pytest.mark.parametrize(
    ("silent", "began", "is_in"),
    [(29 * 60, 0, True), (31 * 60, 0, False), (0, 13 * 3600, False)],
)
def test_a_login_ends_after_silence_and_after_twelve_hours(
    alice, settings, monkeypatch, silent, began, is_in
):
    settings.STAFF_SECOND_FACTOR = False
    client = Client()
    log_in(client)
    session = client.session
    session[sessions.BEGAN] -= began
    session.save()
    later = sessions.time.time() + silent
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(later))
    assert (client.get(DESK).status_code == 200) == is_in


def at(seconds):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC)


def test_a_page_of_the_desk_keeps_a_login_alive_and_a_public_one_writes_nothing(
    desk, settings, django_assert_num_queries
):
    settings.STAFF_SECOND_FACTOR = False
    desk.get(DESK)
    session = desk.session
    session[sessions.SEEN] -= 100
    session.save()
    row = Session.objects.get()
    desk.get("/about/")
    assert Session.objects.get().session_data == row.session_data
    desk.get(DESK)
    assert Session.objects.get().session_data != row.session_data
    row = Session.objects.get()
    desk.get(DESK)
    assert Session.objects.get().session_data == row.session_data


def test_readers_get_no_cookie_and_open_no_session(db):
    for address in ("/", "/about/", "/moderation/log/", "/search/", "/nothing/"):
        answer = Client().get(address)
        assert answer.cookies == {}
    assert Session.objects.count() == 0


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_logout"])
def test_no_page_of_allauth_is_there_that_nobody_asked_for(name):
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_back_office_shows_nobodys_secret(olive):
    with_app(olive)
    client, _answer = log_in_whole("olive")
    page = client.get("/admin/").content.decode()
    assert "mfa" not in page
    assert client.get("/admin/mfa/authenticator/").status_code == 404
    assert SECRET not in page


def test_it_is_said_on_the_desk_where_none_is_asked_for(desk, settings):
    settings.STAFF_SECOND_FACTOR = False
    assert b"STAFF_SECOND_FACTOR=off" in desk.get(DESK).content


def test_somebody_who_lost_everything_begins_anew(alice):
    from django.core.management import CommandError, call_command

    with_app(alice)
    client, _answer = log_in_whole()
    call_command("reset_factors", "alice")
    assert not Authenticator.objects.exists()
    assert client.get(DESK).status_code == 302
    with pytest.raises(CommandError, match="no login called bob"):
        call_command("reset_factors", "bob")


def test_a_server_for_others_is_not_started_without_a_second_factor(settings, db):
    from django.core.management import CommandError, call_command

    settings.STAFF_SECOND_FACTOR = False
    with pytest.raises(CommandError, match="for this machine only"):
        call_command("serve", host="0.0.0.0")
