"""Erased words are in no file, no page and no table; their place and the record stay."""

import io
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.captures import files as capture_files
from commentarchive.erasure.erase import erase, find_subject
from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Entry, Opening
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.verification import verify
from commentarchive.models import (
    Capture,
    Comment,
    Commenter,
    CommenterName,
    Hold,
    Revision,
    RevisionText,
    Visibility,
)
from commentarchive.storage.write_locks import import_lock
from moderation.actions.decisions import Judgement, Refused, decide, undo
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Action, Clause
from tests.erasure.quarrel import (
    LINK,
    MAIL,
    NAME,
    SECRETS,
    WORDS,
    files_with,
    in_copies,
    moved,
    thread,
)
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("packed", [False, True])
def test_the_words_are_in_no_file_afterwards(tmp_path, alice, packed):
    start_draft()
    publish_policy()
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    report = thread(outside)
    if packed:
        Comment.objects.all()
        path = outside / "export.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "Hello.")
            data = (outside / "export.xml").read_bytes()
            archive.writestr("a.wordpress.000.xml", data)
        report = import_files([path])[0]
    one = Comment.objects.get(source_id="2")
    decide(
        one,
        Judgement(action=Action.NO_ACTION, note="a note about him"),
        by=acting(alice),
    )
    salts = list(
        RevisionText.objects.filter(
            revision__comment__commenter=one.commenter
        ).values_list("salt", flat=True)
    )
    before = [
        bytes(leaf)
        for leaf in Entry.objects.order_by("index").values_list("leaf", flat=True)
    ]
    assert len(files_with(SECRETS)) >= 6
    out = io.StringIO()
    call_command(
        "erase", commenter=one.commenter.ref, basis="subject_request", stdout=out
    )
    assert "Erased 2 comments, 2 texts" in out.getvalue()
    assert files_with([*SECRETS, *salts]) == []
    capture = Capture.objects.get(ref=report.capture)
    assert capture.sha256 == report.sha256 != capture.kept_sha256
    assert capture_files.all_digests() == {
        each.digest_of_bytes for each in Capture.objects.all()
    }
    after = [
        bytes(leaf)
        for leaf in Entry.objects.order_by("index").values_list("leaf", flat=True)
    ]
    assert after[: len(before)] == before
    assert not verify().faults
    assert list(reconcile()) == []


def test_the_thread_keeps_its_shape_with_a_notice(one):
    before = Client().get(one.post.get_absolute_url()).text
    assert WORDS in before
    places = list(
        Comment.objects.order_by("pk").values_list("position", "depth", "parent")
    )
    done = erase(one, basis="subject_request", note="asked by letter")
    page = Client().get(one.post.get_absolute_url()).text
    assert "Comment erased" in page
    assert "A reply to that." in page
    assert WORDS not in page
    assert (
        list(Comment.objects.order_by("pk").values_list("position", "depth", "parent"))
        == places
    )
    one.refresh_from_db()
    assert one.visibility == Visibility.ERASED
    entry = Entry.objects.get(pk=done.index)
    assert (entry.event, entry.subject) == ("erase.done", one.ref)
    assert (
        one.decided_entry == one.tombstones.get(is_open=True).opened_entry == done.index
    )
    page = Client().get(one.get_absolute_url()).text
    assert "Comment erased" in page
    assert WORDS not in page
    # The other comment of that name stays, and the name with it.
    assert Comment.objects.get(source_id="4").visibility == "published"
    assert CommenterName.objects.filter(name=NAME).exists()


def test_twins_are_told_apart_by_their_texts(tmp_path):
    load(tmp_path / "..", item(comment(7, "One text."), comment(7, "Another text.")))
    erase(Comment.objects.get(twin=1), basis="legal")
    with capture_files.opened(Capture.objects.get().kept_sha256) as stream:
        kept = stream.read()
    assert b"One text." in kept
    assert b"Another text." not in kept


def test_every_version_and_every_copy_is_erased(one, tmp_path):
    load(
        tmp_path / "..",
        item(comment(1, "First."), comment(2, "Softer words now.", parent=1)),
        name="2.xml",
    )
    assert Revision.objects.filter(comment=one).count() == 2
    done = erase(one, basis="subject_request")
    assert done.texts == 2
    for capture in Capture.objects.all():
        with capture_files.opened(capture.kept_sha256) as stream:
            assert b"zeppelin" not in (data := stream.read())
            assert b"Softer" not in data


def test_no_decision_brings_an_erased_comment_back(one, alice):
    start_draft()
    publish_policy()
    by = acting(alice)
    rule = Clause.objects.get(number=2)
    decision = decide(
        one, Judgement(action=Action.REMOVE, clause=rule, facts="Rude."), by=by
    )
    erase(one, basis="subject_request")
    with pytest.raises(Refused):
        undo(decision, by=by)
    for action in Action:
        with pytest.raises(Refused):
            decide(one, Judgement(action=action, clause=rule, facts="Rude."), by=by)
    assert "Rude." in Client().get(decision.get_absolute_url()).text
    fields = Opening.objects.filter(entry__subject=one.ref).values_list(
        "entry__event", "field"
    )
    assert set(fields) == {("comment.remove", "facts"), ("erase.done", "note")}
    staff = Client()
    staff.force_login(alice)
    assert staff.get(f"/moderation/desk/comments/{one.ref}/").status_code in {200, 404}


def test_erased_twice_is_erased_once(one):
    first = erase(one, basis="subject_request")
    again = erase(one, basis="subject_request")
    assert (first.comments, again.comments, again.index) == (1, 0, None)
    assert Entry.objects.filter(event="erase.done").count() == 1


def test_a_hold_refuses_and_the_refusal_is_on_record(one):
    review = str(timezone.localdate().replace(year=timezone.localdate().year + 1))
    arguments = ("--reason", "A court asks for it.", "--review", review)
    page = one.get_absolute_url()
    call_command("hold_erasure", "--comment", page, *arguments, stdout=io.StringIO())
    for subject in ({"comment": one.ref}, {"commenter": one.commenter.ref}):
        with pytest.raises(
            CommandError, match=rf"there is a hold on it, to be reviewed on {review}"
        ):
            call_command("erase", **subject, basis="subject_request")
    assert RevisionText.objects.filter(revision__comment=one).exists()
    refusals = Entry.objects.filter(event="erase.refused").values_list(
        "subject", flat=True
    )
    assert list(refusals.order_by("index")) == [one.ref, one.commenter.ref]
    Hold.objects.all().delete()
    Hold.objects.create(
        commenter=one.commenter,
        reason="x",
        review_on=timezone.localdate(),
        made_at=timezone.now(),
    )
    with pytest.raises(CommandError, match="due for review since"):
        call_command("erase", comment=one.ref, basis="legal")
    call_command(
        "hold_erasure", commenter=one.commenter.ref, lift=True, stdout=io.StringIO()
    )
    call_command("erase", comment=one.ref, basis="legal", stdout=io.StringIO())


@pytest.mark.once
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            [
                "hold_erasure",
                "--comment",
                "REF",
                "--reason",
                "x",
                "--review",
                "2012-01-01",
            ],
            "must lie in the future",
        ),
        (
            ["hold_erasure", "--comment", "REF", "--review", "2099-01-01"],
            "Give the reason",
        ),
        (
            [
                "hold_erasure",
                "--comment",
                "REF",
                "--reason",
                "x" * 3000,
                "--review",
                "2099-01-01",
            ],
            "in up to 2000",
        ),
        (
            [
                "hold_erasure",
                "--comment",
                "REF",
                "--reason",
                "\udcff",
                "--review",
                "2099-01-01",
            ],
            "Give the reason",
        ),
        (
            ["erase", "--comment", "REF", "--basis", "legal", "--note", "x" * 70_000],
            "Not erased: .* are more than",
        ),
        (
            ["erase", "--comment", "REF", "--basis", "legal", "--note", "\udcff"],
            "Not erased: no canonical form",
        ),
        (
            ["hold_erasure", "--comment", "REF", "--reason", "x"],
            "Give the date of review",
        ),
        (["hold_erasure", "--comment", "REF", "--lift"], "There is no hold"),
        (
            ["erase", "--comment", "2", "--basis", "legal"],
            "'2' is no reference of a comment",
        ),
        (
            ["erase", "--comment", "n" + "a" * 26, "--basis", "legal"],
            "is no reference of a comment",
        ),
        (
            ["erase", "--comment", "c" + "a" * 26, "--basis", "legal"],
            "there is no comment or name",
        ),
        (["erase", "--comment", "REF", "--basis", "whim"], "invalid choice"),
        (["erase", "--basis", "legal"], "one of the arguments"),
    ],
)
def test_bad_arguments_change_nothing(one, arguments, words):
    entries = Entry.objects.count()
    arguments = [one.ref if each == "REF" else each for each in arguments]
    with pytest.raises(CommandError, match=words):
        call_command(*arguments)
    assert Entry.objects.count() == entries
    assert not Hold.objects.exists()


def test_nothing_is_erased_while_an_import_is_at_work(one):
    with import_lock(), pytest.raises(CommandError, match="Not erased: another import"):
        call_command("erase", comment=one.ref, basis="legal")
    assert RevisionText.objects.filter(revision__comment=one).exists()
    assert not Entry.objects.filter(event="erase.done").exists()


def test_a_comment_kept_under_two_articles_is_erased_under_both(one, tmp_path):
    moved(tmp_path, f"I saw {WORDS}.", name="a.xml")
    done = erase(one, basis="subject_request")
    assert done.comments == 2
    assert not in_copies([WORDS])
    assert not RevisionText.objects.filter(plain__contains="zeppelin").exists()


def test_a_hold_on_the_same_comment_elsewhere_forbids_it_too(one, tmp_path):
    moved(tmp_path, f"I saw {WORDS}.", name="a.xml")
    double = Comment.objects.get(post__source_id="2")
    Hold.objects.create(
        comment=double, reason="x", review_on="2099-01-01", made_at=timezone.now()
    )
    with pytest.raises(CommandError, match="there is a hold on it"):
        call_command("erase", comment=one.ref, basis="legal")


def test_of_two_without_an_id_who_said_the_same_one_is_erased(tmp_path):
    load(
        tmp_path / "..",
        item(
            comment("", "Thanks!", author="Ann"), comment("", "Thanks!", author="Bob")
        ),
    )
    assert Comment.objects.count() == 2
    erase(Comment.objects.get(commenter__name__name="Ann"), basis="legal")
    assert not in_copies(["Ann<", "[Ann]"])
    assert in_copies(["[Bob]"])


def test_the_next_comment_of_an_erased_name_can_be_decided_on(one, tmp_path, alice):
    start_draft()
    publish_policy()
    erase(one.commenter, basis="subject_request")
    load(
        tmp_path / "..",
        item(comment(9, "Back again.", author=NAME, email=MAIL, url=LINK)),
        name="9.xml",
    )
    new = Comment.objects.get(source_id="9")
    judgement = Judgement(
        action=Action.REMOVE, clause=Clause.objects.get(number=2), facts="Rude."
    )
    decide(new, judgement, by=acting(alice))
    assert Comment.objects.get(pk=new.pk).visibility == "removed"


def test_unknown_comments_have_nothing_to_erase(tmp_path):
    load(tmp_path / "..", item(comment(2, "A reply", parent=1)))
    placeholder = Comment.objects.get(source_id="1")
    with pytest.raises(CommandError, match="nothing but the place"):
        call_command("erase", comment=placeholder.ref, basis="legal")


def test_finds_subjects(one):
    assert find_subject(one.ref) == one
    assert find_subject(one.commenter.ref) == Commenter.objects.get(name__name=NAME)


def test_the_notice_says_whether_readers_had_seen_it(tmp_path, by):
    comments = comment(1), comment(2, approved="0"), comment(3)
    load(tmp_path / "..", item(*comments))
    # Readers had seen it before it was put on hold.
    hidden = Comment.objects.get(source_id="3")
    decide(hidden, Judgement(action=Action.HOLD), by=by)
    for source_id, seen in (("1", True), ("2", False), ("3", True)):
        found = Comment.objects.get(source_id=source_id)
        erase(found, basis="legal")
        assert found.tombstones.get(is_open=True).was_public is seen


def test_another_comment_under_the_same_number_elsewhere_stays(one, tmp_path):
    moved(tmp_path, "Other words.", name="a.xml")
    assert erase(one, basis="legal").comments == 1
    other = Comment.objects.get(post__source_id="2")
    assert other.visibility == "published"
    assert in_copies(["Other words."])


def test_a_name_that_was_erased_is_not_erased_twice(one):
    first = erase(one.commenter, basis="subject_request")
    again = erase(Commenter.objects.get(pk=one.commenter_id), basis="subject_request")
    assert (first.comments, again.comments, again.index) == (2, 0, None)
    done = Entry.objects.filter(event="erase.done").values_list("subject", flat=True)
    assert sorted(done) == sorted(
        [
            one.commenter.ref,
            *Comment.objects.filter(commenter=one.commenter).values_list(
                "ref", flat=True
            ),
        ]
    )
