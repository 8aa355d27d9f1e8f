"""A letter looked at, sent and set aside in a browser, without JavaScript."""

import pytest
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, decide
from moderation.actions.letters import queue_letter
from moderation.models import (
    Action,
    Clause,
    Letter,
    LetterAttempt,
    LetterKind,
    PolicyVersion,
)
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.browser.test_imports import press
from tests.moderation.mail_server import use

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_a_letter_is_looked_at_sent_and_set_aside(
    browser, demo, live_server, olive, settings
):
    use(settings, 1)
    by = acting(olive)
    shown = Comment.objects.shown().filter(
        commenter__isnull=False, private_address__isnull=False
    )
    one = shown.exclude(private_address__email="").first()
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    site, blog = live_server.url, one.post.blog
    log_in(page, "olive", f"{site}/moderation/desk/blogs/{blog.ref}/")
    press(page, "Switch letters on")
    assert "switched on" in page.inner_text(".message >> nth=0")
    assert_readable(page, name="letters-switch")
    rules = PolicyVersion.objects.in_force_at(timezone.now(), blog)
    clause = Clause.objects.get(policy=rules, number=2)
    decide(
        one,
        Judgement(action=Action.BLOCK, clause=clause, facts="It calls names."),
        by=by,
    )
    queue_letter(
        LetterKind.COMPLAINT_RECEIPT,
        case=one.ref,
        about="x",
        email="reader@mail.example",
        blog=blog,
    )
    page.goto(f"{site}/moderation/desk/letters/")
    # Whatever is done here is done without a script.
    assert page.locator("script").count() == 0
    assert_readable(page, name="letters")
    page.click("ul.hits a")
    assert "It calls names." in page.inner_text(".letter")
    assert page.locator("script").count() == 0
    assert_readable(page, name="letter")
    press(page, "Send it")
    made = Letter.objects.get(kind="statement")
    assert made.state == "queued"
    answer = "450 4.2.1 the mailbox is busy, please try again later"
    LetterAttempt.objects.create(
        letter=made, at=made.made_at, state="queued", answer=answer
    )
    page.goto(f"{site}/moderation/desk/letters/{made.ref}/")
    assert_readable(page, name="letter-waiting")
    press(page, "Do not send it")
    assert "set aside" in page.inner_text("main")
    page.goto(f"{site}/moderation/desk/letters/news/")
    page.check("[value=daily]")
    press(page, "Keep it")
    assert_readable(page, name="letters-news")
    context.close()
