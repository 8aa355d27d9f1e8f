"""The back office in a real browser, under the site's policy."""

import pytest

from commentarchive.ledger.models import Entry
from commentarchive.models import Comment
from moderation.actions.policies import start_draft
from moderation.models import ClauseDraft
from tests.browser.logins import log_in
from tests.browser.looks import assert_fits, shoot
from tests.browser.test_pages import listen
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_no_page_of_it_breaks_the_policy(browser, live_server, tmp_path, olive):
    load(tmp_path, item(comment(1, "A remark."), comment(2, "Another.", parent=1)))
    start_draft()
    site = live_server.url
    one, draft = Comment.objects.first(), ClauseDraft.objects.first()
    comments = f"{site}/admin/commentarchive/comment/"
    drafts = f"{site}/admin/moderation/clausedraft/"
    page = browser.new_context().new_page()
    said = listen(page)
    log_in(page, "olive", f"{site}/admin/")
    for number, address in enumerate(
        (
            *(f"{site}/admin/", comments, f"{comments}?q={one.ref}"),
            *(f"{comments}{one.pk}/change/", f"{comments}{one.pk}/history/"),
            f"{site}/admin/ledger/entry/{Entry.objects.first().pk}/change/",
            *(drafts, f"{drafts}add/", f"{drafts}{draft.pk}/change/"),
            *(f"{drafts}{draft.pk}/history/", f"{drafts}{draft.pk}/delete/"),
            f"{site}/admin/auth/user/{olive.pk}/change/",
        )
    ):
        assert page.goto(address).status == 200, address
        for width in (1200, 320):
            page.set_viewport_size({"width": width, "height": 800})
            shoot(page, f"back-office-{number}-{width}")
    assert [text for text in said if "Content Security Policy" in text] == []
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto(comments)
    assert_fits(page)
    page.context.close()
