"""A blog's settings, changed in a browser without JavaScript."""

import pytest

from commentarchive.models import Blog, PageRenewal
from tests.browser.logins import log_in
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.test_imports import press, work
from tests.cast import member
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 320)])
def test_settings_are_changed_and_pages_made_anew(
    browser, live_server, tmp_path, scheme, width
):
    load(tmp_path, item(comment(1, local="")))
    member("olive", "owner")
    context = browser.new_context(
        java_script_enabled=width > 320,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    log_in(page, "olive", f"{live_server.url}/moderation/desk/blogs/")
    look(page, width)
    with page.expect_navigation():
        page.click("main a:has-text('Test blog')")
    look(page, width)
    page.select_option("[name=visibility]", "public")
    press(page, "Save")
    assert page.is_visible("text=Say why, in some words.")
    look(page, width)
    page.fill("[name=reason]", "We want to be found.")
    page.select_option("[name=time_zone]", "Asia/Tokyo")
    press(page, "Save")
    assert "Saved. It is on record." in page.inner_text(".message >> nth=0")
    assert page.is_visible("text=0 of 1 articles are done")
    look(page, width)
    work()
    press(page, "Look again", "a")
    assert not page.is_visible("progress")
    assert PageRenewal.objects.get().state == "done"
    assert Blog.objects.get().visibility == "public"
    context.close()


def look(page, width):
    """Try what axe finds, where scripts run, and whether the page fits."""
    if width > 320:
        assert_accessible(page)
    assert_fits(page)
