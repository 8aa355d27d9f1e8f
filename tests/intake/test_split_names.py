"""Two people of one name are told apart, comment by comment, and taken for one again."""

import pytest
from django.test import Client

from commentarchive.actions.joined_names import CannotJoin
from commentarchive.discussion.joined_names import links_of
from commentarchive.erasure.erase import erase
from commentarchive.intake.corrections import correct_comment, undo_correction
from commentarchive.intake.kept_corrections import CannotCorrect
from commentarchive.intake.split_names import split_person, take_for_one, told_apart
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Aspect, Comment, Commenter, Correction, NameLink
from commentarchive.storage.write_locks import ImportRunning, import_lock
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
WHY = "One of them writes of her boat, the other has none."


def items(mail="", text="It is."):
    said = {"author": "Ada", "email": mail}
    return (
        item(
            comment(1, "The pier is closed.", **said),
            comment(2, "Is it?", parent=1, **said),
            comment(3, text, parent=2, **said),
        ),
        item(comment(4, "Elsewhere.", **said), number=2),
    )


@pytest.fixture(params=["", "ada@mail.example"])
def mail(request):
    """Return the address under which both wrote: none, or one and the same."""
    return request.param


@pytest.fixture
def ada(tmp_path, mail):
    load(tmp_path, *items(mail))
    return Commenter.objects.select_related("name", "blog").get()


def the(*numbers):
    rows = Comment.objects.select_related("post__blog").order_by("pk")
    return list(rows.filter(source_id__in=[str(number) for number in numbers]))


def split(name, *numbers, other=None, facts=WHY):
    return split_person(name, the(*numbers), other, facts=facts, by=SYSTEM)


def as_one(name, other):
    take_for_one(name, other, facts="The boat was sold.", by=SYSTEM)


def whose():
    rows = Comment.objects.order_by("pk").values_list("source_id", "commenter")
    return {int(number): pk for number, pk in rows}


def text_of(subject):
    return " ".join(Client().get(subject.get_absolute_url()).text.split())


def test_each_has_a_page_with_their_own_comments(ada):
    other = split(ada, 2, 4)
    assert whose() == {1: ada.pk, 2: other.pk, 3: ada.pk, 4: other.pk}
    assert other.name.name == "Ada"
    for name, own, foreign in ((ada, "is closed", "Else"), (other, "Else", "is cl")):
        body = text_of(name)
        assert "Not the same person as" in body
        assert WHY in body
        assert own in body
        assert foreign not in body.partition("<h2>Comments")[2]
    body = text_of(the(2)[0])
    assert "The person under its name was corrected on" in body
    assert "told apart:" not in body
    said = Entry.objects.filter(event="commenter.split").get()
    assert said.subject == ada.ref
    assert Entry.objects.filter(event="comment.correct").count() == len(the(2, 4))
    assert list(reconcile()) == []


def test_no_later_import_undoes_or_repeats_it(ada, mail, tmp_path):
    other = split(ada, 2, 4)
    stood, entries = whose(), Entry.objects.filter(event="comment.correct").count()
    load(tmp_path, *items(mail))
    load(tmp_path, *items(mail, text="It is, it is."), name="later.xml")
    load(tmp_path, *items("new@mail.example"), name="addressed.xml")
    assert whose()[2] == whose()[4] == other.pk == stood[2]
    assert Entry.objects.filter(event="comment.correct").count() == entries
    assert list(reconcile()) == []
    as_one(ada, other)
    assert whose()[1] == whose()[2] == whose()[4]
    assert list(reconcile()) == []


def test_they_are_taken_for_one_again_and_told_apart_anew(ada, mail, tmp_path):
    other = split(ada, 2, 4)
    as_one(ada, other)
    assert set(whose().values()) == {ada.pk}
    assert "same person" not in text_of(ada)
    with pytest.raises(CannotJoin, match="not told apart"):
        as_one(ada, other)
    load(tmp_path, *items(mail), name="again.xml")
    assert set(whose().values()) == {ada.pk}
    assert split(ada, 2, other=other) == other
    assert whose()[2] == other.pk
    assert [line.is_apart for line in links_of(ada)] == [False, False, True]
    assert list(reconcile()) == []


def test_more_comments_go_to_the_same_other_person(ada):
    other = split(ada, 2)
    assert split(ada, 4, other=other) == other
    assert whose()[2] == whose()[4] == other.pk
    assert NameLink.objects.count() == 1
    third = split(ada, 3)
    assert third not in {ada, other}
    assert set(told_apart(ada)) == {other, third}
    assert list(reconcile()) == []


def test_a_person_is_told_apart_from_one_who_was(ada):
    other = split(ada, 2, 3, 4)
    third = split(other, 3)
    assert (told_apart(ada), told_apart(other), told_apart(third)) == (
        *([other], [third], []),
    )
    # Asked for from either side, the later one's comments go back.
    as_one(third, other)
    assert whose()[3] == other.pk
    as_one(other, ada)
    assert set(whose().values()) == {ada.pk}
    assert list(reconcile()) == []


def test_one_comment_is_taken_back_by_itself(ada):
    other = split(ada, 2, 4)
    made = Correction.objects.get(comment=the(4)[0])
    undo_correction(made, reason="It is hers.", by=SYSTEM)
    assert (whose()[2], whose()[4]) == (other.pk, ada.pk)
    assert list(reconcile()) == []


def test_a_corrected_name_stays_with_the_person(ada):
    split(ada, 2)
    made = correct_comment(the(2)[0], Aspect.NAME, "Ada Quill", reason="So.", by=SYSTEM)
    assert Commenter.objects.get(pk=whose()[2]).name.name == "Ada Quill"
    assert list(reconcile()) == []
    undo_correction(Correction.objects.get(pk=made.pk), reason="Not so.", by=SYSTEM)
    assert Commenter.objects.get(pk=whose()[2]).name.name == "Ada"
    assert list(reconcile()) == []


def test_what_cannot_be_changes_nothing(ada, tmp_path):
    entries = Entry.objects.count()
    for act, words in (
        (lambda: split(ada), "at least one comment"),
        (lambda: split(ada, 1, 2, 3, 4), "Leave at least one"),
        (lambda: split(ada, 2, facts=" "), "by what evidence"),
        (lambda: split(ada, 2, other=ada), "nobody who was told apart"),
        (lambda: as_one(ada, ada), "not told apart"),
    ):
        with pytest.raises(CannotJoin, match=words):
            act()
    with import_lock(), pytest.raises(ImportRunning):
        split(ada, 2)
    with pytest.raises(CannotCorrect, match="no fact of one comment"):
        correct_comment(the(2)[0], Aspect.PERSON, "x", reason="So.", by=SYSTEM)
    assert Entry.objects.count() == entries
    other = split(ada, 2)
    with pytest.raises(CannotJoin, match="under another name"):
        split(ada, 2)
    with pytest.raises(CannotJoin, match="Leave at least one"):
        split(other, 2)


def test_what_was_erased_is_nobodys(ada):
    erase(the(2)[0], basis="subject_request", note="")
    with pytest.raises(CannotJoin, match="erased"):
        split(ada, 2)


@pytest.mark.parametrize("which", [0, 1])
def test_an_erased_person_stays_erased_and_apart(ada, mail, tmp_path, which):
    names = (ada, split(ada, 2, 4))
    erase(names[which], basis="subject_request", note="")
    load(tmp_path, *items(mail), name="later.xml")
    assert whose()[2] == names[1].pk
    gone = Commenter.objects.get(pk=names[which].pk)
    assert not hasattr(gone, "name")
    assert WHY not in text_of(names[1 - which])
    assert list(reconcile()) == []
