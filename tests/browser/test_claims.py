"""A claim in a real browser: sent without JavaScript, decided at the desk, looked up."""

import pytest

from commentarchive.models import Blog, Gap
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.browser.test_pages import listen

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
NARROW = {"width": 320, "height": 900}
SEALED = "My zeppelin was never let through."


@pytest.fixture
def site(live_server, demo):
    return live_server.url


def send_by_keyboard(page, site, blog):
    """Fill and send the form with keys alone; return the reference and the secret."""
    page.goto(f"{site}/moderation/claims/new/?blog={blog.slug}")
    page.focus("[name=day]")
    for value in ("3", "5", "2012"):
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(SEALED)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Your claim was received" in page.inner_text("h1")
    return page.locator("code").all_inner_texts()


def test_a_claim_from_form_to_outcome_without_javascript(browser, site, alice):
    blog = Blog.objects.get(slug="quayside-example")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + blog.get_absolute_url())
    page.click("text=A comment of mine was blocked at this blog")
    page.fill("[name=number]", "0")
    page.click("button:text('Send the claim')")
    assert page.is_visible("text=Give a number from 1 to 1000.")
    reference, secret = send_by_keyboard(page, site, blog)
    assert context.cookies() == []
    desk = browser.new_context(java_script_enabled=False).new_page()
    log_in(desk, "alice", f"{site}/moderation/desk/claims/")
    desk.click(f"a[href*='{reference}']")
    assert not desk.is_visible(f"text={SEALED}")
    desk.click("text=Read what was sent")
    assert desk.is_visible(f"text={SEALED}")
    desk.fill("[name=reply]", "We have put it on record.")
    desk.click("button:text('Accept it as a claim')")
    assert desk.is_visible("text=It was accepted as a claim")
    assert Gap.objects.filter(blog=blog, at_least=1).exists()
    page.goto(site + blog.get_absolute_url())
    assert page.is_visible("text=1 comment is said to have been blocked at")
    page.goto(f"{site}/moderation/claims/")
    page.fill("[name=reference]", reference)
    page.fill("[name=secret]", secret)
    page.click("button:text('Look it up')")
    assert page.is_visible("text=We have put it on record.")
    context.close()
    desk.context.close()


def test_pages_of_claims_pass_axe_in_light_dark_and_narrow(browser, site, alice):
    blog = Blog.objects.get(slug="quayside-example")
    context = browser.new_context(viewport=NARROW)
    page = context.new_page()
    problems = listen(page)
    page.goto(f"{site}/moderation/claims/new/")
    assert_readable(page)
    page.fill("[name=day]", "30")
    page.click("button:text('Send the claim')")
    assert_readable(page)
    reference, secret = send_by_keyboard(page, site, blog)
    assert_readable(page)
    page.goto(f"{site}/moderation/claims/")
    assert_readable(page)
    page.fill("[name=reference]", reference)
    page.fill("[name=secret]", secret)
    page.click("button:text('Look it up')")
    assert page.is_visible("text=What you claimed")
    assert_readable(page)
    log_in(page, "alice", f"{site}/moderation/desk/claims/")
    assert_readable(page)
    page.goto(f"{site}/moderation/desk/claims/{reference}/")
    assert_readable(page)
    page.click("button:text('Accept it as a claim')")
    page.click("text=What is on record of it")
    assert_readable(page)
    page.goto(site + blog.get_absolute_url())
    assert_readable(page)
    page.goto(f"{site}/moderation/log/otherwise/?known=claimed")
    assert_readable(page)
    assert [text for text in problems if "Content Security Policy" in text] == []
    context.close()
