"""Issued reports, compared with the entries that put them on record."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from django.db.models import Exists, OuterRef, QuerySet

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.ledger.models import Entry
from commentarchive.storage.prepared import Prepared
from moderation.models import IssuedReport

_EVENTS = ("report.issue", "report.correct")


def compare_reports(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Compare the reports that were kept with their entries, and with their digests."""
    told = [said for said in entries if said.event in _EVENTS]
    if not told:
        return
    indexes = [said.index for said in told]
    found = IssuedReport.objects.filter(entry_index__in=indexes)
    rows = {each.entry_index: each for each in found.select_related("blog", "corrects")}
    for said in told:
        report = rows.get(said.index)
        if report is None or report.ref != said.subject:
            yield Difference(said.index, "the report it speaks of is not there")
            continue
        for name, value in _stored(report).items():
            if value != said.public.get(name):
                reason = f"the {name} of report {report.ref} is {value}"
                yield Difference(said.index, f"{reason}, not {said.public.get(name)}")
        if base64url(sha256(report.document).digest()) != said.public["digest"]:
            reason = f"report {report.ref} is not as it was issued"
            yield Difference(said.index, reason)
        if report.corrects and not _is_of_the_same(report, report.corrects):
            reason = f"report {report.ref} corrects one of another period or blog"
            yield Difference(said.index, reason)


def _stored(report: IssuedReport) -> dict[str, object]:
    """Return a report's row as its entry would say it."""
    stored: dict[str, object] = {"digest": report.digest, "size": report.size}
    if report.corrects:
        return stored | {"replaces": report.corrects.ref}
    return stored | {
        "blog": report.blog.ref if report.blog else None,
        "from": f"{report.first.isoformat()}T00:00:00Z",
        "to": f"{report.after.isoformat()}T00:00:00Z",
    }


def _is_of_the_same(one: IssuedReport, other: IssuedReport) -> bool:
    return (one.period, one.first, one.after, one.blog_id) == (
        *(other.period, other.first, other.after),
        other.blog_id,
    )


def misplaced_reports() -> Iterator[Difference]:
    """Find reports that no entry put on record."""
    for ref, index in _unsaid():
        yield Difference(index, f"it says nothing of report {ref}, which refers to it")


@Prepared
def _unsaid() -> QuerySet[IssuedReport, tuple[str, int]]:
    said = Entry.objects.filter(index=OuterRef("entry_index"), event__in=_EVENTS)
    unsaid = IssuedReport.objects.filter(~Exists(said))
    return unsaid.values_list("ref", "entry_index")
