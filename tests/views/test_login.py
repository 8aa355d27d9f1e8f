"""Guesses are few; an owner is never kept out by them; readers do not wait."""

import threading

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.test import Client

from commentarchive.password_hashing import PatientHasher
from commentarchive.views import limits, login_limits
from commentarchive.views.search import SEARCHES

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def guess(client=None, username="olive", password="wrong", address="192.0.2.1"):
    return (client or Client()).post(
        "/login/",
        {"username": username, "password": password},
        REMOTE_ADDR=address,
    )


@pytest.fixture
def counted(monkeypatch):
    """Count the passwords that are really looked at."""
    looked = []
    real = login_limits.AuthenticationForm.clean

    def clean(form):
        looked.append(form.cleaned_data["username"])
        return real(form)

    monkeypatch.setattr(login_limits.AuthenticationForm, "clean", clean)
    return looked


def test_the_site_calls_itself_there_as_elsewhere(settings):
    settings.SITE_NAME = "The Old Archive"
    brand = 'class="brand" href="/">The Old Archive<'
    assert all(brand in Client().get(page).text for page in ("/login/", "/"))


def test_guesses_from_one_address_come_to_an_end(olive, counted):
    codes = [guess().status_code for _time in range(8)]
    assert codes == [200] * 5 + [429] * 3
    assert len(counted) == 5
    answer = guess()
    assert 0 < int(answer["Retry-After"]) <= 900
    assert b"too many wrong passwords" in answer.content
    assert b'value="olive"' in answer.content
    # Also the right password, from there.
    assert guess(password="password").status_code == 429


@pytest.mark.parametrize("name", ["OLIVE", "Olive", "ｏｌｉｖｅ"])
def test_an_account_is_one_however_it_is_written(olive, name):
    for _time in range(5):
        guess()
    assert guess(username=name).status_code == 429


def test_a_stranger_does_not_lock_the_owner_out(olive):
    for _time in range(7):
        guess(address="198.51.100.7")
    assert guess(password="password", address="192.0.2.1").status_code == 302


def test_many_strangers_do_not_lock_a_known_browser_out(olive):
    known = Client()
    assert guess(known, password="password").status_code == 302
    known.post("/logout/")
    for number in range(80):
        guess(address=f"198.51.100.{number}")
    # The account is used up for browsers that nobody knows, from wherever.
    assert guess(password="password", address="203.0.113.9").status_code == 429
    assert guess(known, password="password").status_code == 302
    # Nor do those who share its address.
    for _time in range(7):
        guess()
    assert guess(known, password="password").status_code == 302


def test_a_known_browser_has_its_own_limit_and_for_its_account_only(olive, alice):
    known = Client()
    guess(known, password="password")
    known.post("/logout/")
    codes = [guess(known).status_code for _time in range(7)]
    assert codes == [200] * 5 + [429] * 2
    # Its cookie is nobody else's, and one that was made up is none.
    for _time in range(6):
        guess(username="alice")
    assert guess(known, username="alice").status_code == 429
    forged = Client()
    forged.cookies["known"] = known.cookies["known"].value[:-2] + "xx"
    for _time in range(6):
        guess(address="192.0.2.77")
    assert guess(forged, address="192.0.2.77").status_code == 429


def test_one_address_does_not_try_many_accounts(olive):
    codes = [guess(username=f"user{n}").status_code for n in range(25)]
    assert codes == [200] * 20 + [429] * 5


def test_a_network_of_ipv6_is_one_address(olive):
    for n in range(5):
        guess(address=f"2001:db8:0:1::{n:x}")
    assert guess(address="2001:db8:0:1:ffff::1").status_code == 429
    assert guess(address="2001:db8:0:2::1").status_code == 200


def test_right_passwords_count_against_nobody(olive):
    for _time in range(30):
        assert guess(password="password").status_code == 302


def test_an_unknown_account_is_limited_as_a_known_one_is(db):
    codes = [guess(username="nobody").status_code for _time in range(7)]
    assert codes == [200] * 5 + [429] * 2


def test_a_form_without_a_password_counts_nothing(olive):
    for _time in range(9):
        assert guess(password="").status_code == 200
    assert guess(password="password").status_code == 302


def test_no_more_than_two_wait_for_their_passwords_to_be_checked(olive, counted):
    """The other threads of the server are left to readers."""
    with login_limits._checks, login_limits._checks:
        answer = guess()
        assert answer.status_code == 503
        assert answer["Retry-After"] == "2"
        assert counted == []
    assert guess(password="password").status_code == 302


def test_the_cookie_of_a_known_browser(olive, settings):
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    guess(client, password="password")
    cookie = client.cookies["__Host-known"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"


def test_passwords_are_hashed_elsewhere_and_as_before(settings, olive):
    settings.PASSWORD_HASHERS = ["commentarchive.password_hashing.PatientHasher"]
    made = make_password("a password")
    assert made.startswith("pbkdf2_sha256$")
    assert check_password("a password", made)
    assert not check_password("another", made)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    assert check_password("a password", made)
    assert [each.name for each in threading.enumerate() if "password" in each.name] == [
        "password_0"
    ]
    assert User.objects.count() == 1


def test_a_password_of_older_rounds_is_hashed_anew_at_login(
    settings, monkeypatch, olive
):
    """And by another algorithm, where that is the first of the list by now."""
    settings.PASSWORD_HASHERS = [
        "commentarchive.password_hashing.PatientHasher",
        "django.contrib.auth.hashers.ScryptPasswordHasher",
    ]
    monkeypatch.setattr(PatientHasher, "iterations", 20)
    for older in (
        PatientHasher().encode("password", "salt", 10),
        make_password("password", hasher="scrypt"),
    ):
        User.objects.filter(pk=olive.pk).update(password=older)
        assert guess(password="password").status_code == 302
        olive.refresh_from_db()
        assert olive.password.startswith("pbkdf2_sha256$20$")


def test_a_limit_makes_room_as_time_goes_by(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(limits, "REMEMBERED", 3)
    limit = limits.Limit(2, 10)
    assert [limit.take("a"), limit.take("a"), limit.take("a")] == [0, 0, 10]
    now[0] += 9
    assert limit.take("a") == 1
    now[0] += 1
    assert limit.take("a") == 0
    for key in "bcd":
        limit.take(key)
    assert len(limit._times) == 3


def test_searches_are_limited_by_address(db):
    def search(address, words="wall"):
        return Client().get("/search/", {"q": words}, REMOTE_ADDR=address)

    assert search("192.0.2.1").status_code == 200
    for _time in range(98):
        assert SEARCHES.take("192.0.2.1") == 0
    codes = [search("192.0.2.1").status_code for _time in range(3)]
    assert codes == [200, 429, 429]
    answer = search("192.0.2.1")
    assert int(answer["Retry-After"]) > 0
    assert b"too many searches" in answer.content
    # An empty form costs nothing, and nobody else is held back.
    assert search("192.0.2.1", "").status_code == 200
    assert search("192.0.2.2").status_code == 200
