"""The desk's bar in a real browser: by keys, without a script, on a phone."""

import pytest

from tests.browser.logins import log_in
from tests.browser.looks import assert_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PHONE = {"width": 320, "height": 640}


def test_a_page_is_reached_by_keys_without_a_script(browser, live_server, by):
    page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    log_in(page, "alice", f"{live_server.url}/moderation/desk/")
    page.locator(".desk-bar summary").nth(1).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/moderation/desk/batches/")
    current = page.locator(".desk-bar [aria-current=page]")
    assert current.get_attribute("href") == "/moderation/desk/batches/"
    page.context.close()


def test_it_takes_little_of_a_phone_and_one_group_is_open_at_a_time(
    browser, live_server, by
):
    page = browser.new_context(viewport=PHONE).new_page()
    log_in(page, "alice", f"{live_server.url}/moderation/desk/")
    assert page.locator(".desk-bar").bounding_box()["height"] <= PHONE["height"] / 4
    groups = page.locator(".desk-bar summary")
    for number in range(groups.count()):
        assert groups.nth(number).bounding_box()["height"] >= 44
        groups.nth(number).click()
        assert page.locator(".desk-bar details[open]").count() == 1
        panel = page.locator(".desk-bar details[open] ul").bounding_box()
        assert panel["x"] >= 0
        assert panel["x"] + panel["width"] <= PHONE["width"]
    assert_readable(page, name="desk-bar")
    page.context.close()
