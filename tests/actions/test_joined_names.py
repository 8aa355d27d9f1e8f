"""Two names of one person: joined and split on record, shown only when confirmed."""

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from commentarchive.actions.joined_names import CannotJoin, join_names, split_names
from commentarchive.discussion.joined_names import joined_with, links_of
from commentarchive.erasure.erase import erase
from commentarchive.erasure.replay import replay
from commentarchive.intake.corrections import correct_comment
from commentarchive.ledger import triggers
from commentarchive.ledger.append import (
    SYSTEM,
    Statement,
    append,
    next_index,
    read_leaf,
)
from commentarchive.ledger.models import Entry, Opening
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Aspect,
    Comment,
    Commenter,
    Confidence,
    NameLink,
    NameLinkWords,
)
from commentarchive.storage.write_locks import ImportRunning, import_lock
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
WHY = "Both sign with the same verse."
NOTE = "She told the archivist by letter."


@pytest.fixture
def names(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "The pier is closed.", author="Ada"),
            comment(2, "Is it?", author="A. Quill", email="q@mail.example"),
            comment(3, "It is.", author="Cy", email="cy@mail.example"),
            comment(4, "So they say.", author="Eve", email="e@mail.example"),
        ),
    )
    return {name.name.name: name for name in Commenter.objects.select_related("name")}


@pytest.fixture
def pair(names):
    return names["Ada"], names["A. Quill"]


def join(one, other, confidence=Confidence.CERTAIN, facts=WHY):
    return join_names(one, other, confidence, facts=facts, note=NOTE, by=SYSTEM)


def split(one, other):
    return split_names(one, other, facts="They answer one another.", by=SYSTEM)


def text_of(name):
    return " ".join(Client().get(name.get_absolute_url()).text.split())


def test_both_pages_name_the_other(pair):
    one, other = pair
    join(one, other)
    assert "A. Quill" in text_of(one)
    assert "The same person as" in text_of(other)
    assert WHY in text_of(other)
    assert NOTE not in text_of(one)
    entry = Entry.objects.get(event="commenter.join")
    assert entry.subject == one.ref
    assert list(reconcile()) == []


def test_what_is_only_likely_is_for_staff(pair):
    one, other = pair
    join(one, other, Confidence.LIKELY)
    for name in pair:
        assert WHY not in text_of(name)
        assert "The same person" not in text_of(name)
    [line] = links_of(other)
    assert (line.other, line.confidence, line.note) == (one, "likely", NOTE)
    join(other, one)
    assert WHY in text_of(one)
    with pytest.raises(CannotJoin, match="split them first"):
        join(one, other, Confidence.LIKELY)
    assert list(reconcile()) == []


def test_no_entry_names_what_is_only_likely(pair):
    one, other = pair
    join(one, other, Confidence.LIKELY)
    [sealed] = Entry.objects.filter(event__startswith="commenter.")
    assert sealed.event == "commenter.likely"
    split(other, one)
    join(other, one, Confidence.LIKELY)
    said = list(Entry.objects.filter(event="commenter.likely").order_by("index"))
    assert [read_leaf(bytes(each.leaf))["d"]["stands"] for each in said] == [
        *(True, False, True)
    ]
    assert said[0].subject == said[1].subject != said[2].subject
    for entry in said:
        assert not any(name.ref.encode() in bytes(entry.leaf) for name in pair)
    assert list(reconcile()) == []


def test_the_entry_that_confirms_it_opens_what_was_sealed(pair):
    one, other = pair
    join(one, other, Confidence.LIKELY)
    join(other, one)
    sealed = Entry.objects.get(event="commenter.likely")
    confirmed = read_leaf(bytes(Entry.objects.get(event="commenter.join").leaf))["d"]
    assert (confirmed["with"], confirmed["likely"]) == (one.ref, sealed.subject)
    split(one, other)
    assert Entry.objects.filter(event="commenter.split", subject=one.ref).exists()
    join(one, other)
    last = Entry.objects.filter(event="commenter.join").order_by("index").last()
    assert "likely" not in read_leaf(bytes(last.leaf))["d"]
    assert list(reconcile()) == []


def test_what_older_archives_have_on_record_stays_valid(pair):
    one, other = pair
    with transaction.atomic():
        link = NameLink.objects.create(
            one=one,
            other=other,
            confidence=Confidence.LIKELY,
            made_at=timezone.now(),
            role="system",
            entry_index=next_index(),
        )
        NameLinkWords.objects.create(link=link, facts=WHY)
        said = Statement(
            event="commenter.join",
            subject=one.ref,
            public={"confidence": "likely", "with": other.ref},
            committed={"facts": WHY, "note": None},
        )
        append(said)
    assert list(reconcile()) == []
    split(one, other)
    assert Entry.objects.filter(event="commenter.split").exists()
    assert list(reconcile()) == []


@pytest.mark.parametrize("which", [0, 1])
def test_an_erased_name_takes_what_was_sealed(pair, which):
    join(*pair, Confidence.LIKELY)
    erase(pair[which], basis="subject_request", note="")
    sealed = Entry.objects.get(event="commenter.likely")
    assert not Opening.objects.filter(entry=sealed).exists()
    assert list(reconcile()) == []


def test_they_are_split_and_joined_again(pair):
    one, other = pair
    join(one, other)
    split(other, one)
    assert "The same person" not in text_of(one)
    assert [line.stands for line in links_of(one)] == [False, False]
    with pytest.raises(CannotJoin, match="not joined"):
        split(one, other)
    join(other, one)
    assert "The same person" in text_of(one)
    assert list(reconcile()) == []


def test_comments_keep_their_names(pair):
    before = list(Comment.objects.values_list("commenter", flat=True))
    join(*pair)
    assert list(Comment.objects.values_list("commenter", flat=True)) == before


def test_links_are_of_two_names_and_no_more(names):
    join(names["Ada"], names["A. Quill"])
    join(names["A. Quill"], names["Cy"])
    assert [each.other for each in joined_with(names["Ada"])] == [names["A. Quill"]]
    found = {each.other.name.name for each in joined_with(names["A. Quill"])}
    assert found == {"Ada", "Cy"}


def test_what_cannot_be_changes_nothing(pair, names):
    one, other = pair
    entries = Entry.objects.count()
    for act, words in (
        (lambda: join(one, one), "the same name"),
        (lambda: join(one, other, facts="  "), "by what evidence"),
        (lambda: split(one, other), "not joined"),
    ):
        with pytest.raises(CannotJoin, match=words):
            act()
    assert Entry.objects.count() == entries
    assert not NameLink.objects.exists()
    join(one, other)
    with pytest.raises(CannotJoin, match="joined already"):
        join(other, one)
    with import_lock(), pytest.raises(ImportRunning):
        split(one, other)


def test_a_nameless_comment_has_nothing_to_join(tmp_path, names):
    load(
        tmp_path,
        item(comment(9, "No name.", author="", email="n@mail.example"), number=2),
        name="nameless.xml",
    )
    nameless = Comment.objects.get(source_id="9")
    assert nameless.commenter is None
    assert Commenter.objects.count() == len(names)


def test_a_name_that_is_hidden_is_named_nowhere(pair):
    one, other = pair
    join(one, other)
    correct_comment(
        Comment.objects.get(source_id="2"), Aspect.NAME, "", reason="No.", by=SYSTEM
    )
    assert joined_with(one) == []
    assert joined_with(other) == []
    assert "A. Quill" not in text_of(one)


@pytest.mark.parametrize("which", [0, 1])
def test_an_erased_name_takes_the_words_of_its_links(pair, names, which):
    join(*pair)
    split(*pair)
    join(names["Cy"], names["Eve"])
    erased = pair[which]
    erase(erased, basis="subject_request", note="")
    [left] = NameLinkWords.objects.all()
    assert left.link.pair == {names["Cy"].pk, names["Eve"].pk}
    entries = NameLink.objects.of(erased).values("entry_index")
    assert not Opening.objects.filter(entry__in=entries).exists()
    assert list(reconcile()) == []
    assert "The same person" not in text_of(pair[1 - which])
    with pytest.raises(CannotJoin, match="that are known"):
        join(*pair)
    replay()
    assert list(reconcile()) == []


@pytest.mark.unreconciled
def test_the_words_of_other_links_are_not_excused_by_an_erasure(pair, names):
    join(*pair)
    join(names["Cy"], names["Eve"])
    erase(pair[0], basis="subject_request", note="")
    last = NameLink.objects.order_by("entry_index").last()
    Opening.objects.filter(entry=last.entry_index, field="facts").delete()
    found = [difference.reason for difference in reconcile()]
    assert any("what opens its facts is gone" in reason for reason in found), found


@pytest.mark.unreconciled
@pytest.mark.every_case
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE {0} SET confidence = 'likely'", "not what the record says"),
        ("UPDATE {0} SET one_id = other_id, other_id = one_id", "not what the record"),
        ("UPDATE {0}words SET facts = 'x'", "not those on record"),
        ("UPDATE {0}words SET note = 'x'", "not those on record"),
        ("DELETE FROM {0}words", "not those on record"),
    ],
)
def test_reconcile_names_what_was_tampered_with(pair, change, words):
    join(*pair)
    assert list(reconcile()) == []
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(change.format("commentarchive_namelink"))
    found = [difference.reason for difference in reconcile()]
    triggers.install()
    assert any(words in reason for reason in found), found


@pytest.mark.unreconciled
@pytest.mark.every_case
@pytest.mark.parametrize(
    "change",
    ["likely_ref = 'e'", "confidence = ''", "one_id = other_id, other_id = one_id"],
)
def test_reconcile_names_what_was_tampered_with_while_sealed(pair, change):
    join(*pair, Confidence.LIKELY)
    assert list(reconcile()) == []
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE commentarchive_namelink SET {change}")
    found = [difference.reason for difference in reconcile()]
    triggers.install()
    assert any("on record" in each or "record says" in each for each in found), found


@pytest.mark.unreconciled
def test_reconcile_names_a_link_that_is_gone(pair):
    join(*pair)
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM commentarchive_namelinkwords")
        cursor.execute("DELETE FROM commentarchive_namelink")
    found = [difference.reason for difference in reconcile()]
    triggers.install()
    assert any("is missing" in reason for reason in found), found


def test_the_database_refuses_to_change_a_link(pair):
    made = join(*pair)
    with pytest.raises(Error), transaction.atomic():
        NameLink.objects.filter(pk=made.pk).update(confidence="likely")
    with pytest.raises(Error), transaction.atomic():
        NameLinkWords.objects.filter(pk=made.pk).update(facts="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        NameLink.objects.create(
            one=pair[0],
            other=pair[0],
            made_at=made.made_at,
            role="system",
            entry_index=99_999,
        )


def test_only_a_joined_name_asks_for_more(pair, names, django_assert_num_queries):
    with django_assert_num_queries(7):
        Client().get(pair[0].get_absolute_url())
    join(*pair)
    join(pair[0], names["Cy"])
    with django_assert_num_queries(9):
        Client().get(pair[0].get_absolute_url())
