"""Imports that are asked for at the desk: a queue in the database, and its worker.

Each is looked over first (a dry run), then waits for somebody's word, then is read in.
One worker takes them in their order. What it was doing when it was killed is found by
the job's state: the same bytes go on where their copy stopped.
"""

import logging
import time as clock
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from django.utils import timezone

from commentarchive.importers.characters import printable
from commentarchive.importers.parsed import Unreadable
from commentarchive.intake import uploads
from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.report import Report, pack_report
from commentarchive.intake.session import import_files
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Actor
from commentarchive.ledger.outages import outage
from commentarchive.models import BlogVisibility, ImportJob, JobState
from commentarchive.storage.write_locks import ImportRunning, short_write

# A job with which the worker ended so often is not begun again.
MOST_ATTEMPTS = 3
# How long a dry run waits for somebody's word.
PATIENCE = timedelta(days=14)
# Seconds between two looks at whether somebody cancelled.
LOOK_EVERY = 0.5

ENDED_MIDWAY = (
    f"This program ended {MOST_ATTEMPTS} times while it read this. What was read is "
    "kept; its log may say why."
)
FAULT = (
    "A fault of this program stopped it; its log says more. What was read is kept, "
    "and the same files go on from there."
)
_log = logging.getLogger("commentarchive.imports")


class JobMoved(ValueError):
    """The job is not, or no longer, in a state in which that can be done."""


class _Cancelled(Exception):
    """Somebody cancelled the dry run."""


def ask(
    files: "Sequence[UploadedFile[Any]]" = (),
    *,
    inbox_path: str = "",
    blog_slug: str = "",
    saved_on: date | None = None,
    actor: Actor,
) -> ImportJob:
    """Put an import of uploaded files, or of one of the inbox, at the queue's end.

    Raise uploads.RefusedFile, or OSError; then nothing is kept.
    """
    ref = new_ref("e")
    try:
        if files:
            names = uploads.take(files, ref)
            size = sum(path.stat().st_size for path in uploads.paths_of(ref, names))
        else:
            names = [inbox_path]
            size = uploads.inbox_file(inbox_path).stat().st_size
        with short_write():
            return ImportJob.objects.create(
                ref=ref,
                asked_by=actor,
                made_at=timezone.now(),
                blog_slug=blog_slug,
                saved_on=saved_on,
                is_upload=bool(files),
                files=names,
                size=size,
            )
    except BaseException:
        uploads.remove(ref)
        raise


def start(job: ImportJob) -> None:
    """Let an import begin that was looked over. Raise JobMoved."""
    with short_write():
        _move(job, {JobState.LOOKED}, state=JobState.WAITING, attempts=0, remark="")


def cancel(job: ImportJob) -> None:
    """End a job; one that is being read keeps what is whole. Raise JobMoved."""
    before = {JobState.ASKED, JobState.LOOKED, JobState.WAITING}
    with short_write():
        reading = ImportJob.objects.filter(pk=job.pk, state=JobState.IMPORTING)
        if reading.update(is_cancelled=True):
            return
        _move(job, before, state=JobState.CANCELLED, ended_at=timezone.now())
    uploads.remove(job.ref)


def tidy() -> None:
    """Delete what nobody took, and end dry runs that nobody answered."""
    uploads.remove_stale()
    before = timezone.now() - PATIENCE
    for job in ImportJob.objects.filter(state=JobState.LOOKED, made_at__lt=before):
        _end(job, JobState.CANCELLED, "Nobody started it for two weeks.")


def run_next() -> bool:
    """Do the next job, or the next step of it; return whether there was any.

    False also where it has to wait, for another import or for the machine.
    """
    job = ImportJob.objects.at_work().first()
    if job is None:
        return False
    if job.attempts >= MOST_ATTEMPTS:
        _end(job, JobState.REFUSED, ENDED_MIDWAY)
        return True
    ImportJob.objects.filter(pk=job.pk).update(attempts=F("attempts") + 1)
    try:
        if job.state == JobState.ASKED:
            _look(job)
        else:
            _import(job)
    except _Cancelled:
        return True
    except ImportRunning:
        remark = "Another import is running; this one begins when it ends."
        return _wait(job, remark, state=job.state)
    except Exception as error:  # noqa: BLE001  # one bad job must not stop the queue
        if found := outage(error):
            return _wait(job, _sentence(f"{found}; it goes on when that has passed"))
        _end(job, JobState.REFUSED, _refusal(job, error))
    return True


def _refusal(job: ImportJob, error: Exception) -> str:
    """Return why a job ended before its time, in a sentence."""
    if isinstance(error, Unreadable):
        name = error.path.name if error.path else job.files[0]
        return printable(f"{name}: {error}").rstrip(".") + "."
    if isinstance(error, uploads.RefusedFile):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        name = Path(error.filename).name
        return printable(f"{name}: {error.strerror}") + "."
    _log.error("The import %s failed.", job.ref, exc_info=error)
    return FAULT


def _look(job: ImportJob) -> None:
    """Do a job's dry run."""
    cancelled = _Cancelling(job, JobState.ASKED)

    def progress(_byte: int, _comments: int) -> None:
        if cancelled():
            raise _Cancelled

    reports = dry_run(
        _paths(job),
        blog_slug=job.blog_slug,
        saved_at=job.saved_on,
        progress=progress,
    )
    # Nothing to do where it was cancelled meanwhile.
    ImportJob.objects.filter(pk=job.pk, state=JobState.ASKED).update(
        state=JobState.LOOKED, reports=_packed(reports), attempts=0, remark=""
    )


def _import(job: ImportJob) -> None:
    """Read a job's files in, or go on with that."""
    begun = ImportJob.objects.filter(
        pk=job.pk, state__in=[JobState.WAITING, JobState.IMPORTING]
    )
    started_at = job.started_at or timezone.now()
    if not begun.update(state=JobState.IMPORTING, started_at=started_at, remark=""):
        return
    cancelled = _Cancelling(job, JobState.IMPORTING)
    reports = import_files(
        _paths(job),
        blog_slug=job.blog_slug,
        saved_at=job.saved_on,
        visibility=BlogVisibility.STAFF,
        is_cancelled=cancelled,
    )
    state = JobState.PARTIAL
    if cancelled.was_heard:
        state = JobState.CANCELLED
    elif all(report.is_complete for report in reports):
        state = JobState.DONE
    _end(job, state, "", reports=_packed(reports))


class _Cancelling:
    """Whether somebody cancelled a job; looks into the database now and then."""

    def __init__(self, job: ImportJob, state: JobState) -> None:
        self._job, self._state = job, state
        self._looked_at = 0.0
        self.was_heard = False

    def __call__(self) -> bool:
        now = clock.monotonic()
        if not self.was_heard and now - self._looked_at > LOOK_EVERY:
            self._looked_at = now
            going = ImportJob.objects.filter(
                pk=self._job.pk, state=self._state, is_cancelled=False
            )
            self.was_heard = not going.exists()
        return self.was_heard


def _move(job: ImportJob, before: set[JobState], **columns: object) -> None:
    """Change a job's state from one of some. Raise JobMoved where it is in no such."""
    if not ImportJob.objects.filter(pk=job.pk, state__in=before).update(**columns):
        message = "It has gone on meanwhile; this is how it stands."
        raise JobMoved(message)


def _end(
    job: ImportJob,
    state: JobState,
    remark: str,
    *,
    reports: list[dict[str, object]] | None = None,
) -> None:
    """End a job, and delete its uploaded files."""
    more = {} if reports is None else {"reports": reports}
    ImportJob.objects.filter(pk=job.pk).update(
        state=state, remark=remark, ended_at=timezone.now(), **more
    )
    if job.is_upload:
        uploads.remove(job.ref)


def _wait(job: ImportJob, remark: str, **columns: Any) -> bool:
    """Note what a job waits for; that counts as no attempt. Return False."""
    ImportJob.objects.filter(pk=job.pk).update(
        attempts=job.attempts, remark=remark, **columns
    )
    return False


def _paths(job: ImportJob) -> list[Path]:
    """Return a job's files. Raise RefusedFile where one has gone from the inbox."""
    if job.is_upload:
        return uploads.paths_of(job.ref, job.files)
    return [uploads.inbox_file(name) for name in job.files]


def _packed(reports: Sequence[Report]) -> list[dict[str, object]]:
    return [pack_report(report) for report in reports]


def _sentence(words: str) -> str:
    """Return words with a capital at the beginning and a stop at the end."""
    return f"{words[:1].upper()}{words[1:]}."
