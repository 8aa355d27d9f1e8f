"""The page on which archivists put a cross-post right."""

import pytest
from django.test import Client

from commentarchive.actions.crossposts import confirm_cross_post
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import CrossPost, CrossPostFinding, Post
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
USUAL = {
    "address": "https://quay.example/7/",
    "attribution": "Taken over from the Quay.",
    "reason": "The byline says so.",
}


@pytest.fixture
def tie(tmp_path):
    secret = "A secret that nobody may ever read here."
    load(tmp_path, item(comment(1), comment(2, secret, approved="0")))
    return confirm_cross_post(
        Post.objects.get(), "https://quay.example/9/", attribution="From Q.", by=SYSTEM
    )


def page_of(tie):
    return f"/moderation/desk/cross-posts/{tie.ref}/correct/"


def test_it_is_corrected_withdrawn_and_recorded_again(tie, archivist):
    article = f"/moderation/desk/posts/{tie.post.ref}/correct/"
    assert page_of(tie) in archivist.get(article).text
    assert "From Q." in archivist.get(page_of(tie)).text
    answer = archivist.post(f"{page_of(tie)}enter/", USUAL)
    right = CrossPost.objects.exclude(pk=tie.pk).get()
    assert (answer.status_code, answer["Location"]) == (302, page_of(right))
    assert "It is one after all" in archivist.get(page_of(tie)).text
    gone = archivist.post(f"{page_of(right)}withdraw/", {"reason": "It is none."})
    assert gone.status_code == 302
    assert archivist.post(f"{page_of(right)}enter/", USUAL).status_code == 302
    body = Client().get(tie.post.get_absolute_url()).text
    for words in (*USUAL.values(), "It is none.", "From Q."):
        assert words in body


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"address": "https://test.example/1/"}, "of this article itself"),
        ({"address": "nowhere"}, "Enter a valid URL"),
        ({"attribution": ""}, "This field is required"),
        ({"reason": ""}, "This field is required"),
        ({"reason": "a secret that nobody may ever"}, "These words stand in"),
        ({"attribution": "a secret that nobody may ever"}, "These words stand in"),
        (
            {"address": "https://quay.example/9/", "attribution": "From Q."},
            "on record already",
        ),
    ],
)
def test_bad_input_keeps_the_form(tie, archivist, form, words):
    answer = archivist.post(f"{page_of(tie)}enter/", {**USUAL, **form})
    assert answer.status_code == 422
    assert words in answer.text
    assert form.get("attribution", USUAL["attribution"]) in answer.text
    assert CrossPostFinding.objects.count() == 1


def test_a_withdrawal_needs_a_reason(tie, archivist):
    for reason, words in (
        ("", "This field is required"),
        ("a secret that nobody may ever", "These words stand in"),
    ):
        answer = archivist.post(f"{page_of(tie)}withdraw/", {"reason": reason})
        assert answer.status_code == 422
        assert words in answer.text
    assert CrossPostFinding.objects.count() == 1


def test_only_owners_and_archivists_may(tie, desk):
    assert desk.get(page_of(tie)).status_code == 403
    assert desk.post(f"{page_of(tie)}enter/", USUAL).status_code == 403
    assert "nothing was recorded" in Client().post(f"{page_of(tie)}enter/", USUAL).text
    assert CrossPostFinding.objects.count() == 1
