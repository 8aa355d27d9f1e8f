"""Which copies imports followed, and which versions of an article may stand by them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from commentarchive.captures.article_texts import best_texts
from commentarchive.importers.parsed import UNKNOWN_STATUS
from commentarchive.models import Capture
from commentarchive.threads.capture_diff import CapturedComment, CopyTime, later_than
from commentarchive.threads.evidence import Rank


class Sighting(NamedTuple):
    """A comment in one copy: the copy, its time, and what it held."""

    capture: Capture
    time: CopyTime
    held: CapturedComment


class ArticleCopy(NamedTuple):
    """An article as one copy held it: its id space, status and version."""

    capture: Capture
    scheme: str
    status: str
    revision: int
    time: CopyTime

    @property
    def capture_pk(self) -> int:
        return self.capture.pk

    @property
    def importer(self) -> str:
        return self.capture.importer


def followed[T: (Sighting, ArticleCopy)](
    history: Sequence[T], times: Iterable[CopyTime]
) -> list[T]:
    """Return the part of a history that imports followed.

    An import does not follow a copy that is older than one read before it. `times` are
    those of all copies of the article in the id space.
    """
    line = sorted(set(times), key=lambda time: time.turn)
    found: list[T] = []
    held: set[CopyTime] = set()
    for each in history:
        read_before = line[: line.index(each.time)] if each.time in line else line
        later = later_than(each.time, read_before)
        if not held & set(later):
            found.append(each)
        # A copy that does not hold the article itself does not make others older.
        if not isinstance(each, ArticleCopy) or each.status != UNKNOWN_STATUS:
            held.add(each.time)
    return found


def standing_texts(articles: Sequence[ArticleCopy]) -> set[int]:
    """Return the versions of an article that may stand: those of the best evidence.

    Of exports the later one is followed; what a page held gives way to any of them.
    """
    versions = {each.revision for each in articles} - {0}
    if len(versions) <= 1:
        # None stands where no copy has told any.
        return versions or {0}
    best, rank = best_texts(articles)
    if rank is Rank.EXPORT:
        best = last_articles(best)
    return {each.revision for each in best}


def _of_scheme(articles: Sequence[ArticleCopy], scheme: str) -> list[ArticleCopy]:
    own = [each for each in articles if each.scheme == scheme]
    return followed(own, [each.time for each in own])


def last_articles(articles: Sequence[ArticleCopy]) -> list[ArticleCopy]:
    """Keep the copies of an article that may have been written last."""
    schemes = {each.scheme for each in articles}
    found = [each for scheme in schemes for each in _of_scheme(articles, scheme)]
    if not found:
        return []
    last = max(found, key=lambda each: each.time.turn)
    return [
        each
        for each in found
        if each is last or may_be_last(each.capture, last.capture.taken_at)
    ]


def may_be_last(capture: Capture, taken_at: datetime) -> bool:
    return capture.closed_at is None or capture.closed_at > taken_at
