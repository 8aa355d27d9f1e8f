"""The time of a comment on a page: stated for machines, else printed for readers."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from commentarchive.importers.page_parts import Comment, Part
from commentarchive.importers.page_times import exact, printed, stated_or_printed
from commentarchive.importers.parsed import When

# Places that are searched before a time is not known.
_TRIED = 16
# How many elements of a time are looked at for one that is spelled out.
_NEAR = 3
_MOMENTS = (
    "datetime",
    "content",
    "data-timestamp",
    "data-utime",
    "data-time",
    "pubdate",
)
_STATED = frozenset({"datePublished", "dateCreated", "commentTime", "created", "date"})
_digit = re.compile(r"\d")
_CHANGED = ("updated", "modified", "edited", "dt-updated")


class Moment(NamedTuple):
    """When a comment was written, and where its page says so."""

    part: Part | None = None
    when: When = When()


def moment_of(
    comment: Comment, author: Part | None, text: Part | None, language: str
) -> Moment:
    """Find the time of a comment outside its text."""
    outside = [
        each
        for each in comment.inner()
        if text is None or not (each is text or text.holds(each))
    ]
    kept = Moment()
    for find in (_stated, _spelled_out):
        for part in outside:
            when = find(comment, part, language)
            if when and _has_hour(when):
                return Moment(part, when)
            if when and kept.part is None:
                # The hour may be printed beside its day.
                kept = Moment(part, when)
    search = _Search(comment, author, text)
    for part, top in islice(search.places(outside), _TRIED):
        when = printed(search.words(top), language)
        if when.utc and (kept.when.utc is None or _has_hour(when)):
            return Moment(part, when)
        if kept.part is None and "time" in part.roles and _digit.search(when.printed):
            kept = Moment(part, when)
    return kept


def _has_hour(when: When) -> bool:
    """Return whether an hour is told; midnight may be how a program writes a day."""
    if when.utc is None or when.day_only:
        return False
    return (when.utc.hour, when.utc.minute) != (0, 0)


def _stated(_comment: Comment, part: Part, language: str) -> When | None:
    """Return the time of a part that is one for machines."""
    is_time = part.tag in {"time", "abbr"} or bool(part.properties() & _STATED)
    is_time = is_time or "time" in part.roles
    if not is_time or part.has(*_CHANGED):
        return None
    names = _MOMENTS if part.tag != "abbr" else ("title", *_MOMENTS)
    for value in filter(None, map(part.value, names)):
        shown = " ".join(part.node.text(deep=True).split())
        when = stated_or_printed(value, shown, language)
        if when.utc:
            return when
    return None


def _spelled_out(comment: Comment, part: Part, language: str) -> When | None:
    """Return the time that a part shows when it is pointed at."""
    if "time" not in part.roles or part.has(*_CHANGED):
        return None
    for each in (part, *comment.inside(part)[:_NEAR]):
        title = exact(each.value("title"), language)
        if title.utc:
            return title
    return None


class _Search(NamedTuple):
    """The places of a comment where its time may be printed."""

    comment: Comment
    author: Part | None
    text: Part | None

    def places(self, outside: list[Part]) -> Iterator[tuple[Part, tuple[Part, ...]]]:
        """Yield parts for a time and what to read there, the surest first."""
        of_time = [each for each in outside if "time" in each.roles]
        of_time += [each for each in outside if each.tag == "time"]
        if len(of_time) > 1:
            # A day and an hour may stand in elements of their own.
            yield of_time[0], tuple(of_time[:_TRIED])
        for part in of_time[:_TRIED]:
            yield part, (part,)
        links = [each for each in outside if self.comment.is_permalink(each)]
        for part in links[:2]:
            yield part, (part,)
        others = [each for each in (*links[:2], *of_time[:2], self.author) if each]
        for part in others:
            around = part.around
            if around is not None and not around.is_root:
                yield part, (around,)
        for root in self.comment.roots:
            yield root, (root,)

    def words(self, tops: tuple[Part, ...]) -> str:
        """Return the words inside that are neither name nor text nor controls."""
        made = [word for top in tops for word in self._words(top)]
        return " ".join(" ".join(made).split())

    def _words(self, top: Part) -> Iterator[str]:
        stack = [top.node]
        while stack:
            node = stack.pop()
            if node.tag == "-text":
                yield node.text()
                continue
            part = self.comment.part_of(node)
            if part is None or (part is not top and self._is_left_out(part)):
                continue
            # Bare words in an element for texts are likely a text.
            is_text = "text" in part.roles and "time" not in part.roles
            inner = list(node.iter(include_text=not is_text))
            stack.extend(reversed(inner))

    def _is_left_out(self, part: Part) -> bool:
        comment = self.comment
        if part is self.text or part is self.author or part.is_hidden:
            return True
        if part.tag == "a":
            return not comment.is_permalink(part)
        if part.is_block():
            return not any(map(comment.is_permalink, comment.inside(part)))
        return False
