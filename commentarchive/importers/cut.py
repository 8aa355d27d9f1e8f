"""Cut comments out of a file that was kept, and leave a marker in each one's place."""

import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, BinaryIO

from commentarchive.importers.containers import Member
from commentarchive.importers.parsed import ParsedComment, ParsedPost, Reading
from commentarchive.importers.registry import Importer, Source

CHUNK = 1 << 20

type Wanted = Callable[[ParsedPost, ParsedComment], bool]


class NoEnd(ValueError):
    """A comment that is to be cut has no end in the file."""


def cut(source: Source, target: Path, wanted: Wanted) -> int:
    """Write a source anew without the wanted comments; return how many there were.

    Everything else stays byte for byte, in a ZIP every other part. Writes nothing
    where there is nothing to cut. Raise Unreadable, NoEnd or OSError.
    """
    importer = source.importer
    starts = {
        member.name: _starts(importer, member, wanted) for member in source.members
    }
    number = sum(map(len, starts.values()))
    if not number:
        return 0
    if not source.members[0].name:
        with source.members[0].open() as stream, target.open("wb") as out:
            _copy(stream, out, starts[""], importer)
        return number
    with (
        zipfile.ZipFile(source.path) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for packed in old.infolist():
            with old.open(packed) as part, new.open(packed.filename, "w") as out_part:
                _copy(part, out_part, starts.get(packed.filename, ()), importer)
    return number


def _starts(importer: Importer, member: Member, wanted: Wanted) -> list[int]:
    """Find the bytes at which the wanted comments begin, in the file's order."""
    with member.open() as stream:
        return sorted(
            {
                comment.byte
                for post in importer.open(stream, Reading()).posts()
                for comment in post.comments
                if wanted(post, comment)
            }
        )


def _copy(
    stream: BinaryIO | IO[bytes],
    out: BinaryIO | IO[bytes],
    starts: Sequence[int],
    importer: Importer,
) -> None:
    """Copy a stream that only goes forward, with markers in place of comments."""
    place, waiting = 0, b""
    for start in starts:
        while start - place > len(waiting):
            out.write(waiting)
            place += len(waiting)
            if not (waiting := stream.read(CHUNK)):
                break
        out.write(waiting[: start - place])
        waiting, place = waiting[start - place :], start
        while (end := importer.comment_end(waiting)) < 0:
            if not (more := stream.read(CHUNK)):
                message = f"the comment at byte {start} has no end"
                raise NoEnd(message)
            waiting += more
        out.write(importer.marker)
        waiting, place = waiting[end:], start + end
    out.write(waiting)
    shutil.copyfileobj(stream, out)
