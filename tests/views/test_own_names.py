"""Names of the staff at the desk, and the forms of whoever has to do with a comment."""

import pytest
from django.test import Client

from commentarchive.actions.staff import acting
from commentarchive.models import Comment
from moderation.actions.own_names import add_own_name
from moderation.models import Decision, OwnName
from tests.report_numbers import numbers_of
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
PAGE = "/moderation/desk/own-names/"


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_moderator_adds_names_of_their_own_only(alice, olive):
    desk = logged_in(alice)
    page = desk.get(PAGE).content.decode()
    assert "None so far." in page
    assert 'name="whose"' not in page
    theirs = {"name": "Al Ice", "whose": acting(olive).actor.ref}
    assert desk.post(f"{PAGE}add/", theirs).status_code == 422
    desk.post(f"{PAGE}add/", {"name": "Al Ice"})
    assert OwnName.objects.get().actor.handle == "alice"
    again = desk.post(f"{PAGE}add/", {"name": "?"})
    assert again.status_code == 422
    assert "at least one letter" in again.content.decode()


def test_an_owner_adds_names_for_others(alice, olive):
    desk = logged_in(olive)
    ref = acting(alice).actor.ref
    page = desk.post(f"{PAGE}add/", {"name": "Al Ice", "whose": ref}, follow=True)
    assert "Al Ice" in page.content.decode()
    assert OwnName.objects.get().actor.handle == "alice"


def test_who_may_not_decide_adds_nothing(django_user_model, db):
    from tests.cast import member

    auditor = logged_in(member("una", "auditor"))
    assert auditor.get(PAGE).status_code == 200
    assert auditor.post(f"{PAGE}add/", {"name": "Una"}).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_a_card_asks_for_the_reason_and_keeps_what_was_typed(by, desk, tmp_path):
    load(tmp_path, item(comment(1, "The pier is falling down", author="Al Ice")))
    add_own_name(by.actor, "Al Ice", by=by)
    one = Comment.objects.get()
    card = f"/moderation/desk/comments/{one.ref}/"
    body = desk.get(card).content.decode()
    assert "whoever decides wrote the comment" in body
    seen = desk.get(card).context["seen"].initial
    sent = {**seen, "action": "hold", "note": "Look at it by daylight."}
    asked = desk.post(f"{card}decide/", sent)
    assert asked.status_code == 422
    body = asked.content.decode()
    assert "You wrote this comment." in body
    assert "Look at it by daylight." in body
    assert '<option value="own_comment" selected>' in body
    assert not Decision.objects.exists()
    reason = "Nobody else was there that evening."
    sent |= {"override": "own_comment", "override_reason": reason}
    assert desk.post(f"{card}decide/", sent).status_code == 302
    made = Decision.objects.get()
    assert (made.override, made.override_reason) == ("own_comment", reason)
    undo = f"/moderation/desk/decisions/{made.ref}/undo/"
    asked = desk.post(undo)
    assert asked.status_code == 422
    assert "You wrote this comment." in asked.content.decode()
    assert desk.post(undo, {"override_reason": reason}).status_code == 302


def test_a_reason_alone_is_not_taken(by, desk, tmp_path):
    load(tmp_path, item(comment(1)))
    one = Comment.objects.get()
    card = f"/moderation/desk/comments/{one.ref}/"
    seen = desk.get(card).context["seen"].initial
    asked = desk.post(
        f"{card}decide/", {**seen, "action": "hold", "override_reason": "Well."}
    )
    assert asked.status_code == 422
    assert "Say as well what you have to do with it." in asked.content.decode()


def test_a_conflict_may_be_declared(by, desk, tmp_path):
    load(tmp_path, item(comment(1)))
    one = Comment.objects.get()
    card = f"/moderation/desk/comments/{one.ref}/"
    sent = {
        **desk.get(card).context["seen"].initial,
        "action": "hold",
        "override": "named_in_it",
        "override_reason": "It means me, by a name that nobody else knows.",
    }
    assert desk.post(f"{card}decide/", sent).status_code == 302
    assert Decision.objects.get().override == "named_in_it"
    month = f"{Decision.objects.get().decided_at:%Y-%m}"
    assert numbers_of(month, "decisions-overriding") == {"named_in_it": 1}
    report = Client().get(f"/moderation/reports/{month}/").content.decode()
    assert "Decided in spite of a conflict of interest" in report
    told = Client().get(f"/moderation/reports/{month}.csv").getvalue().decode()
    assert ",named_in_it,Is named in it,1," in told
