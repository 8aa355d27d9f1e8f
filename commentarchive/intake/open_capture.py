"""The row of a copy: made when its file is begun, its bytes swept at the end."""

from django.utils import timezone

from commentarchive.captures import files as capture_files
from commentarchive.erasure.sweep import SweepUnfinished, sweep_copy
from commentarchive.importers.parsed import Remark
from commentarchive.importers.reader_process import Apart
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Blog, Capture, CaptureFile


def open_capture(
    source: Apart, blog: Blog, kept: capture_files.StoredFile, reading_ref: str
) -> Capture:
    """Begin a copy of a file whose bytes are kept."""
    ref = new_ref("k")
    capture = Capture.objects.create(
        ref=ref,
        blog=blog,
        importer=source.importer.name,
        importer_version=source.importer.version,
        sha256=kept.sha256,
        size=kept.size,
        taken_at=timezone.now(),
        written_at=source.blog.written_at,
        reading=reading_ref or ref,
        is_compared=False,
    )
    CaptureFile.objects.create(capture=capture, name=source.path.name[:500])
    return capture


def sweep_or_tell(capture: Capture) -> Remark | None:
    """Cut out of the kept bytes what was erased before; what cannot be is told."""
    try:
        sweep_copy(capture)
    except SweepUnfinished as error:
        return Remark("byte 0", str(error))
    return None
