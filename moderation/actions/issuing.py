"""Reports put on record: issued once, corrected by others, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.utils import timezone

from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.hashing import base64url
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import Blog
from commentarchive.storage.write_locks import short_write
from moderation.models import IssuedReport


class AlreadyIssued(ValueError):
    """The report of this period was issued before; the message says so."""


class CorrectedMeanwhile(ValueError):
    """Another correction of the report was made since it was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report that was made: its period, blog (None for all), state and bytes."""

    period: str
    first: date
    # The day after the last.
    after: date
    blog: Blog | None
    size: int
    document: bytes


def issue(made: Made, *, by: By) -> IssuedReport:
    """Put a report on record and keep its bytes. Raise AlreadyIssued."""
    with short_write():
        # The lock on the record's head keeps two writers apart.
        index = next_index()
        if IssuedReport.objects.first_issued().of(made.period, made.blog).exists():
            message = f"The report of {made.period} was issued before."
            raise AlreadyIssued(message)
        report = _write(made, index)
        public: dict[str, Value] = {
            "digest": report.digest,
            "from": day_on_record(made.first),
            "size": made.size,
            "to": day_on_record(made.after),
        }
        if made.blog is not None:
            public["blog"] = made.blog.ref
        append(
            Statement(event="report.issue", subject=report.ref, by=by, public=public)
        )
    return report


def correct(
    issued: IssuedReport,
    made: Made,
    changed: Sequence[dict[str, Any]],
    *,
    last: IssuedReport,
    by: By,
) -> IssuedReport:
    """Put a correction of a report on record, with the lines that changed.

    Raise CorrectedMeanwhile where `last` is no longer the last word on it.
    """
    with short_write():
        index = next_index()
        if IssuedReport.objects.of(issued.period, issued.blog).last() != last:
            message = f"The report of {issued.period} was corrected meanwhile."
            raise CorrectedMeanwhile(message)
        report = _write(made, index, corrects=issued, changed=changed)
        append(
            Statement(
                event="report.correct",
                subject=report.ref,
                by=by,
                public={
                    "digest": report.digest,
                    "replaces": issued.ref,
                    "size": made.size,
                },
                committed={"note": note_of(changed)},
            )
        )
    return report


def note_looked(report: IssuedReport, size: int) -> None:
    """Note up to which entry it was asked whether anything has changed a report."""
    with short_write():
        rows = IssuedReport.objects.filter(pk=report.pk, looked_size__lt=size)
        rows.update(looked_size=size)


def day_on_record(day: date) -> str:
    """Return a day as the entry of a report has it: of each blog's own clock."""
    return f"{day.isoformat()}T00:00:00Z"


def note_of(changed: Sequence[dict[str, Any]]) -> str:
    """Return what a correction commits to: the lines that changed, one a line."""
    return "\n".join(
        f"{each['figure']} {each['key']}: {each['was']} -> {each['is']}"
        for each in changed
    )


def _write(
    made: Made,
    index: int,
    *,
    corrects: IssuedReport | None = None,
    changed: Sequence[dict[str, Any]] = (),
) -> IssuedReport:
    return IssuedReport.objects.create(
        ref=new_ref("e"),
        period=made.period,
        first=made.first,
        after=made.after,
        blog=made.blog,
        size=made.size,
        digest=base64url(sha256(made.document).digest()),
        document=made.document,
        corrects=corrects,
        changed=list(changed),
        issued_at=timezone.now(),
        entry_index=index,
        looked_size=made.size,
    )
