"""The pages in a real browser: readable, reachable, within the policy."""

import pytest

from commentarchive.models import Comment, Post
from moderation.desk.left_by_imports import left_for_staff
from moderation.models import Decision
from tests.browser.logins import log_in
from tests.browser.looks import RULES, assert_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def site(live_server, demo):
    return live_server.url


def listen(page):
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    return problems


def public_pages():
    one = Comment.objects.get(source_id="1081")
    gone = Comment.objects.filter(visibility="gone_at_source").first()
    shown = Comment.objects.shown().exclude(commenter=None).first()
    mailed = Comment.objects.get(capture__importer="mail")
    claim = Comment.objects.get(gaps_said__blog__slug="headland-example")
    return (
        *("/", "/about/", "/search/?q=lamps", one.post.blog.get_absolute_url()),
        *(one.post.get_absolute_url(), one.get_absolute_url()),
        *(shown.commenter.get_absolute_url(), shown.capture.get_absolute_url()),
        *(gone.get_absolute_url(), gone.post.get_absolute_url()),
        *(mailed.get_absolute_url(), mailed.post.get_absolute_url()),
        claim.get_absolute_url(),
        f"{gone.post.get_absolute_url()}copies/",
        gone.tombstones.get().opened_capture.get_absolute_url(),
        "/moderation/log/otherwise/",
        *("/moderation/log/", "/moderation/policy/", "/moderation/reports/"),
        *("/moderation/reports/2012-04/", Decision.objects.first().get_absolute_url()),
        *("/ledger/", "/ledger/entries/1/", "/ledger/verify/?entry=1"),
        *("/login/", "/nothing/", "/moderation/log/?since=abc"),
        *("/moderation/reports/issued/", "/moderation/reports/subscribe/"),
        "/moderation/reports/2012-04/comments-received/",
        *("/moderation/reports/2012/", "/api/v1/", "/feeds/", "/at/"),
        "/at/https://lantern.example/nothing",
        f"/at/{one.post.addresses.first().address}%23comment-99999",
    )


def test_public_pages_pass_axe_in_light_dark_and_narrow(browser, site):
    context = browser.new_context()
    page = context.new_page()
    problems = listen(page)
    for address in public_pages():
        page.goto(site + address)
        assert_readable(page, RULES)
    assert [text for text in problems if "Content Security Policy" in text] == []
    context.close()


def test_a_moderator_works_without_javascript(browser, site, alice):
    comment = Comment.objects.get(source_id="1010")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}{comment.get_absolute_url()}")
    page.click("text=For moderators >> nth=0")
    page.fill("[name=username]", "alice")
    page.fill("[name=password]", "password")
    page.click("button:text('Log in')")
    page.check("text=Block: take it down")
    clause = page.locator("[name=clause] option:has-text('Rule 2: Abuse')").first
    page.select_option("[name=clause]", value=clause.get_attribute("value"))
    page.fill("[name=facts]", "Rude to a neighbour.")
    page.click("text=Record the decision")
    assert page.is_visible("text=It is on record")
    page.goto(f"{site}{comment.in_thread_url}")
    assert page.url.endswith(f"#{comment.ref}")
    notice = page.locator(f"#{comment.ref} > .notice")
    assert "Comment taken down" in notice.inner_text()
    notice.locator("text=Statement of reasons").click()
    assert page.is_visible("text=Rude to a neighbour.")
    context.close()


def test_replies_collapse_without_javascript(browser, site):
    post = Post.objects.get(source_id="11")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + post.get_absolute_url())
    reply = page.locator(".replies .comment").first
    assert reply.is_visible()
    page.locator(".replies > summary b").first.click()
    assert not reply.is_visible()
    context.close()


def test_the_desk_and_the_back_office_keep_to_the_policy(browser, site, olive):
    context = browser.new_context()
    page = context.new_page()
    problems = listen(page)
    log_in(page, "olive", f"{site}/moderation/desk/")
    comment = Comment.objects.get(source_id="1010")
    left = next(group for group in left_for_staff() if group.reason == "article")
    for address in (
        *("/moderation/desk/", f"/moderation/desk/comments/{comment.ref}/"),
        f"/moderation/desk/comments/{comment.ref}/record/",
        "/moderation/desk/imports/left/",
        f"/moderation/desk/imports/left/{left.capture.ref}/article/",
        "/moderation/desk/policy/",
    ):
        page.goto(site + address)
        assert_readable(page, RULES)
    for address in ("/admin/", "/admin/commentarchive/comment/", "/admin/auth/user/"):
        page.goto(site + address)
        assert page.locator("#content").is_visible()
    assert [text for text in problems if "Content Security Policy" in text] == []
    context.close()
