"""Erasures at the desk: who may ask and confirm, what is shown, two at once, holds."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from commentarchive.erasure import requests
from commentarchive.erasure.requests import Erasures
from commentarchive.ledger.models import Entry
from commentarchive.models import Comment, Commenter, ErasureRequest, Hold, Post
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
PAGE = "/moderation/desk/erasures/"
NAME = "Quirinus Zabel"


@pytest.fixture
def one(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "I saw the zeppelin.", author=NAME),
            comment(2, "And again.", author=NAME),
            comment(3, "Nobody saw a thing."),
        ),
    )
    return Comment.objects.get(source_id="1")


def logged_in(user, *, fresh=True):
    client = Client()
    client.force_login(user)
    if not fresh:
        session = client.session
        del session["logged_in_at"]
        session.save()
    return client


@pytest.fixture
def owner(olive):
    return logged_in(olive)


@pytest.fixture
def moderator(alice):
    return logged_in(alice)


def seen_on(client, address):
    page = client.get(address).content.decode()
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def form(client, subject, **more):
    return {
        "subject": subject.ref,
        "seen": seen_on(client, f"{PAGE}new/?subject={subject.ref}"),
        "basis": "subject_request",
        "asked_for": "person",
        "identity": "known_address",
        "asker": "Quirinus, by mail",
        "note": "He was kind.",
        **more,
    }


def asked(client, subject, **more):
    answer = client.post(f"{PAGE}ask/", form(client, subject, **more))
    assert answer.status_code == 302
    return ErasureRequest.objects.latest("pk")


def confirm(client, request):
    here = f"{PAGE}{request.ref}/"
    page = client.get(here).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)
    return client.post(f"{here}confirm/", {"seen": seen[1] if seen else ""})


def run():
    with mock.patch.object(requests, "sweep"):
        Erasures().step()


def test_what_would_go_and_stay_is_shown_first(one, moderator):
    name = Commenter.objects.get(pk=one.commenter_id)
    page = moderator.get(f"{PAGE}new/?subject=/names/{name.ref}/").content.decode()
    assert "2 comments with 2 versions" in page
    assert NAME in page
    assert "cut out of its kept bytes" in page
    assert "no quotation in another comment" in page
    assert not ErasureRequest.objects.exists()
    by_number = moderator.get(f"{PAGE}new/?subject=1").content.decode()
    assert "no name: other comments bear it" in by_number


def test_a_moderator_asks_and_the_owner_confirms(one, moderator, owner):
    request = asked(moderator, one)
    refused = confirm(moderator, request)
    assert refused.status_code == 422
    assert "somebody else has to confirm it" in refused.content.decode()
    assert confirm(owner, request).status_code == 302
    page = owner.get(f"{PAGE}{request.ref}/").content.decode()
    assert "waits to run" in page
    run()
    page = owner.get(f"{PAGE}{request.ref}/").content.decode()
    index = Entry.objects.get(event="erase.done").index
    assert f"record no. {index}" in page
    assert "Ended: 1" in owner.get(PAGE).content.decode()
    one.refresh_from_db()
    assert one.visibility == "erased"


def test_two_moderators_have_nothing_erased(one, moderator, owner):
    from tests.cast import member

    request = asked(moderator, one)
    other = logged_in(member("mia", "moderator"))
    answer = confirm(other, request)
    assert answer.status_code == 422
    assert "Only an owner can have something erased." in answer.content.decode()


def test_an_owner_alone_confirms_and_that_is_on_record(one, owner):
    request = asked(owner, one)
    assert "you decided alone" in owner.get(f"{PAGE}{request.ref}/").content.decode()
    assert confirm(owner, request).status_code == 302
    run()
    page = owner.get(f"{PAGE}{request.ref}/").content.decode()
    assert "decided alone" in page


def test_only_a_fresh_login_confirms(one, olive, owner):
    request = asked(owner, one)
    stale = logged_in(olive, fresh=False)
    page = stale.get(f"{PAGE}{request.ref}/").content.decode()
    assert "Prove that it is you" in page
    answer = stale.post(f"{PAGE}{request.ref}/confirm/", {"seen": ""})
    assert answer.status_code == 403
    request.refresh_from_db()
    assert request.confirmed_at is None


def test_what_changed_meanwhile_is_said(one, moderator, owner):
    sent = form(moderator, one)
    assert moderator.post(f"{PAGE}ask/", sent | {"seen": "x"}).status_code == 409
    request = asked(moderator, one)
    again = moderator.post(f"{PAGE}ask/", sent)
    assert again.status_code == 409
    assert "already" in again.content.decode()
    stale = owner.post(f"{PAGE}{request.ref}/confirm/", {"seen": "x"})
    assert stale.status_code == 409
    confirm(owner, request)
    twice = owner.post(f"{PAGE}{request.ref}/confirm/", {"seen": sent["seen"]})
    assert twice.status_code == 409
    assert "answered it meanwhile" in twice.content.decode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"basis": ""}, "Say why."),
        ({"asked_for": "ghost"}, "Select a valid choice"),
        ({"identity": ""}, "Say how it was checked."),
        ({"identity": "not_needed"}, "who they are is checked"),
        ({"asked_for": "nobody"}, "who they are is checked"),
        ({"asked_for": "nobody", "identity": "not_needed"}, "nobody asked for it"),
        ({"subject": "c" + "a" * 26}, "No comment here has that"),
        ({"subject": ""}, "Name a comment or a name."),
    ],
)
def test_what_contradicts_itself_is_refused(one, moderator, change, says):
    answer = moderator.post(f"{PAGE}ask/", form(moderator, one) | change)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not ErasureRequest.objects.exists()


def test_an_article_is_not_erased_and_what_is_gone_is_gone(one, owner):
    post = Post.objects.get()
    page = owner.get(f"{PAGE}new/?subject={post.ref}")
    assert page.status_code == 422
    assert "An article is not erased here" in page.content.decode()
    confirm(owner, asked(owner, one))
    run()
    page = owner.get(f"{PAGE}new/?subject={one.ref}")
    assert "was erased; nothing of it is left" in page.content.decode()


def test_who_could_not_be_checked_is_refused_on_record(one, owner):
    request = asked(owner, one, identity="impossible")
    here = f"{PAGE}{request.ref}/"
    assert "it can only be refused" in owner.get(here).content.decode()
    assert owner.post(f"{here}confirm/", {"seen": "x"}).status_code == 422
    assert owner.post(f"{here}refuse/", {}).status_code == 422
    owner.post(f"{here}refuse/", {"refusal": "unidentified", "note": "No answer."})
    page = owner.get(here).content.decode()
    assert "refused because of nobody could check" in page or "refused" in page
    assert Entry.objects.filter(event="erase.refused").count() == 1
    withdrawn = owner.post(f"{here}withdraw/")
    assert withdrawn.status_code == 409


def test_holds_are_placed_listed_when_due_and_lifted(one, owner, moderator):
    review = timezone.localdate() + timedelta(days=30)
    sent = {"subject": one.ref, "reason": "A case runs.", "review_on": review}
    assert moderator.post(f"{PAGE}hold/", sent).status_code == 403
    assert owner.post(f"{PAGE}hold/", sent | {"reason": ""}).status_code == 422
    past = owner.post(f"{PAGE}hold/", sent | {"review_on": "2012-01-01"})
    assert "must lie in the future" in past.content.decode()
    assert (
        owner.post(f"{PAGE}hold/", sent | {"review_on": "9999-01-01"}).status_code
        == 422
    )
    assert owner.post(f"{PAGE}hold/", sent).status_code == 302
    assert owner.post(f"{PAGE}hold/", sent).status_code == 422
    page = owner.get(PAGE).content.decode()
    assert "A case runs." in page
    assert "Due for review" not in page
    request = asked(moderator, one)
    held = owner.get(f"{PAGE}{request.ref}/").content.decode()
    assert "Nothing is erased while it stands." in held
    assert "Erase it for good" not in held
    with mock.patch.object(Hold, "is_due", True):
        assert "Due for review" in owner.get(PAGE).content.decode()
    assert owner.post(f"{PAGE}lift/", {"subject": one.ref}).status_code == 302
    assert not Hold.objects.exists()
    owner.post(f"{PAGE}lift/", {"subject": one.ref})
    assert confirm(owner, request).status_code == 302


def test_auditors_see_how_far_it_is_and_no_private_word(one, moderator, owner):
    from tests.cast import member

    request = asked(moderator, one)
    sent = {
        "subject": one.ref,
        "reason": "A case runs.",
        "review_on": timezone.localdate() + timedelta(days=30),
    }
    owner.post(f"{PAGE}hold/", sent)
    auditor = logged_in(member("una", "auditor"))
    for address in (PAGE, f"{PAGE}{request.ref}/"):
        page = auditor.get(address).content.decode()
        for word in ("Quirinus, by mail", "He was kind.", "A case runs."):
            assert word not in page
    for verb in ("confirm", "refuse", "withdraw", "again"):
        answer = auditor.post(f"{PAGE}{request.ref}/{verb}/")
        assert answer.status_code == 403
        assert Client().post(f"{PAGE}{request.ref}/{verb}/").status_code == 200
    assert auditor.get(f"{PAGE}new/").status_code == 403
    assert moderator.post(f"{PAGE}{request.ref}/refuse/").status_code == 403
    archivist = logged_in(member("archie", "archivist"))
    assert archivist.get(PAGE).status_code == 403
    assert User.objects.count() == 4
