"""Cut comments out of a file that was kept, and leave a marker in each one's place."""

import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from commentarchive.importers.containers import Member
from commentarchive.importers.parsed import ParsedComment, ParsedPost, Reading
from commentarchive.importers.registry import Importer, Source, detect

CHUNK = 1 << 20

type Wanted = Callable[[ParsedPost, ParsedComment], bool]


class CannotCut(ValueError):
    """A comment cannot be told from what stands around it."""


def cut(source: Source, target: Path, wanted: Wanted) -> int:
    """Write a source anew without the wanted comments; return how many there were.

    Everything else stays byte for byte, but that parts of a ZIP which no importer
    reads are left out: nobody can tell what they hold. Where a comment's own end does
    not part it from the rest, everything goes up to the next comment or the end of
    its article. Writes nothing where there is nothing to cut. Raise Unreadable,
    CannotCut or OSError.
    """
    found = {
        member.name: _find(source.importer, member, wanted) for member in source.members
    }
    number = sum(len(each.starts) for each in found.values())
    if not number:
        return 0
    others = sum(each.others for each in found.values())
    for is_wide in (False, True):
        _write(source, target, found, is_wide=is_wide)
        if _is_clean(source, target, wanted, None if is_wide else others):
            return number
    message = "a comment cannot be cut out of what stands around it"
    raise CannotCut(message)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where wanted comments begin in one part, and all others do; how many others."""

    starts: tuple[int, ...]
    all_starts: tuple[int, ...]
    others: int


def _find(importer: Importer, member: Member, wanted: Wanted) -> _Found:
    starts, everything, others = set(), set(), 0
    with member.open() as stream:
        for post in importer.open(stream, Reading()).posts():
            for comment in post.comments:
                everything.add(comment.byte)
                if wanted(post, comment):
                    starts.add(comment.byte)
                else:
                    others += 1
    return _Found(tuple(sorted(starts)), tuple(sorted(everything)), others)


def _is_clean(source: Source, target: Path, wanted: Wanted, others: int | None) -> bool:
    """Read what was written: no wanted comment is left, and every other one is."""
    written = detect(target, source=source.importer.name)
    found = [_find(source.importer, member, wanted) for member in written.members]
    if any(each.starts for each in found):
        return False
    return others is None or others == sum(each.others for each in found)


def _write(
    source: Source, target: Path, found: dict[str, _Found], *, is_wide: bool
) -> None:
    importer = source.importer
    if not source.members[0].name:
        with source.members[0].open() as stream, target.open("wb") as out:
            _copy(stream, out, found[""], importer, is_wide=is_wide)
        return
    with (
        zipfile.ZipFile(source.path) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in source.members:
            with old.open(member.name) as part, new.open(member.name, "w") as out_part:
                _copy(part, out_part, found[member.name], importer, is_wide=is_wide)


def _copy(
    stream: BinaryIO | IO[bytes],
    out: BinaryIO | IO[bytes],
    found: _Found,
    importer: Importer,
    *,
    is_wide: bool,
) -> None:
    """Copy a stream that only goes forward, with markers in place of comments."""
    place, waiting = 0, b""
    for start in found.starts:
        while start - place > len(waiting):
            out.write(waiting)
            place += len(waiting)
            if not (waiting := stream.read(CHUNK)):
                break
        out.write(waiting[: max(0, start - place)])
        waiting, place = waiting[max(0, start - place) :], max(start, place)
        following = [each - place for each in found.all_starts if each > place]
        while (end := _end(waiting, importer, following, is_wide=is_wide)) < 0:
            if not (more := stream.read(CHUNK)):
                end = len(waiting)
                break
            waiting += more
        out.write(importer.marker)
        waiting, place = waiting[end:], place + end
    out.write(waiting)
    shutil.copyfileobj(stream, out)


def _end(
    data: bytes, importer: Importer, following: Sequence[int], *, is_wide: bool
) -> int:
    """Say how much of the data a comment at its beginning takes; -1 for more data."""
    if not is_wide:
        return importer.comment_end(data)
    ends = [data.find(importer.article_end)]
    if following and following[0] <= len(data):
        ends.append(following[0])
    return min((end for end in ends if end >= 0), default=-1)
