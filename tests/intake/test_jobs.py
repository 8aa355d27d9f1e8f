"""Imports asked for at the desk: looked over, read in, cancelled, gone on with."""

import io
import os
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.management import call_command

from commentarchive.actions.staff import acting
from commentarchive.captures import files as capture_files
from commentarchive.intake import jobs, uploads
from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Entry
from commentarchive.models import Blog, Capture, Comment, ImportJob
from commentarchive.storage.write_locks import import_lock
from tests import databases
from tests.intake.test_killed_imports import kill_midway
from tests.warm_program import WarmProgram
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
ONE = export(item(comment(1, "One."), comment(2, "Two.", parent=1)))


def uploaded(data, name="export.xml"):
    uploads.folder().mkdir(mode=0o700, exist_ok=True)
    file = TemporaryUploadedFile(name, "text/xml", len(data), "utf-8")
    file.write(data)
    file.flush()
    return file


def asked(olive, *datas, **options):
    files = [uploaded(data) for data in datas]
    return jobs.ask(files, actor=acting(olive).actor, **options)


def worked(job):
    call_command("run_imports", stdout=io.StringIO())
    job.refresh_from_db()
    return job


def test_an_upload_is_looked_over_then_read_in_for_staff_only(olive, client):
    job = worked(asked(olive, ONE))
    assert (job.state, job.reports[0]["comments"]["new"]) == ("looked", 2)
    assert not Blog.objects.exists()
    assert not Capture.objects.exists()
    kept = uploads.folder() / job.ref
    assert [
        oct(kept.stat().st_mode & 0o777),
        oct(_file(kept).stat().st_mode & 0o777),
    ] == [
        "0o700",
        "0o600",
    ]
    # Nothing more happens without somebody's word.
    assert worked(job).state == "looked"
    jobs.start(job)
    assert worked(job).state == "done"
    assert not kept.exists()
    blog = Blog.objects.get()
    assert blog.visibility == "staff"
    assert client.get(blog.get_absolute_url()).status_code == 404
    assert b"One." not in client.get("/").content
    assert Comment.objects.count() == 2


def _file(folder):
    return next(path for path in folder.rglob("*") if path.is_file())


def test_a_known_blog_stays_as_it_is_seen(olive, tmp_path):
    import_files([write(tmp_path, ONE)])
    job = worked(asked(olive, export(item(comment(3, "Three.")))))
    jobs.start(job)
    assert worked(job).state == "done"
    assert Blog.objects.get().visibility == "unlisted"


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (b"no export at all", {}, "export.xml: "),
        (b"", {}, "export.xml: "),
        (ONE, {"blog_slug": "no slug"}, "names no blog"),
    ],
)
def test_what_is_no_export_is_refused_in_a_sentence(olive, data, options, words):
    job = worked(asked(olive, data, **options))
    assert job.state == "refused"
    assert words in job.remark
    assert job.remark.endswith(".")
    assert "/" not in job.remark.replace("export.xml", "")
    assert not (uploads.folder() / job.ref).exists()
    assert not Capture.objects.exists()


def test_two_wait_for_one_another_and_for_an_import_by_hand(olive):
    first, second = asked(olive, ONE), asked(olive, ONE)
    worked(first)
    jobs.start(first)
    with import_lock():
        assert worked(first).state == "waiting"
        assert first.remark.startswith("Another import is running")
        assert first.attempts == 0
    assert worked(first).state == "done"
    second.refresh_from_db()
    assert second.state == "looked"
    assert second.reports[0]["comments"]["new"] == 2 or second.reports[0]["was_known"]


def test_a_cancelled_import_keeps_what_is_whole_and_its_bytes_can_come_again(
    olive, monkeypatch
):
    data = export(*(item(comment(10 * n, f"Text {n}."), number=n) for n in range(1, 9)))
    job = worked(asked(olive, data))
    jobs.start(job)
    heard = iter([False, False, False, False])
    monkeypatch.setattr(jobs._Cancelling, "__call__", lambda self: _hear(self, heard))
    assert worked(job).state == "cancelled"
    capture = Capture.objects.get()
    assert capture.state == "abandoned"
    assert 0 < Comment.objects.count() < 8
    entry = Entry.objects.get(event="archive.import")
    assert b'"complete":false' in bytes(entry.leaf).replace(b" ", b"")
    monkeypatch.undo()
    again = worked(asked(olive, data))
    jobs.start(again)
    assert worked(again).state == "done"
    assert Comment.objects.count() == 8
    assert Capture.objects.filter(state="complete").count() == 1


def _hear(cancelling, heard):
    cancelling.was_heard = next(heard, True)
    return cancelling.was_heard


def test_words_erased_after_a_cancelled_import_do_not_come_back(olive, monkeypatch):
    data = export(
        *(item(comment(10 * n, f"Secret text {n}."), number=n) for n in range(1, 9))
    )
    job = worked(asked(olive, data))
    jobs.start(job)
    heard = iter([False, False, False, False])
    monkeypatch.setattr(jobs._Cancelling, "__call__", lambda self: _hear(self, heard))
    worked(job)
    monkeypatch.undo()
    call_command("erase", comment=Comment.objects.first().ref, basis="subject_request")
    again = worked(asked(olive, data))
    jobs.start(again)
    worked(again)
    for capture in Capture.objects.all():
        with capture_files.opened(capture.digest_of_bytes) as kept:
            text = kept.read()
        assert b"Secret text 1." not in text
        assert b"Secret text 2." in text
    assert len(capture_files.all_digests()) == len(
        {each.digest_of_bytes for each in Capture.objects.all()}
    )


def test_a_file_that_cannot_be_read_is_named(olive, settings, monkeypatch):
    inbox = settings.VAR_DIR / "inbox"
    inbox.mkdir()
    (inbox / "one.xml").write_bytes(ONE)
    job = asked(olive, inbox_path="one.xml")

    def closed(paths, **_):
        raise PermissionError(13, "Permission denied", str(paths[0]))

    monkeypatch.setattr(jobs, "dry_run", closed)
    assert worked(job).remark == "one.xml: Permission denied."
    (inbox / "one.xml").unlink()
    ImportJob.objects.update(state="asked")
    assert worked(job).remark == "one.xml: there is no such file in the inbox."


def test_a_full_disk_is_waited_for(olive, monkeypatch):
    job = asked(olive, ONE)

    def full(_job):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(jobs, "_look", full)
    for _ in range(jobs.MOST_ATTEMPTS + 1):
        assert worked(job).state == "asked"
    assert job.remark.startswith("The disk of this server is full")
    monkeypatch.undo()
    assert worked(job).state == "looked"
    assert job.remark == ""


def test_what_is_not_read_yet_is_cancelled_at_once(olive):
    for step in ("asked", "looked", "waiting"):
        job = asked(olive, ONE)
        if step != "asked":
            worked(job)
        if step == "waiting":
            jobs.start(job)
        jobs.cancel(job)
        job.refresh_from_db()
        assert job.state == "cancelled"
        assert not (uploads.folder() / job.ref).exists()
        with pytest.raises(jobs.JobMoved):
            jobs.cancel(job)
        with pytest.raises(jobs.JobMoved):
            jobs.start(job)
    assert not Capture.objects.exists()


def test_a_job_that_ends_its_worker_is_not_begun_for_ever(olive, monkeypatch):
    job = asked(olive, ONE)
    monkeypatch.setattr(jobs, "_look", lambda _job: sys.exit(9))
    for _ in range(jobs.MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            worked(job)
    assert worked(job).state == "refused"
    assert job.remark == jobs.ENDED_MIDWAY


def test_a_fault_ends_its_own_job_and_no_other(olive, monkeypatch, caplog):
    first, second = asked(olive, ONE), asked(olive, ONE)
    look = jobs._look
    monkeypatch.setattr(
        jobs, "_look", lambda job: look(job) if job.pk == second.pk else 1 / 0
    )
    assert worked(first).remark == jobs.FAULT
    assert "ZeroDivisionError" in caplog.text
    second.refresh_from_db()
    assert second.state == "looked"


@pytest.mark.parametrize(
    "path",
    [
        *("../secret.xml", "/etc/passwd", "a/../../x", "link.xml", "linked/in.xml"),
        *("folder", "", "none.xml", "a\0b", "x" * 5000, "folder/x/y", "\udcff", "."),
    ],
)
def test_a_path_outside_the_inbox_is_refused(olive, settings, path):
    inbox = settings.VAR_DIR / "inbox"
    (inbox / "folder").mkdir(parents=True)
    outside = settings.VAR_DIR / "outside"
    outside.mkdir()
    (outside / "in.xml").write_bytes(ONE)
    (settings.VAR_DIR / "secret.xml").write_bytes(ONE)
    (inbox / "link.xml").symlink_to(outside / "in.xml")
    (inbox / "linked").symlink_to(outside)
    with pytest.raises(uploads.RefusedFile):
        uploads.inbox_file(path)
    with pytest.raises(uploads.RefusedFile):
        asked(olive, inbox_path=path)
    assert not ImportJob.objects.exists()


def test_a_file_of_the_inbox_stays_there(olive, settings):
    inbox = settings.VAR_DIR / "inbox" / "old"
    inbox.mkdir(parents=True)
    (inbox / "one.xml").write_bytes(ONE)
    assert uploads.in_inbox(9) == ["old/one.xml"]
    job = worked(asked(olive, inbox_path="old/one.xml"))
    jobs.start(job)
    assert worked(job).state == "done"
    assert (inbox / "one.xml").exists()


def test_what_nobody_took_is_deleted(olive):
    stale = uploads.folder() / "x.upload.xml"
    job = worked(asked(olive, ONE))
    stale.write_text("cut off")
    os.utime(stale, (0, 0))
    ImportJob.objects.update(made_at="2020-01-01T00:00Z")
    jobs.tidy()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert list(uploads.folder().iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_goes_on_where_it_stopped(olive, tmp_path):
    items = [
        item(*(comment(1000 * n + c, f"text {c}") for c in range(1, 60)), number=n)
        for n in range(1, 40)
    ]
    job = asked(olive, export(*items))
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": databases.address_of_copy("worker"),
    }
    begin = (
        "from commentarchive.models import ImportJob\n"
        "from commentarchive.intake.jobs import start\n"
        "start(ImportJob.objects.get())\n"
    )
    count = (
        "from commentarchive.models import *\n"
        "print(ImportJob.objects.get().state, Comment.objects.count(),"
        " Capture.objects.get().state)\n"
    )
    with WarmProgram(environment) as program:

        def manage(*arguments):
            done = program.run(*arguments)
            assert done.returncode == 0, done.stderr
            return done.stdout

        manage("run_imports")
        manage("shell", "-v0", "-c", begin)
        for _ in range(2):
            kill_midway(program, environment["DATABASE_URL"], "run_imports")
        manage("run_imports")
        told = manage("shell", "-v0", "-c", count)
        assert told.split() == ["done", f"{39 * 59}", "complete"]
        manage("reconcile")
    assert not (tmp_path / "uploads" / job.ref).exists()
