"""A passkey in a real browser; the pages of one's own login, on screen."""

import re

import pytest
from allauth.mfa.models import Authenticator

from tests.browser.looks import assert_readable
from tests.browser.passkeys import give_device
from tests.browser.test_pages import listen
from tests.factors import code_now, with_app

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture(autouse=True)
def _mandatory(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def page(browser):
    context = browser.new_context()
    page = context.new_page()
    give_device(page)
    yield page
    context.close()


def log_in(page, site, name="alice"):
    page.goto(f"{site}/login/?next=/moderation/desk/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", "password")
    page.click("main button >> nth=0")


def log_out(page, site):
    page.goto(f"{site}/account/")
    page.click("button:text('Log out')")


def test_a_passkey_is_set_up_and_logs_in_without_a_password(page, live_server, alice):
    problems = listen(page)
    log_in(page, live_server.url)
    assert page.url.endswith("/account/")
    assert_readable(page, name="login-factors-none")
    page.click("text=Add a passkey")
    assert_readable(page, name="login-passkey-add")
    page.click("text=Add the passkey")
    page.wait_for_url(live_server.url + "/account/recovery-codes/")
    assert_readable(page, name="login-recovery-codes")
    codes = page.locator("ol.codes li").all_inner_texts()
    assert len(codes) == 10
    page.click("text=I have kept them")
    assert_readable(page, name="login-factors")
    page.goto(f"{live_server.url}/moderation/desk/")
    assert page.is_visible("text=Logged in as alice")
    log_out(page, live_server.url)
    page.goto(f"{live_server.url}/moderation/desk/reported/")
    assert_readable(page, name="login")
    page.click("text=Log in with a passkey")
    page.wait_for_url(live_server.url + "/moderation/desk/reported/")
    # With the password the passkey is the second factor, and a recovery code is, too.
    log_out(page, live_server.url)
    log_in(page, live_server.url)
    assert_readable(page, name="login-second")
    page.click("text=Use a passkey")
    page.wait_for_url(live_server.url + "/moderation/desk/")
    log_out(page, live_server.url)
    log_in(page, live_server.url)
    page.fill("[name=code]", codes[0])
    page.click("main button >> nth=0")
    page.wait_for_url(live_server.url + "/moderation/desk/")
    assert Authenticator.objects.get(type="webauthn").user == alice
    assert [text for text in problems if "Content Security Policy" in text] == []


def test_an_app_is_set_up_and_removed_with_the_passkey_as_proof(
    page, live_server, alice, monkeypatch
):
    log_in(page, live_server.url)
    page.click("text=Set up an app")
    assert_readable(page, name="login-app")
    secret = page.locator(".secret").inner_text()
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    page.fill("[name=code]", code_now(secret))
    page.click("text=Set up the app >> nth=-1")
    page.wait_for_url(live_server.url + "/account/recovery-codes/")
    page.goto(f"{live_server.url}/account/passkeys/add/")
    page.click("text=Add the passkey")
    page.wait_for_url(live_server.url + "/account/")
    monkeypatch.setattr("commentarchive.storage.sessions.FRESH", -1)
    page.goto(f"{live_server.url}/account/app/remove/")
    assert_readable(page, name="login-again")
    page.click("text=A passkey")
    assert_readable(page, name="login-again-passkey")
    monkeypatch.setattr("commentarchive.storage.sessions.FRESH", 300)
    page.click("text=Use a passkey")
    page.wait_for_url(live_server.url + "/account/app/remove/")
    assert_readable(page, name="login-app-remove")
    page.click("main button:text('Remove the app')")
    page.wait_for_url(live_server.url + "/account/")
    assert set(Authenticator.objects.values_list("type", flat=True)) == {
        *("webauthn", "recovery_codes"),
    }


def test_without_scripts_an_app_logs_in(browser, live_server, alice):
    with_app(alice)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, live_server.url)
    assert not page.is_visible("text=Use a passkey")
    page.fill("[name=code]", code_now())
    page.click("main button >> nth=0")
    assert page.is_visible("text=Logged in as alice")
    context.close()
