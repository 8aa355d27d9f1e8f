"""The desk by thumb and by keys, in a real browser."""

import pytest

from moderation.models import Decision
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.browser.test_pages import listen
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PHONE = {"width": 360, "height": 720}
COMMENTS, MOST_TAPS = 4, 3


def begin(browser, live_server, tmp_path, number, **options):
    rows = (
        comment(n, f"Remark number {n} of an evening.", approved="0", author=f"N{n}")
        for n in range(1, number + 1)
    )
    load(tmp_path, item(*rows))
    page = browser.new_context(**options).new_page()
    log_in(page, "alice", f"{live_server.url}/moderation/desk/")
    page.get_by_role("link", name="Begin with the first").click()
    return page


def tap_twice(page, button):
    """Open the rules as a shaking thumb would: a double tap decides nothing."""
    box = button.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.touchscreen.tap(*middle)
    page.touchscreen.tap(*middle)


@pytest.mark.parametrize("has_script", [True, False])
def test_comments_take_three_taps_each_at_most(
    browser, live_server, tmp_path, by, has_script
):
    page = begin(
        *(browser, live_server, tmp_path, COMMENTS),
        viewport=PHONE,
        has_touch=True,
        java_script_enabled=has_script,
    )
    if has_script:
        noise = listen(page)
    taps = []
    for number in range(COMMENTS):
        page.get_by_text(f"Remark number {number + 1} of").first.wait_for()
        taps.append(1)
        if number % 2:
            tap_twice(page, page.get_by_text("Block …"))
            button = page.locator(".rule-buttons button").first
            taps[-1] += 1
        else:
            button = page.get_by_role("button", name="Approve")
        box = button.bounding_box()
        assert box["height"] >= 44
        # Within reach of the thumb: in the lower half of the screen.
        assert box["y"] >= PHONE["height"] / 3
        button.tap()
        if number + 1 < COMMENTS:
            page.get_by_text(f"Remark number {number + 2} of").first.wait_for()
    page.get_by_text("Nothing waits.").wait_for()
    page.get_by_text("It is on record").first.wait_for()
    assert max(taps) <= MOST_TAPS
    assert Decision.objects.count() == COMMENTS
    if has_script:
        assert noise == []
    page.context.close()


def test_by_keys_alone_with_the_result_announced(browser, live_server, tmp_path, by):
    page = begin(browser, live_server, tmp_path, 4)
    noise = listen(page)
    page.evaluate("window.kept = true")
    page.keyboard.press("f")
    page.locator("#told", has_text="Approved. It is on record.").wait_for(
        state="attached"
    )
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert page.is_visible("text=Remark number 2")
    page.keyboard.press("d")
    page.keyboard.press("1")
    page.get_by_text("Remark number 3").first.wait_for()
    page.keyboard.press("u")
    page.get_by_text("Remark number 2").first.wait_for()
    page.locator("#told", has_text="Undone").wait_for(state="attached")
    page.keyboard.press("j")
    page.get_by_text("Remark number 3").first.wait_for()
    page.keyboard.press("s")
    page.get_by_text("Remark number 4").first.wait_for()
    page.keyboard.press("k")
    page.get_by_text("Remark number 3").first.wait_for()
    # The card alone was replaced.
    assert page.evaluate("window.kept")
    page.keyboard.press("?")
    assert page.is_visible("dialog#keys")
    page.get_by_label("use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("f")
    assert [made.action for made in Decision.objects.order_by("pk")] == [
        *("approve", "block", "hold")
    ]
    assert noise == []
    page.context.close()


def test_the_desk_passes_axe_in_light_dark_and_narrow(
    browser, live_server, tmp_path, by
):
    page = begin(browser, live_server, tmp_path, 3)
    assert_readable(page, name="desk-card")
    page.goto(f"{live_server.url}/moderation/desk/")
    assert_readable(page, name="desk")
    page.context.close()
