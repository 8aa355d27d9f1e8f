"""House rules, edited and published in a browser, by keys and without JavaScript."""

import pytest

from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, decide
from moderation.actions.policies import copy_to_draft, publish_policy, start_draft
from moderation.models import Action, ClauseDraft, PolicyVersion
from tests.browser.logins import log_in
from tests.browser.looks import assert_accessible, assert_fits, shoot
from tests.browser.test_imports import press
from tests.cast import member
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 320)])
def test_rules_are_edited_looked_over_and_published(
    browser, live_server, tmp_path, scheme, width
):
    made = prepare(tmp_path)
    context = browser.new_context(
        java_script_enabled=width > 320,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()

    def look(name):
        if width > 320:
            assert_accessible(page)
        assert_fits(page)
        shoot(page, f"rules-{name}-{scheme}-{width}")

    log_in(page, "olive", f"{live_server.url}/moderation/desk/policy/")
    look("draft")
    press(page, "Change rule 2", "a")
    page.fill("[name=title]", "Manners")
    press(page, "Save in the draft")
    assert page.is_visible("text=a number keeps its meaning")
    look("refused")
    page.fill("[name=title]", "Abuse")
    page.fill("[name=text]", "Argue about what people say. No insults or threats.")
    ClauseDraft.objects.filter(number=2).update(allowed="“That is nonsense.”")
    press(page, "Save in the draft")
    assert page.is_visible("text=Somebody has changed this rule")
    look("changed")
    press(page, "Save in the draft")
    press(page, "Add a rule", "a")
    page.fill("[name=title]", "Hats")
    page.fill("[name=text]", "No hats in the ferry house.")
    look("new")
    press(page, "Add to the draft")
    # By keys alone.
    page.focus("[aria-label='Take out: rule 8']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.is_visible("text=Rule 8 is taken out")
    look("taken-out")
    press(page, "Look it over and publish it", "a")
    look("preview")
    press(page, "Publish this version")
    assert page.url.endswith("/moderation/policy/2/")
    look("version")
    with page.expect_navigation():
        page.click("a:text('What differs from the version before')")
    look("changes")
    for name, address in (
        ("statement", made.get_absolute_url()),
        ("decisions", "/moderation/desk/policy/decisions/"),
        ("log", "/moderation/log/?rule_now=changed"),
    ):
        page.goto(f"{live_server.url}{address}")
        assert name == "log" or page.is_visible("text=This rule was changed later")
        look(name)
    assert PolicyVersion.objects.count() == 2
    end_own_rules(page, live_server.url, look)
    context.close()


def end_own_rules(page, site, look):
    """Give a blog rules of its own, and end them by keys."""
    blog = Blog.objects.get()
    copy_to_draft(PolicyVersion.objects.first(), blog=blog)
    publish_policy(blog=blog)
    page.goto(f"{site}/moderation/desk/policy/blogs/{blog.ref}/end/")
    look("end")
    with page.expect_navigation():
        page.get_by_role("button", name="End its own rules").press("Enter")
    assert page.is_visible("text=it goes by those of this archive, since")
    look("ended")


def prepare(tmp_path):
    """Publish rules, and decide under one that is going to change."""
    from commentarchive.actions.staff import acting

    load(tmp_path, item(comment(1)))
    olive = member("olive", "owner")
    start_draft()
    version = publish_policy()
    judgement = Judgement(
        action=Action.REMOVE, clause=version.clauses.get(number=2), facts="Rude."
    )
    return decide(Comment.objects.get(), judgement, by=acting(olive))
