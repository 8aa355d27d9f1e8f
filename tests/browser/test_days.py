"""A discussion on other days, by time and its notices alone, in a real browser."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from commentarchive.models import Post
from tests.browser.looks import assert_readable
from tests.browser.test_pages import listen

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
RULES = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
    ]
}
QUERIES = (
    *("at=2012-04-20", "at=2000-01-01", "from=2012-04-01&at=2012-05-01"),
    *("order=time", "view=moderated", "view=days", "since=2012-03-05T18:00"),
)

LENGTHEN = """new MutationObserver((_changes, observer) => {
  const thread = document.querySelector("ol.thread");
  if (!thread) return;
  observer.disconnect();
  const time = '<time datetime="2031-05-01T10:00:00+00:00"></time>';
  thread.insertAdjacentHTML("afterbegin", `<li hidden>${time.repeat(200_000)}</li>`);
}).observe(document, {childList: true, subtree: true})"""


@pytest.fixture
def address(live_server, demo):
    return live_server.url + Post.objects.get(source_id="11").get_absolute_url()


def test_days_pass_axe_in_light_dark_and_narrow(browser, address):
    context = browser.new_context()
    page = context.new_page()
    problems = listen(page)
    for query in QUERIES:
        page.goto(f"{address}?{query}")
        assert_readable(page, RULES)
    assert [text for text in problems if "Content Security" in text] == []
    context.close()


def test_the_slider_moves_over_the_threads_own_days(browser, address):
    page = browser.new_page()
    page.goto(f"{address}?at=2012-04-20")
    slider = page.get_by_label("Days with a change")
    before = page.locator("#at").input_value()
    slider.press("End")
    chosen = page.locator("#at").input_value()
    assert chosen > before
    assert slider.get_attribute("aria-valuetext") == in_words(chosen)
    page.get_by_role("button", name="Go").click()
    assert page.url.endswith(f"?at={chosen}")
    days = page.locator("#days option").evaluate_all("all => all.map((o) => o.label)")
    day = next(
        one
        for one, other in pairwise(map(date.fromisoformat, days))
        if (other - one).days > 1
    )
    page.goto(f"{address}?at={day + timedelta(1)}")
    since = f"unchanged since {in_words(str(day))}"
    assert page.locator("#slider output").inner_text() == since
    page.close()


def in_words(day):
    return f"{date.fromisoformat(day):%-d %B %Y}"


def test_a_day_is_typed_without_a_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}?at=2012-04-20")
    assert not page.locator("#slider").is_visible()
    page.locator("#at").fill("2012-04-19")
    page.get_by_role("button", name="Go").click()
    assert page.url.endswith("?at=2012-04-19")
    assert page.locator("h1").inner_text() == "As of the end of 19 April 2012"
    page.get_by_text("What changed between two days").click()
    page.locator("#from").fill("2012-04-01")
    page.get_by_role("button", name="List it").click()
    assert page.url.endswith("?from=2012-04-01&at=2012-04-19")
    context.close()


def test_the_last_visit_is_kept_of_a_very_long_discussion(browser, address):
    context = browser.new_context()
    page = context.new_page()
    # As it would be parsed, before the scripts run that wait for the whole page.
    page.add_init_script(LENGTHEN)
    page.goto(address)
    kept = "localStorage.getItem(`seen ${location.pathname}`)"
    assert page.evaluate(kept) == "2031-05-01T10:00:00.000Z"
    context.close()


def test_the_last_visit_is_kept_in_the_browser_and_offered(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    link = page.get_by_role("link", name="New since your last visit")
    assert link.count() == 0
    page.reload()
    # The same tab is the same visit.
    assert link.count() == 0
    page.close()
    page = context.new_page()
    page.goto(address)
    link = page.get_by_role("link", name="New since your last visit")
    link.click()
    assert "?since=2012-" in page.url
    assert "made since" in page.locator("main").inner_text()
    assert context.cookies() == []
    context.close()
