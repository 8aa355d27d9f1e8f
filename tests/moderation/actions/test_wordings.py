"""Facts are replaced on record, and today's can be checked by anybody."""

import subprocess
import sys

import pytest
from django.core.management import call_command
from django.test import Client

from commentarchive.erasure.erase import erase
from commentarchive.ledger.append import SYSTEM, read_leaf
from commentarchive.ledger.models import Entry, LogKey, Opening
from commentarchive.models import Comment
from moderation.actions.decisions import (
    ConflictOfInterest,
    Judgement,
    LeaksHiddenWords,
    Refused,
    decide,
    undo,
)
from moderation.actions.own_names import add_own_name
from moderation.actions.wordings import RewordedMeanwhile, reword
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
OLD, NEW = "It insults the ferryman.", "It insults somebody."


@pytest.fixture
def made(by, tmp_path):
    load(tmp_path, item(comment(1, "The ferryman is a toad and a cheat")))
    judgement = Judgement(
        action=Action.BLOCK,
        clause=Clause.objects.get(number=2),
        facts=OLD,
        note="Ask Olive.",
    )
    return decide(Comment.objects.get(), judgement, by=by)


def page(client, made):
    return client.get(made.get_absolute_url()).content.decode()


def test_both_wordings_are_on_record_and_staff_read_the_old_one(made, by, desk):
    words = reword(made, NEW, by=by, seen_number=1)
    assert words.number == 2
    entry = Entry.objects.get(event="decision.reword")
    assert entry.subject == made.ref
    assert NEW.encode() not in bytes(entry.leaf)
    public, staff = page(Client(), made), desk.get(made.get_absolute_url())
    assert NEW in public
    assert OLD not in public
    for words in (OLD, NEW, "Ask Olive."):
        assert words in staff.content.decode()
    assert "no-store" in staff["Cache-Control"]
    card = desk.get(f"/moderation/desk/comments/{made.comment.ref}/").content.decode()
    for words in (OLD, NEW, "Ask Olive."):
        assert words in card
    assert "Ask Olive." not in public
    for address in ("/moderation/log/", "/moderation/log.csv"):
        assert OLD.encode() not in b"".join(Client().get(address))


def test_whoever_has_to_do_with_the_comment_says_why_they_reword(made, by, desk):
    add_own_name(by.actor, made.comment.commenter.name.name, by=by)
    with pytest.raises(ConflictOfInterest):
        reword(made, NEW, by=by)
    address = f"/moderation/desk/decisions/{made.ref}/reword/"
    right = f"/moderation/desk/decisions/{made.ref}/put-right/enter/"
    sent = {"seen_number": 1, "facts": NEW}
    for form in (address, right):
        asked = desk.post(form, sent)
        assert asked.status_code == 422
        assert "You wrote this comment" in asked.content.decode()
        assert '<textarea name="override_reason"' in asked.content.decode()
    assert not Entry.objects.filter(event="decision.reword").exists()
    why = "Nobody else reads this desk."
    with pytest.raises(LeaksHiddenWords):
        leak = "The ferryman is a toad and a cheat"
        reword(made, NEW, by=by, override_reason=leak)
    desk.post(address, {**sent, "override_reason": why})
    entry = read_leaf(bytes(Entry.objects.get(event="decision.reword").leaf))
    assert entry["d"]["override"] == "own_comment"
    assert "override_reason" in entry["c"]
    public = page(Client(), made)
    assert "whoever wrote wording 2 wrote the comment" in public
    assert why in public
    call_command("reconcile")
    # The reason goes with its own wording; who has nothing to do with it gives none.
    assert reword(made, "It insults.", by=SYSTEM).override_reason == ""
    call_command("reconcile")


def test_a_reworded_decision_keeps_the_reason_it_was_taken_for(made, by):
    add_own_name(by.actor, made.comment.commenter.name.name, by=by)
    restored = Judgement(
        action=Action.RESTORE, facts="A slip.", override_reason="It was late."
    )
    again = decide(made.comment, restored, by=by)
    reword(again, NEW, by=SYSTEM)
    again = type(made).objects.get(pk=again.pk)
    assert (again.facts, again.override_reason) == (NEW, "It was late.")


@pytest.mark.parametrize("facts", ["", ".", "\u200b", OLD])
def test_words_that_say_nothing_new_are_refused(made, by, facts):
    with pytest.raises(Refused):
        reword(made, facts, by=by)
    assert made.words.count() == 1


def test_hidden_words_are_refused_here_too(made, by):
    with pytest.raises(LeaksHiddenWords):
        reword(made, "It says the ferryman is a toad and more.", by=by)


def test_of_two_the_second_is_told(made, by):
    reword(made, NEW, by=by, seen_number=1)
    with pytest.raises(RewordedMeanwhile):
        reword(made, "Something else.", by=by, seen_number=1)


def test_from_the_card(made, by, desk):
    address = f"/moderation/desk/decisions/{made.ref}/reword/"
    for _twice in range(2):
        answer = desk.post(address, {"seen_number": 1, "facts": NEW})
        assert answer.status_code == 302
    assert made.words.count() == 2
    answer = desk.post(address, {"seen_number": 1, "facts": "Something else."})
    assert answer.status_code == 409
    answer = desk.post(address, {"seen_number": 2, "facts": "."})
    assert answer.status_code == 422
    assert desk.get(address)["Location"].endswith(f"/desk/decisions/{made.ref}/")


def proof(made):
    return Client().get(f"{made.get_absolute_url()}facts.txt")


def test_anybody_checks_todays_words_and_no_others(made, by, settings, tmp_path):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    assert proof(made).status_code == 404
    call_command("sign_checkpoint")
    old = proof(made)
    assert old.status_code == 200
    assert "facts.txt" in page(Client(), made)
    reword(made, NEW, by=by)
    assert proof(made).status_code == 404
    call_command("sign_checkpoint")
    new = proof(made)
    assert new.content != old.content
    folder = tmp_path / "record"
    call_command("export_ledger", str(folder))
    key = tmp_path / "vkey"
    key.write_text(LogKey.objects.get().vkey)
    command = [sys.executable, "-m", "commentarchive.ledger.merkle.verify", "open"]
    done = subprocess.run(
        [*command, new.content.decode().strip(), str(folder), "--vkey-file", str(key)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert NEW in done.stdout


def test_no_words_are_proven_that_the_statement_does_not_say(
    made, by, settings, tmp_path
):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    first = Opening.objects.get(entry=made.entry_index, field="facts").disclosure
    undo(made, by=by)
    call_command("sign_checkpoint")
    # An undone decision says what it said.
    assert proof(made).content.decode().strip() == first
    assert OLD in page(Client(), made)
    settings.TEXT_PROOFS = False
    assert proof(made).status_code == 404
    assert "facts.txt" not in page(Client(), made)
    settings.TEXT_PROOFS = True
    reword(made, NEW, by=by)
    reword(made, "It insults a person.", by=by)
    call_command("sign_checkpoint")
    # Of three wordings the last alone, wherever readers look.
    shown = proof(made).content.decode().strip()
    index = made.entry_of_wording(3)
    assert Opening.objects.get(entry=index, field="facts").disclosure == shown
    older = [first, Opening.objects.get(entry=index - 1, field="facts").disclosure]
    for address in (
        *(made.get_absolute_url(), made.comment.get_absolute_url()),
        *(f"/ledger/entries/{number}/" for number in (made.entry_index, index)),
        f"/ledger/entries/{made.entry_index}.json",
    ):
        body = Client().get(address).content.decode()
        assert not [each for each in older if each in body]
    blog = made.post.blog
    type(blog).objects.filter(pk=blog.pk).update(visibility="staff")
    assert proof(made).status_code == 404
    type(blog).objects.filter(pk=blog.pk).update(visibility=blog.visibility)
    # What opens them was erased: nothing is offered, and nothing else changes.
    opening = Opening.objects.get(entry=index, field="facts")
    Opening.objects.filter(pk=opening.pk).delete()
    assert proof(made).status_code == 404
    assert "facts.txt" not in page(Client(), made)
    opening.save(force_insert=True)


def test_an_erasure_takes_the_words_that_were_replaced(made, by):
    reword(made, "It insults him badly.", by=by)
    reword(made, NEW, by=by)
    erase(made.comment, basis="subject_request")
    facts = [words.facts for words in made.words.order_by("number")]
    assert facts == ["", "", NEW]
    assert not Opening.objects.filter(entry=made.entry_index, field="facts").exists()
    assert not made.words.exclude(note="").exists()
    assert NEW in page(Client(), made)


@pytest.mark.unreconciled
def test_reconcile_misses_no_changed_wording(made, by):
    from django.db import connection

    from commentarchive.ledger import triggers
    from commentarchive.ledger.reconciliation import reconcile

    reword(made, NEW, by=by)
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE moderation_decisionwords SET facts = 'x' WHERE number=2")
    assert any("are others" in str(each) for each in reconcile())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM moderation_decisionwords WHERE number=2")
    assert any("are not there" in str(each) for each in reconcile())
    triggers.install()
