"""Of what a report speaks: a period, one blog or all, as of a state of the record."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple, Self, cast
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from commentarchive.ledger.append import read_leaf
from commentarchive.ledger.models import Entry, Head, Opening
from commentarchive.models import Blog, BlogVisibility, Capture
from commentarchive.text.unseen import marked
from moderation.reports.periods import Period
from moderation.reports.reach import Clock, Reach


class ReportedBlog(NamedTuple):
    """A blog as it stood at a state of the record."""

    pk: int
    ref: str
    slug: str
    title: str
    time_zone: str
    # Its title, with its address here where another blog has the same one.
    label: str


@dataclass(frozen=True)
class Scope:
    """What a report counts: all that is on record before entry `until`, and no more.

    Each blog's days are those of the clock that it had by then. What is worked out for
    a part of the period is kept in `kept`, which scopes of one report share.
    """

    period: Period
    blog: Blog | None
    until: int
    # Where parts of it are counted apart, such as its months.
    cuts: tuple[date, ...] = field(default=(), compare=False)
    kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    # The first day of which there is anything; None for what the tables have.
    begins: date | None = None
    # What is for staff only today is in no page of today, whatever the record says.
    is_of_today: bool = field(default=False, compare=False)

    @classmethod
    def now(cls, period: Period, blog: Blog | None = None) -> Self:
        """Return the scope that reaches to the end of the record."""
        size = Head.objects.values_list("size", flat=True).first()
        return cls(period, blog, size or 0, is_of_today=True)

    def at(self, period: Period) -> Self:
        """Return the same of another period."""
        return replace(self, period=period)

    def once[T](self, name: Hashable, work_out: Callable[[], T]) -> T:
        """Return what `work_out` returns, worked out once for a report."""
        if name not in self.kept:
            self.kept[name] = work_out()
        return cast("T", self.kept[name])

    def summed[K](
        self, name: str, work_out: Callable[[Self], Mapping[K, int]]
    ) -> Counter[K]:
        """Add up what is counted of each part of the period."""
        total: Counter[K] = Counter()
        for part in self.parts():
            key = (name, part.period.first, part.period.after)
            total.update(self.once(key, lambda part=part: work_out(part)))  # type: ignore[misc]  # bound at once
        return total

    def parts(self) -> Iterator[Self]:
        """Cut the period where any period of the report begins or ends."""
        first, after = self.period.first, self.period.after
        inner = [cut for cut in self.cuts if first < cut < after]
        for begin, end in zip([first, *inner], [*inner, after], strict=True):
            yield self.at(Period(f"{begin}..{end}", begin, end))

    @property
    def blogs(self) -> Sequence[ReportedBlog]:
        """The blogs that it counts, by title: those that anybody could see by then."""
        if self.blog is None:
            return self.all_blogs
        return [each for each in self.all_blogs if each.pk == self.blog.pk]

    @property
    def all_blogs(self) -> Sequence[ReportedBlog]:
        """Every blog that anybody could see by then."""
        return self.once("blogs", lambda: _told_apart(list(_blogs(self))))

    def on_days(self, moment: str, blog: str = "post__blog") -> Q:
        """Return the condition that a time is in the period, by its blog's clock."""
        return self.reach.on_days(moment, blog)

    def of_its_blogs(self, blog: str = "post__blog") -> Q:
        """Return the condition that a row is of a blog that the report counts."""
        return self.reach.of_its_blogs(blog)

    @property
    def reach(self) -> Reach:
        """What it counts, in plain values."""
        key = ("reach", self.period.first, self.period.after, self.blog)
        return self.once(key, self._reach)

    def _reach(self) -> Reach:
        by_zone: dict[str, list[int]] = {}
        for each in self.blogs:
            by_zone.setdefault(each.time_zone, []).append(each.pk)
        spans = {zone: self._span(ZoneInfo(zone)) for zone in by_zone}
        clocks = [Clock(tuple(pks), *spans[zone]) for zone, pks in by_zone.items()]
        return Reach.by(self.until, clocks)

    def _span(self, clock: ZoneInfo) -> tuple[datetime, datetime]:
        first, after = self.period.first, self.period.after
        return tuple(datetime.combine(day, time.min, clock) for day in (first, after))  # type: ignore[return-value]  # two


def _told_apart(blogs: Sequence[ReportedBlog]) -> list[ReportedBlog]:
    """Return blogs with labels of which no two are alike."""
    titles = Counter(blog.title for blog in blogs)
    return [
        blog._replace(label=f"{blog.title} ({blog.slug})")
        if titles[blog.title] > 1
        else blog
        for blog in blogs
    ]


def _blogs(scope: Scope) -> Iterator[ReportedBlog]:
    """Find the blogs that were public at a state of the record, as they were then."""
    until = scope.until
    read = Capture.objects.filter(blog=OuterRef("pk"), entry_index__lt=until)
    told = Entry.objects.filter(subject=OuterRef("ref"), index__lt=until)
    known = Blog.objects.filter(Exists(read) | Exists(told))
    if scope.is_of_today:
        known = known.public()
    rows = list(known.order_by("title", "pk"))
    refs = [blog.ref for blog in rows]
    seen_by = _seen_by(refs, until)
    changed = _before_changes(refs, until)
    for blog in rows:
        if seen_by.get(blog.ref, BlogVisibility.UNLISTED) == BlogVisibility.STAFF:
            continue
        before = changed.get(blog.ref, {})
        title = marked(before.get("title", blog.title))
        yield ReportedBlog(
            pk=blog.pk,
            ref=blog.ref,
            slug=blog.slug,
            title=title,
            time_zone=before.get("time_zone", blog.time_zone),
            label=title,
        )


def _seen_by(refs: Sequence[str], until: int) -> dict[str, str]:
    """Return who could see each blog by then, as its last such entry has it.

    A blog of which there is none could be seen by all, not for search engines.
    """
    published = Entry.objects.filter(
        event="archive.publish", subject__in=refs, index__lt=until
    )
    rows = published.order_by("index").values_list("subject", "leaf")
    return {ref: cast("Any", read_leaf(bytes(leaf)))["d"]["to"] for ref, leaf in rows}


def _before_changes(refs: Sequence[str], until: int) -> dict[str, dict[str, str]]:
    """Return what settings of each blog were by then, where they have changed since.

    As the first later entry says, while what opens its words is kept.
    """
    later = Opening.objects.filter(
        entry__event="blog.change",
        entry__index__gte=until,
        entry__subject__in=refs,
        field="before",
    )
    rows = later.order_by("-entry__index").select_related("entry")
    found: dict[str, dict[str, str]] = {}
    for opening in rows:
        said = cast("Any", read_leaf(bytes(opening.entry.leaf)))
        values = found.setdefault(opening.entry.subject, {})
        values[said["d"]["field"]] = _value(opening.disclosure)
    return found


def _value(disclosure: str) -> str:
    padded = disclosure + "=" * (-len(disclosure) % 4)
    value: str = json.loads(base64.urlsafe_b64decode(padded))[2]
    return value
