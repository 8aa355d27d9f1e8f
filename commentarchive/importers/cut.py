"""Erase comments from a stored file, leaving a marker in the place of each.

The result is read again before it is used: none of the comments may be left, and
everything else has to read as it did before.
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

type IsToErase = Callable[[ParsedPost, ParsedComment], bool]


class CannotCut(ValueError):
    """A comment cannot be separated from what is around it."""


@dataclass(slots=True)
class _PartReading:
    """What a part holds besides the comments to erase, and where everything begins."""

    to_erase: set[int] = field(default_factory=set)
    number: int = 0
    comments: set[int] = field(default_factory=set)
    articles: list[int] = field(default_factory=list)
    others: list[bytes] = field(default_factory=list)
    other_ids: set[str] = field(default_factory=set)
    faults: int = 0
    counted: int = 0


def cut(source: Source, target: Path, is_to_erase: IsToErase, ids: set[str]) -> int:
    """Write a copy of a source without some comments; return how many those were.

    Whatever cannot be read and has one of the `ids` is cut out too. Everything else
    stays byte for byte, except that parts of a ZIP which no importer reads are left
    out, since they may hold anything. If cutting a comment at its own end breaks the
    rest, everything is cut up to the next comment or the end of the article. Writes
    nothing if there is nothing to cut. Raise Unreadable, CannotCut or OSError.
    """
    importer, cutting = source.importer, source.importer.cutting
    if cutting is None:
        message = "comments cannot be told apart by the bytes of such a file"
        raise CannotCut(message)
    readings = [
        _read_member(importer, member, is_to_erase) for member in source.members
    ]
    if not any(part.number or part.faults for part in readings):
        return 0
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        number, parts = 0, []
        for place, (member, before) in enumerate(
            zip(source.members, readings, strict=True)
        ):
            part = Path(folder) / str(place)
            number += _cut_part(
                importer, cutting, member, part, before, is_to_erase, ids
            )
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


def _read_member(
    importer: Importer, member: Member, is_to_erase: IsToErase
) -> _PartReading:
    with member.open() as stream:
        return _read(importer, stream, is_to_erase)


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
    before: _PartReading,
    is_to_erase: IsToErase,
    ids: set[str],
) -> int:
    # In a file that had to be repaired, no comment's own end can be relied on.
    tries = (True,) if before.faults else (False, True)
    for is_wide in (False,) if cutting.is_sure else tries:
        with member.open() as stream, part.open("wb") as out:
            is_written = _copy(stream, out, before, cutting, is_wide=is_wide)
        if not is_written or not _is_clean(importer, part, before, is_to_erase):
            continue
        fragments = 0
        if before.faults:
            fragments = _cut_fragments(cutting, part, ids - before.other_ids)
        if not fragments or _is_clean(importer, part, before, is_to_erase):
            return before.number + fragments
    message = "a comment cannot be cut out of what stands around it"
    raise CannotCut(message)


def _read(importer: Importer, stream: BinaryIO, is_to_erase: IsToErase) -> _PartReading:
    found, reading = _PartReading(), Reading()
    for post in importer.open(stream, reading).posts():
        found.articles.append(post.byte)
        is_left = not all(is_to_erase(post, each) for each in post.comments)
        if post.has_text or is_left:
            # An article without a text of its own goes with its last comment.
            words = (post.source_id, post.title, post.raw, post.status)
            found.others.append(_digest(*words))
        for comment in post.comments:
            found.comments.add(comment.byte)
            if is_to_erase(post, comment):
                found.to_erase.add(comment.byte)
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


def _is_clean(
    importer: Importer, part: Path, before: _PartReading, is_to_erase: IsToErase
) -> bool:
    """Return whether a part reads as before, without the comments to erase."""
    with part.open("rb") as written:
        after = _read(importer, written, is_to_erase)
    return (
        not after.number
        and after.others == before.others
        and after.faults <= before.faults
        and after.counted <= before.counted - before.number
    )


def _copy(
    stream: BinaryIO,
    out: BinaryIO,
    found: _PartReading,
    cutting: Cutting,
    *,
    is_wide: bool,
) -> bool:
    """Copy a stream in one pass; return False if the end of a comment is missing."""
    place, waiting = 0, b""
    comments, articles = sorted(found.comments), sorted(found.articles)
    for start in sorted(found.to_erase):
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
    """Return how far after a place the next one of several is; -1 for none."""
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
    """Return the length of the comment at the start of the data; -1 to ask for more.

    If wide, it goes up to the next comment, or to the end of its article. `bounds`
    are how far off the next comment and the next article begin.
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
    """Cut out whatever begins as a comment with one of these ids and was never read."""
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
