"""Which backups are kept: one a day for a week, one a week and one a month after that.

Only files that this program named and began are ever deleted.
"""

import re
import tarfile
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path

from commentarchive.backup.parts import HEADER

DAYS, WEEKS, MONTHS = 7, 4, 12
_name = re.compile(r"commentarchive-(\d{8}T\d{6})Z\.tar")


def name_at(moment: datetime) -> str:
    """Return the name of a backup that is made at a moment."""
    return f"commentarchive-{moment.astimezone(UTC):%Y%m%dT%H%M%S}Z.tar"


def moment_of(path: Path) -> datetime | None:
    """Return when a backup was made, by its name; None of a file that is not ours.

    Raise OSError.
    """
    found = _name.fullmatch(path.name)
    if found is None or path.is_symlink() or not path.is_file():
        return None
    try:
        moment = datetime.strptime(f"{found[1]}+0000", "%Y%m%dT%H%M%S%z")
        with path.open("rb") as stream:
            begun = tarfile.TarInfo.frombuf(stream.read(512), "ascii", "strict")
    except (ValueError, tarfile.HeaderError):
        return None
    return moment if begun.name == HEADER else None


def kept(moments: Iterable[datetime]) -> set[datetime]:
    """Return which of some backups are kept, by when they were made.

    The newest of each of the last 7 days, 4 weeks (from Monday) and 12 months that have
    one, in UTC: a machine that was off for a while loses none for it.
    """
    newest_first = sorted(moments, reverse=True)
    found: set[datetime] = set()
    for most, period in (
        (DAYS, lambda moment: moment.date()),
        (WEEKS, lambda moment: moment.isocalendar()[:2]),
        (MONTHS, lambda moment: (moment.year, moment.month)),
    ):
        periods: dict[object, datetime] = {}
        for moment in newest_first:
            periods.setdefault(period(moment), moment)
        found.update(list(periods.values())[:most])
    return found


def too_many(folder: Path) -> list[Path]:
    """Return the backups in a folder that are not kept, oldest first. Raise OSError."""
    dated = {path: moment for path in folder.iterdir() if (moment := moment_of(path))}
    stays: Collection[datetime] = kept(dated.values())
    return sorted(path for path, moment in dated.items() if moment not in stays)
