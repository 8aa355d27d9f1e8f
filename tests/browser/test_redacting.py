"""A sentence is blacked out in a browser, with and without JavaScript."""

import pytest

from commentarchive.models import Comment, Post
from tests.browser.logins import log_in
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
    log_in(page, "alice", f"{live_server.url}{card}")
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


PIER = (
    "<p>Dear \U0001f469\u200d\U0001f680 all &amp; sundry &lt;3 fine</p><p>Next: crooked Jorvik stole "
    'zebrafunds by <a href="https://example.org/jorvik">his own pier</a> at last.<br>Bye</p>'
)


def opened(browser, live_server, subject, **options):
    """Return a page that shows a comment or an article to be blacked out, to staff."""
    page = browser.new_context(
        viewport={"width": 1200, "height": 900}, **options
    ).new_page()
    kind = "comments" if isinstance(subject, Comment) else "posts"
    card = f"/moderation/desk/{kind}/{subject.ref}/black-out/"
    log_in(page, "alice", f"{live_server.url}{card}")
    return page


def select(page, first, last):
    """Drag the mouse over the text, from one piece of it to the end of another."""
    boxes = page.evaluate(
        """pieces => {
          const text = document.getElementById("marking-text");
          text.scrollIntoView({block: "center"});
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
          const found = {};
          while (walker.nextNode()) {
            for (const piece of pieces) {
              const at = walker.currentNode.data.indexOf(piece);
              if (at < 0) continue;
              const range = document.createRange();
              range.setStart(walker.currentNode, at);
              range.setEnd(walker.currentNode, at + piece.length);
              found[piece] = range.getBoundingClientRect().toJSON();
            }
          }
          return found;
        }""",
        [first, last],
    )
    begin, end = boxes[first], boxes[last]
    page.mouse.move(begin["left"] + 0.5, begin["top"] + begin["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["right"] - 0.5, end["top"] + end["height"] / 2, steps=5)
    page.mouse.up()


def preview(page):
    press(page, "Show what readers will see")
    return page.get_by_label("What readers will see").inner_text()


def test_words_are_marked_by_selection_over_an_emoji_and_a_link(
    browser, live_server, by, tmp_path
):
    load(tmp_path, item(comment(1, PIER)))
    page = opened(browser, live_server, Comment.objects.get())
    select(page, "sundry", "crooked")
    page.get_by_role("button", name="Black out what is marked").click()
    assert page.evaluate("document.activeElement.name").startswith("rule-")
    page.keyboard.press("ArrowDown")
    select(page, "zebrafunds", "own")
    page.get_by_role("button", name="Black out what is marked").click()
    page.keyboard.press("ArrowDown")
    rows = page.locator("#parts label").all_inner_texts()
    assert len(rows) == 2
    assert rows[1] == "zebrafunds by his own pier"
    assert_readable(page, name="redact-marked")
    # What is taken away again is not blacked out.
    select(page, "Bye", "Bye")
    page.get_by_role("button", name="Black out what is marked").click()
    box = page.get_by_label("Bye", exact=True)
    assert box.is_checked()
    box.uncheck()
    select(page, "at last", "at last")
    page.get_by_role("button", name="Black out what is marked").click()
    page.get_by_role("button", name="Take it away").last.click()
    page.fill("[name=facts]", "It accuses a person of a crime.")
    shown = " ".join(preview(page).split())
    mark = "[blacked out under rule 1: a few words]"
    assert f"all & {mark} Jorvik stole {mark} at last. Bye" in shown
    assert page.locator("#parts label").count() == 2
    press(page, "Black it out")
    assert "Blacked out in part" in page.inner_text("main")
    # They stand chosen when the page is opened again.
    page.goto(
        live_server.url
        + f"/moderation/desk/comments/{Comment.objects.get().ref}/black-out/"
    )
    assert page.locator("#parts label").all_inner_texts() == rows
    assert page.locator("#parts input:checked").count() == 2
    page.context.close()


def test_words_are_marked_by_keys(browser, live_server, by, tmp_path):
    load(tmp_path, item(comment(1, PIER)))
    page = opened(browser, live_server, Comment.objects.get())
    page.locator("#marking [tabindex]").focus()
    told = page.locator("#marking-told")
    page.keyboard.press("ArrowRight")
    assert told.inner_text() == "Marked: “Dear”"
    page.keyboard.press("ArrowDown")
    assert told.inner_text() == "Marked: “Next”"
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert told.inner_text() == "Marked: “Jorvik stole zebrafunds”"
    page.keyboard.press("Enter")
    assert told.inner_text().startswith("Chosen: “Jorvik stole zebrafunds”")
    page.keyboard.press("ArrowDown")
    page.locator("#marking [tabindex]").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert told.inner_text() == "Marked: “\U0001f469\u200d\U0001f680”"
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    assert told.inner_text() == "Mark some words first."
    shown = " ".join(preview(page).split())
    mark = "[blacked out under rule 1: a few words]"
    assert f"all & sundry <3 fine Next: crooked {mark} by his own pier" in shown
    page.context.close()


def test_words_of_an_article_are_blacked_out(browser, live_server, by, tmp_path):
    load(tmp_path, item(comment(1, "Indeed."), title="The pier", body=PIER))
    post = Post.objects.get()
    page = opened(browser, live_server, post)
    select(page, "Jorvik", "own")
    page.get_by_role("button", name="Black out what is marked").click()
    page.keyboard.press("ArrowDown")
    page.fill("[name=facts]", "It accuses a person of a crime.")
    mark = "[blacked out under rule 1: a few words]"
    assert f"crooked {mark} at last." in preview(page)
    assert_readable(page, name="redact-of-article")
    press(page, "Black it out")
    assert "Blacked out in part" in page.inner_text("main")
    assert_readable(page, name="redacted-part")
    page.goto(live_server.url + post.get_absolute_url())
    assert "zebrafunds" not in page.content()
    assert_readable(page, name="redacted-article")
    page.locator("a.blacked-out").click()
    assert "Article blacked out in part" in page.inner_text("main")
    page.context.close()
