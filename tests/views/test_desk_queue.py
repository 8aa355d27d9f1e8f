"""Going through the desk's lists, card by card."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentarchive.models import Comment
from moderation.models import Decision, DeskNote, OpenCard
from tests.cast import member
from tests.desk_lists import in_list
from tests.moderation.automatic import LATER, draft, publish, the_blog
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
LIST = "tab=waiting"


def the(source_id):
    return Comment.objects.get(source_id=source_id)


def card(source_id, query=LIST):
    return f"/moderation/desk/comments/{the(source_id).ref}/?{query}"


def press(client, address, button, to="decide"):
    """Press a button of a card's bar, as a browser without a script would."""
    body = client.get(address).text
    deck = body[body.index('class="deck"') :]
    sent = dict(re.findall(r'<input [^>]*name="(\w+)"[^>]*?value="([^"]*)"', deck))
    path = address.partition("?")[0]
    return client.post(f"{path}{to}/", {**sent, "do": button(deck)})


def named(value):
    return lambda _deck: value


def first_rule(deck):
    return re.search(r'value="(\w+:\d+:\d+)"', deck)[1]


@pytest.fixture
def three(by, tmp_path):
    rows = (
        comment(
            n,
            f"Remark number {n}.",
            approved="0",
            local=f"2012-04-0{n} 10:00:00",
            gmt=f"2012-04-0{n} 09:00:00",
        )
        for n in (1, 2, 3)
    )
    load(tmp_path, item(*rows))


def test_one_tap_approves_and_the_next_card_comes_with_an_undo(three, desk):
    answer = press(desk, card("1"), named("approve"))
    assert answer.url == card("2")
    assert the("1").visibility == "published"
    body = desk.get(answer.url).text
    assert "Approved. It is on record." in body
    made = Decision.objects.get()
    undo = f"/moderation/desk/decisions/{made.ref}/undo/"
    assert undo in body
    # It is offered once.
    assert undo not in desk.get(answer.url).text
    assert desk.post(undo, {"queue": LIST}).url == card("1")
    # The script replaces the card alone: what is said has to stand in it.
    assert "Undone" in desk.get(card("1")).text.partition('id="card"')[2]
    assert in_list("waiting") == [the("1"), the("2"), the("3")]


def test_what_waits_is_not_left_to_wait_in_no_list_by_one_tap(three, desk):
    deck = desk.get(card("1")).text.partition('class="deck"')[2].partition("</form>")[0]
    assert 'value="approve"' in deck
    assert 'value="no_action"' not in deck
    assert f"{the('1').ref}/black-out/" in deck
    press(desk, card("1"), named("approve"))
    deck = desk.get(card("1", "")).text.partition('class="deck"')[2]
    assert 'value="no_action"' in deck


def test_two_taps_block_with_the_rules_ready_sentence(three, desk):
    assert press(desk, card("1"), first_rule).url == card("2")
    made = Decision.objects.get()
    assert made.action == "block"
    assert made.facts == made.clause.sentences[0]


def test_skipping_leaves_the_comment_to_others_and_the_end_leads_on(three, desk):
    desk.get(card("3"))
    assert OpenCard.objects.get().comment == the("3")
    assert press(desk, card("3"), named(""), to="skip").url == card("1")
    assert not OpenCard.objects.filter(comment=the("3")).exists()
    assert "Skipped: nothing is decided" in desk.get(card("1")).text


def test_who_has_a_card_open_is_said_and_others_are_led_past_it(three, desk):
    bob = Client()
    bob.force_login(member("bob", "moderator"))
    bob.get(card("2"))
    assert "bob has this open" in desk.get(card("2")).text
    assert "bob has this open" in desk.get(f"/moderation/desk/?{LIST}").text
    assert press(desk, card("1"), named("approve")).url == card("3")
    OpenCard.objects.update(until="2012-01-01T00:00Z")
    assert "has this open" not in desk.get(card("2")).text


def test_a_button_that_is_no_longer_right_records_nothing(three, desk):
    body = desk.get(card("1")).text
    deck = body[body.index('class="deck"') :]
    sent = dict(re.findall(r'<input [^>]*name="(\w+)"[^>]*?value="([^"]*)"', deck))
    address = card("1").partition("?")[0]
    for wrong in ("block:9:9", "block:x:y", "block", "nonsense"):
        answer = desk.post(f"{address}decide/", {**sent, "do": wrong})
        assert answer.status_code == 422, wrong
    press(desk, card("1"), named("hold"))
    answer = desk.post(f"{address}decide/", {**sent, "do": "approve"})
    assert answer.status_code == 409
    assert Decision.objects.count() == 1


def test_a_tap_after_the_login_ended_is_kept(three, alice):
    visitor = Client()
    address = card("1").partition("?")[0]
    body = visitor.post(
        f"{address}decide/", {"do": "hold", "queue": LIST, "seen_revision": "1"}
    ).text
    sent = dict(re.findall(r'<input [^>]*name="(\w+)"[^>]*?value="([^"]*)"', body))
    sent = {name: unescape(value) for name, value in sent.items()}
    sent |= {"username": "alice", "password": "password"}
    page = visitor.post("/login/", sent, follow=True).text
    assert re.search(r'value="hold"[^>]*checked', page)
    assert "Waiting: 3" in page


def test_notes_are_a_thread_for_staff_and_go_with_an_erasure(three, desk, olive):
    address = card("1").partition("?")[0]
    for words in ("Ask Nell.", "She said yes."):
        desk.post(f"{address}note/", {"words": words, "queue": LIST})
    body = desk.get(card("1")).text
    assert body.index("Ask Nell.") < body.index("She said yes.")
    assert desk.post(f"{address}note/", {"words": " "}).status_code == 422
    assert DeskNote.objects.count() == 2


def test_comments_that_are_nearly_the_same_and_their_end_are_shown(by, desk, tmp_path):
    words = "Cheapest harbour lighting catalogue delivered overnight everywhere"
    load(
        tmp_path,
        item(
            comment(1, f"{words}!", approved="0"), comment(2, words), comment(3, "No.")
        ),
    )
    from commentarchive.search.index import catch_up

    catch_up()
    press(desk, card("2", "tab=changed"), first_rule)
    body = desk.get(card("1")).text
    assert "Nearly the same" in body
    assert the("2").ref in body


def test_queries_do_not_grow_with_the_list(by, desk, tmp_path):
    def count(address):
        desk.get(address)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert desk.get(address).status_code == 200
        return len(found)

    load(tmp_path, item(*(comment(n, approved="0") for n in range(1, 4))))
    before = [count(f"/moderation/desk/?{LIST}"), count(card("1"))]
    more = (comment(n, approved="0") for n in range(1, 30))
    load(tmp_path, item(*more), name="2.xml")
    assert [count(f"/moderation/desk/?{LIST}"), count(card("1"))] == before


def test_a_list_that_cannot_be_read_is_said(three, desk):
    assert desk.get(card("1", "tab=nowhere")).status_code == 400
    assert desk.get("/moderation/desk/?tab=nowhere").status_code == 400


def test_a_list_is_narrowed_to_what_an_automatic_rule_held(by, desk, tmp_path):
    load(tmp_path, item(comment(1, "Nothing of the kind.", approved="0")))
    rule = draft(the_blog(), action="hold")
    publish(by, the_blog())
    rows = (
        comment(1, "Nothing of the kind.", approved="0"),
        comment(2, "Buy watches.", local=LATER, gmt=LATER),
    )
    load(tmp_path, item(*rows), name="2.xml")
    for chosen, found in (("", {"1", "2"}), (rule.number, {"2"})):
        pages = [
            desk.get(f"/moderation/desk/?tab={tab}&rule={chosen}").text
            for tab in ("waiting", "on-hold")
        ]
        assert {n for n in "12" if any(the(n).ref in page for page in pages)} == found
    wrong = desk.get(f"/moderation/desk/?tab=waiting&rule={rule.number + 1}")
    assert wrong.status_code == 400
