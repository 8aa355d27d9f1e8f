"""A plain text on its way in by hand: kept as a draft, and imported once."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.utils.text import slugify

from commentarchive.actions.drafts import (
    DraftClosed,
    DraftMoved,
    close_draft,
    latest_step,
    open_draft,
)
from commentarchive.captures import files as capture_files
from commentarchive.erasure.sweep import forget_unnamed
from commentarchive.importers.characters import printable
from commentarchive.importers.plain_text import MOST_BYTES, PlainText, plain_text
from commentarchive.intake.report import Report
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import By
from commentarchive.models import Blog, Capture, CaptureState, TranscriptDraft
from commentarchive.storage.write_locks import draft_lock
from commentarchive.text.addresses import host_of
from commentarchive.transcripts.faults import Fault, faults
from commentarchive.transcripts.marks import Marks, undecided
from commentarchive.transcripts.marks_json import from_json

UNNAMED = "pasted.txt"
# Bytes that every file system allows.
LONGEST_NAME = 200


class NotReady(ValueError):
    """A draft cannot be confirmed yet; it says what has to be put right."""

    def __init__(self, found: list[Fault]) -> None:
        super().__init__("; ".join(map(str, found[:1])))
        self.faults = found


class CannotConfirm(ValueError):
    """A draft cannot be imported into that blog; the message says why."""


def start_draft(data: bytes, name: str, *, by: By) -> TranscriptDraft:
    """Keep a text's bytes and begin a draft of it. Raise Unreadable for no text."""
    text = plain_text(data)
    with _folder() as folder:
        path = folder / "text"
        path.write_bytes(data)
        kept = capture_files.keep(path)
    marks = undecided(text.sha256, text.lines)
    return open_draft(kept.sha256, kept.size, _file_name(name), marks, by=by)


def _file_name(name: str) -> str:
    """Return a name that any file may have."""
    last = Path(printable(name)).name.encode()[:LONGEST_NAME].decode(errors="ignore")
    return last if last.strip(". ") else UNNAMED


def text_of(draft: TranscriptDraft) -> PlainText:
    """Return a draft's text. Raise OSError where its bytes are gone."""
    with capture_files.opened(draft.sha256) as stream:
        return plain_text(stream.read(MOST_BYTES + 1))


def discard_draft(draft: TranscriptDraft) -> None:
    """Close a draft without a copy; its bytes go unless something else needs them."""
    close_draft(draft, None)
    forget_unnamed(draft.sha256)


def blogs_like(marks: Marks) -> list[Blog]:
    """Return the blogs that a text names by their title, or by the article's host."""
    title, host = marks.article.blog.casefold(), host_of(marks.article.address)
    return [
        blog
        for blog in Blog.objects.order_by("title", "pk")
        if (title and blog.title.casefold() == title)
        or (host and host_of(blog.address) == host)
    ]


def confirm_draft(
    draft: TranscriptDraft, blog: Blog | None, *, seen: int
) -> tuple[Report, Marks]:
    """Import a draft into a blog, or into a new one, with one entry of the record.

    Raise DraftMoved, DraftClosed, NotReady, CannotConfirm, Unreadable, ImportRunning
    or OSError; nothing is changed by then.
    """
    with draft_lock():
        draft.refresh_from_db()
        if draft.closed_at is not None:
            raise DraftClosed(draft)
        if draft.version != seen:
            message = "Somebody saved this draft after you had opened it."
            raise DraftMoved(message)
        told = latest_step(draft).marks
        marks = from_json(told)
        if found := faults(marks, datetime.now(UTC)):
            raise NotReady(found)
        slug = _known_slug(draft, blog) if blog else _new_slug(marks)
        report = _import(draft, told, slug)
        close_draft(draft, Capture.objects.get(ref=report.capture))
    return report, marks


def _import(draft: TranscriptDraft, told: str, slug: str) -> Report:
    with _folder() as folder:
        decided = folder / "marks.json"
        decided.write_text(told)
        (folder / "text").mkdir()
        path = folder / "text" / draft.file.name
        with capture_files.opened(draft.sha256) as stream, path.open("wb") as out:
            shutil.copyfileobj(stream, out)
        [report] = import_files(
            [path], blog_slug=slug, source="transcript", marks=decided
        )
    if report.was_known:
        message = f"This text was imported already: copy {report.capture}."
        raise CannotConfirm(message)
    return report


def _known_slug(draft: TranscriptDraft, blog: Blog) -> str:
    """Return the slug of a blog that does not have this text yet."""
    known = Capture.objects.filter(blog=blog, sha256=draft.sha256)
    if capture := known.exclude(state=CaptureState.READING).first():
        message = f"This text was imported into that blog already: copy {capture.ref}."
        raise CannotConfirm(message)
    return blog.slug


def _new_slug(marks: Marks) -> str:
    """Return a slug for a new blog; "" where the article's host names it."""
    if marks.article.address:
        return ""
    base = slugify(marks.article.blog)[:90]
    if not base:
        message = "Choose a blog, or write the name of a new one."
        raise CannotConfirm(message)
    taken = set(
        Blog.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    )
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder that is deleted again, at the latest by the next sweep."""
    where = capture_files.folder()
    where.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=where, suffix=".part") as made:
        yield Path(made)
