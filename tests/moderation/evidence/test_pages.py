"""Bundles, a person's file and work at the desk: who may, what is noted, bad input."""

import pytest
from django.test import Client

from commentarchive.actions.blogs import save_blog
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import AccessNote, BlogVisibility
from moderation.evidence import bundle as bundles
from tests.cast import member
from tests.moderation.evidence.conftest import SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.unreconciled]
BUNDLES, PERSONS = "/moderation/desk/bundles/", "/moderation/desk/persons/"


def logged_in(user, *, fresh=True):
    client = Client()
    client.force_login(user)
    if not fresh:
        session = client.session
        del session["logged_in_at"]
        session.save()
    return client


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch):
    monkeypatch.setattr(bundles, "typeset", lambda *_told: b"%PDF")


def noted():
    return list(AccessNote.objects.values_list("kind", "subject", "page"))


def test_a_moderator_makes_the_open_one_from_the_card_and_the_journal_notes_it(
    quarrel, alice
):
    client, ref = logged_in(alice), quarrel.hidden.ref
    link = f"{BUNDLES}?subject={ref}"
    assert link in client.get(f"/moderation/desk/comments/{ref}/").text
    page = client.get(link).text
    assert f'value="{ref}"' in page
    assert "seal/" not in page
    AccessNote.objects.all().delete()
    answer = client.post(f"{BUNDLES}make/", {"ref": ref})
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    assert f"evidence-{ref}-" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert SECRET["hidden text"].encode() not in answer.content
    assert noted() == [("file", ref, f"{BUNDLES}make/")]


def test_the_sealed_one_is_for_owners_and_auditors_with_a_fresh_login(
    quarrel, alice, olive
):
    sent = {"ref": quarrel.hidden.ref}
    blog = quarrel.post.blog
    blog.visibility = BlogVisibility.STAFF
    save_blog(blog, by=SYSTEM)
    assert logged_in(alice).post(f"{BUNDLES}seal/", sent).status_code == 403
    refused = logged_in(alice).post(f"{BUNDLES}make/", sent)
    assert refused.status_code == 422
    assert "ask for the sealed bundle" in refused.text
    stale = logged_in(olive, fresh=False)
    assert "/account/again/" in stale.post(f"{BUNDLES}seal/", sent)["Location"]
    assert quarrel.hidden.ref in stale.get(BUNDLES).text
    for user in (olive, member("una", "auditor")):
        answer = logged_in(user).post(f"{BUNDLES}seal/", sent)
        assert answer.content[:2] == b"PK"
    assert [note[2] for note in noted()].count(f"{BUNDLES}seal/") == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"ref": ""}, "This field is required"),
        ({"ref": "nowhere"}, "Give the reference or the page"),
        ({"dates": "May Day"}, "May is no day"),
        ({"dates": "2199-01-01"}, "is not over yet"),
        ({"at": "999999"}, "No state of 999999 entries"),
    ],
)
def test_bad_input_is_said_beside_its_field(quarrel, alice, sent, said):
    answer = logged_in(alice).post(
        f"{BUNDLES}make/", {"ref": quarrel.hidden.ref, **sent}
    )
    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_persons_file_is_for_owners_and_noted_without_the_address(
    quarrel, alice, olive
):
    assert logged_in(alice).get(PERSONS).status_code == 403
    client = logged_in(olive)
    answer = client.post(f"{PERSONS}make/", {"whose": SECRET["author"]})
    assert answer.content[:2] == b"PK"
    assert noted() == [("private", "", f"{PERSONS}make/")]
    answer = client.post(f"{PERSONS}make/", {"whose": "nobody@else.example"})
    assert (answer.status_code, "Nothing is held" in answer.text) == (422, True)


def test_work_is_shown_to_oneself_and_to_owners(quarrel, alice, olive):
    page = logged_in(alice).get("/moderation/desk/work/")
    assert "Taken down" in page.text
    assert "Somebody else" not in page.text
    of_alice = f"/moderation/desk/work/{alice.actor_link.actor.ref}/"
    assert logged_in(alice).get(of_alice).status_code == 403
    owner = logged_in(olive)
    assert of_alice in owner.get("/moderation/desk/work/").text
    assert "Taken down" in owner.get(of_alice).text
    assert owner.get(f"{of_alice}?since=soon").status_code == 400
