"""Articles that a later whole export of their blog does not hold any more.

An observation like that of a comment which vanished, with one difference: an export of
a whole blog cannot be told for sure from one of a part. So an article is taken for gone
by strong cues only, its page says what was seen and by which copies, and its text and
discussion stay as they are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet

from commentarchive.importers.registry import facts_of
from commentarchive.models import Capture, CaptureState, Manifest, Post
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import long_write

# Files that were written within one hour may be the numbered parts of one export.
_APART = timedelta(hours=1)

# For each article and time: the copy that held it last, the one that lacks it, and the
# one that holds it again, or 0.
type Absences = dict[int, list[dict[str, int]]]


@dataclass(slots=True)
class _Export:
    """One whole export: when it was written, which articles it holds, and of what."""

    key: int
    importer: str
    # The earliest and the latest time at which it can have been written, and its bytes.
    at: datetime
    until: datetime
    digest: str
    scopes: list[Mapping[str, Any]] = field(default_factory=list)
    held: set[int] = field(default_factory=set)

    def all_of(self, name: str) -> set[str]:
        """Return the types, authors or states that its files name, taken together."""
        return {each for scope in self.scopes for each in scope[name]}

    @property
    def topics(self) -> set[str]:
        """Return the topics that all its articles have in common."""
        told = [
            set(scope["topics"]) for scope in self.scopes if "post" in scope["kinds"]
        ]
        return set.intersection(*told) if told else set()

    def spans(self, moment: datetime) -> bool:
        """Return whether a moment is within the times of its first and last article."""
        first = [datetime.fromisoformat(s["first"]) for s in self.scopes if s["first"]]
        last = [datetime.fromisoformat(s["last"]) for s in self.scopes if s["last"]]
        return bool(first and last) and min(first) <= moment <= max(last)


class _Sighting(NamedTuple):
    """A copy that holds an article, and from when until when that can be made."""

    at: datetime
    until: datetime
    digest: str
    key: int


def mark_absent(blogs: Collection[int]) -> None:
    """Set of each article of some blogs which later whole exports lack it.

    Worked out from all copies; the import lock is held. May be repeated at any time.
    """
    for blog in blogs:
        found = find_absences(blog)
        changed = [
            (pk, found.get(pk, []))
            for pk, absences in _absences_on_record(blog)
            if absences != found.get(pk, [])
        ]
        if not changed:
            continue
        with long_write():
            for pk, absences in changed:
                Post.objects.filter(pk=pk).update(absences=absences)


@Prepared
def _absences_on_record(
    blog: int,
) -> QuerySet[Post, tuple[int, list[dict[str, int]]]]:
    return Post.objects.filter(blog=blog).values_list("pk", "absences")


def find_absences(blog: int) -> Absences:
    """Find the articles that a whole export lacks though an earlier copy holds them.

    Only copies with a date are compared, so that the order in which they were read
    does not matter. Three queries at most, however many copies there are.
    """
    by_pk = {capture.pk: capture for capture in _copies_of(blog)}
    if len({capture.reading for capture in by_pk.values()}) <= 1:
        # No other can lack what it holds.
        return {}
    sightings: dict[str, dict[int, list[_Sighting]]] = defaultdict(dict)
    held: dict[int, set[int]] = defaultdict(set)
    schemes: dict[int, str] = {}
    parts = set()
    for pk, post, scheme, is_whole, seen_at in _articles_held(blog):
        held[pk].add(post)
        schemes[pk] = scheme
        if not is_whole:
            parts.add(by_pk[pk].reading)
        capture = by_pk[pk]
        if at := seen_at or capture.written_at:
            until = at if seen_at else capture.moment
            sighting = _Sighting(at, until, capture.sha256, pk)
            sightings[scheme].setdefault(post, []).append(sighting)
    exports = _exports(by_pk, held, parts)
    if not any(len(line) > 1 for line in exports.values()):
        return {}
    published = dict(Post.objects.filter(blog=blog).values_list("pk", "published_at"))
    found: Absences = {}
    for line in exports.values():
        scheme = schemes.get(line[0].key, "")
        for post, seen in sightings[scheme].items():
            found.setdefault(post, []).extend(
                _absences_of(post, sorted(seen), line, published[post])
            )
    return {post: absences for post, absences in found.items() if absences}


@Prepared
def _copies_of(blog: int) -> QuerySet[Capture]:
    return Capture.objects.filter(blog=blog).exclude(state=CaptureState.READING)


@Prepared
def _articles_held(
    blog: int,
) -> QuerySet[Manifest, tuple[int, int, str, bool, datetime | None]]:
    """Ask for each article in each copy of a blog, once."""
    rows = Manifest.objects.filter(capture__blog=blog, part=0).exclude(
        capture__state=CaptureState.READING
    )
    return rows.values_list("capture", "post", "scheme", "is_whole", "seen_at")


def _exports(
    captures: Mapping[int, Capture],
    held: Mapping[int, set[int]],
    parts: Collection[str],
) -> dict[str, list[_Export]]:
    """Return the whole exports with a date, by importer and in order.

    Files that were given together are one, which is whole only if every one of them is.
    """
    readings: dict[str, list[Capture]] = defaultdict(list)
    for capture in captures.values():
        readings[capture.reading].append(capture)
    lines: dict[str, list[_Export]] = defaultdict(list)
    for reading, files in readings.items():
        dates = [
            (each.written_at, each.moment, each.sha256)
            for each in files
            if each.written_at
        ]
        scopes = [each.progress.get("scope") for each in files]
        importers = {each.importer for each in files}
        if (
            reading in parts
            or len(dates) < len(files)
            or len(importers) > 1
            or any(facts_of(each).extent == "part" for each in importers)
            or any(each.state != CaptureState.COMPLETE for each in files)
        ):
            continue
        first = min(files, key=lambda each: each.pk)
        export = _Export(first.pk, first.importer, *max(dates))
        export.scopes = [each for each in scopes if each]
        export.held = {post for each in files for post in held.get(each.pk, ())}
        if export.held:
            lines[export.importer].append(export)
    for line in lines.values():
        line.sort(key=lambda each: (each.at, each.until, each.digest, each.key))
    return lines


def _absences_of(
    post: int,
    seen: list[_Sighting],
    line: list[_Export],
    published: datetime | None,
) -> Iterator[dict[str, int]]:
    """Yield each time in which whole exports lacked an article, in order."""
    place = 0
    while place < len(seen):
        # 1. Until when is it there? What may be of one moment is put with the earlier.
        missed = _first_that_lacks(post, seen[place], line, published)
        if missed is None:
            return
        while place + 1 < len(seen) and seen[place + 1].at <= missed.until:
            place += 1
            later = _first_that_lacks(post, seen[place], line, published)
            if later is None:
                return
            missed = later
        # 2. When is it there again?
        last, place = seen[place], place + 1
        back = seen[place].key if place < len(seen) else 0
        yield {"seen": last.key, "missed": missed.key, "back": back}


def _first_that_lacks(
    post: int, seen: _Sighting, line: list[_Export], published: datetime | None
) -> _Export | None:
    """Return the first export after a sighting by which the article is gone."""
    for place, export in enumerate(line):
        if post in export.held or export.at - seen.until < _APART:
            continue
        earlier = [each for each in line[:place] if export.at - each.until >= _APART]
        if earlier and _can_tell(export, earlier[-1], published):
            return export
    return None


def _can_tell(export: _Export, before: _Export, published: datetime | None) -> bool:
    """Return whether an export lacks an article because its blog does.

    `before` is the whole export before it. Each condition excludes a way in which an
    export may come to be one of a part, or of something else:

    1. Most of the articles are the same: it is of the same blog.
    2. It holds no fewer types than the one before, and not only one author or state
       where there were several, and its articles do not share a category or tag which
       those before did not all have: none of these was chosen.
    3. It holds articles from before and from after this one: it is no span of time.
    """
    lacking = before.held - export.held
    if len(lacking) > len(before.held & export.held):
        return False
    if facts_of(export.importer).extent == "all":
        return True
    if not export.scopes or not before.scopes or published is None:
        return False
    for name in ("authors", "statuses"):
        chosen = export.all_of(name)
        if len(chosen) == 1 and chosen < before.all_of(name):
            return False
    return (
        export.all_of("kinds") >= before.all_of("kinds")
        and export.topics <= before.topics
        and export.spans(published)
    )
