"""Notices on an article, its title and a name, and the desk's pages, on screen."""

import pytest

from commentarchive.models import Commenter, Part, Post
from moderation.actions.decisions import Judgement, decide_on_part
from moderation.actions.parts import Target, name_target
from moderation.models import Action, Clause
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
FACTS = "It accuses somebody of a crime without proof."


@pytest.fixture
def site(live_server, by, tmp_path):
    rows = [
        comment(1, "A remark.", author="Zebedee Quill"),
        comment(2, "An answer.", parent=1, author="Hortensia"),
    ]
    load(tmp_path, item(*rows, title="Quokka ledgers", body="Marmalade for all."))
    post = Post.objects.get()
    name = Commenter.objects.get(name__name="Zebedee Quill")
    for target, action, rule in (
        (Target(post=post, part=Part.TITLE), Action.REMOVE, 2),
        (Target(post=post, part=Part.TEXT), Action.WITHHOLD, 4),
        (Target(post=post, part=Part.THREAD), Action.CLOSE_THREAD, 2),
        (name_target(name, Part.NAME), Action.HOLD, None),
        (name_target(name, Part.BAN), Action.BAN, 2),
    ):
        clause = Clause.objects.get(number=rule) if rule else None
        judgement = Judgement(action=action, clause=clause, facts=FACTS)
        decide_on_part(target, judgement, by=by)
    return live_server.url


def test_pages_pass_axe_in_light_dark_and_narrow(browser, site):
    post, name = Post.objects.get(), Commenter.objects.get(name__name="Zebedee Quill")
    context = browser.new_context()
    page = context.new_page()
    for number, address in enumerate(
        ("/", post.get_absolute_url(), name.get_absolute_url(), "/moderation/log/")
    ):
        page.goto(site + address)
        assert_readable(page, name=f"part-{number}")
    log_in(page, "alice", f"{site}/moderation/desk/parts/")
    desk = "/moderation/desk"
    for number, address in enumerate(
        (
            f"{desk}/parts/",
            *(f"{desk}/posts/{post.ref}/decide/?part={p}" for p in ("text", "title")),
            f"{desk}/posts/{post.ref}/decide/?part=thread",
            *(f"{desk}/names/{name.ref}/decide/?part={p}" for p in ("name", "ban")),
        )
    ):
        page.goto(site + address)
        assert_readable(page, name=f"desk-{number}")
    context.close()


def test_a_title_is_put_back_by_hand(browser, site):
    post = Post.objects.get()
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    log_in(page, "alice", f"{site}/moderation/desk/parts/")
    page.goto(f"{site}/moderation/desk/posts/{post.ref}/decide/?part=title")
    page.check("text=Put it back")
    page.get_by_label("Facts, for readers").fill("The complaint was withdrawn.")
    page.click("text=Record the decision")
    assert "Title of an article put back" in page.locator("main").inner_text()
    page.goto(site + post.get_absolute_url())
    assert page.locator("h1").inner_text() == "Quokka ledgers"
    context.close()
