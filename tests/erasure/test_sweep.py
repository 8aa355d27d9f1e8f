"""Kept bytes lose an erased comment, and nothing else."""

import io
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from commentarchive.captures import files as capture_files
from commentarchive.erasure import sweep
from commentarchive.erasure.erase import erase
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.erasure.replay import replay
from commentarchive.importers.cut import CannotCut
from commentarchive.intake.session import import_files
from commentarchive.models import (
    Capture,
    Comment,
    Commenter,
    Visibility,
)
from tests.erasure.quarrel import (
    LINK,
    MAIL,
    NAME,
    WORDS,
    in_copies,
)
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


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
        broken.setattr("commentarchive.intake.session.sweep", dies)
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
