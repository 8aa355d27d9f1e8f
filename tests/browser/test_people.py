"""The staff's page and an invitation, on screen."""

import pytest
from django.test import Client

from tests.browser.looks import assert_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_somebody_is_invited_and_takes_it_up(browser, live_server, olive, alice):
    context = browser.new_context()
    client = Client()
    client.force_login(olive)
    value = client.cookies["session"].value
    context.add_cookies([{"name": "session", "value": value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/moderation/desk/people/")
    page.select_option("[name=role]", "archivist")
    page.fill("[name=handle]", "Nell")
    page.click("text=Make the link")
    assert_readable(page, name="people")
    link = page.locator("code.secret").inner_text()
    context.close()
    context = browser.new_context()
    page = context.new_page()
    page.goto(live_server.url + "/invitation/" + link.split("/")[-2] + "/")
    assert_readable(page, name="invitation")
    page.fill("[name=name]", "nell")
    page.fill("[name=password]", "a long enough one")
    page.fill("[name=again]", "a long enough one")
    page.click("main button")
    assert page.url.startswith(f"{live_server.url}/moderation/desk/")
    context.close()
