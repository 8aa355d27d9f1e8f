"""Import comments from exported files."""

import json
import stat
from argparse import ArgumentTypeError
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from tqdm import tqdm

from commentarchive.archive_command import ArchiveCommand
from commentarchive.importers.characters import printable
from commentarchive.importers.dates import FIRST_YEAR
from commentarchive.importers.parsed import Unreadable
from commentarchive.importers.plain_text import MOST_BYTES
from commentarchive.importers.registry import IMPORTERS
from commentarchive.intake.drafts import start_draft
from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.report import (
    Report,
    by_reason,
    how_it_was_read,
    in_alikes,
    in_places,
)
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.outages import outage
from commentarchive.search.index import catch_up
from commentarchive.storage.write_locks import ImportRunning
from commentarchive.text.unseen import escaped_json

PARTIAL = 3


class Command(ArchiveCommand):
    help = (
        "Read exported files into the archive. Files given together are one reading. "
        "Exit code 0: all read; 3: read in part, the rest is named; 1: refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--blog",
            default="",
            metavar="SLUG",
            help="the blog that the files are of, by the last part of its address here",
        )
        parser.add_argument(
            "--source",
            default="",
            metavar="NAME",
            help="the kind of source, instead of detecting it: "
            + ", ".join(importer.name for importer in IMPORTERS),
        )
        parser.add_argument(
            "--saved-on",
            type=_day_or_time,
            metavar="DATE",
            help="when the files were made, if they do not say so: a day, such as "
            "2012-05-03, or a time, such as 2012-05-03T17:14",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="report what an import would do, and write nothing",
        )
        parser.add_argument(
            "--draft",
            action="store_true",
            help="keep plain texts as drafts, to be decided at the desk; print where",
        )
        parser.add_argument(
            "--json", action="store_true", help="print one line of JSON for each file"
        )

    def handle(
        self, *, files: list[Path], blog: str, source: str, json: bool, **options: Any
    ) -> None:
        if options["draft"]:
            self._draft(files)
            return
        read = dry_run if options["dry_run"] else import_files
        size = sum(map(_size_of, files))
        with tqdm(
            total=size, unit="B", unit_scale=True, file=self.stderr, disable=None
        ) as bar:

            def progress(byte: int, comments: int) -> None:
                bar.set_postfix_str(f"{comments} comments", refresh=False)
                bar.update(max(0, byte - bar.n))

            try:
                reports = read(
                    files,
                    blog_slug=blog,
                    source=source,
                    saved_at=options["saved_on"],
                    progress=progress,
                )
            except Unreadable as error:
                message = printable(f"{error.path or files[0]}: {error}")
                raise CommandError(message) from error
            except (DatabaseError, OSError) as error:
                if found := outage(error):
                    message = (
                        f"Not read to the end: {found}. What was read is kept; give "
                        "the same files again later, and the rest is read."
                    )
                    raise CommandError(message) from error
                if isinstance(error, DatabaseError):
                    raise
                name = error.filename or files[0]
                message = printable(f"{name}: {error.strerror or error}")
                raise CommandError(message) from error
            except ImportRunning as error:
                raise CommandError(str(error)) from error
        self._report(reports, json=json)
        if options["dry_run"]:
            self.stderr.write("Dry run: nothing was written.")
        else:
            self._make_ready_for_searches()
        if not all(report.is_complete for report in reports):
            raise SystemExit(PARTIAL)

    def _report(self, reports: Sequence[Report], *, json: bool) -> None:
        for report in reports:
            self.stdout.write(_as_json(report) if json else _as_text(report))

    def _make_ready_for_searches(self) -> None:
        try:
            catch_up()
        except DatabaseError as error:
            if not (found := outage(error)):
                raise
            message = f"Searches may miss some of it: {found}; run_imports goes on."
            self.stderr.write(message)

    def _draft(self, files: list[Path]) -> None:
        """Keep each text as a draft. Raise CommandError at the first that is none."""
        for path in files:
            if _size_of(path) > MOST_BYTES:
                message = f"{path}: it is larger than {MOST_BYTES >> 20} MiB"
                raise CommandError(printable(message))
            try:
                draft = start_draft(path.read_bytes(), path.name, by=SYSTEM)
            except Unreadable as error:
                place = f"{error.place}: " if error.place else ""
                message = printable(f"{path}: {place}{error.reason}")
                raise CommandError(message) from error
            except OSError as error:
                message = printable(f"{path}: {error.strerror or error}")
                raise CommandError(message) from error
            self.stdout.write(f"{settings.BASE_URL}{draft.get_absolute_url()}")


def _size_of(path: Path) -> int:
    """Return a file's size. Raise CommandError for what is no file, in one sentence."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        reason = "there is no such file"
    except OSError as error:
        reason = error.strerror or "it cannot be read"
    else:
        if stat.S_ISREG(found.st_mode):
            return found.st_size
        reason = "it is no file, but a pipe or a device"
        if stat.S_ISDIR(found.st_mode):
            reason = "it is a folder; name the files in it"
    raise CommandError(printable(f"{path}: {reason}"))


def _day_or_time(text: str) -> date:
    """Parse a past day, or a time; without an offset, in this archive's time zone."""
    told: date
    try:
        told = date.fromisoformat(text)
        is_past = told <= timezone.localdate()
    except ValueError:
        told = _time(text)
        is_past = told <= timezone.now()
    if told.year < FIRST_YEAR or not is_past:
        message = f"{text!r} is not in the past, or was before {FIRST_YEAR}"
        raise ArgumentTypeError(message)
    return told


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError):
        message = f"{text!r} is no date such as 2012-05-03"
        raise ArgumentTypeError(message) from None


def _as_json(report: Report) -> str:
    counts = report.counts
    comments = {**counts.comments.as_dict(), "orphans": report.orphans}
    remarks = {
        name: [{"place": each.place, "reason": each.reason} for each in found]
        for name, found in (
            ("repairs", report.repairs),
            ("problems", report.problems),
        )
    }
    said = {
        "source": report.source,
        "capture": report.capture,
        "sha256": report.sha256,
        "posts": counts.posts.as_dict(),
        "comments": comments,
        "status": counts.states,
        "max_depth": counts.max_depth,
        "repairs": remarks["repairs"],
        "complete": report.is_complete,
        "problems": remarks["problems"],
        "cannot_tell": report.cannot_tell,
        "changes": report.changes.as_dict() if report.changes else None,
        "how": how_it_was_read(report.how),
    }
    if alikes := report.look_alikes:
        # A dry run stores no names, and so finds none.
        said["look_alikes"] = [
            {"name": name, "like": alike.name, "by": alike.by} for name, alike in alikes
        ]
    return escaped_json(json.dumps(said, ensure_ascii=False))


def _as_text(report: Report) -> str:
    counts = report.counts
    posts, comments = counts.posts, counts.comments
    states = ", ".join(f"{n} {state}" for state, n in counts.states.items() if n)
    lines = [
        f"{report.path.name}: {report.source}, "
        + ("read whole" if report.is_complete else "READ IN PART"),
        (
            f"  articles: {posts.seen} seen, {posts.new} new, {posts.changed} changed, "
            f"{posts.unchanged} unchanged"
        ),
        (
            f"  comments: {comments.seen} seen, {comments.new} new, "
            f"{comments.changed} changed, {comments.unchanged} unchanged, "
            f"{report.orphans} replies to comments that are not there"
        ),
        f"  by state: {states or 'none'}; deepest reply: {counts.max_depth}",
    ]
    if report.changes:
        copies = ", ".join(f"/captures/{ref}/" for ref in report.changes.before[:3])
        words = report.changes.in_words()
        lines.append(f"  against the copy before: {words} ({copies})")
    if report.was_known:
        lines.append("  These bytes were imported before; nothing was written.")
    if alikes := in_alikes(report.look_alikes):
        lines.append(f"  {alikes}")
    if report.capture and report.blog:
        lines.append(
            f"  blog: /blogs/{report.blog.slug}/   copy: /captures/{report.capture}/"
        )
    lines += [f"  read: {each}" for each in how_it_was_read(report.how)]
    # What was read whole has no problem, but something may be worth knowing.
    problem = "remark" if report.is_complete else "problem"
    for title, remarks in (("repaired", report.repairs), (problem, report.problems)):
        lines += [
            f"  {title}: {in_places(places)}: {reason}"
            for reason, places in by_reason(remarks).items()
        ]
    lines += [f"  cannot tell: {each}" for each in report.cannot_tell]
    return "\n".join(map(printable, lines))
