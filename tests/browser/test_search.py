"""Searching in a real browser, as a reader on a phone without scripts does it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.browser.test_pages import listen

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
QUERIES = (
    *("lamp", "lamp&order=best", "is:moderated the", "the -a", "zeppelinesque"),
    *("%22lamp", "lamp blog:nowhere", "the&page=2"),
)


@pytest.fixture
def site(live_server, demo):
    return live_server.url


def test_a_reader_finds_a_comment_by_words_and_goes_to_it(browser, site):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    page.goto(site)
    page.get_by_role("searchbox", name="Search comments and titles").fill(
        '"letter of the rule"'
    )
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=2).last).to_have_text(
        re.compile(r"^[1-9]\d* comments?$")
    )
    expect(page.locator("mark").first).to_have_text(
        re.compile("letter of the rule", re.IGNORECASE)
    )
    expect(page.get_by_role("searchbox")).to_have_value('"letter of the rule"')
    page.get_by_text("How to search").click()
    expect(page.get_by_text("comments under a name")).to_be_visible()
    page.locator(".hits a").first.click()
    assert re.search(r"/posts/p\w+/(\?page=\d+)?#c\w+$", page.url)
    context.close()


def test_pages_of_searches_pass_axe_in_light_dark_and_narrow(browser, site):
    context = browser.new_context()
    page = context.new_page()
    problems = listen(page)
    for query in QUERIES:
        answer = page.goto(f"{site}/search/?q={query}")
        page.locator("details").evaluate_all("all => all.map(d => d.open = true)")
        assert_readable(page)
        if answer.status == 200:
            assert problems == [], query
        problems.clear()
    context.close()


def test_a_moderator_searches_hidden_texts(browser, site, alice):
    page = browser.new_page()
    log_in(page, "alice", f"{site}/moderation/desk/hidden/")
    page.get_by_role("searchbox").fill("shredded")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".hits mark").first).to_have_text("shredded")
    # What is looked for stands in no address.
    assert "shredded" not in page.url
    assert_readable(page)
    page.close()
