"""Bytes that were imported before: what was cut short is finished, no more."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from commentarchive.captures.dating import CannotDate, date_copy
from commentarchive.captures.files import measure
from commentarchive.discussion.stored_pages import store_missing
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.erasure.sweep import sweep_copy
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import Remark
from commentarchive.intake.report import UNDATED, Report, known_report
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Capture, CaptureState


def belong_to_another_reading(sources: Sequence[IsolatedSource]) -> bool:
    """Return whether some of several files are in the archive already.

    Then the others are not whole without them.
    """
    files = {source.path for source in sources if not source.host}
    if len(files) <= 1:
        return False
    digests = {measure(path).sha256 for path in files}
    known = Capture.objects.filter(sha256__in=digests)
    return known.exclude(state=CaptureState.READING).exists()


def known_file(source: IsolatedSource, capture: Capture) -> Report:
    """Report on bytes that were imported before; finish what was cut short then."""
    source.close()
    report = known_report(source, capture)
    if source.is_dated_by_hand:
        _date_later(capture, source.blog.written_at, report)
    if failure := sweep(capture):
        report.problems.append(failure)
        report.is_complete = False
    store_missing(capture.blog)
    return report


def _date_later(capture: Capture, made_at: datetime | None, report: Report) -> None:
    """Date a copy that was imported without a date; report it, or why it cannot be."""
    if made_at is None or made_at == capture.written_at:
        return
    try:
        date_copy(capture, made_at, reason="given with the file again", by=SYSTEM)
    except CannotDate as error:
        report.problems.append(Remark("byte 0", str(error)))
        return
    report.was_known = False
    report.cannot_tell = [each for each in report.cannot_tell if each != UNDATED]
    day = f"{timezone.localtime(made_at):%-d %B %Y}"
    report.how.append(f"it is dated {day} from now on")


def sweep(capture: Capture) -> Remark | None:
    """Cut what was erased here before out of the kept bytes; return what failed."""
    try:
        sweep_copy(capture)
    except SweepUnfinished as error:
        return Remark("byte 0", str(error))
    return None
