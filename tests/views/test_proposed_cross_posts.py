import pytest
from django.contrib.auth.models import User
from django.test import Client

from commentarchive.actions.staff import set_roles
from commentarchive.ledger.models import Entry, Role
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import CrossPost
from tests.cross_posts import WORDS, lantern_and_quay
from tests.wxr import comment

pytestmark = pytest.mark.django_db
PAGE = "/moderation/desk/cross-posts/"


def staff(role):
    user = User.objects.create_user(role, password="x")
    set_roles(user, roles=[role], handle=f"the-{role}")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def archivist():
    return staff(Role.ARCHIVIST)


def answer(client, tie, said):
    return client.post(f"{PAGE}{tie.ref}/answer/", {"answer": said}, follow=True)


def test_evidence_score_and_both_texts_are_shown(tmp_path, archivist):
    lantern_and_quay(tmp_path)
    body = " ".join(archivist.get(PAGE).text.split())
    assert "1 waiting" in body
    assert "A line of the article says so" in body
    assert '“<bdi dir="auto">Cross-posted from The Lantern.</bdi>”' in body
    assert "% of the words are the same now" in body
    assert "<ins>" in body
    assert "Possible cross-posts" in archivist.get("/moderation/desk/imports/").text


def test_one_tap_confirms_and_one_takes_it_back(tmp_path, archivist):
    tie = lantern_and_quay(tmp_path)
    body = answer(archivist, tie, "yes").text
    assert "Confirmed: readers see it now" in body
    tie.refresh_from_db()
    words = tie.findings.get().words
    assert words.attribution == "Cross-posted from The Lantern."
    assert "% of the words are the same" in words.reason
    assert "Undo: it is none" in body
    answer(archivist, tie, "no")
    tie.refresh_from_db()
    assert tie.is_withdrawn
    assert Entry.objects.filter(subject=tie.ref).count() == 2
    assert list(reconcile()) == []


def test_one_tap_refuses_and_one_says_that_it_is_one_after_all(tmp_path, archivist):
    tie = lantern_and_quay(tmp_path)
    body = answer(archivist, tie, "no").text
    assert "0 waiting" in body
    assert "Undo: it is one" in body
    assert Client().get(f"/cross-posts/{tie.ref}/").status_code == 404
    answer(archivist, tie, "yes")
    assert Client().get(f"/cross-posts/{tie.ref}/").status_code == 200
    assert list(reconcile()) == []


@pytest.mark.parametrize("said", ["", "perhaps"])
def test_any_other_answer_records_nothing(tmp_path, archivist, said):
    tie = lantern_and_quay(tmp_path)
    assert "nothing was recorded" in answer(archivist, tie, said).text
    assert CrossPost.objects.proposed().exists()


def test_the_same_answer_twice_is_one(tmp_path, archivist):
    tie = lantern_and_quay(tmp_path)
    answer(archivist, tie, "no")
    assert "Nothing was recorded." in answer(archivist, tie, "no").text
    assert Entry.objects.filter(subject=tie.ref).count() == 1


def test_only_archivists_and_owners_answer(tmp_path):
    tie = lantern_and_quay(tmp_path)
    assert Client().get(PAGE).status_code == 302
    for role in (Role.MODERATOR, Role.AUDITOR):
        client = staff(role)
        assert client.get(PAGE).status_code == 403
        assert answer(client, tie, "yes").status_code == 403
    assert CrossPost.objects.proposed().exists()
    assert staff(Role.OWNER).get(PAGE).status_code == 200


def test_a_line_that_repeats_hidden_words_is_not_made_public(tmp_path, archivist):
    secret = "He was seen at the harbour office after midnight with the keys"
    line = (
        f'{secret}. Cross-posted from <a href="https://lantern.example/1/">it</a>.\n\n'
    )
    hidden = comment(1, secret, approved="0")
    tie = lantern_and_quay(tmp_path, (hidden,), body=line + WORDS)
    answer(archivist, tie, "yes")
    assert secret not in tie.findings.get().words.attribution
    assert Client().get(f"/cross-posts/{tie.ref}/").status_code == 200
