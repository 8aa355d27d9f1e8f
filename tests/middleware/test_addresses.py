"""A NUL is refused before a database is asked for it."""

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", [settings.SESSION_COOKIE_NAME, "known", "x"])
def test_a_nul_in_a_cookie_is_refused(name):
    """Cookies may write characters as digits: a session's name went to the database."""
    cookie = f'a=b; {name}="\\000{"a" * 31}"'
    answer = Client().get("/login/", headers={"Cookie": cookie})
    assert answer.status_code == 400
    assert "A NUL has no place in a cookie." in answer.content.decode()


@pytest.mark.parametrize("address", ["/search/?q=a%00b", "/blogs/%00/", "/%00"])
def test_a_nul_in_an_address_is_refused(address):
    assert Client().get(address).status_code == 400


def test_other_odd_cookies_are_let_be():
    for cookie in ('session="\\377\\355\\240\\200aaaa"', "session=" + "é" * 20, ";=;"):
        answer = Client().get("/login/", headers={"Cookie": cookie})
        assert answer.status_code == 200
