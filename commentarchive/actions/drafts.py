"""Drafts of plain texts: begun, changed step by step, undone, closed."""

from django.db.models import QuerySet
from django.utils import timezone

from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Capture, DraftFile, DraftStep, TranscriptDraft
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import short_write
from commentarchive.transcripts.marks import Marks
from commentarchive.transcripts.marks_json import as_json, from_json

# So many can be undone.
KEPT_STEPS = 50


class DraftMoved(ValueError):
    """Somebody saved the draft since it was looked at."""


class DraftClosed(ValueError):
    """The draft was confirmed or discarded; the message says which."""

    def __init__(self, draft: TranscriptDraft) -> None:
        done = "confirmed" if draft.capture_id else "discarded"
        super().__init__(f"This draft was {done} already; nothing was changed.")


class NothingToUndo(ValueError):
    """No earlier step is kept."""


def open_draft(
    sha256: str, size: int, name: str, marks: Marks, *, by: By
) -> TranscriptDraft:
    """Add a draft of bytes that are kept already."""
    with short_write():
        now = timezone.now()
        draft = TranscriptDraft.objects.create(
            ref=new_ref("t"), sha256=sha256, size=size, made_at=now, made_by=by.actor
        )
        DraftFile.objects.create(draft=draft, name=name)
        _add_step(draft, 0, as_json(marks), by)
    return draft


def latest_step(draft: TranscriptDraft) -> DraftStep:
    """Return the step that stands. Raise DraftClosed where none is left."""
    step = _latest_of.first(draft.pk)
    if step is None:
        draft.refresh_from_db()
        raise DraftClosed(draft)
    return step


@Prepared
def _latest_of(draft_pk: int) -> QuerySet[DraftStep]:
    steps = DraftStep.objects.filter(draft=draft_pk)
    return steps.select_related("saved_by").order_by("-number")[:1]


def save_step(
    draft: TranscriptDraft, marks: Marks, *, seen: int, by: By
) -> TranscriptDraft:
    """Save what was decided. Raise DraftMoved, DraftClosed or WrongMarks.

    The same again is no step. `seen` is the version that was looked at.
    """
    told = as_json(marks)
    from_json(told)
    with short_write():
        now = _locked(draft, seen)
        if latest_step(now).marks != told:
            _next(now, now.version, told, by)
    return now


def undo_step(draft: TranscriptDraft, *, seen: int, by: By) -> TranscriptDraft:
    """Take the last step back. Raise NothingToUndo, DraftMoved or DraftClosed."""
    with short_write():
        now = _locked(draft, seen)
        before = now.steps.filter(number=latest_step(now).before).first()
        if before is None:
            message = "There is nothing to undo."
            raise NothingToUndo(message)
        _next(now, before.before, before.marks, by)
    return now


def close_draft(draft: TranscriptDraft, capture: Capture | None) -> None:
    """Note what came of a draft, and delete its words: the copy has them, if any.

    Raise DraftClosed; but what was imported meanwhile is noted all the same.
    """
    with short_write():
        now = TranscriptDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        if now.closed_at is not None and (capture is None or now.capture_id):
            raise DraftClosed(now)
        _close(now, capture)


def forget_drafts(digests: QuerySet[Capture, str]) -> None:
    """Discard the open drafts of some bytes, in the transaction of an erasure."""
    for draft in TranscriptDraft.objects.open().filter(sha256__in=digests):
        _close(draft, None)


def _close(draft: TranscriptDraft, capture: Capture | None) -> None:
    draft.closed_at, draft.capture = draft.closed_at or timezone.now(), capture
    draft.save(update_fields=["closed_at", "capture"])
    draft.steps.all().delete()
    DraftFile.objects.filter(draft=draft).delete()


def _locked(draft: TranscriptDraft, seen: int) -> TranscriptDraft:
    now = TranscriptDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if now.closed_at is not None:
        raise DraftClosed(now)
    if now.version != seen:
        message = "Somebody saved this draft after you had opened it."
        raise DraftMoved(message)
    return now


def _next(draft: TranscriptDraft, before: int, told: str, by: By) -> None:
    draft.version += 1
    draft.save(update_fields=["version"])
    _add_step(draft, before, told, by)
    draft.steps.filter(number__lte=draft.version - KEPT_STEPS).delete()


def _add_step(draft: TranscriptDraft, before: int, told: str, by: By) -> None:
    DraftStep.objects.create(
        draft=draft,
        number=draft.version,
        before=before,
        marks=told,
        saved_at=timezone.now(),
        saved_by=by.actor,
    )
