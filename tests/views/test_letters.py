"""The outbox at the desk, and the switch of a blog's letters."""

import pytest
from django.test import Client
from django.utils import timezone

from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, decide
from moderation.actions.letter_switch import switch_letters
from moderation.models import (
    Action,
    Clause,
    Letter,
    LetterState,
    LetterSwitch,
    NewsChoice,
)
from tests.cast import member
from tests.moderation.mail_server import use
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
PAGE = "/moderation/desk/letters/"
SECRET = "She paid the printer from the parish account"


@pytest.fixture
def letter(by, tmp_path, settings):
    """Return a statement that nobody has looked at."""
    use(settings, 1)
    load(tmp_path, item(comment(1, SECRET, author="Nell Zimmer"), comment(2)))
    switch_letters(Blog.objects.get(), is_on=True, by=by)
    one = Comment.objects.get(source_id="1")
    clause = Clause.objects.get(number=2)
    decide(one, Judgement(action=Action.BLOCK, clause=clause, facts="Abuse."), by=by)
    return Letter.objects.get()


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def state(letter):
    letter.refresh_from_db()
    return letter.state


def test_a_letter_is_looked_at_and_sent(letter, desk):
    listed = desk.get(PAGE).text
    assert "To be looked at: 1" in listed
    assert "n…@mail.example" in listed
    page = desk.get(f"{PAGE}{letter.ref}/").text
    assert "Comment taken down under rule 2, Abuse" in page
    assert "Abuse." in page
    for word in (SECRET, "Zimmer", "nell@"):
        assert word not in listed + page
    answer = desk.post(f"{PAGE}{letter.ref}/send/", {"seen_wording": "1"})
    assert answer.status_code == 302
    assert state(letter) == "queued"
    again = desk.post(f"{PAGE}{letter.ref}/send/", {"seen_wording": "1"})
    assert again.status_code == 409
    assert "waits to be sent" in again.text
    assert "Waiting to be sent: 1" in desk.get(f"{PAGE}?part=waiting").text


@pytest.mark.parametrize("seen", ["", "0", "7", "x", "99999999999"])
def test_what_was_not_looked_at_is_not_sent(letter, desk, seen):
    answer = desk.post(f"{PAGE}{letter.ref}/send/", {"seen_wording": seen})
    assert (answer.status_code, state(letter)) == (409, "drafted")


def test_what_can_be_chosen_for_a_letter(letter, desk):
    choose = f"{PAGE}{letter.ref}/choose/"
    assert desk.post(choose, {"what": "burn"}).status_code == 422
    assert desk.post(choose, {"what": "retry"}).status_code == 409
    Letter.objects.update(state=LetterState.SENT, ended_at=timezone.now())
    assert desk.post(choose, {"what": "came-back"}).status_code == 302
    page = desk.get(f"{PAGE}{letter.ref}/").text
    assert "Letters to this address came back" in page
    assert "What it said is not kept" in page
    assert desk.post(choose, {"what": "clear"}).status_code == 302
    Letter.objects.update(state=LetterState.SENDING, claimed_at="2026-01-01T00:00Z")
    assert "May have been sent: 1" in desk.get(PAGE).text
    page = desk.get(f"{PAGE}{letter.ref}/").text
    assert "It may have been sent" in page
    assert desk.post(choose, {"what": "cancel"}).status_code == 302
    assert state(letter) == "cancelled"


def test_a_wrong_part_is_refused_and_an_unknown_letter_is_not_there(letter, desk):
    assert desk.get(f"{PAGE}?part=other").status_code == 400
    assert desk.get(f"{PAGE}e{'a' * 26}/").status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_an_auditor_looks_and_an_archivist_does_not(letter, archivist):
    auditor = logged_in(member("una", "auditor"))
    page = auditor.get(f"{PAGE}{letter.ref}/")
    assert page.status_code == 200
    assert "<button>Send it" not in page.text
    for address in ("send/", "choose/"):
        assert auditor.post(f"{PAGE}{letter.ref}/{address}").status_code == 403
    assert auditor.post(f"{PAGE}test/").status_code == 403
    assert archivist.get(PAGE).status_code == 403
    assert state(letter) == "drafted"


def test_an_owner_switches_letters_on_and_nobody_else(olive, desk, tmp_path, settings):
    load(tmp_path, item(comment(1)))
    blog = Blog.objects.get()
    address = f"/moderation/desk/blogs/{blog.ref}/"
    assert desk.post(f"{address}letters/", {"letters": "on"}).status_code == 403
    owner = logged_in(olive)
    page = owner.get(address).text
    assert "Switched off" in page
    assert "No mail server is set up" in page
    use(settings, 1)
    owner.post(f"{address}letters/", {"letters": "perhaps"})
    assert not LetterSwitch.objects.exists()
    for _twice in range(2):
        owner.post(f"{address}letters/", {"letters": "on"})
    assert LetterSwitch.objects.get().is_on
    page = owner.get(address).text
    assert "Switched on since" in page
    assert "No mail server" not in page
    owner.post(f"{address}letters/", {"letters": "off"})
    assert LetterSwitch.objects.count() == 2


def test_a_test_letter_goes_to_whoever_asks(desk, alice, settings):
    answer = desk.post(f"{PAGE}test/", follow=True)
    assert "No mail server is set up" in answer.text
    use(settings, 1)
    assert "no e-mail address" in desk.post(f"{PAGE}test/", follow=True).text
    alice.email = "alice@archive.example"
    alice.save()
    assert "on its way" in desk.post(f"{PAGE}test/", follow=True).text
    assert "wait two minutes" in desk.post(f"{PAGE}test/", follow=True).text
    made = Letter.objects.get()
    assert (made.kind, made.email) == ("test", "alice@archive.example")
    assert "Mail works" in desk.get(f"{PAGE}{made.ref}/").text


def test_staff_choose_how_they_hear_of_news(desk):
    assert "nothing" in desk.get(f"{PAGE}news/").text
    desk.post(f"{PAGE}news/choose/", {"how": "daily"})
    assert NewsChoice.objects.get().how == "daily"
    assert desk.post(f"{PAGE}news/choose/", {"how": "hourly"}).status_code == 422
    desk.post(f"{PAGE}news/choose/", {"how": ""})
    assert not NewsChoice.objects.exists()
