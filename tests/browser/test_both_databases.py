"""One way through the site in a real browser, on whichever database is tested."""

import pytest

from commentarchive.models import Comment

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reader_and_a_moderator_find_their_way(browser, live_server, demo, alice):
    comment = Comment.objects.get(source_id="1010")
    page = browser.new_context().new_page()
    page.goto(live_server.url)
    assert page.title()
    page.goto(live_server.url + comment.in_thread_url)
    assert page.locator(f"#{comment.ref}").is_visible()
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=username]", "alice")
    page.fill("[name=password]", "password")
    page.click("button:text('Log in')")
    page.goto(f"{live_server.url}/moderation/desk/comments/{comment.ref}/")
    page.check("text=Block: take it down")
    clause = page.locator("[name=clause] option:has-text('Rule 2: Abuse')").first
    page.select_option("[name=clause]", value=clause.get_attribute("value"))
    page.fill("[name=facts]", "Rude to a neighbour.")
    page.click("text=Record the decision")
    assert page.is_visible("text=It is on record")
    page.goto(live_server.url + comment.in_thread_url)
    notice = page.locator(f"#{comment.ref} > .notice")
    assert "Comment taken down" in notice.inner_text()
    page.context.close()
