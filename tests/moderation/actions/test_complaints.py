"""Complaints written down, put right, held, closed and erased, and all on record."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from commentarchive.erasure.erase import erase
from commentarchive.ledger import triggers
from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Entry, Opening
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, Commenter, Post
from moderation.actions.complaint_holds import hold_places
from moderation.actions.complaints import (
    Answered,
    ComplaintMoved,
    ComplaintRefused,
    Told,
    add_complaint_note,
    answer_complaint,
    close_complaint,
    correct_complaint,
    read_complaint,
    record_complaint,
    reopen_complaint,
)
from moderation.actions.decisions import Judgement, decide
from moderation.actions.refusals import Refused
from moderation.models import (
    Action,
    Channel,
    Complaint,
    ComplaintAnswer,
    ComplaintNote,
    ComplaintWords,
    Decision,
    Ground,
    Outcome,
    PendingBatch,
)
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
WORDS = "Mr Ponsonby sold the bandstand and kept the brass"
LETTER = "You print that I sold the bandstand. I did not."


@pytest.fixture
def post(tmp_path):
    load(tmp_path, item(comment(1, f"<p>{WORDS}</p>"), comment(2), comment(3)))
    return Post.objects.get()


def told(*places, **more):
    values = {
        "channel": Channel.TELEPHONE,
        "ground": Ground.LEGAL,
        "time_zone": "Europe/London",
        "came_at": datetime(2012, 7, 3, tzinfo=ZoneInfo("Europe/London")),
        "day_only": True,
        "from_name": "Peregrine Ponsonby",
        "from_address": "2 Quay Steps, Tarnwick",
        "text": LETTER,
    }
    return Told(places=places, **{**values, **more})


def recorded(*places, by, **more):
    return record_complaint(told(*places, **more), ref=new_ref("e"), by=by)


def test_the_record_names_ground_and_channel_and_no_place(post, by):
    one = Comment.objects.get(source_id="1")
    complaint = recorded(one, post, by=by)
    leaf = Entry.objects.get(index=complaint.entry_index).leaf
    said = read_leaf(leaf)
    assert said["t"] == "notice.in"
    # The record has no word for the telephone.
    assert said["d"] == {"channel": "other", "ground": "legal"}
    assert one.ref.encode() not in leaf
    assert post.ref.encode() not in leaf
    assert said["thread"] is None
    assert set(said["c"]) == {"reporter", "text"}
    assert not list(reconcile())


def test_the_same_form_is_one_complaint(post, by):
    ref = new_ref("e")
    first = record_complaint(told(post), ref=ref, by=by)
    assert record_complaint(told(post), ref=ref, by=by) == first
    assert Entry.objects.filter(event="notice.in").count() == 1
    with pytest.raises(ComplaintRefused):
        record_complaint(told(post), ref="c" + ref[1:], by=by)


def test_both_wordings_are_kept_and_on_record(post, by):
    one, two, _ = Comment.objects.order_by("source_id")
    complaint = recorded(one, by=by)
    other_day = datetime(2012, 7, 4, tzinfo=ZoneInfo("Europe/London"))
    again = told(two, post, came_at=other_day, ground=Ground.OTHER)
    now = correct_complaint(complaint, again, reason="Misread.", seen=1, by=by)
    assert [(w.ground, w.came_at.day) for w in now.wordings.all()] == [
        ("legal", 2),
        ("other", 3),
    ]
    assert [place.ref for place in now.places_now] == [two.ref, post.ref]
    assert [place.ref for place in now.places.all()] == [one.ref, two.ref, post.ref]
    assert Entry.objects.filter(subject=now.ref, event="notice.in").count() == 2
    with pytest.raises(ComplaintMoved):
        correct_complaint(complaint, again, reason="x", seen=1, by=by)
    with pytest.raises(ComplaintRefused):
        correct_complaint(complaint, again, reason="x", seen=2, by=by)
    assert not list(reconcile())


def test_a_due_time_alone_is_no_matter_of_the_record(post, by):
    complaint = recorded(post, by=by)
    due = datetime(2012, 8, 1, 12, tzinfo=ZoneInfo("Europe/London"))
    now = correct_complaint(
        complaint, told(post, due_at=due), reason="Agreed.", seen=1, by=by
    )
    assert now.due_at == due
    assert Entry.objects.filter(subject=now.ref).count() == 1
    assert [*Complaint.objects.due(due)] == [now]
    assert not list(reconcile())


def test_all_places_are_held_in_one_step(post, by):
    name = Commenter.objects.order_by("pk").first()
    one, two, three = Comment.objects.order_by("source_id")
    decide(two, Judgement(action=Action.HOLD), by=by)
    complaint = recorded(one, two, post, name, by=by)
    held = hold_places(complaint, by=by)
    one.refresh_from_db(), post.refresh_from_db(), name.refresh_from_db()
    assert one.visibility == "held"
    assert post.hidden_text == post.hidden_title == "held"
    assert name.hidden_name == "held"
    assert [left.place for left in held.left] == [two]
    assert len({each.batch for each in held.decisions}) == 1
    assert held.decisions[0].batch
    assert len(held.decisions) == 4
    assert all(each.due_at for each in held.decisions)
    notes = {each.words.get().note for each in held.decisions}
    assert notes == {f"Because of complaint {complaint.ref}."}
    entries = Entry.objects.filter(event__endswith=".hold").order_by("index")
    assert not any(complaint.ref.encode() in each.leaf for each in entries)
    with pytest.raises(Refused):
        hold_places(complaint, by=by)
    three.refresh_from_db()
    assert three.visibility == "published"
    assert not list(reconcile())


def test_more_than_one_person_decides_on_wait_for_a_second(tmp_path, by):
    load(tmp_path, item(*(comment(number) for number in range(1, 28))))
    complaint = recorded(*Comment.objects.order_by("pk"), by=by)
    held = hold_places(complaint, by=by)
    assert held.waiting == PendingBatch.objects.get()
    assert held.waiting.cases.count() == 27
    assert not Decision.objects.exists()


def test_a_complaint_is_closed_once(post, by):
    complaint = recorded(post, by=by)
    add_complaint_note(complaint, "Ask the treasurer.", by=by)
    answer_complaint(complaint, Answered(words="We have it.", way=Channel.LETTER))
    reply = Answered(words="We have put it right.", way=Channel.LETTER)
    done = close_complaint(complaint, Outcome.PARTLY, reply, seen=1, by=by)
    said = read_leaf(Entry.objects.get(index=done.closed_entry).leaf)
    assert said["d"] == {"ground": "legal", "outcome": "partly"}
    assert [each.closes for each in done.answers.all()] == [False, True]
    with pytest.raises(ComplaintMoved):
        close_complaint(complaint, Outcome.UPHELD, None, seen=1, by=by)
    with pytest.raises(Refused):
        hold_places(done, by=by)
    assert not list(reconcile())


def test_whoever_reads_the_words_is_noted(post, by):
    complaint = recorded(post, by=by)
    words = read_complaint(complaint, by=by)
    assert words.text == LETTER
    assert [note.act for note in complaint.journal.all()] == ["read"]


def test_words_of_a_complaint_are_erased_by_themselves(post, by):
    complaint = recorded(post, by=by)
    add_complaint_note(complaint, "Ask the treasurer.", by=by)
    reply = Answered(words="We have put it right.", way=Channel.LETTER)
    close_complaint(complaint, Outcome.UPHELD, reply, seen=1, by=by)
    call_command("erase", complaint=complaint.ref, basis="subject_request")
    assert not ComplaintWords.objects.exists()
    assert not ComplaintAnswer.objects.exists()
    assert not ComplaintNote.objects.exists()
    assert not Opening.objects.filter(entry__subject=complaint.ref).exists()
    assert Complaint.objects.get().outcome == "upheld"
    assert not list(reconcile())


def test_an_erased_comment_takes_its_words_out_of_complaints(post, by):
    one = Comment.objects.get(source_id="1")
    repeats = recorded(one, by=by, text=f"It says “{WORDS}”, which is false.")
    of_name = recorded(one.commenter, by=by, text=f"Ann wrote “{WORDS}”.")
    other = recorded(post, by=by)
    answer_complaint(repeats, Answered(words=f"You mean {WORDS}?", way=Channel.EMAIL))
    add_complaint_note(repeats, WORDS, by=by)
    erase(one, basis="legal")
    assert repeats.words.get().text == ""
    assert repeats.words.get().from_name == "Peregrine Ponsonby"
    assert of_name.words.get().text == ""
    assert not repeats.answers.exists()
    assert not repeats.notes.exists()
    assert other.words.get().text == LETTER
    opened = Opening.objects.filter(entry__subject=repeats.ref)
    assert {each.field for each in opened} == {"reporter"}
    assert repeats.journal.get().act == "erased"
    assert not list(reconcile())


@pytest.mark.every_case
def assert_named(change):
    """Assert that a row which is not as it was written does not go unseen."""
    triggers.remove()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(change)
        assert list(reconcile())
        transaction.set_rollback(True)
    triggers.install()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE moderation_complaint SET ground = 'other'",
        "UPDATE moderation_complaint SET ref = 'eaaaaaaaaaaaaaaaaaaaaaaaaaa'",
        "UPDATE moderation_complaint SET outcome = 'rejected'",
        "UPDATE moderation_complaint SET closed_entry = 1",
        "UPDATE moderation_complaintwording SET ground = 'other'",
        "UPDATE moderation_complaintwording SET entry_index = 1",
        "UPDATE moderation_complaintwords SET text = 'Nothing at all.'",
        "UPDATE moderation_complaintwords SET from_name = 'Somebody Else'",
        "UPDATE moderation_complaintplace SET taken_out_in = 1",
        "UPDATE moderation_complaintanswer SET words = 'Never mind.'",
        "DELETE FROM moderation_complaintwords",
        "DELETE FROM ledger_opening WHERE field = 'reporter'",
        "DELETE FROM ledger_opening WHERE field = 'reply'",
    ],
)
def test_a_changed_complaint_is_named(post, by, change):
    complaint = recorded(post, by=by)
    reply = Answered(words="We have put it right.", way=Channel.LETTER)
    close_complaint(complaint, Outcome.UPHELD, reply, seen=1, by=by)
    assert_named(change)


def test_a_closed_complaint_is_taken_up_again_and_both_ends_stay(post, by):
    complaint = recorded(post, by=by)
    reply = Answered(words="It stays.", way=Channel.LETTER)
    first = close_complaint(complaint, Outcome.REJECTED, reply, seen=1, by=by)
    due = datetime(2030, 8, 1, 12, tzinfo=ZoneInfo("Europe/London"))
    again = {"due_at": due, "seen": 1, "by": by}
    now = reopen_complaint(complaint, "He sends the receipt.", **again)
    assert [*Complaint.objects.is_open()] == [now]
    assert (now.outcome, now.wording, now.due_at) == ("", 2, due)
    assert now.sealed.text == f"{LETTER}\n\nHe sends the receipt."
    assert now.words.get(number=1).text == LETTER
    entry = Entry.objects.filter(subject=now.ref).order_by("index").last()
    said = read_leaf(entry.leaf)
    assert (said["t"], said["d"]["again"]) == ("notice.in", True)
    assert b"receipt" not in bytes(entry.leaf)
    # The same form again is no other wording; another one is told.
    assert reopen_complaint(complaint, "He sends the receipt.", **again) == now
    with pytest.raises(ComplaintMoved):
        reopen_complaint(complaint, "Something else.", **{**again, "seen": 2})
    assert not list(reconcile())
    reply = Answered(words="It goes.", way=Channel.LETTER)
    done = close_complaint(complaint, Outcome.UPHELD, reply, seen=2, by=by)
    end = done.ends.get()
    assert (end.outcome, end.entry_index) == ("rejected", first.closed_entry)
    assert (done.outcome, done.closed_entry > end.entry_index) == ("upheld", True)
    assert Entry.objects.filter(event="notice.done").count() == 2
    assert not list(reconcile())


def test_words_that_were_erased_do_not_come_back_with_new_ones(post, by):
    complaint = recorded(post, by=by)
    close_complaint(complaint, Outcome.REJECTED, None, seen=1, by=by)
    call_command("erase", complaint=complaint.ref, basis="subject_request")
    now = reopen_complaint(complaint, "She writes anew.", due_at=None, seen=1, by=by)
    assert [words.text for words in now.words.all()] == ["She writes anew."]
    assert not list(reconcile())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE moderation_complaintend SET outcome = 'upheld'",
        "UPDATE moderation_complaintend SET entry_index = 1",
        "UPDATE moderation_complaintend SET reopened_in = 3",
        "DELETE FROM moderation_complaintend",
        "DELETE FROM moderation_complaintanswer WHERE words = 'It stays.'",
        "UPDATE moderation_complaintanswer SET words = 'It went.'",
    ],
)
def test_a_changed_earlier_end_is_named(post, by, change):
    complaint = recorded(post, by=by)
    for seen, outcome, words in ((1, "rejected", "It stays."), (2, "upheld", "")):
        reply = Answered(words=words, way=Channel.LETTER) if words else None
        close_complaint(complaint, Outcome(outcome), reply, seen=seen, by=by)
        if seen == 1:
            reopen_complaint(complaint, "New.", due_at=None, seen=1, by=by)
    assert_named(change)


def test_triggers_let_no_end_be_changed_without_another_wording(post, by):
    complaint = recorded(post, by=by)
    close_complaint(complaint, Outcome.REJECTED, None, seen=1, by=by)
    with pytest.raises(DatabaseError), transaction.atomic():
        Complaint.objects.update(outcome="upheld")
    with pytest.raises(DatabaseError), transaction.atomic():
        Complaint.objects.update(closed_at=None, outcome="", closed_entry=None)
