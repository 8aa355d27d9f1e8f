"""An evening at the desk by keys alone, from the passkey to the batch.

After every step the public pages are as decided and no hidden word is in one, and the
tables are as the record says.
"""

import io

import pytest
from django.core.management import call_command
from django.test import Client

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, Post
from commentarchive.search.index import catch_up
from moderation.models import Decision
from tests.browser.looks import assert_readable
from tests.browser.passkeys import give_device
from tests.browser.test_factors import log_out
from tests.browser.test_pages import listen
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
DESK = "/moderation/desk/"
LIBEL = "Crooked Jorvik stole zebrafunds there."


@pytest.fixture
def post(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "About pickled herring.", approved="0"),
            comment(2, "About quinine ducks.", approved="0"),
            comment(3, f"The pier is fine. {LIBEL}", author="Nell"),
            comment(4, f"<blockquote>{LIBEL}</blockquote> Shame.", author="Otto"),
            comment(5, "About marmalade owls.", author="Una"),
            comment(6, "Cheap wombat nets.", approved="0"),
            comment(7, "Cheaper wombat nets.", approved="0"),
        ),
    )
    return Post.objects.get()


def assert_public(post, *shown, hidden):
    """Look at all that readers may ask for, and hold the tables against the record."""
    catch_up()
    client = Client()
    faces = (
        post.get_absolute_url(),
        *(one.get_absolute_url() for one in Comment.objects.all()),
        *(made.get_absolute_url() for made in Decision.objects.all()),
        *("/", "/feeds/", f"/feeds/posts/{post.ref}.atom", "/moderation/log/"),
        *("/moderation/log.json", "/moderation/log.csv", "/moderation/log.atom"),
        *(f"/search/?q={words}" for words in (*shown, *hidden)),
        *(f"/api/v1/posts/{post.ref}/", f"/api/v1/posts/{post.ref}/thread/"),
    )
    for address in faces:
        answer = client.get(address)
        assert answer.status_code == 200, address
        said = (answer.getvalue() if answer.streaming else answer.content).decode()
        if address.startswith("/search/"):
            # What was asked for stands in its box.
            said = said.partition("comments</h2>")[2]
        for words in hidden:
            assert words not in said, (address, words)
    body = client.get(post.get_absolute_url()).text
    for words in shown:
        assert words in body, words
    assert not list(reconcile())
    call_command("verify_ledger", stdout=io.StringIO())


def enter(page, button):
    """Reach something by keys and press it; wait for the page it leads to."""
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def button(page, name):
    return page.get_by_role("button", name=name).first


def with_passkey(browser, site):
    """Set a passkey up, log out, and log in with it by keys."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    give_device(page)
    page.goto(f"{site}/login/?next={DESK}")
    page.locator("[name=username]").focus()
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("password")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    enter(page, page.get_by_role("link", name="Add a passkey"))
    page.get_by_role("button", name="Add the passkey").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/account/recovery-codes/")
    log_out(page, site)
    page.goto(f"{site}/login/?next={DESK}")
    page.get_by_text("Log in with a passkey").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}{DESK}")
    return page


def test_an_evening_by_keys_alone(browser, live_server, by, post, settings):
    settings.STAFF_SECOND_FACTOR = True
    site = live_server.url
    page = with_passkey(browser, site)
    noise = listen(page)
    assert_readable(page, name="evening-list")
    waiting = ["wombat", "quinine"]

    enter(page, page.get_by_role("link", name="Begin with the first"))
    page.get_by_text("About pickled herring.").first.wait_for()
    page.keyboard.press("f")
    page.get_by_text("About quinine ducks.").first.wait_for()
    assert_public(post, "pickled herring", LIBEL, hidden=waiting)

    page.keyboard.press("d")
    page.keyboard.press("1")
    page.get_by_text("Cheap wombat nets.").first.wait_for()
    assert_public(post, "pickled herring", hidden=waiting)
    page.keyboard.press("u")
    page.get_by_text("About quinine ducks.").first.wait_for()
    assert_public(post, "pickled herring", hidden=waiting)

    owls = Comment.objects.get(source_id="5")
    page.goto(f"{site}{DESK}comments/{owls.ref}/")
    enter(page, button(page, "Hold"))
    assert_public(post, LIBEL, hidden=[*waiting, "marmalade"])

    libel = Comment.objects.get(source_id="3")
    page.goto(f"{site}{DESK}comments/{libel.ref}/black-out/")
    black_out(page)
    said = Client().get(libel.get_absolute_url()).text
    assert "zebrafunds" not in said
    assert "The pier is fine." in said

    # Whatever else says so goes in one step; what is blacked out is chosen already.
    page.goto(f"{site}{DESK}comments/{libel.ref}/black-out/")
    enter(page, button(page, "Where else are these words?"))
    assert page.is_visible("text=Otto")
    assert_readable(page, name="evening-elsewhere")
    page.locator("#own").focus()
    page.keyboard.press("Space")
    decide_together(page)
    hidden = [*waiting, "marmalade", "zebrafunds"]
    assert_public(post, "The pier is fine.", "pickled herring", hidden=hidden)

    page.goto(f"{site}{DESK}?tab=waiting")
    for box in page.locator(".pick").all():
        box.focus()
        page.keyboard.press("Space")
    enter(page, button(page, "Decide on those ticked together"))
    assert page.is_visible("text=Cheaper wombat nets.")
    decide_together(page)
    assert Decision.objects.exclude(batch="").count() == 3
    assert_public(post, "The pier is fine.", "pickled herring", hidden=hidden)
    assert noise == []
    page.context.close()


def black_out(page):
    """Black the second sentence out, by keys."""
    page.get_by_label("Crooked Jorvik").focus()
    page.keyboard.press("Space")
    page.get_by_label("Rule for sentence 2").focus()
    page.keyboard.press("ArrowDown")
    page.locator("[name=facts]").focus()
    page.keyboard.type("It accuses a person of a crime.")
    enter(page, button(page, "Show what readers will see"))
    enter(page, button(page, "Black it out"))


def decide_together(page):
    """Block whatever is ticked, by keys, for one reason."""
    page.locator("[name=action][value=block]").focus()
    page.keyboard.press("Space")
    page.locator("[name=clause]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.locator("[name=facts]").focus()
    page.keyboard.type("It breaks the rule.")
    enter(page, button(page, "Show what would become of each"))
    enter(page, page.locator("button[name=record]").first)
