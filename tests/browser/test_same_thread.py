"""The pages of the same thread in a real browser: by keys, narrow, without scripts."""

import pytest

from commentarchive.models import SameThread
from tests.browser.looks import assert_accessible, assert_fits, shoot
from tests.browser.test_pages import listen
from tests.same_threads import exported, pasted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def threads(tmp_path):
    return pasted(tmp_path), exported(tmp_path, c15="trash")


@pytest.mark.parametrize("script", [True, False])
def test_two_articles_are_tied_by_keys_and_untied(
    browser, live_server, threads, script
):
    from tests.cast import member

    member("ivy", "archivist")
    old, new = threads
    context = browser.new_context(
        java_script_enabled=script, viewport={"width": 320, "height": 700}
    )
    page = context.new_page()
    problems = listen(page)
    page.goto(f"{live_server.url}{old.get_absolute_url()}")
    page.click("text=This is the same thread")
    page.fill("[name=username]", "ivy")
    page.fill("[name=password]", "password")
    page.click("button:text('Log in')")
    check(page, script, "list")
    page.click(f"a[href$='{new.ref}/']")
    check(page, script, "pairs")
    page.focus("#evidence")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Tied. Readers see one thread")
    check(page, script, "tied")
    page.goto(f"{live_server.url}{old.get_absolute_url()}")
    assert page.url.endswith(new.get_absolute_url())
    check(page, script, "thread")
    page.goto(f"{live_server.url}/moderation/desk/posts/{old.ref}/same/")
    page.fill("input[name=evidence]", "They are two.")
    page.click("text=These are not the same thread")
    page.wait_for_selector("text=Untied.")
    assert SameThread.objects.get().ended_entry is not None
    assert problems == []
    context.close()


def check(page, script, name):
    shoot(page, f"same-{name}-{'narrow' if script else 'plain'}")
    if not script:
        return
    assert_fits(page)
    assert_accessible(page)
