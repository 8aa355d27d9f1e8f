"""The page on which archivists put right what copies tell."""

import pytest
from django.test import Client

from commentarchive.actions.staff import set_roles
from commentarchive.ledger.models import Role
from commentarchive.models import Comment, Correction
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(db, tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "The pier is closed.", author="Ada"),
            comment(2, "Is it?", author="Bo", gmt="2012-04-01 09:10:00"),
            comment(
                *(3, "A secret that nobody may ever read here."),
                approved="0",
                gmt="2012-04-01 09:20:00",
            ),
        ),
    )
    return Comment.objects.get(source_id="1")


@pytest.fixture
def archie(django_user_model):
    user = django_user_model.objects.create_user("archie", password="x", is_staff=True)
    set_roles(user, roles=[Role.ARCHIVIST], handle="archie")
    client = Client()
    client.force_login(user)
    return client


def page_of(comment):
    return f"/moderation/desk/comments/{comment.ref}/correct/"


def send(client, comment, **form):
    form.setdefault("reason", "A letter says so.")
    return client.post(f"{page_of(comment)}enter/", form)


def test_each_fact_is_corrected_and_taken_back(one, archie):
    assert archie.get(page_of(one)).status_code == 200
    other = Comment.objects.get(source_id="2")
    address = f"https://archive.example/comments/{one.ref}/"
    for subject, form in (
        (one, {"aspect": "time", "value": "2012-04-01T08:30"}),
        (one, {"aspect": "name", "value": "Ada Quill"}),
        (other, {"aspect": "parent", "value": address}),
    ):
        answer = send(archie, subject, **form)
        assert answer.status_code == 302
        assert answer["Location"] == page_of(subject)
    one.refresh_from_db()
    other.refresh_from_db()
    assert f"{one.posted_at:%H:%M}" == "07:30"
    assert one.commenter.name.name == "Ada Quill"
    assert other.parent == one
    body = archie.get(page_of(one)).text
    assert "by an archivist" in body
    for correction in Correction.objects.filter(comment=one):
        answer = archie.post(
            f"{page_of(one)}take-back/",
            {"correction": correction.ref, "reason": "It was right."},
        )
        assert answer.status_code == 302
    one.refresh_from_db()
    assert one.commenter.name.name == "Ada"
    assert "Take it back" not in archie.get(page_of(one)).text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (
            {"aspect": "time", "value": "2012-02-30T10:00"},
            "There is no such day and time",
        ),
        ({"aspect": "time", "value": "2112-02-01T10:00"}, "in the future"),
        ({"aspect": "time", "value": "0012-02-01T10:00"}, "no time at which"),
        ({"aspect": "name", "value": "x" * 201}, "200 characters"),
        ({"aspect": "name", "value": "Ada"}, "reads already"),
        ({"aspect": "parent", "value": "here"}, "No comment under this article"),
        ({"aspect": "name", "value": "Bo", "reason": ""}, "This field is required"),
        (
            {
                "aspect": "name",
                "value": "Bo",
                "reason": "a secret that nobody may ever",
            },
            "These words stand in",
        ),
    ],
)
def test_bad_input_keeps_the_form(one, archie, form, words):
    answer = send(archie, one, **form)
    assert answer.status_code == 422
    assert words in answer.text
    if form["value"].isprintable() and form["aspect"] != "time":
        assert form["value"] in answer.text
    assert not Correction.objects.exists()


def test_an_unknown_fact_or_correction(one, archie):
    assert send(archie, one, aspect="text", value="x").status_code == 422
    other = archie.post(f"{page_of(one)}take-back/", {"correction": "x", "reason": "y"})
    assert other.status_code == 404


def test_only_owners_and_archivists_may(one, desk):
    assert desk.get(page_of(one)).status_code == 403
    assert send(desk, one, aspect="name", value="Bo").status_code == 403
    stranger = Client()
    assert stranger.get(page_of(one)).status_code == 302
    assert not Correction.objects.exists()


def test_the_page_asks_the_same_number_of_queries(
    one, archie, django_assert_num_queries
):
    for value in ("Ada Quill", "Ada Q.", "A. Quill"):
        send(archie, one, aspect="name", value=value)
    with django_assert_num_queries(5):
        archie.get(page_of(one))
