"""Bytes that were imported before: what was cut short is finished, no more."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from commentarchive.captures.dating import CannotDate, check_date, date_copy, in_words
from commentarchive.captures.files import measure
from commentarchive.discussion.stored_pages import store_missing
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.erasure.sweep import sweep_copy
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import Remark
from commentarchive.intake.report import UNDATED, Report, known_report
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Capture, CaptureState
from commentarchive.storage.prepared import Prepared


def belong_to_another_reading(sources: Sequence[IsolatedSource]) -> bool:
    """Return whether some of several files are in the archive already.

    Then the others are not whole without them.
    """
    files = {source.path for source in sources if source.host is None}
    if len(files) <= 1:
        return False
    return bool(_known_of(tuple({measure(path).sha256 for path in files})))


@Prepared
def _known_of(digests: tuple[str, ...]) -> QuerySet[Capture, int]:
    known = Capture.objects.filter(sha256__in=digests)
    known = known.exclude(state=CaptureState.READING)
    return known.order_by().values_list("pk", flat=True)[:1]


def known_file(source: IsolatedSource, capture: Capture) -> Report:
    """Report on bytes that were imported before; finish what was cut short then."""
    source.close()
    report = known_report(source, capture)
    if source.saved_at is not None:
        date_later(capture, source, report)
    if failure := sweep(capture):
        report.problems.append(failure)
        report.is_complete = False
    store_missing(capture.blog)
    return report


def date_later(
    capture: Capture, source: IsolatedSource, report: Report, *, is_dry: bool = False
) -> None:
    """Date a copy that was imported before as its file is now; report what came of it.

    A dry run reports what would come of it.
    """
    saved_at = source.saved_at
    if saved_at is None or _is_the_same(capture, saved_at):
        return
    try:
        if is_dry:
            check_date(capture, saved_at)
        else:
            date_copy(capture, saved_at, reason="given with the file again", by=SYSTEM)
    except CannotDate as error:
        report.problems.append(Remark("byte 0", str(error)))
        return
    when = in_words(saved_at, capture.blog.time_zone)
    if is_dry:
        report.how.append(f"it would be dated {when} from then on")
        return
    report.was_known = False
    report.cannot_tell = [each for each in report.cannot_tell if each != UNDATED]
    report.how.append(f"it is dated {when} from now on")


def _is_the_same(capture: Capture, saved_at: date) -> bool:
    """Return whether a copy has the date that is given, be it known more exactly."""
    if isinstance(saved_at, datetime):
        return capture.written_at == saved_at and not capture.day_only
    made_at = capture.made_at(capture.blog.time_zone)
    return made_at is not None and made_at.date() == saved_at


def sweep(capture: Capture) -> Remark | None:
    """Cut what was erased here before out of the kept bytes; return what failed."""
    try:
        sweep_copy(capture)
    except SweepUnfinished as error:
        return Remark("byte 0", str(error))
    return None
