"""Erased words are in no file, no page and no table; their place and the record stay."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from isal import isal_zlib

from commentarchive.actions.staff import acting
from commentarchive.captures import files as capture_files
from commentarchive.discussion.stored_pages import drop_segments
from commentarchive.erasure import sweep
from commentarchive.erasure.erase import erase, find_subject
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.erasure.replay import replay
from commentarchive.importers.cut import CannotCut
from commentarchive.intake.session import import_files
from commentarchive.ledger import triggers
from commentarchive.ledger.models import Checkpoint, Entry, Head, Opening
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.verification import verify
from commentarchive.models import (
    Capture,
    Comment,
    Commenter,
    CommenterName,
    Hold,
    PrivateAddress,
    Revision,
    RevisionText,
    Segment,
    Visibility,
)
from commentarchive.storage.write_locks import import_lock
from moderation.actions.decisions import Judgement, Refused, decide, undo
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Action, Clause
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db
WORDS = "the quarrelsome zeppelin of Tarnwick"
NAME, MAIL, LINK = "Quirinus Zabel", "quirinus@zabel.example", "https://zabel.example/"
SECRETS = (WORDS, "quarrelsome", NAME, MAIL, LINK, "a note about him")


def thread(tmp_path, *, number=1, name="export.xml"):
    return load(
        tmp_path,
        item(
            comment(1, "First."),
            comment(2, f"I saw {WORDS}.", parent=1, author=NAME, email=MAIL, url=LINK),
            comment(3, "A reply to that.", parent=2),
            comment(4, "Another of his.", author=NAME, email=MAIL, url=LINK),
            number=number,
        ),
        name=name,
    )


@pytest.fixture
def one(tmp_path):
    thread(tmp_path / "..")
    return Comment.objects.get(source_id="2")


def files_with(words):
    """Search every file of the installation, and what is packed in them."""
    found = []
    folders = [settings.VAR_DIR]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute(
                "SELECT current_setting('data_directory') || '/base/' || oid"
                " FROM pg_database WHERE datname = current_database()"
            )
            folders.append(Path(cursor.fetchone()[0]))
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA database_list")
            folders.append(Path(cursor.fetchone()[2]).parent)
    for folder in folders:
        for path in folder.rglob("*"):
            if not path.is_file() or "keys" in path.parts:
                continue
            data = path.read_bytes()
            if path.suffix == ".zst":
                data = capture_files.zstd.decompress(data)
            if data.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    data = b"".join(archive.read(name) for name in archive.namelist())
            found += [path for word in words if word.encode() in data]
    for packed in Segment.objects.values_list("packed", flat=True):
        html = isal_zlib.decompress(bytes(packed))
        found += ["a stored page" for word in words if word.encode() in html]
    return found


def in_copies(words):
    return [path for path in files_with(words) if "captures" in str(path)]


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


def test_the_copys_bytes_are_kept_without_it_and_the_page_says_why(one):
    erase(one, basis="legal")
    capture = Capture.objects.get()
    with capture_files.opened(capture.kept_sha256) as stream:
        kept = stream.read()
    marker = b"<!-- a comment was erased here -->"
    whole = export(
        item(
            comment(1, "First."),
            marker.decode(),
            comment(3, "A reply to that.", parent=2),
            comment(4, "Another of his.", author=NAME, email=MAIL, url=LINK),
        )
    )
    assert kept == whole
    page = Client().get(capture.get_absolute_url()).text
    assert capture.kept_sha256 in page
    assert capture.sha256 not in page
    assert "because comments were erased" in page


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


def test_a_sweep_that_was_cut_short_is_finished_later(one, monkeypatch):
    def breaks(*_arguments):
        raise SweepUnfinished("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("commentarchive.erasure.erase.sweep", breaks)
        with pytest.raises(
            CommandError, match="Erased and on record, but not yet swept"
        ):
            call_command("erase", comment=one.ref, basis="subject_request")
    one.refresh_from_db()
    assert one.visibility == Visibility.ERASED
    assert not Capture.objects.get().kept_sha256
    draft = capture_files.folder() / "left.part"
    draft.write_text(WORDS)
    call_command("replay_erasures", stdout=io.StringIO())
    assert Capture.objects.get().kept_sha256
    assert not draft.exists()
    assert not in_copies([WORDS])


@pytest.mark.parametrize("step", ["before", "after"])
def test_kept_bytes_that_were_being_replaced_are_found_again(one, step, monkeypatch):
    capture = Capture.objects.get()
    path = capture_files.path_of(capture.sha256)

    def dies():
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        if step == "before":
            broken.setattr("commentarchive.erasure.sweep.short_write", dies)
        else:
            real = sweep.settle_replaced
            calls = iter([real, dies])

            def in_turn():
                next(calls)()

            broken.setattr(sweep, "settle_replaced", in_turn)
        with pytest.raises(KeyboardInterrupt):
            erase(one, basis="legal")
    assert not path.exists()
    replay()
    assert Capture.objects.get().kept_sha256
    assert not in_copies([WORDS])
    assert capture_files.all_digests() == {Capture.objects.get().kept_sha256}


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


def moved(tmp_path, text, *, name, number=2):
    """Import a later file in which comment 2 stands under another article."""
    return load(
        tmp_path / "..",
        item(comment(2, text, author=NAME, email=MAIL, url=LINK), number=number),
        name=name,
    )


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


def test_a_comment_kept_under_two_articles_is_erased_under_both(one, tmp_path):
    moved(tmp_path, f"I saw {WORDS}.", name="a.xml")
    done = erase(one, basis="subject_request")
    assert done.comments == 2
    assert not in_copies([WORDS])
    assert not RevisionText.objects.filter(plain__contains="zeppelin").exists()


def test_what_waits_since_its_id_was_decided_on_is_not_published_by_a_later_copy(
    one, tmp_path, alice
):
    decide(one, Judgement(action=Action.HOLD), by=acting(alice))
    for name, text in (("a.xml", "Other words."), ("b.xml", "Other words, changed.")):
        moved(tmp_path, text, name=name)
        assert Comment.objects.get(post__source_id="2").visibility == Visibility.HELD


def test_an_edited_text_of_an_erased_twin_is_cut_out_too(tmp_path):
    load(tmp_path / "..", item(comment(7, "One text."), comment(7, "Another text.")))
    erase(Comment.objects.get(twin=1), basis="legal")
    load(
        tmp_path / "..",
        item(comment(7, "One text."), comment(7, "Another, edited text.")),
        name="2.xml",
    )
    assert not in_copies(["Another, edited", "Another text"])
    assert in_copies(["One text."])


def test_the_same_bytes_in_another_blog_stay_there(one, tmp_path):
    path = tmp_path / ".." / "export.xml"
    import_files([path], blog_slug="other")
    erase(one, basis="legal")
    import_files([path])
    other = Capture.objects.get(blog__slug="other")
    assert capture_files.path_of(other.digest_of_bytes).is_file()


def test_an_import_that_goes_on_after_an_erasure_brings_nothing_back(
    tmp_path, monkeypatch
):
    def dies(_run):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("commentarchive.intake.session._Session.close", dies)
        with pytest.raises(KeyboardInterrupt):
            thread(tmp_path / "..")
    erase(Comment.objects.get(source_id="2"), basis="legal")
    report = thread(tmp_path / "..")
    assert report.is_complete
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


def test_bytes_that_no_copy_names_are_left_alone(one):
    stray = capture_files.folder() / "stray"
    stray.write_text("From a newer database.")
    kept = capture_files.keep(stray)
    stray.unlink()
    erase(one, basis="legal")
    assert capture_files.path_of(kept.sha256).is_file()


@pytest.mark.parametrize(
    "record",
    [
        comment(2, "A <wp:comment>inner</wp:comment> zeppelin")
        .replace("<![CDATA[A", "A")
        .replace("zeppelin]]>", "zeppelin"),
        comment(2, "A zeppelin ]]&gt; and </wp:comment> more zeppelin"),
        "<wp:comment/>" + comment(2, "A zeppelin"),
    ],
)
def test_whatever_stands_around_it_the_words_are_cut(tmp_path, record):
    load(
        tmp_path / "..",
        item(comment(1, "First."), record, comment(3, "Third.")),
        item(comment(4, "Fourth."), number=2),
    )
    found = Comment.objects.get(source_id="2")
    erase(found, basis="legal")
    assert not in_copies(["zeppelin"])
    assert in_copies(["Fourth."])


NESTED = (
    comment(2, "A <wp:comment>inner</wp:comment> zeppelin tail")
    .replace("<![CDATA[A", "A")
    .replace("tail]]>", "tail")
)
CLOSED = comment(2, "A zeppelin ]]> b </wp:comment> zeppelin <![CDATA[ x")


@pytest.mark.parametrize(
    "record", [NESTED, CLOSED, "<wp:comment/>" + comment(2, "A zeppelin")]
)
def test_neither_the_words_nor_anything_else_goes_unseen(tmp_path, record):
    """First in its article, so that no count of others tells."""
    load(
        tmp_path / "..",
        item(record, comment(3, "Third."), body="Body words."),
        item(comment(4, "Fourth."), number=2),
    )
    erase(Comment.objects.get(source_id="2"), basis="legal")
    assert not in_copies(["zeppelin"])
    for words in ("Third.", "Body words.", "Fourth."):
        assert in_copies([words]), words


def test_an_awkward_comment_in_one_part_of_a_zip_does_not_spoil_another(tmp_path):
    path = tmp_path.parent / "parts.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.xml", export(item(CLOSED, comment(3, "Third."))))
        archive.writestr(
            "b.xml",
            export(
                item(
                    comment(5, "zeppelin says </item> and the tail", author="Nell"),
                    number=2,
                )
            ),
        )
    import_files([path])
    erase(Commenter.objects.get(name__name="Nell"), basis="legal")
    assert not in_copies(["zeppelin", "and the tail"])


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_a_copy_that_was_cut_short_lost_is_cut_out(tmp_path, when):
    whole = export(item(comment(1, "First."), comment(2, WORDS), comment(3, "Third.")))
    short = whole[: whole.index(b"of Tarnwick") + 8]
    load(tmp_path / "..", item(comment(1, "First."), comment(2, WORDS)))
    steps = [
        lambda: import_files([write(tmp_path / "..", short, "short.xml")]),
        lambda: erase(Comment.objects.get(source_id="2"), basis="legal"),
    ]
    for step in steps if when == "before" else reversed(steps):
        step()
    assert not in_copies(["zeppelin"])
    assert in_copies(["First."])


@pytest.mark.unreconciled
def test_an_import_that_never_went_on_is_swept_too(one, tmp_path, monkeypatch):
    def dies(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("commentarchive.intake.batches.BatchWriter.flush", dies)
        with pytest.raises(KeyboardInterrupt):
            load(tmp_path / "..", item(comment(2, f"I saw {WORDS}.")), name="dead.xml")
    erase(one, basis="legal")
    assert not in_copies([WORDS])


def test_an_import_that_died_before_its_sweep_is_swept_when_given_again(
    one, tmp_path, monkeypatch
):
    erase(one, basis="legal")

    def dies(*_arguments):
        raise KeyboardInterrupt

    again = item(comment(2, f"I saw {WORDS}."), comment(8, "More."))
    with monkeypatch.context() as broken:
        broken.setattr("commentarchive.intake.session._sweep", dies)
        with pytest.raises(KeyboardInterrupt):
            load(tmp_path / "..", again, name="8.xml")
    assert in_copies([WORDS])
    assert load(tmp_path / "..", again, name="8.xml").was_known
    assert not in_copies([WORDS])


def test_one_copy_that_fails_stops_no_other(one, tmp_path, monkeypatch):
    load(
        tmp_path / "..",
        item(comment(2, f"I saw {WORDS}."), comment(8, "More.")),
        name="8.xml",
    )
    first = Capture.objects.order_by("pk").first()
    capture_files.path_of(first.sha256).write_bytes(b"rubbish")
    with pytest.raises(CommandError, match=f"copy {first.ref}"):
        call_command("erase", comment=one.ref, basis="legal")
    capture_files.forget(first.sha256)
    assert not in_copies([WORDS])


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


def test_other_parts_of_a_zip_are_not_kept(tmp_path):
    path = tmp_path.parent / "mixed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("backup.html", f"<p>{WORDS}</p>")
        archive.writestr("a.xml", export(item(comment(1, "First."), comment(2, WORDS))))
    import_files([path])
    erase(Comment.objects.get(source_id="2"), basis="legal")
    assert not in_copies([WORDS])
    assert in_copies(["First."])


def test_a_copy_that_cannot_be_cut_is_said(one, tmp_path, monkeypatch):
    def cannot(*_arguments):
        raise CannotCut("a comment cannot be cut out of what stands around it")

    monkeypatch.setattr(sweep, "cut", cannot)
    with pytest.raises(CommandError, match="nothing could be cut out of copy k"):
        call_command("erase", comment=one.ref, basis="legal")
    report = load(tmp_path / "..", item(comment(2, f"{WORDS}!")), name="later.xml")
    assert not report.is_complete
    assert any("nothing could be cut" in each.reason for each in report.problems)


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


def test_the_notice_says_whether_readers_had_seen_it(tmp_path):
    load(tmp_path / "..", item(comment(1), comment(2, approved="0")))
    for source_id, seen in (("1", True), ("2", False)):
        found = Comment.objects.get(source_id=source_id)
        erase(found, basis="legal")
        assert found.tombstones.get(is_open=True).was_public is seen


def test_another_comment_under_the_same_number_elsewhere_stays(one, tmp_path):
    moved(tmp_path, "Other words.", name="a.xml")
    assert erase(one, basis="legal").comments == 1
    other = Comment.objects.get(post__source_id="2")
    assert other.visibility == "published"
    assert in_copies(["Other words."])


def test_kept_files_that_no_copy_names_are_counted(one):
    assert sweep.strays() == set()
    stray = capture_files.folder() / "stray"
    stray.write_text("From a newer database.")
    kept = capture_files.keep(stray)
    stray.unlink()
    assert sweep.strays() == {kept.sha256}
    out = io.StringIO()
    call_command("replay_erasures", stdout=out)
    assert "1 kept files belong to no copy here" in out.getvalue()


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
