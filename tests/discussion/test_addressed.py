"""Whom a comment speaks to at its start: only where it is sure, only for staff."""

import pytest

from commentarchive.discussion import addressed as suggestions
from commentarchive.discussion.addressed import addressed, open_suggestions
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Comment, Correction
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def at(minute):
    return f"2012-04-01 09:{minute:02}:00"


def told(**parents):
    """Return a thread as an export tells it, with some parents by number."""
    texts = [
        ("Ted Vane", "Early words.", {}),
        ("Ann", "Hello.", {}),
        ("Ted Vane", "Later words.", {}),
        ("Bo", "Ted, you are wrong.", {}),
        ("Bo", "@TED VANE: still wrong.", {}),
        ("Bo", "Well, that is so.", {}),
        ("Bo", "Ann – yes.", {"parent": 2}),
        ("Bo", "Bo, talking to myself.", {}),
        ("Bo", "Zoe, hello.", {}),
        ("Zoe", "I come later.", {}),
        ("Secret Sam", "Nobody reads this.", {"approved": "spam"}),
        ("Bo", "Secret Sam, I see you.", {}),
        ("Ted Brook", "Another Ted.", {}),
        ("Bo", "Ted, which one?", {}),
        ("Bo", "Ted Brook, you.", {}),
        ("Bo", "Tedious, all of it.", {}),
    ]
    made = []
    for n, (author, text, more) in enumerate(texts, start=1):
        facts = more | {"parent": parents[f"of_{n}"]} if f"of_{n}" in parents else more
        made.append(comment(n, text, author=author, gmt=at(n), local=at(n), **facts))
    return item(*made)


@pytest.fixture
def thread(tmp_path):
    load(tmp_path, told())


def answers(number):
    one = Comment.objects.select_related("current_revision__text").get(
        source_id=str(number)
    )
    found = addressed(one)
    return found and (found.name, Comment.objects.get(pk=found.of_name).source_id)


def listed(after=None):
    """Return the numbers of the comments that are listed, and where the list ends."""
    if after is not None:
        after = Comment.objects.get(source_id=str(after))
    found = open_suggestions(after)
    numbers = dict(Comment.objects.values_list("pk", "source_id"))
    return [int(numbers[each.comment]) for each in found.found], found.last


def test_the_nearest_earlier_comment_of_a_name_is_found(thread):
    assert answers(4) == ("Ted Vane", "3")
    assert answers(5) == ("Ted Vane", "3")
    assert answers(15) == ("Ted Brook", "13")


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (6, "no name"),
        (7, "it answers that already"),
        (8, "its own name"),
        (9, "comes later"),
        (12, "hidden"),
        (14, "two of that name"),
        (16, "another word"),
    ],
)
def test_what_is_not_sure_is_not_suggested(thread, number, why):
    assert answers(number) is None, why


def test_it_is_confirmed_on_record_and_taken_back(thread, archivist, client):
    one = Comment.objects.get(source_id="4")
    page = f"/moderation/desk/comments/{one.ref}/correct/"
    body = archivist.get(page).text
    assert "Confirm that it answers this" in body
    target = Comment.objects.get(source_id="3")
    form = {
        "aspect": "parent",
        "value": target.get_absolute_url(),
        "reason": "It begins with the name “Ted”.",
    }
    assert archivist.post(f"{page}enter/", form).status_code == 302
    one.refresh_from_db()
    assert one.parent == target
    body = archivist.get(page).text
    assert "Confirm that it answers this" not in body
    assert "Take it back" in body
    # Readers are told of no suggestion.
    other = Comment.objects.get(source_id="5")
    assert "nearest earlier" not in client.get(f"/comments/{other.ref}/").text


LIST = "/moderation/desk/addressed/"


def answer(client, number, said, above, **more):
    one, other = (Comment.objects.get(source_id=str(n)) for n in (number, above))
    form = {"answer": said, "above": other.ref, **more}
    return client.post(f"{LIST}{one.ref}/answer/", form, follow=True).text


def test_the_list_has_what_each_page_suggests(thread):
    numbers, last = listed()
    assert numbers == [n for n in range(1, 17) if answers(n)] == [4, 5, 15]
    assert last == ""


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_the_list_is_the_same_in_parts(thread, monkeypatch, at_once):
    whole, _last = listed()
    monkeypatch.setattr(suggestions, "AT_ONCE", at_once)
    assert listed()[0] == whole
    monkeypatch.setattr(suggestions, "LISTED", 1)
    [first], last = listed()
    assert (first, last) == (4, Comment.objects.get(source_id="4").ref)
    assert listed(first)[0] == [5]
    assert listed(5)[0] == [15]
    monkeypatch.setattr(suggestions, "LOOKED_AT", 5)
    numbers, last = listed(5)
    assert numbers == []
    assert last


def test_only_the_nearest_named_comments_lend_their_names(thread, monkeypatch):
    monkeypatch.setattr(suggestions, "MOST", 2)
    assert answers(4) == ("Ted Vane", "3")
    # The other Ted is too far above.
    assert answers(14) == ("Ted Brook", "13")
    assert listed()[0] == [n for n in range(1, 17) if answers(n)]


def test_names_of_one_thread_are_not_those_of_another(tmp_path):
    load(
        tmp_path,
        item(comment(1, "Early.", author="Ted Vane")),
        item(comment(2, "Ted, hello.", author="Bo"), number=2),
    )
    assert listed() == ([], "")


def test_a_refused_suggestion_stays_refused(thread, tmp_path, archivist, client):
    feed = client.get("/feeds/all.atom").text
    body = archivist.get(LIST).text
    assert body.count(">Refuse<") == 3
    assert "Refused. It is on record" in answer(archivist, 4, "no", 3)
    one = Comment.objects.get(source_id="4")
    made = Correction.objects.get()
    assert (one.parent, made.words.before, made.words.after) == (None, "", "")
    assert listed()[0] == [5, 15]
    assert answers(4) is None
    # Readers are not told who was suggested, and nothing is new in their feeds.
    page = client.get(one.get_absolute_url()).text
    assert "What it answers was looked at on" in page
    assert "begins with the name" not in page
    assert client.get("/feeds/all.atom").text == feed
    load(tmp_path, told(of_4=3), name="again.xml")
    one.refresh_from_db()
    assert one.parent is None
    assert 4 not in listed()[0]
    correct = f"/moderation/desk/comments/{one.ref}/correct/"
    taken = {"correction": made.ref, "reason": "It does."}
    assert archivist.post(f"{correct}take-back/", taken).status_code == 302
    assert listed()[0] == [4, 5, 15]


def test_a_confirmed_one_is_below_it_and_listed_no_more(thread, archivist):
    assert "Confirmed: readers see it now" in answer(archivist, 5, "yes", 3)
    assert Comment.objects.get(source_id="5").parent.source_id == "3"
    assert listed()[0] == [4, 15]


@pytest.mark.parametrize(
    ("said", "above", "problem"),
    [
        ("perhaps", 3, "Choose an answer"),
        ("yes", 1, "changed meanwhile"),
        ("no", 1, "changed meanwhile"),
    ],
)
def test_what_was_not_seen_is_not_answered(thread, archivist, said, above, problem):
    assert problem in answer(archivist, 4, said, above)
    assert not Correction.objects.exists()


def test_what_was_hidden_meanwhile_is_not_answered(thread, archivist):
    one = Comment.objects.get(source_id="3")
    decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
    assert "changed meanwhile" in answer(archivist, 4, "yes", 3)
    assert listed()[0] == [4, 5, 15]
    assert answers(4) == ("Ted Vane", "1")


def test_the_list_is_for_who_may_correct(thread, archivist, client, desk):
    assert client.get(LIST).status_code == 302
    assert desk.get(LIST).status_code == 403
    one = Comment.objects.get(source_id="4")
    assert desk.post(f"{LIST}{one.ref}/answer/", {"answer": "no"}).status_code == 403
    assert archivist.get(f"{LIST}?after={one.ref}").status_code == 200
    assert archivist.get(f"{LIST}?after=x").status_code == 404
    assert LIST in archivist.get("/moderation/desk/imports/left/").text


@pytest.fixture
def archivist(db):
    from django.test import Client

    from tests.cast import member

    client = Client()
    client.force_login(member("ivy", "archivist"))
    return client
