"""The page on which archivists put right what copies tell."""

import pytest
from django.test import Client

from commentarchive.intake.session import import_files
from commentarchive.models import Comment, Correction, Post
from commentarchive.models.correction import place_by_hand
from tests.wxr import comment, export, item, load, write

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


def page_of(comment):
    return f"/moderation/desk/comments/{comment.ref}/correct/"


def send(client, comment, **form):
    form.setdefault("reason", "A letter says so.")
    return client.post(f"{page_of(comment)}enter/", form)


def test_each_fact_is_corrected_and_taken_back(one, archivist):
    assert archivist.get(page_of(one)).status_code == 200
    other = Comment.objects.get(source_id="2")
    address = f"https://archive.example/comments/{one.ref}/"
    for subject, form in (
        (one, {"aspect": "time", "value": "2012-04-01T08:30"}),
        (one, {"aspect": "name", "value": "Ada Quill"}),
        (other, {"aspect": "parent", "value": address}),
    ):
        answer = send(archivist, subject, **form)
        assert answer.status_code == 302
        assert answer["Location"] == page_of(subject)
    one.refresh_from_db()
    other.refresh_from_db()
    assert f"{one.posted_at:%H:%M}" == "07:30"
    assert one.commenter.name.name == "Ada Quill"
    assert other.parent == one
    body = archivist.get(page_of(one)).text
    assert "by an archivist" in body
    for correction in Correction.objects.filter(comment=one):
        answer = archivist.post(
            f"{page_of(one)}take-back/",
            {"correction": correction.ref, "reason": "It was right."},
        )
        assert answer.status_code == 302
    one.refresh_from_db()
    assert one.commenter.name.name == "Ada"
    assert "Take it back" not in archivist.get(page_of(one)).text


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
def test_bad_input_keeps_the_form(one, archivist, form, words):
    answer = send(archivist, one, **form)
    assert answer.status_code == 422
    assert words in answer.text
    if form["value"].isprintable() and form["aspect"] != "time":
        assert form["value"] in answer.text
    assert not Correction.objects.exists()


def test_an_unknown_fact_or_correction(one, archivist):
    assert send(archivist, one, aspect="text", value="x").status_code == 422
    other = archivist.post(
        f"{page_of(one)}take-back/", {"correction": "x", "reason": "y"}
    )
    assert other.status_code == 404


def test_only_owners_and_archivists_may(one, desk):
    assert desk.get(page_of(one)).status_code == 403
    assert send(desk, one, aspect="name", value="Bo").status_code == 403
    stranger = Client()
    assert stranger.get(page_of(one)).status_code == 302
    assert not Correction.objects.exists()


def test_the_page_asks_the_same_number_of_queries(
    one, archivist, django_assert_num_queries
):
    for value in ("Ada Quill", "Ada Q.", "A. Quill"):
        send(archivist, one, aspect="name", value=value)
    archivist.get(page_of(one))
    with django_assert_num_queries(8):
        archivist.get(page_of(one))


@pytest.fixture
def lamp(one, tmp_path):
    load(tmp_path, item(number=2, title="The lamp"), name="lamp.xml")
    return Post.objects.get(source_id="2")


def move(client, comment, **form):
    form = {"aspect": "article", "value": "The lamp", "seen": seen(comment), **form}
    return send(client, comment, **form)


def seen(comment):
    return place_by_hand(Comment.objects.get(pk=comment.pk))


@pytest.mark.parametrize("by", ["title", "address", "page"])
def test_a_comment_is_put_under_another_article(one, archivist, lamp, by):
    value = {
        "title": "the lamp",
        "address": "https://test.example/2/",
        "page": f"https://archive.example/posts/{lamp.ref}/",
    }[by]
    assert "Address or title of the article" in archivist.get(page_of(one)).text
    assert move(archivist, one, value=value).status_code == 302
    one.refresh_from_db()
    assert one.post == lamp
    body = archivist.get(page_of(one)).text
    assert "“The lamp”" in body
    assert "“An article”" in body
    made = Correction.objects.get()
    form = {"correction": made.ref, "reason": "It was right."}
    assert archivist.post(f"{page_of(one)}take-back/", form).status_code == 302
    one.refresh_from_db()
    assert one.post.title == "An article"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"value": "An article"}, "It stands under that article already."),
        ({"value": "No such title"}, "No article here has that address or title."),
        ({"value": ""}, "This field is required."),
        ({"reason": ""}, "This field is required."),
        ({"answers": "the first one"}, "No comment here has that address."),
        ({"reason": "A secret that nobody may ever read here."}, "hidden"),
    ],
)
def test_what_cannot_be_moved_keeps_the_form(one, archivist, lamp, form, words):
    answer = move(archivist, one, **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert not Correction.objects.exists()
    for value in form.values():
        assert value in answer.text


def test_an_answer_under_another_article(one, archivist, lamp):
    other = Comment.objects.get(source_id="2")
    answer = move(archivist, one, answers=f"/comments/{other.ref}/")
    assert answer.status_code == 422
    assert "stands under another article" in answer.text


def test_a_comment_that_was_moved_meanwhile(one, archivist, lamp):
    stale = seen(one)
    assert move(archivist, one).status_code == 302
    answer = move(archivist, one, value="An article", seen=stale)
    assert answer.status_code == 409
    assert "It was put under another article meanwhile" in answer.text
    assert f'value="{seen(one)}"' in answer.text
    assert Correction.objects.count() == 1


def test_an_article_that_readers_do_not_see(one, archivist, lamp, client):
    Post.objects.filter(pk=lamp.pk).update(is_public=False)
    answer = archivist.post(
        f"{page_of(one)}enter/",
        {
            "aspect": "article",
            "value": "The lamp",
            "seen": seen(one),
            "reason": "A letter says so.",
        },
        follow=True,
    )
    assert "Readers do not see that article, nor the comment." in answer.text
    assert client.get(one.get_absolute_url()).status_code == 404


def test_an_article_of_another_blog(one, archivist, lamp, tmp_path):
    data = export(item(number=9, title="Far away"), address="https://far.example")
    import_files([write(tmp_path, data, "far.xml")])
    answer = move(archivist, one, value="Far away")
    assert answer.status_code == 422
    assert "That article is on another blog." in answer.text
