"""Corrections and names, in a real browser: without scripts, and for every eye."""

import os

import pytest

from commentarchive.actions.crossposts import confirm_cross_post
from commentarchive.actions.joined_names import join_names
from commentarchive.actions.staff import set_roles
from commentarchive.intake.split_names import split_person
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Role
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, Commenter, Confidence, Post
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
DESK = "/moderation/desk/"
QUAY = "https://quay.example/2012/04/an-article-with-a-long-address-of-its-own/"


@pytest.fixture
def ada(tmp_path, alice):
    set_roles(alice, roles=[Role.ARCHIVIST], handle="alice")
    said = {"author": "Ada", "email": ""}
    load(
        tmp_path,
        item(
            comment(1, "The pier is closed.", **said),
            comment(2, "Is it? I have no boat.", **said),
            comment(3, "It is.", author="Bo", email="bo@mail.example"),
        ),
    )
    return Commenter.objects.select_related("blog").get(name__name="Ada")


def test_two_people_are_told_apart_without_scripts(browser, live_server, ada):
    page = browser.new_context(java_script_enabled=False).new_page()
    log_in(page, "alice", f"{live_server.url}{ada.get_absolute_url()}")
    page.get_by_role("link", name="For archivists").click()
    page.locator("li", has_text="no boat").get_by_role("checkbox").check()
    apart = page.locator("form", has_text="Comments under this name")
    apart.get_by_label("Evidence").fill("One of them has a boat.")
    page.get_by_role("button", name="Tell them apart").press("Enter")
    assert page.is_visible("text=Told apart. It is on record.")
    page.get_by_role("link", name="The name’s page").click()
    assert page.is_visible("text=Not the same person as")
    page.context.close()
    assert Commenter.objects.filter(name__name="Ada").count() > 1
    assert [str(each) for each in reconcile()] == []


def test_a_title_and_a_cross_post_are_put_right_without_scripts(
    browser, live_server, ada
):
    post = Post.objects.get()
    confirm_cross_post(post, QUAY, attribution="From the Quay.", by=SYSTEM)
    page = browser.new_context(java_script_enabled=False).new_page()
    log_in(page, "alice", f"{live_server.url}{DESK}posts/{post.ref}/correct/")
    title = page.locator("form", has_text="Its title")
    title.get_by_label("Its title").fill("The pier, at last")
    title.get_by_label("Why").fill("The paper has it so.")
    title.get_by_role("button").press("Enter")
    assert page.is_visible("text=Corrected. It is on record.")
    page.get_by_role("link", name="Correct or withdraw this cross-post").click()
    gone = page.locator("form", has_text="Withdraw it")
    gone.get_by_label("Why").fill("It was never there.")
    gone.get_by_role("button").press("Enter")
    assert page.is_visible("text=Withdrawn. It is on record.")
    page.get_by_role("link", name="The article’s page").click()
    assert page.is_visible("h1:has-text('The pier, at last')")
    assert page.is_visible("text=It was never there.")
    page.context.close()
    assert [str(each) for each in reconcile()] == []


def test_the_pages_pass_axe_in_light_dark_and_narrow(browser, live_server, ada):
    site, post = live_server.url, Post.objects.get()
    tie = confirm_cross_post(post, QUAY, attribution="From the Quay.", by=SYSTEM)
    two = Comment.objects.select_related("post__blog").get(source_id="2")
    other = split_person(ada, [two], facts="One has a boat.", by=SYSTEM)
    bo = Commenter.objects.get(name__name="Bo")
    likely = {"facts": "Both sail.", "by": SYSTEM}
    join_names(ada, bo, Confidence.LIKELY, **likely)
    pages = {
        ada.get_absolute_url(): None,
        post.get_absolute_url(): None,
        two.get_absolute_url(): None,
        f"{DESK}names/{ada.ref}/": "Tell them apart",
        f"{DESK}names/{other.ref}/": None,
        f"{DESK}comments/{two.ref}/correct/": "Correct the shown name",
        f"{DESK}posts/{post.ref}/correct/": "Correct the title",
        f"{DESK}cross-posts/{tie.ref}/correct/": "Withdraw it",
    }
    page = browser.new_context(viewport={"width": 320, "height": 900}).new_page()
    log_in(page, "alice", site + DESK)
    for address, button in pages.items():
        page.goto(f"{site}{address}")
        if button:
            # As it comes back when nothing was filled in.
            page.evaluate(
                "document.querySelectorAll('form').forEach("
                "form => form.noValidate = true)"
            )
            page.get_by_role("button", name=button).click()
            assert page.is_visible(".errorlist")
        assert_readable(page)
    page.context.close()


def test_a_comment_is_put_under_another_article_without_scripts(
    browser, live_server, ada, tmp_path
):
    load(tmp_path, item(number=2, title="The lamp"), name="lamp.xml")
    one = Comment.objects.get(source_id="1")
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    log_in(page, "alice", f"{live_server.url}{DESK}comments/{one.ref}/correct/")
    form = page.locator("form", has_text="Address or title of the article")
    form.get_by_label("Address or title of the article").fill("The lamp")
    form.get_by_label("Why").fill("Its first line quotes that article.")
    form.get_by_role("button").press("Enter")
    assert page.is_visible("text=Corrected. It is on record.")
    assert page.is_visible("text=“The lamp”")
    html = page.locator("html")
    assert html.evaluate("html => html.scrollWidth") <= 320
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/desk.png", full_page=True)
    page.goto(f"{live_server.url}{one.get_absolute_url()}")
    assert page.is_visible("text=A comment on The lamp")
    assert html.evaluate("html => html.scrollWidth") <= 320
    if shots:
        page.screenshot(path=f"{shots}/comment.png", full_page=True)
    page.context.close()
    assert [str(each) for each in reconcile()] == []
