"""A body that is no form in UTF-8 is refused in a sentence, not by a failure."""

from functools import partial

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory

from commentarchive.middleware.bodies import is_form

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FORM = "application/x-www-form-urlencoded"
ODD = (
    *("text/plain; charset=rot13", "text/plain; charset=undefined"),
    *(f"{FORM}; charset=unicode_escape", f"{FORM}; CHARSET = 'hex'"),
    *(f"{FORM}; charset*=zz''utf-8", f"{FORM}; charset=utf-8; charset=utf-7"),
    *("application/json", "x" * 20_000, ";" * 2_000, "; charset=base64", "\xff\xfe"),
)


@pytest.fixture
def ask(settings):
    """A request as it comes in from outside: Django's test client makes its own."""
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    from commentarchive.wsgi import application

    # The test's own connection, with what it has not committed, stays open.
    request_started.disconnect(close_old_connections)
    yield partial(_ask, application)
    request_started.connect(close_old_connections)


def _ask(application, method, address, content_type):
    request = RequestFactory(SERVER_NAME="localhost").generic(method, address, b"a=b")
    request.environ["CONTENT_TYPE"] = content_type
    said = {}

    def start_response(status, headers):
        said.update(headers, status=int(status.split()[0]))

    body = b"".join(application(request.environ, start_response))
    return said, body.decode()


@pytest.mark.parametrize("content_type", ODD)
def test_what_is_no_form_is_refused_and_no_page_depends_on_it(ask, content_type):
    said, body = ask("POST", "/login/", content_type)
    assert said["status"] == 400
    assert "A form has to come as browsers send it, in UTF-8." in body
    assert "Content-Security-Policy" in said
    said, body = ask("GET", "/search/?q=%5Cu0000+AAA-", content_type)
    assert said["status"] == 200
    assert 'value="\\u0000 AAA-"' in body


def test_forms_are_forms(ask):
    for content_type in (
        *(FORM, f"{FORM};charset=UTF-8", f'{FORM}; charset="utf-8"', ""),
        "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
    ):
        assert is_form(content_type), content_type
        said, body = ask("POST", "/login/", content_type)
        # Read as far as the missing token.
        assert said["status"] in {302, 403}, body
