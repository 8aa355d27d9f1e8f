"""A mailed comment is entered in a real browser, without scripts, by keys alone."""

import pytest

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.importers.formats.test_notification_mail import WAITING
from tests.views.test_by_hand import HAND, LINK
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_a_mail_becomes_a_comment(browser, live_server, tmp_path, alice):
    load(tmp_path, item(comment(40, "Forty."), title="The ferry", link=LINK))
    site = live_server.url
    page = browser.new_context(java_script_enabled=False).new_page()
    log_in(page, "alice", site + HAND)
    page.keyboard.press("Tab")
    page.get_by_role("link", name="A comment from a mail").press("Enter")
    page.get_by_label("The mail, pasted whole").fill(WAITING)
    page.get_by_role("button", name="Read it").press("Enter")
    assert page.is_visible("text=Nothing is saved yet")
    assert page.get_by_label("Name as it was shown").input_value() == "Ada Reed"
    page.get_by_role("button", name="Save").press("Enter")
    assert page.is_visible("text=The comment was saved: waiting.")
    assert page.is_visible("text=Entered by hand, from an e-mail.")
    with page.expect_download() as download:
        page.click("text=Its file, if it has one")
    assert download.value.suggested_filename == "mail.eml"
    page.context.close()
    assert Comment.objects.get(source_id="41").visibility == "held"
    assert [str(each) for each in reconcile()] == []


def test_the_forms_pass_axe_in_light_dark_and_narrow(
    browser, live_server, tmp_path, alice
):
    load(tmp_path, item(comment(40, "Forty."), title="The ferry", link=LINK))
    site = live_server.url
    page = browser.new_context(viewport={"width": 320, "height": 900}).new_page()
    log_in(page, "alice", site + HAND)
    for name in ("", "blog/", "article/", "cross-post/", "mail/", "comment/"):
        page.goto(f"{site}{HAND}{name}")
        assert_readable(page)
    page.get_by_label("Below which article").fill(LINK)
    page.get_by_label("Its words").fill("Forty.")
    page.get_by_role("button", name="Save").click()
    assert page.is_visible("text=may be the same")
    assert_readable(page)
    page.context.close()
