"""A discussion on other days, by time and its notices alone, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from commentarchive.models import Post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
RULES = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
    ]
}
QUERIES = (
    *("at=2012-04-20", "at=2000-01-01", "from=2012-04-01&at=2012-05-01"),
    *("order=time", "view=moderated"),
)


@pytest.fixture
def address(live_server, demo):
    return live_server.url + Post.objects.get(source_id="11").get_absolute_url()


def test_days_pass_axe_in_light_dark_and_narrow(browser, address):
    for scheme, width in (("light", 1000), ("dark", 1000), ("light", 320)):
        context = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        page = context.new_page()
        problems = []
        page.on("console", lambda message, to=problems: to.append(message.text))
        for query in QUERIES:
            page.goto(f"{address}?{query}")
            found = Axe().run(page, options=RULES)
            assert found.violations_count == 0, (query, found.generate_report())
            wide = page.locator("html").evaluate("html => html.scrollWidth")
            assert wide <= width, (query, scheme, wide)
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
    assert slider.get_attribute("aria-valuetext") == chosen
    page.get_by_role("button", name="Go").click()
    assert page.url.endswith(f"?at={chosen}")
    page.close()


def test_a_day_is_typed_without_a_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}?at=2012-04-20")
    assert not page.locator("#slider").is_visible()
    page.locator("#at").fill("2012-04-19")
    page.get_by_role("button", name="Go").click()
    assert page.url.endswith("?at=2012-04-19")
    assert page.locator("h1").inner_text() == "As of the end of 19 April 2012"
    page.locator("#from").fill("2012-04-01")
    page.get_by_role("button", name="List it").click()
    assert page.url.endswith("?from=2012-04-01&at=2012-04-19")
    context.close()
