"""Whom a comment speaks to at its start: only where it is sure, only for staff."""

import pytest

from commentarchive.discussion.addressed import addressed
from commentarchive.models import Comment
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def at(minute):
    return f"2012-04-01 09:{minute:02}:00"


@pytest.fixture
def thread(tmp_path):
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
    load(
        tmp_path,
        item(
            *[
                comment(n, text, author=author, gmt=at(n), local=at(n), **more)
                for n, (author, text, more) in enumerate(texts, start=1)
            ]
        ),
    )


def answers(number):
    one = Comment.objects.select_related("current_revision__text").get(
        source_id=str(number)
    )
    found = addressed(one)
    return found and (found.name, found.comment.source_id)


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


@pytest.fixture
def archivist(db):
    from django.test import Client

    from tests.conftest import _staff

    client = Client()
    client.force_login(_staff("ivy", "archivist"))
    return client
