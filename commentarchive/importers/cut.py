"""Cut comments out of a file that was kept, and leave a marker in each one's place.

Whatever is written is read once more: no wanted comment may be left, and everything
else has to read as it did before.
"""

import gzip
import hashlib
import shutil
import tempfile
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from commentarchive.importers.containers import Member
from commentarchive.importers.contract import Cutting, Importer
from commentarchive.importers.parsed import ParsedComment, ParsedPost, Reading
from commentarchive.importers.registry import Source

CHUNK = 1 << 20

type Wanted = Callable[[ParsedPost, ParsedComment], bool]


class CannotCut(ValueError):
    """A comment cannot be told from what stands around it."""


@dataclass(slots=True)
class _Read:
    """What a part says without the wanted comments, and where things begin in it."""

    starts: set[int] = field(default_factory=set)
    number: int = 0
    comments: set[int] = field(default_factory=set)
    articles: list[int] = field(default_factory=list)
    others: list[bytes] = field(default_factory=list)
    other_ids: set[str] = field(default_factory=set)
    faults: int = 0
    counted: int = 0


def cut(source: Source, target: Path, wanted: Wanted, ids: set[str]) -> int:
    """Write a source anew without the wanted comments; return how many there were.

    `ids` are the ids that any of them has: what could not be read under one of them
    goes too. Everything else stays byte for byte, but that parts of a ZIP which no
    importer reads are left out: nobody can tell what they hold. Where a comment's own
    end does not part it from the rest, everything goes up to the next comment or the
    end of its article. Raise Unreadable, CannotCut or OSError. Writes nothing where
    there is nothing to cut.
    """
    importer, cutting = source.importer, source.importer.cutting
    if cutting is None:
        message = "comments cannot be told apart by the bytes of such a file"
        raise CannotCut(message)
    told = [_read_member(importer, member, wanted) for member in source.members]
    if not any(each.number or each.faults for each in told):
        return 0
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        number, parts = 0, []
        for place, (member, before) in enumerate(
            zip(source.members, told, strict=True)
        ):
            part = Path(folder) / str(place)
            number += _cut_part(importer, cutting, member, part, before, wanted, ids)
            if member.is_gzip():
                _pack(part)
            parts.append(part)
        if not number:
            return 0
        if not source.members[0].name:
            parts[0].replace(target)
            return number
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, part in zip(source.members, parts, strict=True):
                archive.write(part, member.name)
    return number


def _read_member(importer: Importer, member: Member, wanted: Wanted) -> _Read:
    with member.open() as stream:
        return _read(importer, stream, wanted)


def _pack(part: Path) -> None:
    plain = part.with_suffix(".plain")
    part.rename(plain)
    with plain.open("rb") as stream, gzip.open(part, "wb") as packed:
        shutil.copyfileobj(stream, packed)
    plain.unlink()


def _cut_part(
    importer: Importer,
    cutting: Cutting,
    member: Member,
    part: Path,
    before: _Read,
    wanted: Wanted,
    ids: set[str],
) -> int:
    # Where something was repaired or lost, no comment's own end can be relied on.
    tries = (True,) if before.faults else (False, True)
    for is_wide in (False,) if cutting.is_sure else tries:
        with member.open() as stream, part.open("wb") as out:
            is_written = _copy(stream, out, before, cutting, is_wide=is_wide)
        if not is_written or not _is_clean(importer, part, before, wanted):
            continue
        fragments = 0
        if before.faults:
            fragments = _cut_fragments(cutting, part, ids - before.other_ids)
        if not fragments or _is_clean(importer, part, before, wanted):
            return before.number + fragments
    message = "a comment cannot be cut out of what stands around it"
    raise CannotCut(message)


def _read(importer: Importer, stream: BinaryIO, wanted: Wanted) -> _Read:
    found, reading = _Read(), Reading()
    for post in importer.open(stream, reading).posts():
        found.articles.append(post.byte)
        is_left = not all(wanted(post, each) for each in post.comments)
        if post.has_text or is_left:
            # An article that is told by its comments alone goes with the last one.
            words = (post.source_id, post.title, post.raw, post.status)
            found.others.append(_digest(*words))
        for comment in post.comments:
            found.comments.add(comment.byte)
            if wanted(post, comment):
                found.starts.add(comment.byte)
                found.number += 1
                continue
            found.other_ids.add(comment.source_id)
            found.others.append(_digest(comment.source_id, comment.name, comment.raw))
    found.faults = len(reading.problems) + len(reading.repairs)
    found.counted = reading.raw_comments
    return found


def _digest(*words: str) -> bytes:
    data = "\0".join(words).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).digest()


def _is_clean(importer: Importer, part: Path, before: _Read, wanted: Wanted) -> bool:
    """Tell whether a part reads as before, but for what was to be cut."""
    with part.open("rb") as written:
        after = _read(importer, written, wanted)
    return (
        not after.number
        and after.others == before.others
        and after.faults <= before.faults
        and after.counted <= before.counted - before.number
    )


def _copy(
    stream: BinaryIO, out: BinaryIO, found: _Read, cutting: Cutting, *, is_wide: bool
) -> bool:
    """Copy a stream that only goes forward; False where a comment has no end."""
    place, waiting = 0, b""
    comments, articles = sorted(found.comments), sorted(found.articles)
    for start in sorted(found.starts):
        while start - place > len(waiting):
            out.write(waiting)
            place += len(waiting)
            if not (waiting := stream.read(CHUNK)):
                return False
        if start < place:
            return False
        out.write(waiting[: start - place])
        waiting, place = waiting[start - place :], start
        bounds = (_next(comments, start), _next(articles, start))
        is_all = False
        while (
            end := _end(waiting, cutting, bounds, is_wide=is_wide, is_all=is_all)
        ) < 0 and not is_all:
            more = stream.read(CHUNK)
            is_all = not more
            waiting += more
        if end < 0:
            return False
        out.write(cutting.marker)
        waiting, place = waiting[end:], place + end
    out.write(waiting)
    shutil.copyfileobj(stream, out)
    return True


def _next(places: Sequence[int], start: int) -> int:
    """Say how far after a place the next of some places comes; -1 for none."""
    at = bisect_right(places, start)
    return places[at] - start if at < len(places) else -1


def _end(
    data: bytes,
    cutting: Cutting,
    bounds: tuple[int, int],
    *,
    is_wide: bool,
    is_all: bool,
) -> int:
    """Say how much of the data a comment at its beginning takes; -1 for more data.

    Wide, it goes up to the next comment of its article, or to what ends the article.
    `bounds` are how far off the next comment and the next article begin.
    """
    if not is_wide:
        return cutting.comment_end(data)
    following, article = bounds
    if 0 <= article <= len(data):
        data = data[:article]
    elif not is_all:
        return -1
    ends = (following, data.rfind(cutting.article_end))
    return min((end for end in ends if 0 <= end <= len(data)), default=len(data))


def _cut_fragments(cutting: Cutting, part: Path, ids: set[str]) -> int:
    """Cut what begins as one of these comments and was never read."""
    data = part.read_bytes()
    spans = _joined(list(cutting.fragments(data, ids)))
    if not spans:
        return 0
    pieces, place = [], 0
    for start, end in spans:
        pieces += [data[place:start], cutting.marker]
        place = end
    part.write_bytes(b"".join([*pieces, data[place:]]))
    return len(spans)


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
