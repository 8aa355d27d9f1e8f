"""An import from the file to the published blog, in a browser without JavaScript."""

import io

import pytest
from django.core.management import call_command

from commentarchive.models import Blog
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.browser.test_pages import listen
from tests.cast import member
from tests.wxr import comment, export, item, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def work():
    call_command("run_imports", stdout=io.StringIO())


def test_a_file_becomes_a_blog_by_keyboard_and_without_javascript(
    browser, live_server, tmp_path
):
    member("ivy", "archivist")
    rows = (comment(1, "Shown words."), comment(2, "Sealed words.", approved="0"))
    file = write(tmp_path, export(item(*rows, comment(3, kind="note"))))
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 900}
    )
    page = context.new_page()
    log_in(page, "ivy", f"{live_server.url}/moderation/desk/imports/")
    page.set_input_files("[name=files]", str(file))
    press(page, "Look the files over")
    assert "waits for its dry run" in page.inner_text("h1")
    work()
    press(page, "Look again", "a")
    assert "waits for your word" in page.inner_text("h1")
    press(page, "Import")
    work()
    press(page, "Look again", "a")
    assert page.inner_text("h1") == "Import: read whole"
    page.get_by_label("Everybody; search engines are asked").focus()
    page.keyboard.press("Space")
    press(page, "Publish")
    assert "is published. It is on record." in page.inner_text("[role=status]")
    stranger = browser.new_context().new_page()
    stranger.goto(live_server.url + Blog.objects.get().get_absolute_url())
    stranger.click("text=An article")
    assert stranger.is_visible("text=Shown words.")
    assert not stranger.is_visible("text=Sealed words.")
    context.close()


def press(page, words, kind="button"):
    """Go to a button or link, and press Enter there."""
    page.locator(f"main {kind}:text-is('{words}')").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_its_pages_pass_axe_in_light_dark_and_narrow(browser, live_server, tmp_path):
    member("ivy", "archivist")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    long = "a-very-long-name-of-a-file-" * 5 + ".xml"
    write(inbox, export(item(comment(1, "One."), comment(2, parent=9))), long)
    context = browser.new_context(viewport={"width": 320, "height": 900})
    page = context.new_page()
    problems = listen(page)
    log_in(page, "ivy", f"{live_server.url}/moderation/desk/imports/")
    page.fill("[name=inbox]", "none.xml")
    page.click("text=Look the files over")
    assert page.input_value("[name=inbox]") == "none.xml"
    assert_readable(page)
    page.fill("[name=inbox]", long)
    page.fill("[name=new_slug]", "test-blog")
    page.click("text=Look the files over")
    assert_readable(page)
    work()
    page.reload()
    assert_readable(page)
    page.click("button:text-is('Import')")
    page.wait_for_selector("text=waits for its turn")
    work()
    page.reload()
    assert_readable(page)
    page.click("text=as readers would see them")
    assert_readable(page)
    page.click("text=An article")
    assert page.is_visible("text=One.")
    assert_readable(page)
    assert [text for text in problems if "Content Security Policy" in text] == []
    context.close()
