"""A comment is put under another article by hand, with its replies, and back."""

import io

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client

from commentarchive.captures.text_proof import prove_text
from commentarchive.erasure.erase import erase
from commentarchive.intake.corrections import correct_comment, undo_correction
from commentarchive.intake.kept_corrections import CannotCorrect
from commentarchive.intake.other_article import ChangedMeanwhile, move_comment
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Aspect, Comment, Correction, Post, Tombstone
from tests.dump import dump, standing
from tests.wxr import comment, export, item, load, write

WHY = "Its first line quotes the other article."

PIER = (
    comment(1, "The pier is closed.", author="Ada"),
    comment(2, "Is it?", parent=1, author="Bo", gmt="2012-04-01 09:10:00"),
    comment(3, "It is.", parent=2, author="Cy", gmt="2012-04-01 09:20:00"),
    comment(4, "What a day.", author="Di", gmt="2012-04-01 09:30:00"),
)
LAMP = (
    comment(11, "The lamp burns.", author="Ed", gmt="2012-04-01 09:05:00"),
    comment(12, "It does.", parent=11, author="Fay", gmt="2012-04-01 09:15:00"),
)


@pytest.fixture
def blog(db, tmp_path):
    load(tmp_path, item(*PIER, title="Pier"), item(*LAMP, number=2, title="Lamp"))


def the(number):
    found = Comment.objects.select_related("post__blog", "told_below", "parent")
    return found.get(source_id=f"{number}")


def article(number):
    return Post.objects.select_related("blog").get(source_id=f"{number}")


def move(number, to=2, below=None, reason=WHY):
    parent = the(below) if below else None
    return move_comment(the(number), article(to), parent, reason=reason, by=SYSTEM)


def take_back(correction):
    return undo_correction(
        Correction.objects.get(pk=correction.pk), reason="It was right.", by=SYSTEM
    )


def order(number):
    rows = Comment.objects.filter(post=article(number)).order_by("position")
    return [(each.source_id, each.depth) for each in rows]


def page(number):
    return Client().get(article(number).get_absolute_url()).text


def agrees():
    found = list(reconcile())
    assert found == []


def test_it_stands_there_with_its_replies(blog):
    made = move(2)
    assert order(1) == [("1", 0), ("4", 0)]
    assert order(2) == [("11", 0), ("12", 1), ("2", 0), ("3", 1)]
    assert "Is it?" not in page(1)
    assert "Is it?" in page(2)
    assert "It is." in page(2)
    entry = Entry.objects.get(index=made.entry_index)
    assert (entry.event, entry.subject) == ("comment.correct", the(2).ref)
    assert made.words.before == f"{article(1).ref} {the(1).ref}"
    assert made.words.after == article(2).ref
    agrees()


def test_it_answers_what_was_chosen(blog):
    move(2, below=11)
    assert order(2) == [("11", 0), ("2", 1), ("3", 2), ("12", 1)]
    agrees()


@pytest.mark.parametrize("below", [None, 12])
def test_taken_back_everything_is_as_before(blog, below):
    before = (dump(), standing(), page(1), page(2))
    take_back(move(2, below=below))
    assert (dump(), standing(), page(1), page(2)) == before
    assert not Comment.objects.exclude(told_below=None).exists()
    agrees()


def test_old_addresses_lead_to_it(blog):
    ref = the(2).ref
    move(2)
    client = Client()
    assert "Lamp" in client.get(f"/comments/{ref}/").text
    found = client.get(f"/comments/{ref}/in-thread/")
    assert found["Location"] == f"{article(2).get_absolute_url()}#{ref}"
    for number in (1, 2):
        found = client.get(f"{article(number).get_absolute_url()}?source=2")
        assert found["Location"] == f"/comments/{ref}/in-thread/"


def test_both_values_are_shown(blog):
    made = move(2)
    body = " ".join(Client().get(the(2).get_absolute_url()).text.split())
    assert "The article that it stands under was corrected on" in body
    assert "Pier" in body
    assert WHY in body
    take_back(made)
    body = " ".join(Client().get(the(2).get_absolute_url()).text.split())
    assert "reads again as the copies tell it" in body


def test_later_copies_neither_undo_nor_repeat_it(blog, tmp_path):
    move(2, below=11)
    reports = []
    for name, extra in (("b.xml", ()), ("c.xml", (comment(9, "One more.", parent=2),))):
        reports.append(
            load(
                tmp_path,
                item(*PIER, *extra, title="Pier"),
                item(*LAMP, comment(2, "Another two."), number=2, title="Lamp"),
                name=name,
            )
        )
        agrees()
    assert order(1) == [("1", 0), ("4", 0)]
    assert ("9", 2) in order(2)
    assert order(2).count(("2", 1)) == 1
    assert not Tombstone.objects.exists()
    assert Comment.objects.filter(source_id="2").count() == 2


@pytest.mark.parametrize(
    ("number", "to", "below", "why"),
    [
        (2, 1, None, "stands under that article already"),
        (2, 2, 1, "is to answer stands under another"),
        (2, 2, 3, "cannot answer itself, or one of its replies"),
    ],
)
def test_what_cannot_be_changes_nothing(blog, number, to, below, why):
    before, entries = dump(), Entry.objects.count()
    with pytest.raises(CannotCorrect, match=why):
        move(number, to, below)
    assert (dump(), Entry.objects.count()) == (before, entries)


def test_another_blog(blog, tmp_path):
    data = export(item(number=5), address="https://other.example")
    import_files([write(tmp_path, data, "other.xml")])
    with pytest.raises(CannotCorrect, match="on another blog"):
        move(2, 5)


def test_changed_meanwhile(blog):
    stale = the(2)
    move(2)
    with pytest.raises(ChangedMeanwhile):
        move_comment(stale, article(2), None, reason=WHY, by=SYSTEM)


def test_moved_on_and_a_reply_moved_by_itself(blog, tmp_path):
    load(tmp_path, item(number=3, title="Quay"), name="quay.xml")
    before = dump()
    first = move(2)
    second = move(2, 3)
    assert order(3) == [("2", 0), ("3", 1)]
    reply = move(3, 1, 4)
    assert order(1) == [("1", 0), ("4", 0), ("3", 1)]
    agrees()
    take_back(second)
    assert ("2", 0) in order(2)
    take_back(first)
    assert order(1) == [("1", 0), ("2", 1), ("4", 0), ("3", 1)]
    take_back(reply)
    assert dump() == before
    agrees()


def test_a_guest_among_the_replies_is_taken_back_first(blog):
    guest = move(11, 1, 3)
    with pytest.raises(CannotCorrect, match="take that back first"):
        move(2)
    take_back(guest)
    move(2)
    agrees()


def test_it_is_proven_by_its_copy_and_erased_from_it(blog, settings, tmp_path):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    move(2)
    call_command("sign_checkpoint", stdout=io.StringIO())
    found = prove_text(the(2))
    assert the(2).ref in str(found["comment"]["leaf"])
    erase(the(2), basis="subject_request")
    assert ("2", 0) in order(2)
    agrees()


def test_hidden_with_a_hidden_article(blog, tmp_path):
    load(tmp_path, item(number=3, title="Draft", status="draft"), name="draft.xml")
    ref = the(2).ref
    made = move(2, 3)
    client = Client()
    assert client.get(f"/comments/{ref}/").status_code == 404
    assert client.get(f"/comments/{the(3).ref}/").status_code == 404
    take_back(made)
    body = client.get(f"/comments/{ref}/").text
    assert "Draft" not in body
    assert "an article that is not public" in body
    agrees()


def test_one_that_waits_goes_on_waiting(db, tmp_path):
    waits = comment(2, "Nobody may read this.", approved="0")
    load(
        tmp_path,
        item(waits, title="Draft", status="draft"),
        item(number=2, title="Lamp"),
    )
    move(2)
    assert "Nobody may read this" not in page(2)
    agrees()


def test_its_other_facts_are_corrected_there(blog):
    made = move(2)
    correct_comment(the(2), Aspect.NAME, "Bob", reason=WHY, by=SYSTEM)
    correct_comment(
        the(2), Aspect.TIME, "2012-04-01T08:00:00+00:00", reason=WHY, by=SYSTEM
    )
    assert order(2)[0] == ("2", 0)
    with pytest.raises(CannotCorrect, match="under another article than in its copy"):
        correct_comment(the(2), Aspect.PARENT, "4", reason=WHY, by=SYSTEM)
    take_back(made)
    assert order(1)[:2] == [("1", 0), ("2", 1)]
    agrees()


@pytest.mark.unreconciled("it is made not to agree")
def test_reconcile_finds_what_nobody_chose(blog):
    move(2)
    Comment.objects.filter(source_id="2").update(
        post=article(1), told_below=article(2), settlings=F("settlings") + 1
    )
    assert any("nobody chose" in str(each) for each in reconcile())
