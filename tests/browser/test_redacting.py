"""A sentence is blacked out in a browser, with and without JavaScript."""

import pytest

from commentarchive.models import Comment
from tests.browser.looks import assert_readable
from tests.browser.test_imports import press
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
TEXT = "The pier is fine. Crooked Jorvik stole zebrafunds there. So long, all."


@pytest.mark.parametrize("has_script", [True, False])
def test_a_sentence_is_blacked_out(browser, live_server, by, tmp_path, has_script):
    load(tmp_path, item(comment(1, TEXT)))
    remark = Comment.objects.get()
    context = browser.new_context(
        viewport={"width": 1200, "height": 900}, java_script_enabled=has_script
    )
    page = context.new_page()
    card = f"/moderation/desk/comments/{remark.ref}/black-out/"
    page.goto(f"{live_server.url}/login/?next={card}")
    page.fill("[name=username]", "alice")
    page.fill("[name=password]", "password")
    press(page, "Log in")
    page.get_by_label("Crooked Jorvik").check()
    page.get_by_label("Rule for sentence 2").select_option("1")
    page.fill("[name=facts]", "It accuses a person of a crime.")
    press(page, "Show what readers will see")
    shown = page.get_by_label("What readers will see").inner_text()
    assert "The pier is fine. [blacked out under rule 1: a few words]" in shown
    if has_script:
        assert_readable(page, name="redact-preview")
    press(page, "Black it out")
    assert "Blacked out in part" in page.inner_text("main")
    page.goto(live_server.url + remark.post.get_absolute_url())
    assert "zebrafunds" not in page.content()
    assert page.locator("a.blacked-out").count() == 1
    if has_script:
        assert_readable(page, name="redact-article")
    page.locator("a.blacked-out").click()
    assert "Comment blacked out in part" in page.inner_text("main")
    context.close()
