"""The desk's pages of articles, names and discussions, driven as a browser does."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentarchive.actions.staff import set_roles
from commentarchive.ledger.models import Role
from commentarchive.models import Commenter, Part, Post
from commentarchive.text.alike_names import name_look
from moderation.actions.parts import Target, name_target, read_part
from moderation.forms.parts import part_seen
from moderation.models import Action, Clause, Decision, OwnName
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
TITLE, NAME = "Quokka ledgers", "Zebedee Quillfeather"
FACTS = "It accuses somebody without proof."


@pytest.fixture
def post(by, tmp_path):
    rows = [comment(1, author=NAME), comment(2, author="Hortensia")]
    load(tmp_path, item(*rows, title=TITLE, body="Marmalade for all."))
    return Post.objects.get()


def form(subject, action, rule=None, **more):
    clause = Clause.objects.get(number=rule).pk if rule else ""
    seen = part_seen(subject)
    return {**seen, "action": action.value, "clause": clause, "facts": FACTS, **more}


def of_article(post, part):
    return read_part(Target(post=Post.objects.get(pk=post.pk), part=part))


def at(post, part=""):
    return f"/moderation/desk/posts/{post.ref}/decide/" + (part and f"?part={part}")


def enter(post):
    return f"{at(post)}enter/"


def test_each_part_has_its_page_and_its_verbs(post, desk):
    for part, words in (
        ("", "Marmalade for all."),
        ("text", "Block: take it down"),
        ("title", TITLE),
        ("thread", "Note that the discussion is closed"),
    ):
        answer = desk.get(at(post, part))
        assert answer.status_code == 200
        assert words in answer.text
    assert desk.get(at(post, "name")).status_code == 404
    assert Client().get(at(post)).status_code == 302


def test_a_title_is_hidden_undone_and_hidden_again_in_other_words(post, desk):
    sent = form(of_article(post, Part.TITLE), Action.REMOVE, 2)
    answer = desk.post(enter(post), sent, follow=True)
    assert "Title of an article taken down. It is on record." in answer.text
    assert TITLE not in Client().get(post.get_absolute_url()).text
    # A double tap shows the same result.
    assert desk.post(enter(post), sent).status_code == 302
    made = Decision.objects.get()
    log = Client().get("/moderation/log/").text
    assert "Title of an article taken down" in log
    assert TITLE not in log
    answer = desk.post(
        f"/moderation/desk/parts/{made.ref}/reword/",
        {"seen_number": 1, "facts": f"It was {TITLE}."},
    )
    assert answer.status_code == 422
    words = {"seen_number": 1, "facts": "Its words accuse somebody."}
    desk.post(f"/moderation/desk/parts/{made.ref}/reword/", words)
    assert "Its words accuse" in Client().get(made.get_absolute_url()).text
    answer = desk.post(f"/moderation/desk/parts/{made.ref}/undo/", follow=True)
    assert "Undone, by a decision of its own." in answer.text
    assert TITLE in Client().get(post.get_absolute_url()).text
    assert desk.get(f"/moderation/desk/decisions/{made.ref}/").url == at(post, "title")


def test_who_comes_second_is_shown_the_winner(post, desk):
    first = form(of_article(post, Part.TEXT), Action.HOLD)
    other = form(of_article(post, Part.TEXT), Action.REMOVE, 2, note="Kept.")
    desk.post(enter(post), first)
    answer = desk.post(enter(post), other)
    assert answer.status_code == 409
    assert "Article put on hold" in answer.text
    assert "Kept." in answer.text
    assert Decision.objects.count() == 1


def test_a_text_that_changed_meanwhile_is_shown_and_not_decided(post, desk):
    sent = form(of_article(post, Part.TEXT), Action.REMOVE, 2)
    answer = desk.post(enter(post), sent | {"seen_revision": "7"})
    assert answer.status_code == 409
    assert "The text has changed since you looked." in answer.text
    assert not Decision.objects.exists()


def test_what_cannot_be_recorded_is_said_and_changes_nothing(post, desk):
    subject = of_article(post, Part.TEXT)
    for more, words in (
        ({"facts": ""}, "Give the facts"),
        ({"facts": "It says: Marmalade for all."}, "These words stand"),
        ({"clause": ""}, "under which rule"),
        ({"action": "approve"}, "approve is not one"),
    ):
        sent = form(subject, Action.REMOVE, 2) | more
        answer = desk.post(enter(post), sent)
        assert answer.status_code == 422
        assert words in answer.text.replace("Say under", "under")
    assert desk.post(enter(post), {"part": "link"}).status_code == 404
    assert not Decision.objects.exists()


def test_names_and_discussions(post, desk):
    name = Commenter.objects.get(name__name=NAME)
    page = f"/moderation/desk/names/{name.ref}/decide/"
    assert NAME in desk.get(page).text
    sent = form(read_part(name_target(name, Part.NAME)), Action.HOLD)
    answer = desk.post(f"{page}enter/", sent, follow=True)
    assert "Shown name put on hold" in answer.text
    assert NAME not in Client().get(post.get_absolute_url()).text
    sent = form(of_article(post, Part.THREAD), Action.CLOSE_THREAD, 2)
    desk.post(enter(post), sent)
    assert "Discussion closed" in Client().get(post.get_absolute_url()).text
    listed = desk.get("/moderation/desk/parts/").text
    assert "Name waiting to be looked at" in listed
    assert "Discussion closed" in listed
    assert "decide by" in listed


def test_what_a_blog_changed_of_a_hidden_text_is_listed(post, desk, tmp_path):
    desk.post(enter(post), form(of_article(post, Part.TEXT), Action.REMOVE, 2))
    said = "readers do not see the change"
    assert said not in desk.get("/moderation/desk/parts/").text
    rows = [comment(1, author=NAME), comment(2, author="Hortensia")]
    later = item(*rows, title=TITLE, body="Quince jelly for all.")
    load(tmp_path, later, name="later.xml")
    listed = desk.get("/moderation/desk/parts/").text
    assert said in listed
    assert "Quince" not in listed


def test_whoever_wrote_the_article_says_why_they_decide(post, by, desk, olive):
    OwnName.objects.create(
        actor=by.actor,
        name="ed",
        looks=name_look("ed").looks,
        added_at=timezone.now(),
        added_by=by.actor,
    )
    sent = form(of_article(post, Part.TEXT), Action.HOLD)
    answer = desk.post(enter(post), sent)
    assert answer.status_code == 422
    assert "You wrote the article" in answer.text
    why = {"override": "own_article", "override_reason": "Nobody else is awake."}
    assert desk.post(enter(post), sent | why).status_code == 302
    made = Decision.objects.get()
    assert made.override == "own_article"
    undone = f"/moderation/desk/parts/{made.ref}/undo/"
    assert desk.post(undone).status_code == 422
    desk.post(undone, {"override_reason": "I was wrong."})
    assert Decision.objects.count() == 2


def test_an_auditor_looks_and_does_not_decide(post, charlie):
    set_roles(charlie, roles=[Role.AUDITOR], handle="charlie")
    auditor_desk = Client()
    auditor_desk.force_login(charlie)
    assert "Record the decision" not in auditor_desk.get(at(post)).text
    sent = form(of_article(post, Part.TEXT), Action.HOLD)
    assert auditor_desk.post(enter(post), sent).status_code == 403


def test_queries_of_lists_do_not_grow(post, desk):
    def count(address):
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            assert Client().get(address).status_code == 200
        return len(found)

    addresses = ("/", post.blog.get_absolute_url(), "/api/v1/posts/")
    before = [count(address) for address in addresses]
    for part in (Part.TEXT, Part.TITLE):
        desk.post(enter(post), form(of_article(post, part), Action.HOLD))
    assert [count(address) for address in addresses] == before
