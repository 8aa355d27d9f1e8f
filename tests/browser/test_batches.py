"""Many comments decided on together, in a browser."""

import pytest

from commentarchive.actions.staff import acting
from commentarchive.models import Comment
from moderation.actions import second_person
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Decision, SourceNote
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.browser.test_imports import press
from tests.cast import member
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
FACTS = "It insults a reader."


def test_a_batch_from_the_list_to_its_undoing(
    browser, live_server, tmp_path, monkeypatch
):
    monkeypatch.setattr(second_person, "BY_ONE", 2)
    load(
        tmp_path,
        item(
            *[comment(n, f"A long remark on eels, the {n}th") for n in range(1, 4)],
            comment(4, "Waits", approved="0"),
        ),
    )
    start_draft()
    publish_policy(by=acting(member("olive", "owner")))
    page = browser.new_context(java_script_enabled=True).new_page()
    log_in(page, "olive", f"{live_server.url}/moderation/desk/batches/")
    assert_readable(page, name="batch-choose")
    name = Comment.objects.first().commenter.ref
    page.goto(f"{live_server.url}/moderation/desk/batches/?name={name}")
    # By keyboard: each box is reached and ticked.
    for box in page.locator("[name=comment]").all():
        box.focus()
        page.keyboard.press("Space")
    press(page, "Go on with those chosen")
    assert_readable(page, name="batch-chosen")
    page.check("[name=action][value=block]")
    page.select_option("[name=clause]", index=2)
    page.fill("[name=facts]", FACTS)
    press(page, "Show what would become of each")
    assert "Taken down" in page.inner_text("table")
    assert_readable(page, name="batch-outcome")
    press(page, "Go on to record 4 decisions")
    assert page.is_visible("text=Nothing of this is on record yet")
    assert_readable(page, name="batch-alone")
    press(page, "Record, decided alone: 4 decisions")
    assert Decision.objects.filter(second="nobody").count() == 4
    assert_readable(page, name="batch-public")
    page.goto(f"{live_server.url}{Decision.objects.first().get_absolute_url()}")
    assert page.is_visible("text=Decided alone")
    assert_readable(page, name="batch-statement")
    press(page, "put the rule or the facts right", "a")
    assert_readable(page, name="put-right")
    page.goto(f"{live_server.url}/moderation/desk/at-source/")
    assert_readable(page, name="at-source")
    with page.expect_navigation():
        page.locator("button:text('Done there')").first.click()
    assert SourceNote.objects.count() == 1
    page.goto(f"{live_server.url}/moderation/batches/{Decision.objects.first().batch}/")
    press(page, "undo them all in one step", "a")
    assert_readable(page, name="batch-undo")
    press(page, "Go on to undo 4 decisions")
    assert_readable(page, name="batch-undo-alone")
    press(page, "Record, decided alone: 4 decisions")
    assert Decision.objects.exclude(undoes=None).count() == 4
    assert Comment.objects.filter(visibility="published").count() == 3
