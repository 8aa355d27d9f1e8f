"""The page on which archivists put the date of an article right."""

import pytest
from django.test import Client

from commentarchive.models import Correction, Post
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(tmp_path):
    secret = "A secret that nobody may ever read here."
    load(
        tmp_path,
        item(comment(1, "It is closed."), comment(2, secret, approved="0")),
    )
    return Post.objects.titled().get()


def page_of(post):
    return f"/moderation/desk/posts/{post.ref}/correct/"


def send(client, post, **form):
    usual = {"aspect": "time", "value": "2012-03-30T10:00"}
    form = {**usual, "reason": "The paper says so.", **form}
    return client.post(f"{page_of(post)}enter/", form)


def test_a_date_is_corrected_and_taken_back(post, archivist):
    assert page_of(post) in archivist.get(post.get_absolute_url()).text
    assert archivist.get(page_of(post)).status_code == 200
    stood = post.published_at
    answer = send(archivist, post)
    assert (answer.status_code, answer["Location"]) == (302, page_of(post))
    post.refresh_from_db()
    assert f"{post.published_at:%d %H:%M}" == "30 09:00"
    assert "by an archivist" in archivist.get(page_of(post)).text
    correction = Correction.objects.get()
    back = {"correction": correction.ref, "reason": "It was right."}
    assert archivist.post(f"{page_of(post)}take-back/", back).status_code == 302
    post.refresh_from_db()
    assert post.published_at == stood
    assert "Take it back" not in archivist.get(page_of(post)).text
    again = archivist.post(f"{page_of(post)}take-back/", back)
    assert again.status_code == 422
    assert "taken back before" in again.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"value": "2012-02-30T10:00"}, "There is no such day and time"),
        ({"value": "2112-02-01T10:00"}, "in the future"),
        ({"value": "0012-02-01T10:00"}, "no time at which"),
        ({"reason": ""}, "This field is required"),
        ({"reason": "a secret that nobody may ever"}, "These words stand in"),
    ],
)
def test_bad_input_keeps_the_form(post, archivist, form, words):
    answer = send(archivist, post, **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert form.get("reason", "The paper says so.") in answer.text
    assert not Correction.objects.exists()


def test_only_owners_and_archivists_may(post, desk):
    assert desk.get(page_of(post)).status_code == 403
    assert send(desk, post).status_code == 403
    assert Client().get(page_of(post)).status_code == 302
    assert not Correction.objects.exists()


def test_a_form_sent_too_late_is_kept(post, archivist):
    stranger = Client()
    assert "nothing was recorded" in send(stranger, post).text
    assert not Correction.objects.exists()


def test_the_page_asks_the_same_number_of_queries(
    post, archivist, django_assert_num_queries
):
    for day in (27, 28, 29):
        send(archivist, post, value=f"2012-03-{day}T10:00")
    archivist.get(page_of(post))
    with django_assert_num_queries(9):
        archivist.get(page_of(post))


def test_title_and_author_are_corrected(post, archivist):
    for aspect, value in (("title", "The pier, at last"), ("author", "Ada Quill")):
        assert send(archivist, post, aspect=aspect, value=value).status_code == 302
    assert send(archivist, post, aspect="author", value="").status_code == 302
    body = archivist.get(page_of(post)).text
    assert "The pier, at last" in body
    assert "author not known" in body


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"aspect": "title", "value": ""}, "This field is required"),
        ({"aspect": "title", "value": "An article"}, "reads already"),
        ({"aspect": "title", "value": "x" * 501}, "at most 500"),
        ({"aspect": "author", "value": "ed"}, "reads already"),
        ({"aspect": "author", "value": "Ada", "reason": ""}, "This field is required"),
        ({"aspect": "title", "value": "A secret that nobody may ever"}, "These words"),
    ],
)
def test_what_is_no_title_or_author_keeps_the_form(post, archivist, form, words):
    answer = send(archivist, post, **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert form["value"] in answer.text
    assert not Correction.objects.exists()


def test_no_other_fact_is_corrected_here(post, archivist):
    for aspect in ("parent", "name", "x", ""):
        assert send(archivist, post, aspect=aspect, value="1").status_code == 422
    assert not Correction.objects.exists()
