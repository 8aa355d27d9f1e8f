"""The page on which archivists join names of one person, and split them."""

import pytest
from django.test import Client

from commentarchive.erasure.erase import erase
from commentarchive.models import Comment, Commenter, NameLink
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "The pier is closed.", author="Ada", email="ada@mail.example"),
            comment(2, "Is it?", author="Bo", email="bo@mail.example"),
            comment(
                *(3, "A secret that nobody may ever read here."),
                approved="0",
                author="Bo",
                email="bo@mail.example",
            ),
        ),
    )
    names = Commenter.objects.order_by("name__name")
    return list(names.select_related("name"))


def page_of(name):
    return f"/moderation/desk/names/{name.ref}/"


def join(client, names, **form):
    form = {
        "address": f"https://archive.example/commenters/{names[1].ref}/",
        "confidence": "certain",
        "facts": "Both sign with the same verse.",
        "note": "By letter.",
        **form,
    }
    return client.post(f"{page_of(names[0])}join/", form)


def test_names_are_joined_and_split(names, archivist):
    assert page_of(names[0]) in archivist.get(names[0].get_absolute_url()).text
    answer = join(archivist, names)
    assert (answer.status_code, answer["Location"]) == (302, page_of(names[0]))
    body = archivist.get(page_of(names[1])).text
    assert "Joined, certain," in body
    assert "By letter." in body
    assert "Both sign" in Client().get(names[1].get_absolute_url()).text
    words = {"with": names[0].ref, "facts": "They answer one another.", "note": ""}
    back = f"{page_of(names[1])}split/"
    assert archivist.post(back, words).status_code == 302
    assert "Split them" not in archivist.get(page_of(names[1])).text
    assert "Both sign" not in Client().get(names[1].get_absolute_url()).text
    again = archivist.post(back, words)
    assert again.status_code == 422
    assert "They are not joined." in again.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"address": "here"}, "No name here has that address"),
        ({"confidence": "sure"}, "Select a valid choice"),
        ({"facts": ""}, "This field is required"),
        ({"facts": "a secret that nobody may ever"}, "These words stand in"),
        ({"facts": "Both write from bo@mail.example"}, "These words stand in"),
        ({"facts": "Both write from 192.0.2.7"}, "These words stand in"),
    ],
)
def test_bad_input_keeps_the_form(names, archivist, form, words):
    answer = join(archivist, names, **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert "By letter." in answer.text
    assert not NameLink.objects.exists()


def test_a_name_is_not_joined_with_itself(names, archivist):
    answer = join(archivist, names, address=names[0].ref)
    assert answer.status_code == 422
    assert "That is the same name." in answer.text


@pytest.mark.parametrize("form", [{}, {"with": "x"}])
def test_a_split_names_the_other(names, archivist, form):
    assert archivist.post(f"{page_of(names[0])}split/", form).status_code == 404


def test_an_erased_name_has_no_page_here(names, archivist):
    join(archivist, names)
    erase(names[0], basis="subject_request", note="")
    assert archivist.get(page_of(names[0])).status_code == 404
    body = archivist.get(page_of(names[1])).text
    assert "a name that was erased" in body
    assert "Both sign" not in body


def test_only_owners_and_archivists_may(names, desk):
    assert desk.get(page_of(names[0])).status_code == 403
    assert join(desk, names).status_code == 403
    assert Client().get(page_of(names[0])).status_code == 302
    assert "nothing was recorded" in join(Client(), names).text
    assert not NameLink.objects.exists()


def test_the_page_asks_the_same_number_of_queries(
    names, archivist, django_assert_num_queries
):
    for confidence in ("likely", "certain"):
        join(archivist, names, confidence=confidence)
    archivist.get(page_of(names[0]))
    with django_assert_num_queries(13):
        archivist.get(page_of(names[0]))


def apart(client, name, *comments, **form):
    told = {"comments": comments, "facts": "One has a boat.", **form}
    return client.post(f"{page_of(name)}apart/", told)


def test_two_people_are_told_apart_and_taken_for_one(archivist, tmp_path):
    said = {"author": "Nan", "email": ""}
    load(tmp_path, item(comment(8, "Mine.", **said), comment(9, "Hers.", **said)))
    own, hers = Comment.objects.filter(source_id__in=["8", "9"]).order_by("pk")
    name = own.commenter
    assert "Mine." in archivist.get(page_of(name)).text
    assert apart(archivist, name, hers.ref).status_code == 302
    hers.refresh_from_db()
    assert hers.commenter != name
    body = archivist.get(page_of(name)).text
    assert "Told apart" in body
    back = {"with": hers.commenter.ref, "facts": "It was sold."}
    assert archivist.post(f"{page_of(name)}as-one/", back).status_code == 302
    hers.refresh_from_db()
    assert hers.commenter == name
    again = archivist.post(f"{page_of(name)}as-one/", back)
    assert (again.status_code, "not told apart" in again.text) == (422, True)
    whose = NameLink.objects.first().other.ref
    assert "told apart before" in archivist.get(page_of(name)).text
    assert apart(archivist, name, hers.ref, whose=whose).status_code == 302


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"comments": []}, "Choose at least one comment"),
        ({"comments": ["c" + "a" * 26]}, "under another name"),
        ({"facts": ""}, "This field is required"),
        ({"facts": "a secret that nobody may ever"}, "These words stand in"),
        ({"whose": "n" + "a" * 26}, "Select a valid choice"),
    ],
)
def test_what_tells_nobody_apart_keeps_the_form(archivist, tmp_path, form, words):
    said = {"author": "Nan", "email": ""}
    secret = "A secret that nobody may ever read here."
    load(
        tmp_path,
        item(
            *(comment(8, "Mine.", **said), comment(9, "Hers.", **said)),
            comment(10, secret, approved="0", **said),
        ),
    )
    hers = Comment.objects.get(source_id="9")
    answer = apart(archivist, hers.commenter, **{"comments": [hers.ref], **form})
    assert answer.status_code == 422
    assert words in answer.text
    assert secret not in answer.text
    if form.get("comments") is None:
        assert f'value="{hers.ref}" id="is-{hers.ref}" checked' in answer.text
    assert not NameLink.objects.exists()
