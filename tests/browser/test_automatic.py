"""Automatic rules: written, tried and published in a browser."""

import pytest

from commentarchive.models import Blog
from moderation.models import AutomaticVersion
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.browser.test_imports import press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_a_rule_is_written_tried_and_published(browser, demo, live_server, olive):
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    site, blog = live_server.url, Blog.objects.order_by("pk").first()
    log_in(page, "olive", f"{site}/moderation/desk/automatic/")
    assert_readable(page, name="automatic-sets")
    page.goto(f"{site}/moderation/desk/automatic/{blog.ref}/")
    press(page, "Add a rule", "a")
    page.fill("[name=title]", "Some words")
    page.select_option("[name=kind]", "pattern")
    page.fill("[name=lines]", "(the\n[a-")
    page.select_option("[name=action]", "hold")
    page.fill("[name=sentence]", "It holds a word that is on our list.")
    press(page, "Keep it in the draft")
    assert "Line 1: at character 1, “(the”" in page.inner_text("main")
    assert_readable(page, name="automatic-rule")
    page.fill("[name=lines]", r"\bthe\b")
    press(page, "Keep it in the draft")
    assert_readable(page, name="automatic-draft")
    press(page, "Try the draft on the archive")
    assert_readable(page, name="automatic-test")
    press(page, "Publish this version")
    assert "Say that it is meant" in page.inner_text(".message.error")
    page.check("[name=sure]")
    press(page, "Publish this version")
    assert "Published as version 1" in page.inner_text(".message >> nth=0")
    page.goto(site + AutomaticVersion.objects.get().get_absolute_url())
    assert_readable(page, name="automatic-version")
    page.goto(f"{site}/moderation/automatic/")
    assert_readable(page, name="automatic-versions")
    page.goto(f"{site}/moderation/desk/automatic/{blog.ref}/keys/")
    page.check("[value=disallowed_keys]")
    page.fill("[name=text]", "viagra\nab\n192.0.2.7\nViagra")
    assert_readable(page, name="automatic-keys")
    press(page, "Read the list")
    assert "2 lines read" in page.inner_text(".message >> nth=0")
    assert_readable(page, name="automatic-keys-read")
    context.close()
