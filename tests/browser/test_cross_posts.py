"""An article at its several places, and the desk's proposals, in a real browser."""

import pytest

from commentarchive.models import CrossPost
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
DESK = "/moderation/desk/cross-posts/"
# Every rule of axe, not those of WCAG alone.
ALL = {}


@pytest.fixture
def site(live_server, demo):
    return live_server.url


def test_all_places_of_an_article_pass_axe_without_javascript(browser, site):
    tie = CrossPost.objects.public().exclude(other_post=None).get()
    page = browser.new_page()
    page.goto(f"{site}/cross-posts/{tie.ref}/")
    assert_readable(page, ALL)
    page.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + tie.post.get_absolute_url())
    page.click("text=All its places")
    assert page.locator("table.sides ins").count() > 1
    notice = page.locator("article.notice", has_text="One comment at several places")
    assert "published at" in notice.inner_text()
    assert "not published, as spam, at" in notice.inner_text()
    page.emulate_media(media="print")
    assert page.locator("#comments").is_visible()
    context.close()


def test_an_owner_confirms_a_proposal_without_javascript(browser, site, olive):
    page = browser.new_page()
    log_in(page, "olive", f"{site}{DESK}")
    assert page.url == site + DESK
    assert_readable(page, ALL)
    page.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, "olive", f"{site}{DESK}")
    page.click("button:text('Confirm')")
    assert "Confirmed: readers see it now" in page.inner_text("main")
    page.click("text=As readers see it >> nth=0")
    assert "at its several places" in page.inner_text("h1")
    context.close()
