"""No later copy, backup or decision brings erased words back."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from commentarchive.actions.staff import acting
from commentarchive.captures import files as capture_files
from commentarchive.discussion.stored_pages import drop_segments
from commentarchive.erasure.erase import erase
from commentarchive.erasure.replay import replay
from commentarchive.ledger import triggers
from commentarchive.ledger.models import Checkpoint, Entry, Head, Opening
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Capture,
    Comment,
    CommenterName,
    PrivateAddress,
    RevisionText,
    Visibility,
)
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.erasure.quarrel import (
    LINK,
    MAIL,
    NAME,
    SECRETS,
    WORDS,
    in_copies,
    moved,
    thread,
)
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_the_same_file_again_brings_nothing_back(one, tmp_path):
    erase(one, basis="subject_request")
    report = thread(tmp_path / "..")
    assert report.was_known
    assert not in_copies([WORDS])
    later = load(
        tmp_path / "..",
        item(
            comment(1, "First."),
            comment(2, f"Again {WORDS}!", parent=1, author=NAME, email=MAIL, url=LINK),
        ),
        name="later.xml",
    )
    assert later.counts.comments.changed == 1
    one.refresh_from_db()
    assert one.visibility == Visibility.ERASED
    assert not RevisionText.objects.filter(revision__comment=one).exists()
    assert not PrivateAddress.objects.filter(comment=one).exists()
    assert not in_copies([WORDS])


def test_what_came_back_from_a_backup_is_deleted_again(one):
    text = RevisionText.objects.get(revision__comment=one)
    address = PrivateAddress.objects.get(comment=one)
    name = CommenterName.objects.get(commenter=one.commenter)
    with capture_files.opened(Capture.objects.get().sha256) as stream:
        received = stream.read()
    erase(one.commenter, basis="subject_request")
    for row in (text, address, name):
        row.save(force_insert=True)
    path = capture_files.folder() / "received"
    path.write_bytes(received)
    capture_files.keep(path)
    path.unlink()
    told = " ".join(map(str, reconcile()))
    for words in (
        f"the text of version 1 of {one.ref} is there",
        f"an address of {one.ref}",
        f"the name of {one.commenter.ref} is there",
    ):
        assert words in told
    done = replay()
    assert done.texts == 1
    assert list(reconcile()) == []
    assert not in_copies([WORDS])


# The signer remembers what it signed after the backup was made.
@pytest.mark.unreconciled
def test_later_erasures_are_read_from_another_copy_of_the_record(
    one, tmp_path, settings
):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    call_command("sign_checkpoint", stdout=io.StringIO())
    text = RevisionText.objects.get(revision__comment=one)
    address = PrivateAddress.objects.get(comment=one)
    head = Head.objects.values().get()
    erase(one, basis="court_order")
    call_command("sign_checkpoint", stdout=io.StringIO())
    record = tmp_path / "record"
    call_command("export_ledger", record, stdout=io.StringIO())
    # The database as a backup from before the erasure has it.
    triggers.remove()
    one.tombstones.all().delete()
    Opening.objects.filter(entry__gte=head["size"]).delete()
    Checkpoint.objects.filter(size__gt=head["size"]).delete()
    Entry.objects.filter(index__gte=head["size"]).delete()
    Head.objects.update(**head)
    Comment.objects.filter(pk=one.pk).update(
        visibility="published", current_revision=text.revision_id, decided_entry=None
    )
    triggers.install()
    text.save(force_insert=True)
    address.save(force_insert=True)
    drop_segments([one.post_id])
    [lost] = reconcile()
    assert lost.reason == f"the signed state of {lost.index + 1} entries is gone"
    with pytest.raises(CommandError, match="no address, folder or ZIP"):
        call_command("replay_erasures", record=str(tmp_path / "nowhere"))
    call_command("replay_erasures", stdout=io.StringIO())
    assert Comment.objects.get(pk=one.pk).visibility == "published"
    out = io.StringIO()
    call_command("replay_erasures", record=str(record), stdout=out)
    assert "1 comments were erased anew" in out.getvalue()
    assert Comment.objects.get(pk=one.pk).visibility == "erased"
    entry = Entry.objects.get(event="erase.done", subject=one.ref)
    assert b'"basis":"court_order"' in bytes(entry.leaf)


def test_what_was_erased_is_not_taken_in_under_another_article(one, tmp_path):
    erase(one.commenter, basis="subject_request")
    for name, text in (("a.xml", f"I saw {WORDS}."), ("b.xml", f"I did see {WORDS}.")):
        moved(tmp_path, text, name=name)
        again = Comment.objects.get(post__source_id="2", source_id="2")
        assert (again.visibility, again.commenter) == (Visibility.ERASED, None)
        assert not in_copies(SECRETS)
        assert not RevisionText.objects.filter(plain__contains="zeppelin").exists()
        assert not CommenterName.objects.filter(name=NAME).exists()
        assert not PrivateAddress.objects.exclude(comment__source_id__in="13").exists()
        page = Client().get(again.post.get_absolute_url()).text
        assert "Comment erased" in page
        assert "zeppelin" not in page


def test_what_waits_since_its_id_was_decided_on_is_not_published_by_a_later_copy(
    one, tmp_path, alice
):
    decide(one, Judgement(action=Action.HOLD), by=acting(alice))
    for name, text in (("a.xml", "Other words."), ("b.xml", "Other words, changed.")):
        moved(tmp_path, text, name=name)
        assert Comment.objects.get(post__source_id="2").visibility == Visibility.HELD


def test_an_import_that_goes_on_after_an_erasure_brings_nothing_back(
    tmp_path, monkeypatch
):
    def dies(_run):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("commentarchive.intake.file_session.FileSession.close", dies)
        with pytest.raises(KeyboardInterrupt):
            thread(tmp_path / "..")
    erase(Comment.objects.get(source_id="2"), basis="legal")
    report = thread(tmp_path / "..")
    assert report.is_complete
    assert not in_copies([WORDS])
    assert not RevisionText.objects.filter(plain__contains="zeppelin").exists()


def test_a_twin_that_was_not_erased_is_taken_in(one, tmp_path):
    words = f"I saw {WORDS}."
    erase(one, basis="legal")
    moved(tmp_path, words, name="9.xml", number=9)
    load(
        tmp_path / "..",
        item(comment(2, "Innocent."), comment(2, words), number=9),
        name="10.xml",
    )
    innocent = Comment.objects.get(revisions__text__plain="Innocent.")
    assert innocent.visibility == "held"
    assert in_copies(["Innocent."])
    assert not in_copies([WORDS])


def test_what_waits_is_published_by_no_later_copy(one, tmp_path):
    words = f"I saw {WORDS}."
    erase(one, basis="legal")
    seen = []
    for number, (text, approved) in enumerate(
        [
            ("Other.", "1"),
            ("Other.", "trash"),
            ("Other.", "1"),
            (words, "1"),
            ("Other.", "0"),
            ("Other.", "1"),
        ]
    ):
        load(
            tmp_path / "..",
            item(comment(2, text, approved=approved), number=9),
            item(comment(50 + number), number=50),
            name=f"w{number}.xml",
        )
        seen.append(Comment.objects.get(post__source_id="9").visibility)
    assert seen == ["held", "trashed", "held", "held", "held", "held"]
    assert not in_copies([WORDS])


def test_a_decision_during_an_import_is_heeded_by_it(one, tmp_path, alice, monkeypatch):
    from commentarchive.intake.batches import BatchWriter

    real = BatchWriter.flush

    def write_after_a_decision(writer):
        if writer._waiting and one.decided_entry is None:
            decide(one, Judgement(action=Action.HOLD), by=acting(alice))
            one.refresh_from_db()
        real(writer)

    monkeypatch.setattr(BatchWriter, "flush", write_after_a_decision)
    moved(tmp_path, "Other words.", name="a.xml")
    assert Comment.objects.get(post__source_id="2").visibility == "held"


def test_a_name_goes_with_the_last_comment_that_bears_it(one, tmp_path):
    other = Comment.objects.get(source_id="4")
    assert other.commenter_id == one.commenter_id
    erase(one, basis="subject_request")
    assert CommenterName.objects.filter(commenter=one.commenter_id).exists()
    out = io.StringIO()
    call_command("erase", comment=other.ref, basis="subject_request", stdout=out)
    assert "With it went the name" in out.getvalue()
    assert not CommenterName.objects.filter(commenter=one.commenter_id).exists()
    # Another comment of the same person may say who it is from.
    load(
        tmp_path / "..",
        item(comment(9, "Back again.", author=NAME, email=MAIL, url=LINK)),
        name="9.xml",
    )
    new = Comment.objects.get(source_id="9")
    assert (new.commenter_id, new.commenter.name.name) == (one.commenter_id, NAME)


def test_a_name_that_came_back_from_a_backup_with_its_comments_is_deleted(one):
    erase(Comment.objects.get(source_id="4"), basis="legal")
    name = CommenterName.objects.get(commenter=one.commenter)
    erase(one, basis="legal")
    name.save(force_insert=True)
    assert replay().names == 1
    assert not CommenterName.objects.filter(commenter=one.commenter_id).exists()
