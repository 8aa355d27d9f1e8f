"""Blacking out places of a comment: who sees what is left, and how it comes back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentarchive.erasure.erase import erase
from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Comment,
    Redaction,
    Revision,
    RevisionOrigin,
    RevisionText,
    Visibility,
)
from commentarchive.text.blacking_out import seen_text
from moderation.actions.batches import undo_batch
from moderation.actions.decisions import (
    Judgement,
    LeaksHiddenWords,
    Refused,
    TextChanged,
    decide,
    undo,
)
from moderation.actions.judgements import Blackened
from moderation.actions.measures import SHOWN_AGAIN, end_due
from moderation.actions.places import text_to_black_out
from moderation.actions.redactions import redact, redaction
from moderation.actions.subjects import read_subjects
from moderation.actions.wordings import reword
from moderation.log.reversals import reversal
from moderation.models import Action, Clause, Decision
from moderation.waiting.changes import changed_at_source
from tests.hidden_faces import faces
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
TEXT = "The pier is fine. Crooked Jorvik stole zebrafunds there. So long, all."
HIDDEN = "Crooked Jorvik stole zebrafunds there."
FACTS = "It accuses a person of a crime."
MARK = "[blacked out under rule 2: a few words]"


@pytest.fixture
def remark(by, tmp_path):
    load(tmp_path, item(comment(1, TEXT), comment(2, "Indeed.", parent=1)))
    return Comment.objects.get(source_id="1")


def judged(remark, *words, number=2, facts=FACTS, until=None):
    [subject] = read_subjects([remark])
    source = text_to_black_out(subject)
    text = seen_text(source.text.html)
    clause = Clause.objects.get(number=number)
    places = [
        Blackened(start=text.index(w), end=text.index(w) + len(w), clause=clause)
        for w in words
    ]
    return redaction(places, of=source.commitment, facts=facts, until=until)


def black_out(remark, *words, by, **values):
    [made] = redact([(remark, judged(remark, *words, **values), None)], by=by)
    remark.refresh_from_db()
    return made


def page(remark):
    return Client().get(remark.post.get_absolute_url()).content.decode()


def the():
    return Comment.objects.get(source_id="1")


def days(number):
    return timezone.now() + timedelta(days=number)


def reimport(tmp_path, text):
    load(tmp_path, item(comment(1, text), comment(2, "Indeed.", parent=1)))


def test_readers_see_a_mark_and_no_hidden_word_anywhere(remark, by, tmp_path):
    made = black_out(remark, HIDDEN, by=by)
    assert remark.visibility == Visibility.PUBLISHED
    assert remark.current_revision.origin == RevisionOrigin.REDACTED
    shown = page(remark)
    assert "[blacked out under rule 2: a few words]" in shown
    assert made.get_absolute_url() in shown
    assert "The pier is fine." in shown
    assert "So long, all." in shown
    for name, told in faces(tmp_path, words=["zebrafunds"]).items():
        assert "zebrafunds" not in told, name
        assert "Jorvik" not in told, name


def test_record_tells_which_text_was_judged_and_which_is_shown(remark, by):
    before = remark.current_revision
    made = black_out(remark, HIDDEN, by=by)
    entry = Entry.objects.get(index=made.entry_index)
    assert entry.event == "comment.redact"
    assert (made.judged, made.shown) == (before, remark.current_revision)
    assert made.shown_before == before


def test_undoing_restores_exactly(remark, by):
    before = remark.current_revision
    shown = page(remark)
    undone = undo(black_out(remark, HIDDEN, by=by), by=by)
    remark.refresh_from_db()
    assert remark.current_revision == before
    assert undone.action == Action.RESTORE
    assert not remark.has_news
    strip = [line for line in shown.splitlines() if "zebrafunds" in line]
    assert all(line in page(remark) for line in strip)
    # It can be blacked out again.
    black_out(remark, HIDDEN, by=by)
    assert "zebrafunds" not in page(remark)


def test_second_one_replaces_the_first_and_undoing_it_brings_that_back(remark, by):
    black_out(remark, HIDDEN, by=by)
    first = remark.current_revision
    second = black_out(remark, "So long", by=by)
    assert "zebrafunds" in page(remark)
    assert "So long" not in page(remark)
    assert Decision.objects.filter(action=Action.REDACT).count() == 2
    undo(second, by=by)
    remark.refresh_from_db()
    assert remark.current_revision == first
    assert not remark.has_news
    assert "zebrafunds" not in page(remark)


def test_removed_and_put_back_it_is_still_blacked_out(remark, by):
    black_out(remark, HIDDEN, by=by)
    clause = Clause.objects.get(number=3)
    removal = Judgement(action=Action.REMOVE, clause=clause, facts="Beside the point.")
    removed = decide(remark, removal, by=by)
    undo(removed, by=by)
    assert "zebrafunds" not in page(remark)
    decide(remark, removal, by=by)
    restoring = Judgement(action=Action.RESTORE, facts="It breaks no rule.")
    decide(remark, restoring, by=by)
    assert "zebrafunds" not in page(remark)
    assert "blacked out under" in page(remark)


def test_same_text_again_is_no_news(remark, by, tmp_path):
    black_out(remark, HIDDEN, by=by)
    reimport(tmp_path, TEXT)
    remark.refresh_from_db()
    assert not remark.has_news
    assert "zebrafunds" not in page(remark)
    assert remark.revisions.count() == 2


@pytest.mark.once
def test_changed_text_stays_sealed_and_is_shown_without_the_words_only(
    remark, by, tmp_path
):
    black_out(remark, HIDDEN, by=by)
    reimport(tmp_path, f"{TEXT} I stand by it: marmalade.")
    remark.refresh_from_db()
    assert remark.has_news
    assert remark in changed_at_source(Comment.objects.all())
    for name, told in faces(tmp_path / "a", words=["zebrafunds"]).items():
        assert not {"zebrafunds", "marmalade"} & set(told.split()), name
    with pytest.raises(Refused, match="black them out"):
        decide(remark, Judgement(action=Action.APPROVE), by=by)
    # What is new can be blacked out in its turn; that is what readers see then.
    black_out(remark, HIDDEN, by=by)
    assert "marmalade" in page(remark)
    assert "zebrafunds" not in page(remark)
    assert not remark.has_news


@pytest.mark.once
def test_text_that_its_blog_has_put_right_can_be_approved(remark, by, tmp_path):
    black_out(remark, HIDDEN, by=by)
    reimport(tmp_path, "The pier is fine. So long, all.")
    remark.refresh_from_db()
    decide(remark, Judgement(action=Action.APPROVE), by=by)
    assert "blacked out" not in page(remark)
    for name, told in faces(tmp_path / "b", words=["zebrafunds"]).items():
        assert "zebrafunds" not in told, name


def test_text_that_changed_meanwhile_is_not_blacked_out(remark, by, tmp_path):
    chosen = judged(remark, HIDDEN)
    reimport(tmp_path, f"Well. {TEXT}")
    with pytest.raises(TextChanged):
        redact([(remark, chosen, None)], by=by)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [((), "rule"), ((TEXT,), "Block"), ((" ",), "no words")],
)
def test_bad_places_change_nothing(remark, by, words, reason):
    with pytest.raises(Refused, match=reason):
        redact([(remark, judged(remark, *words), None)], by=by)
    assert not Decision.objects.exists()
    assert not Redaction.objects.exists()


def test_facts_must_not_repeat_the_words(remark, by):
    chosen = judged(remark, HIDDEN, facts="Crooked Jorvik stole zebrafunds there.")
    with pytest.raises(LeaksHiddenWords):
        redact([(remark, chosen, None)], by=by)


def test_facts_are_needed(remark, by):
    with pytest.raises(Refused, match="facts"):
        redact([(remark, judged(remark, HIDDEN, facts=""), None)], by=by)


def test_facts_can_be_replaced_and_the_rule_cannot(remark, by):
    made = black_out(remark, HIDDEN, by=by)
    reword(made, "It accuses somebody.", by=by)
    with pytest.raises(Refused, match="marks in the text"):
        reword(made, "It accuses.", by=by, clause=Clause.objects.get(number=3))


def test_legal_mark_reads_as_other_legal_notices(remark, by):
    legal = Clause.objects.filter(is_legal=True).first()
    black_out(remark, HIDDEN, by=by, number=legal.number)
    assert "withheld on legal grounds, no view is taken on the complaint" in page(
        remark
    )


def test_many_at_once_share_a_batch(by, tmp_path):
    load(tmp_path, item(*[comment(n, f"{TEXT} {n}") for n in (1, 2, 3)]))
    thread = list(Comment.objects.order_by("source_id"))
    before = page(thread[0]).count("zebrafunds")
    made = redact([(c, judged(c, HIDDEN), None) for c in thread], by=by)
    assert len({each.batch for each in made}) == 1
    assert made[0].batch
    assert "zebrafunds" not in page(thread[0])
    undo_batch(made, by=by)
    assert page(thread[0]).count("zebrafunds") == before


def test_tampered_text_and_places_are_found(remark, by):
    black_out(remark, HIDDEN, by=by)
    shown = remark.current_revision
    row = Redaction.objects.get(revision=shown)
    start, end, label, rule = row.spans[0]
    Redaction.objects.filter(pk=row.pk).delete()
    assert any("what was blacked out" in str(d) for d in reconcile())
    Redaction.objects.create(
        revision=shown,
        source=row.source,
        spans=[[start, end - 9, label, rule]],
        statement_path=row.statement_path,
    )
    assert any("another text" in str(d) for d in reconcile())
    Redaction.objects.filter(pk=row.pk).delete()
    row.save(force_insert=True)


def test_erasure_takes_the_places_with_the_words(remark, by):
    black_out(remark, HIDDEN, by=by)
    erase(remark, basis="subject_request")
    assert not Redaction.objects.exists()
    assert not RevisionText.objects.filter(revision__comment=remark).exists()
    assert Revision.objects.filter(comment=remark).count() == 2


@pytest.mark.once
def test_what_waits_is_published_without_the_words_in_one_step(by, tmp_path):
    load(tmp_path, item(comment(1, TEXT, approved="0")))
    made = black_out(the(), HIDDEN, by=by)
    assert (made.action, made.from_visibility, the().visibility) == (
        *("redact", "held"),
        "published",
    )
    shown = page(the())
    assert "So long, all." in shown
    assert "[blacked out under rule 2: a few words]" in shown
    for name, told in faces(tmp_path, words=["zebrafunds"]).items():
        assert "zebrafunds" not in told, name
    undone = undo(made, by=by)
    assert (undone.action, the().visibility) == ("hold", "held")
    assert "So long, all." not in page(the())


def test_what_was_on_hold_is_shown_again_by_it(remark, by):
    held = decide(remark, Judgement(action=Action.HOLD), by=by)
    made = black_out(remark, HIDDEN, by=by)
    assert (the().visibility, reversal(held).by) == ("published", made)
    assert not the().tombstones.filter(is_open=True).exists()
    undo(made, by=by)
    assert the().visibility == "held"


def test_what_nobody_let_through_is_not_blacked_out_for_some_time(by, tmp_path):
    load(tmp_path, item(comment(1, TEXT, approved="0")))
    with pytest.raises(Refused, match="where readers see them now"):
        black_out(the(), HIDDEN, by=by, until=days(1))
    assert the().visibility == "held"


def test_words_come_back_when_their_time_has_come(remark, by):
    before = remark.current_revision
    made = black_out(remark, HIDDEN, by=by, until=days(1))
    entry = read_leaf(bytes(Entry.objects.get(pk=made.entry_index).leaf))
    assert entry["d"]["until"] == made.until.strftime("%Y-%m-%dT%H:%M:00Z")
    assert "For some time only: until" in Client().get(made.get_absolute_url()).text
    assert end_due(made.until - timedelta(seconds=1)) == []
    [ended] = end_due(made.until)
    assert (ended.undoes, ended.action, ended.facts) == (made, "restore", SHOWN_AGAIN)
    assert ended.is_automatic
    assert the().current_revision == before
    assert "zebrafunds" in page(the())
    assert end_due(days(9)) == []
    assert "its time was over" in Client().get(made.get_absolute_url()).text


def test_a_newer_text_with_words_whose_time_is_over_can_be_approved(
    remark, by, tmp_path
):
    black_out(remark, HIDDEN, by=by, until=days(1))
    end_due(days(2))
    reimport(tmp_path, f"{TEXT} I stand by it.")
    decide(the(), Judgement(action=Action.APPROVE), by=by)
    assert "I stand by it." in page(the())


def test_a_renewal_moves_the_end_and_one_for_good_has_none(remark, by):
    before = remark.current_revision
    black_out(remark, HIDDEN, by=by, until=days(1))
    renewed = black_out(remark, "So long", HIDDEN, by=by, until=days(3))
    assert end_due(days(2)) == []
    [ended] = end_due(days(4))
    assert (ended.undoes, the().current_revision) == (renewed, before)
    black_out(remark, "So long", by=by)
    permanent = the().current_revision
    black_out(remark, HIDDEN, by=by, until=days(5))
    end_due(days(6))
    assert the().current_revision == permanent
    assert end_due(days(9)) == []


def test_a_hold_above_it_ends_by_itself(remark, by):
    black_out(remark, HIDDEN, by=by, until=days(5))
    marked = the().current_revision
    decide(remark, Judgement(action=Action.HOLD, until=days(1)), by=by)
    assert len(end_due(days(2))) == 1
    assert (the().visibility, the().current_revision) == ("published", marked)
    assert len(end_due(days(6))) == 1
    assert "zebrafunds" in page(the())


def test_undone_and_done_again_it_ends_once(remark, by):
    made = black_out(remark, HIDDEN, by=by, until=days(1))
    for _again in range(2):
        made = undo(made, by=by)
    assert "zebrafunds" not in page(the())
    [ended] = end_due(days(2))
    assert "zebrafunds" in page(the())
    # Whoever undoes the end blacks it out for good.
    undo(ended, by=by)
    assert "zebrafunds" not in page(the())
    assert end_due(days(9)) == []


def test_words_that_its_blog_has_changed_by_then_are_left_to_people(
    remark, by, tmp_path
):
    black_out(remark, HIDDEN, by=by, until=days(1))
    reimport(tmp_path, "The pier is fine. So long, all.")
    assert end_due(days(2)) == []
    assert MARK in page(the())
