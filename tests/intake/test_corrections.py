"""A correction stands above every copy, goes on record, and can be taken back."""

from datetime import UTC, datetime

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from commentarchive import models
from commentarchive.erasure.erase import erase
from commentarchive.intake.corrections import correct_comment, undo_correction
from commentarchive.intake.kept_corrections import CannotCorrect
from commentarchive.intake.session import import_files
from commentarchive.ledger import triggers
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Aspect,
    Comment,
    Correction,
    CorrectionWords,
)
from commentarchive.storage.write_locks import ImportRunning, import_lock
from commentarchive.threads.evidence import Facts, aspect_of, corrected
from tests.wxr import comment, export, item, load, write

WHY = "The e-mail of that day says so."
NOON = "2012-03-31T12:00:00+00:00"


@pytest.fixture
def thread(db, tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "The pier is closed.", author="Ada"),
            comment(2, "Is it?", parent=1, author="Bo", gmt="2012-04-01 09:10:00"),
            comment(3, "It is.", parent=2, author="Cy", gmt="2012-04-01 09:20:00"),
        ),
    )


def the(number):
    return Comment.objects.select_related("post__blog", "commenter__name").get(
        source_id=f"{number}"
    )


def correct(number, aspect, after, reason=WHY):
    return correct_comment(the(number), aspect, after, reason=reason, by=SYSTEM)


def take_back(correction, reason="It was right."):
    return undo_correction(
        Correction.objects.get(pk=correction.pk), reason=reason, by=SYSTEM
    )


def order():
    rows = Comment.objects.order_by("position").values_list("source_id", "depth")
    return [(number, depth) for number, depth in rows]


def text_of(one):
    return " ".join(Client().get(one.get_absolute_url()).text.split())


def again(folder, name="later.xml", **changes):
    """Import a later copy, which tells what the first one told."""
    values = {"author": "Ada", **changes}
    data = export(item(comment(1, "The pier is closed.", **values)))
    import_files([write(folder, data, name)])


def test_a_time_is_corrected_over_every_copy_and_taken_back(thread, tmp_path):
    before = the(1).posted_at
    made = correct(1, Aspect.TIME, "2012-04-01T11:30:00+01:00")
    assert the(1).posted_at == datetime(2012, 4, 1, 10, 30, tzinfo=UTC)
    assert the(1).printed_at == ""
    body = text_of(the(1))
    assert "The time was corrected on" in body
    assert "1 April 2012, 11:30" in body
    assert "before that <bdi>1 April 2012, 10:00" in body
    assert WHY in body
    # What the copy told is kept, and shown on its page.
    [told] = models.Testimony.objects.filter(comment=the(1))
    assert told.posted_at == before
    again(tmp_path, url="https://ada.example/")
    assert the(1).posted_at == datetime(2012, 4, 1, 10, 30, tzinfo=UTC)
    take_back(made)
    assert the(1).posted_at == before
    assert the(1).printed_at != ""
    body = text_of(the(1))
    assert "reads again as the copies tell it" in body
    entries = Entry.objects.filter(event="comment.correct").order_by("index")
    assert [entry.subject for entry in entries] == [the(1).ref] * 2


def test_a_corrected_time_puts_the_comment_where_it_belongs(thread):
    one = correct(3, Aspect.PARENT, "1")
    assert order() == [("1", 0), ("2", 1), ("3", 1)]
    correct(3, Aspect.TIME, NOON)
    assert order() == [("1", 0), ("3", 1), ("2", 1)]
    take_back(one)
    assert order() == [("1", 0), ("2", 1), ("3", 2)]


def test_what_it_answers(thread, tmp_path):
    made = correct(2, Aspect.PARENT, "")
    assert order() == [("1", 0), ("2", 0), ("3", 1)]
    assert "before that <bdi>comment 1" in text_of(the(2))
    data = export(
        item(
            comment(1, "The pier is closed.", author="Ada"),
            comment(2, "Is it?", parent=1, author="Bo", gmt="2012-04-01 09:10:00"),
            comment(4, "A new one.", parent=2, gmt="2012-04-01 09:30:00"),
        )
    )
    import_files([write(tmp_path, data, "later.xml")])
    assert order() == [("1", 0), ("2", 0), ("3", 1), ("4", 1)]
    take_back(made)
    assert order() == [("1", 0), ("2", 1), ("3", 2), ("4", 2)]


def test_the_shown_name(thread, tmp_path):
    made = correct(1, Aspect.NAME, "Ada Quill")
    assert the(1).commenter.name.name == "Ada Quill"
    assert "Ada Quill" in Client().get(the(1).post.get_absolute_url()).text
    unknown = correct(1, Aspect.NAME, "")
    assert the(1).commenter is None
    again(tmp_path, url="https://ada.example/")
    assert the(1).commenter is None
    take_back(unknown)
    assert the(1).commenter.name.name == "Ada Quill"
    take_back(made)
    assert the(1).commenter.name.name == "Ada"


def test_a_nameless_comment_is_nameless_again(db, tmp_path):
    load(tmp_path, item(comment(1, "The pier is closed.", author="")))
    made = correct(1, Aspect.NAME, "Ada")
    assert the(1).commenter.name.name == "Ada"
    take_back(made)
    assert the(1).commenter is None


def test_of_two_corrections_the_later_one_stands(thread):
    first = correct(1, Aspect.NAME, "Ada Quill")
    second = correct(1, Aspect.NAME, "Ada Q.")
    take_back(first)
    assert the(1).commenter.name.name == "Ada Q."
    take_back(second)
    assert the(1).commenter.name.name == "Ada"


@pytest.mark.parametrize(
    ("aspect", "after", "words"),
    [
        (Aspect.TIME, "30 February", "no date"),
        (Aspect.TIME, "2012-02-30T10:00:00+00:00", "no date"),
        (Aspect.TIME, "2112-02-03T10:00:00+00:00", "in the future"),
        (Aspect.TIME, "0012-02-03T10:00:00+00:00", "no time at which"),
        (Aspect.TIME, "2012-02-03T10:00:00", "no time at which"),
        (Aspect.TIME, "2012-04-01T09:00:00+00:00", "reads already"),
        (Aspect.NAME, "Ada", "reads already"),
        (Aspect.NAME, "A" * 201, "200 characters"),
        (Aspect.PARENT, "", "reads already"),
        (Aspect.PARENT, "404", "no such comment"),
        (Aspect.PARENT, "1", "cannot answer itself"),
        (Aspect.PARENT, "3", "cannot answer itself"),
    ],
)
def test_what_cannot_be_changes_nothing(thread, aspect, after, words):
    before = order(), Entry.objects.count()
    with pytest.raises(CannotCorrect, match=words):
        correct(1, aspect, after)
    assert (order(), Entry.objects.count()) == before
    assert not Correction.objects.exists()


def test_it_is_taken_back_once(thread):
    made = correct(1, Aspect.NAME, "Ada Quill")
    take_back(made)
    with pytest.raises(CannotCorrect, match="taken back before"):
        take_back(made)


def test_it_waits_for_no_import(thread):
    with import_lock(), pytest.raises(ImportRunning):
        correct(1, Aspect.NAME, "Ada Quill")


def test_what_is_only_known_from_replies_cannot_be_corrected(db, tmp_path):
    load(tmp_path, item(comment(2, "Is it?", parent=1)))
    with pytest.raises(CannotCorrect, match="its replies"):
        correct(1, Aspect.NAME, "Ada")


def test_readers_see_corrections_only_of_what_they_see(db, tmp_path):
    load(tmp_path, item(comment(1, "The pier is closed.", approved="0", author="Ada")))
    correct(1, Aspect.NAME, "Ada Quill")
    body = text_of(the(1))
    assert "Quill" not in body
    assert WHY not in body


def test_an_erasure_takes_the_words_of_corrections(thread):
    correct(1, Aspect.NAME, "Ada Quill")
    erase(the(1), basis="subject_request", note="")
    assert not CorrectionWords.objects.exists()
    with pytest.raises(CannotCorrect, match="erased"):
        correct(1, Aspect.NAME, "Somebody")


def test_an_erased_name_is_in_no_correction(thread):
    name = the(1).commenter
    correct(1, Aspect.NAME, "Ada Quill")
    erase(name, basis="subject_request", note="")
    assert not CorrectionWords.objects.exists()
    assert the(1).commenter.name.name == "Ada Quill"


@pytest.mark.unreconciled
@pytest.mark.every_case
@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("comment", "printed_at = 'x', posted_at = NULL", "as it was corrected"),
        ("correction", "aspect = 'name'", "is not what the record says"),
        ("correction", "undoes_id = id", "is not what the record says"),
        ("correctionwords", "reason = 'x'", "not those on record"),
        ("correctionwords", "\"before\" = 'x'", "not those on record"),
    ],
)
def test_reconcile_names_what_was_tampered_with(thread, table, change, words):
    correct(1, Aspect.TIME, NOON)
    assert list(reconcile()) == []
    triggers.remove()
    with connection.cursor() as cursor:
        where = "WHERE source_id = '1'" if table == "comment" else ""
        cursor.execute(f"UPDATE commentarchive_{table} SET {change} {where}")
    found = [difference.reason for difference in reconcile()]
    triggers.install()
    assert any(words in reason for reason in found), found


def test_the_database_refuses_to_change_a_correction(thread):
    made = correct(1, Aspect.NAME, "Ada Quill")
    with pytest.raises(Error), transaction.atomic():
        Correction.objects.filter(pk=made.pk).update(aspect=Aspect.TIME)
    with pytest.raises(Error), transaction.atomic():
        CorrectionWords.objects.filter(pk=made.pk).update(reason="x")


_moments = st.integers(10**9, 10**9 + 10**8).map(
    lambda second: datetime.fromtimestamp(second, UTC)
)
_facts = st.builds(
    Facts,
    name=st.text(max_size=3),
    moment=st.none() | _moments,
    printed=st.text(max_size=3),
    parent=st.none() | st.sampled_from(["", "1", "2"]),
)


@pytest.mark.pure
@given(_facts, _facts)
def test_a_corrected_fact_reads_as_the_correction(facts, other):
    values = {aspect: aspect_of(other, aspect) for aspect in ("time", "name", "parent")}
    found = corrected(facts, values)
    assert {aspect: aspect_of(found, aspect) for aspect in values} == values
    assert corrected(found, values) == found
