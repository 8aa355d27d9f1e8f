"""Looks at what is not public: noted before anything is shown, never what was seen."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.test import Client
from django.utils import timezone

from commentarchive.models import AccessKind, AccessNote, Comment
from tests.cast import member
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
JOURNAL = "/moderation/desk/access/"


@pytest.fixture
def hidden(by, tmp_path):
    load(tmp_path, item(comment(1, "A secret remark.", approved="0")))
    return Comment.objects.get()


@pytest.fixture
def auditor(db):
    client = Client()
    client.force_login(member("audra", "auditor"))
    return client


def card_of(remark):
    return f"/moderation/desk/comments/{remark.ref}/"


def test_a_look_at_a_card_is_noted_without_its_words(hidden, desk, alice):
    assert b"A secret remark." in desk.get(card_of(hidden)).content
    note = AccessNote.objects.get()
    assert (note.user, note.subject) == (alice, hidden.ref)
    assert note.kind == AccessKind.HIDDEN
    assert note.page == card_of(hidden)
    assert "secret" not in str(AccessNote.objects.values())


def test_looks_of_ten_minutes_are_one_line_each_person_and_thing(hidden, desk, auditor):
    for _time in range(3):
        desk.get(card_of(hidden))
    auditor.get(card_of(hidden))
    assert AccessNote.objects.count() == 2
    later = timezone.now() + timedelta(minutes=11)
    with mock.patch("commentarchive.actions.access.timezone.now", return_value=later):
        desk.get(card_of(hidden))
    assert AccessNote.objects.count() == 3


@pytest.mark.parametrize(
    "address",
    ["/moderation/desk/", "/moderation/desk/reported/", "/moderation/desk/batches/"],
)
def test_a_list_is_one_line(hidden, desk, address):
    desk.get(address)
    assert AccessNote.objects.get().subject == ""


def test_what_cannot_be_noted_is_not_shown(hidden, desk):
    with mock.patch.object(
        AccessNote.objects,
        "create",
        side_effect=OperationalError("attempt to write a readonly database"),
    ):
        answer = desk.get(card_of(hidden))
    assert answer.status_code == 503
    assert b"secret" not in answer.content


def test_readers_write_nothing(hidden):
    for address in ("/", hidden.post.get_absolute_url(), hidden.get_absolute_url()):
        Client().get(address)
    assert not AccessNote.objects.exists()


def test_a_row_of_the_back_office_is_noted(hidden, olive):
    client = Client()
    client.force_login(olive)
    address = f"/admin/commentarchive/comment/{hidden.pk}/change/"
    assert client.get(address).status_code == 200
    assert AccessNote.objects.get().page == address


def test_owners_and_auditors_read_it_and_nobody_else(hidden, desk, auditor, olive):
    desk.get(card_of(hidden))
    assert desk.get(JOURNAL).status_code == 403
    owner = Client()
    owner.force_login(olive)
    for client in (auditor, owner):
        page = client.get(JOURNAL).content.decode()
        assert card_of(hidden) in page
        assert "alice" in page


def test_it_is_filtered_and_sent_as_a_table(hidden, desk, auditor):
    desk.get(card_of(hidden))
    desk.get("/moderation/desk/")
    today = timezone.localdate()
    for query, number in (
        ({}, 2),
        ({"name": "alice"}, 2),
        ({"name": "audra"}, 0),
        ({"words": f"http://x{card_of(hidden)}"}, 1),
        ({"since": today.isoformat()}, 2),
        ({"until": (today - timedelta(days=2)).isoformat()}, 0),
    ):
        rows = auditor.get("/moderation/desk/access.csv", query).content.decode()
        lines = [line for line in rows.splitlines()[1:] if ",alice," in line]
        assert len(lines) == number, query
        assert auditor.get(JOURNAL, query).status_code == 200
    # That somebody took the table is noted, too.
    assert AccessNote.objects.filter(kind=AccessKind.FILE).count() == 1


@pytest.mark.parametrize(
    "query", [{"name": "nobody"}, {"since": "soon"}, {"words": "what?"}, {"page": "9"}]
)
def test_what_cannot_be_asked_is_said(auditor, query):
    assert auditor.get(JOURNAL, query).status_code in {400, 404}


def test_lines_are_never_changed(hidden, desk):
    desk.get(card_of(hidden))
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        AccessNote.objects.update(subject="")


def test_lines_go_after_the_days_that_are_set(hidden, desk, settings):
    settings.ACCESS_JOURNAL_DAYS = 30
    long_ago = timezone.now() - timedelta(days=31)
    with mock.patch(
        "commentarchive.actions.access.timezone.now", return_value=long_ago
    ):
        desk.get("/moderation/desk/")
    desk.get(card_of(hidden))
    assert [note.subject for note in AccessNote.objects.all()] == [hidden.ref]
