"""Where else words are said: listed and decided on together, without a script."""

import pytest

from commentarchive.actions.staff import acting
from commentarchive.models import Comment
from commentarchive.search.index import catch_up
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Decision
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.browser.test_imports import press
from tests.cast import member
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
SAID = "The treasurer of the rowing club kept the raffle money for himself."


def test_all_that_repeat_a_libel_are_taken_down_in_one_step(
    browser, live_server, tmp_path
):
    load(
        tmp_path,
        item(
            comment(1, f"I saw it all last week. {SAID} Ask anybody.", author="Ann"),
            comment(2, f"<blockquote>{SAID}</blockquote>Surely not?", author="Bob"),
            comment(3, SAID.upper(), author="Cyd"),
            comment(4, "Of tides and nets.", author="Dee"),
            title="Regatta",
            body=f"They say: {SAID}",
        ),
    )
    catch_up()
    start_draft()
    publish_policy(by=acting(member("olive", "owner")))
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    said = Comment.objects.get(source_id="1")
    log_in(page, "olive", f"{live_server.url}/moderation/desk/comments/{said.ref}/")
    # By keyboard, from the form that holds what was typed already.
    form = page.locator("#whole-form")
    form.locator("[name=facts]").fill("It accuses somebody of a crime.")
    form.locator("button:text('where else are these words')").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=3 places, 3 of them public")
    assert page.url.endswith("/moderation/desk/elsewhere/find/")
    # The checks of how it reads are scripts.
    shown = browser.new_context(storage_state=plain.storage_state()).new_page()
    shown.goto(f"{live_server.url}/moderation/desk/comments/{said.ref}/")
    press(shown, "First: where else are these words?")
    assert_readable(shown, name="elsewhere")
    page.check("[name=action][value=block]")
    page.select_option("[name=clause]", index=2)
    press(page, "Show what would become of each")
    press(page, "Record 3 decisions")
    assert Decision.objects.count() == 3
    assert len(set(Decision.objects.values_list("batch", flat=True))) == 1
    page.goto(f"{live_server.url}/moderation/desk/comments/{said.ref}/")
    assert page.is_visible("text=Left public: 1.")
    shown.goto(f"{live_server.url}/moderation/desk/elsewhere/")
    assert_readable(shown, name="elsewhere-form")
    press(shown, "Hidden words that are still public", "a")
    assert_readable(shown, name="left-public")
    public = browser.new_context(java_script_enabled=False).new_page()
    public.goto(f"{live_server.url}{said.post.get_absolute_url()}")
    words = public.inner_text("main").lower()
    assert words.count("raffle") == 1
    assert "of tides and nets" in words
