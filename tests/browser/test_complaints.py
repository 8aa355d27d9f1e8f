"""The complaint book and erasures, in a browser with scripts and without."""

from functools import partial
from unittest import mock

import pytest

from commentarchive.actions.staff import acting
from commentarchive.erasure import requests
from commentarchive.erasure.requests import Erasures
from commentarchive.models import Comment, ErasureRequest, Post
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Complaint
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.browser.test_imports import press
from tests.cast import member
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
DESK = "/moderation/desk/"
WORDS = "the bandstand was sold for its brass by moonlight"


@pytest.fixture(params=[True, False], ids=["looked-at", "without-scripts"])
def page(browser, live_server, tmp_path, request):
    load(
        tmp_path,
        item(
            comment(1, f"They say {WORDS}.", author="Quirinus Zabel"),
            comment(2, f"<blockquote>{WORDS}</blockquote> Never.", author="Ottilie"),
            comment(3, "I was there.", author="Quirinus Zabel"),
        ),
    )
    start_draft()
    publish_policy(by=acting(member("olive", "owner")))
    page = browser.new_context(java_script_enabled=request.param).new_page()
    log_in(page, "olive", f"{live_server.url}{DESK}complaints/")
    return page


@pytest.fixture
def look(page, request):
    """Look at the page with axe, which is a script itself."""
    has_scripts = request.node.callspec.params["page"]
    return partial(assert_readable, page) if has_scripts else lambda name: None


def test_a_complaint_from_the_letter_to_its_end(page, look, live_server):
    look(name="complaints-empty")
    press(page, "Write one down", "a")
    press(page, "Write it down")
    assert page.is_visible("text=Say how it came.")
    page.select_option("[name=channel]", "telephone")
    page.fill("[name=came_on]", "2012-07-03")
    page.select_option("[name=ground]", "legal")
    refs = [*Comment.objects.values_list("ref", flat=True), Post.objects.get().ref]
    page.fill("[name=places]", "\n".join(refs))
    page.fill("[name=from_name]", "Peregrine Ponsonby")
    page.fill("[name=from_address]", "2 Quay Steps\nTarnwick")
    page.fill("[name=text]", "You print that I sold the bandstand. I did not.")
    page.fill("[name=due_on]", "2012-07-10")
    look(name="complaint-new")
    press(page, "Write it down")
    complaint = Complaint.objects.get()
    look(name="complaint")
    press(page, "Hold all of these now")
    assert Comment.objects.filter(visibility="held").count() == 3
    press(page, "Read it, or put it right")
    page.click("summary:text('Put it right')")
    look(name="complaint-read")
    page.fill("[name=due_on]", "2012-08-10")
    page.fill("[name=reason]", "They gave us more time.")
    press(page, "Put it right")
    assert Complaint.objects.get().wording == 2
    page.select_option("#close-outcome", "partly")
    page.fill("#close-words", "We have put it right.")
    page.select_option("#close-way", "letter")
    press(page, "Close it, on record")
    assert Complaint.objects.get().outcome == "partly"
    look(name="complaint-closed")
    page.click("summary:text('Something new came to be known')")
    page.fill("#reopen-news", "They sent the receipt.")
    press(page, "Take it up again, on record")
    assert page.is_visible("text=Closed before")
    look(name="complaint-again")
    page.goto(f"{live_server.url}{DESK}complaints/")
    assert complaint.ref in page.content()
    look(name="complaints")


def test_an_erasure_from_the_look_to_its_entry(page, look, live_server):
    name = Comment.objects.get(source_id="1").commenter
    page.goto(f"{live_server.url}{DESK}erasures/")
    look(name="erasures-empty")
    press(page, "Erase something", "a")
    page.fill("[name=subject]", name.ref)
    look(name="erasure-new")
    press(page, "Look at what would go")
    assert page.is_visible("text=words of it in")
    page.select_option("[name=basis]", "subject_request")
    page.select_option("[name=asked_for]", "person")
    page.select_option("[name=identity]", "known_address")
    page.fill("[name=asker]", "Quirinus, by mail")
    look(name="erasure-ask")
    press(page, "Ask for it")
    look(name="erasure-asked")
    press(page, "Erase it for good")
    assert page.is_visible("text=waits to run")
    look(name="erasure-waits")
    with mock.patch.object(requests, "sweep"):
        Erasures().step()
    page.reload()
    assert page.is_visible(
        f"text=record no. {ErasureRequest.objects.get().entry_index}"
    )
    look(name="erasure-done")
    page.goto(f"{live_server.url}{DESK}erasures/")
    page.click("summary:text('Place a hold')")
    page.fill("[name=subject]", Comment.objects.get(source_id="2").ref)
    page.fill("[name=reason]", "A case runs.")
    page.fill("[name=review_on]", "2040-01-01")
    press(page, "Place it")
    look(name="erasures")
