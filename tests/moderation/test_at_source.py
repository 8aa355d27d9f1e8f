"""What is decided here is to be done at the blog too, and copies show whether it is."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from commentarchive.intake.session import import_files
from commentarchive.ledger import triggers
from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry, Role
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, Refused, decide
from moderation.actions.source_notes import look_at_copies, note_done
from moderation.models import Action, Clause, Decision, SourceNote
from moderation.waiting.at_source import DISQUS, admin_link, at_source
from tests.cast import member, with_house_rules
from tests.wxr import comment, export, item, write

LIST = "/moderation/desk/at-source/"
NOW = timezone.now()
DAY = timedelta(days=1)


def the(source_id="1"):
    return Comment.objects.get(source_id=source_id)


def copy(folder, at: datetime, *comments):
    """Import an export as it was written at a time."""
    made = f"<pubDate>{at:%a, %d %b %Y %H:%M:%S +0000}</pubDate><link>"
    data = export(item(*comments)).replace(b"<link>", made.encode(), 1)
    return import_files([write(folder, data, f"{at:%Y-%m-%d}.xml")])[0]


def read_first(folder):
    """Import one comment that is shown and one that waits, where Alice decides."""
    with_house_rules(member("alice", Role.MODERATOR))
    copy(folder, NOW - DAY, comment(1, "Of tides"), comment(2, "Eel", approved="0"))


pytestmark = [pytest.mark.django_db, pytest.mark.kept(make=read_first)]


@pytest.fixture
def folder(db, tmp_path):
    return tmp_path


def block(by, one=None, action=Action.BLOCK):
    judgement = Judgement(
        action=action, clause=Clause.objects.get(number=2), facts="It insults."
    )
    return decide(one or the(), judgement, by=by)


def state(decision):
    found = at_source(Decision.objects.select_related("comment").get(pk=decision.pk))
    return found and found.state


def page(address, client=None):
    return (client or Client()).get(address).content.decode()


def test_from_what_is_to_do_to_what_a_copy_shows_done(folder, by, desk):
    made = block(by)
    link = "https://test.example/wp-admin/comment.php?action=editcomment&amp;c=1"
    address = made.get_absolute_url()
    assert "To do there" in page(address)
    assert link in page(address, desk)
    assert "wp-admin" not in page(address)
    assert link in page(LIST, desk)
    done = f"/moderation/desk/decisions/{made.ref}/done/"
    for _twice in range(2):
        assert desk.post(done).status_code == 302
    note = SourceNote.objects.get()
    entry = Entry.objects.get(pk=note.entry_index)
    said = read_leaf(bytes(entry.leaf))
    assert (entry.event, said["d"]) == ("source.done", {"decision": made.ref})
    assert "Done there on" in page(address)
    assert link not in page(LIST, desk)
    copy(folder, NOW + 2 * DAY, comment(1, "Of tides"), comment(2, "Eel"))
    assert state(made) == "still public"
    assert "Still public there in the" in page(address)
    listed = page(LIST, desk)
    assert "Decided here but still public there: 1" in listed
    assert link in listed
    gone = comment(1, "Of tides", approved="trash")
    copy(folder, NOW + 3 * DAY, gone, comment(2, "Eel"))
    assert state(made) == "agrees"
    assert "Done there, as the last copy shows" in page(address)
    assert made.ref not in page(LIST, desk)
    assert [each.act for each in SourceNote.objects.all()] == ["done", "still_public"]


def test_a_copy_that_lacks_it_closes_it(folder, by):
    made = block(by)
    copy(folder, NOW + 2 * DAY, comment(2, "Eel", approved="0"))
    assert state(made) == "agrees"
    with pytest.raises(Refused, match="any more"):
        note_done(made, by=by)
    assert not SourceNote.objects.exists()
    assert "Gone there, as the" in page(made.get_absolute_url())
    # Back in a later copy, it is public there after all.
    copy(folder, NOW + 3 * DAY, comment(1, "Of tides"), comment(2, "Eel"))
    assert state(made) == "still public"


def test_a_copy_from_before_the_decision_tells_nothing(folder, by):
    made = block(by)
    copy(folder, NOW - 2 * DAY, comment(1, "Of tides"))
    assert state(made) == "to do"
    assert not SourceNote.objects.exists()


@pytest.mark.every_case
@pytest.mark.parametrize("order", list(permutations((2, 3, 4))))
def test_the_order_of_reading_copies_changes_nothing(folder, by, order):
    made = block(by)
    for days in order:
        approved = "spam" if days == 4 else "1"
        copy(folder, NOW + days * DAY, comment(1, "Of tides", approved=approved))
    assert state(made) == "agrees"


def test_a_copy_from_before_it_was_done_does_not_speak_against_that(
    folder, by, monkeypatch
):
    made = block(by)
    later = NOW + 5 * DAY
    with monkeypatch.context() as patch:
        patch.setattr("moderation.actions.source_notes.timezone.now", lambda: later)
        note_done(made, by=by)
    copy(folder, NOW + 2 * DAY, comment(1, "Of tides"))
    assert state(made) == "done"
    copy(folder, NOW + 6 * DAY, comment(1, "Of tides"))
    assert state(made) == "still public"


def test_looking_again_at_a_copy_notes_nothing_twice(folder, by):
    block(by)
    report = copy(folder, NOW + 2 * DAY, comment(1, "Of tides"))
    assert SourceNote.objects.count() == 1
    look_at_copies([report.capture])
    assert SourceNote.objects.count() == 1


@pytest.mark.parametrize("action", [Action.HOLD, Action.NO_ACTION])
def test_what_asks_nothing_of_the_blog_is_not_listed(folder, by, desk, action):
    judgement = Judgement(action=action)
    made = decide(the(), judgement, by=by)
    assert state(made) is None
    with pytest.raises(Refused):
        note_done(made, by=by)
    assert made.ref not in page(LIST, desk)
    assert "At its blog" not in page(made.get_absolute_url())


def test_what_the_blog_does_not_show_anyway_is_not_listed(folder, by, desk):
    made = block(by, the("2"))
    assert state(made) is None
    assert made.ref not in page(LIST, desk)


def test_an_approval_is_done_there_once_a_copy_shows_the_comment(folder, by):
    made = decide(the("2"), Judgement(action=Action.APPROVE), by=by)
    assert state(made) == "to do"
    assert "keeps it from readers" in page(made.get_absolute_url())
    copy(folder, NOW + 2 * DAY, comment(1, "Of tides"), comment(2, "Eel"))
    assert state(made) == "agrees"


def test_what_was_reversed_asks_nothing_any_more(folder, by, desk):
    made = block(by)
    decide(the(), Judgement(action=Action.NO_ACTION), by=by)
    assert state(made) == "to do"
    decide(the(), Judgement(action=Action.RESTORE, facts="A slip."), by=by)
    assert state(made) is None
    assert made.ref not in page(LIST, desk)


def test_a_blog_without_an_address_asks_nothing(folder, by):
    Blog.objects.update(address="")
    assert state(block(by)) is None


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("https://test.example", "https://test.example"),
        ("http://test.example/blog/", "http://test.example/blog"),
        ("https://test.example:8443/", "https://test.example:8443"),
        ("https://me.wordpress.com", "https://me.wordpress.com"),
        ("javascript:alert(1)//test.example", ""),
        ("https://staff:word@test.example/", ""),
        ("https://test.example@evil.example/", ""),
        ("https://test.example/?x=", ""),
        ("https://test.example/#", "https://test.example"),
        ("https://test.example/#a", ""),
        ("https://test.example/../x", ""),
        ('https://test.example/"onclick="x', ""),
        ("https://test.example/a b", ""),
        ("https://me.blogspot.co.uk/", ""),
        ("//test.example/", ""),
        ("test.example", ""),
        ("https://[::1", ""),
        ("https://test.example:99999/", ""),
        ("", ""),
    ],
)
def test_the_way_there_is_made_of_the_blogs_plain_address_alone(folder, address, base):
    Blog.objects.update(address=address)
    end = "/wp-admin/comment.php?action=editcomment&c=1"
    assert admin_link(the()) == (f"{base}{end}" if base else "")


@pytest.mark.parametrize(
    ("scheme", "source_id", "twin", "link"),
    [
        ("disqus", "77", 0, DISQUS),
        ("disqus", "~77", 0, ""),
        ("wordpress", "~key", 0, ""),
        ("wordpress", "7&x=1", 0, ""),
        ("wordpress", "٧", 0, ""),
        ("wordpress", "7", 1, ""),
        ("blogger", "7", 0, ""),
        ("isso", "7", 0, ""),
        ("transcript", "7", 0, ""),
    ],
)
def test_numbers_that_are_not_the_blogs_own_lead_nowhere(
    folder, scheme, source_id, twin, link
):
    one = the()
    one.scheme, one.source_id, one.twin = scheme, source_id, twin
    assert admin_link(one) == link


def test_nobody_without_the_role_says_that_it_is_done(folder, by, olive):
    made = block(by)
    address = f"/moderation/desk/decisions/{made.ref}/done/"
    assert Client().post(address).status_code == 200
    assert not SourceNote.objects.exists()
    client = Client()
    client.force_login(olive)
    assert client.post(address).status_code == 302
    assert SourceNote.objects.get().role == "owner"


@pytest.mark.unreconciled
def test_reconcile_misses_no_note(folder, by):
    note_done(block(by), by=by)
    copy(folder, NOW + 2 * DAY, comment(1, "Of tides"))
    assert not list(reconcile())
    triggers.remove()
    with connection.cursor() as cursor:
        last = SourceNote.objects.latest("pk").pk
        change = "UPDATE moderation_sourcenote SET entry_index = 1 WHERE id = %s"
        cursor.execute(change, [last])
        found = " ".join(map(str, reconcile()))
        assert "is not there" in found
        assert "tells of nothing that was done" in found
        cursor.execute("DELETE FROM moderation_sourcenote")
    assert any("is not there" in str(each) for each in reconcile())
    triggers.install()


def test_the_place_in_a_plain_text_is_no_number_at_the_blog(demo, desk):
    made = Decision.objects.get(comment__scheme="transcript", grade="decided")
    page = desk.get(made.get_absolute_url()).text
    assert "Look for it in the blog’s own admin" in page
    assert made.comment.source_id not in page
