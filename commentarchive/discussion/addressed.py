"""Whom a comment speaks to by name at its start: a suggestion of what it answers.

Made of what readers see at that moment, and stored nowhere. What staff put right, or
kept as it reads, is not asked about again.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Left

from commentarchive.models import Aspect, Comment, Correction
from commentarchive.models.comment import CommentQuerySet

# A name at the start, as in “Ted, …”, “@Ted Vane: …” or “Ted – …”.
_start = re.compile(r"\s*@?\s*([^\W\d_][^\n,:;!?–—]{0,59}?)\s*(?:[,:;!–—]|\s-\s)")
# So much of a text is enough to see that.
_READ = 100
# Names are looked for among so many comments before it.
MOST = 2000
# How many suggestions a list holds, and how many comments are looked at for it.
LISTED, LOOKED_AT, AT_ONCE = 25, 10_000, 1000


class Addressed(NamedTuple):
    """A comment, whom it begins by naming, and the nearest earlier one of that name."""

    comment: int
    words: str
    name: str
    of_name: int


class Suggestions(NamedTuple):
    """Some suggestions in reading order, and the last comment that was looked at.

    It is "" at the end of the archive.
    """

    found: list[Addressed]
    last: str
    looked_at: int


class _Row(NamedTuple):
    pk: int
    ref: str
    post: int
    commenter: int | None
    name: str | None
    parent: int | None
    # By what a parent is found: the article in its copies, its kind of number.
    told_below: int | None
    scheme: str
    twin: int
    text: str | None


def addressed(comment: Comment) -> Addressed | None:
    """Find whom a comment speaks to at its start; none or three queries.

    By the whole name, or a part of it by which only one name in the thread begins. None
    where it answers that comment already, or speaks to its own name.
    """
    text = getattr(comment.current_revision, "text", None)
    if text is None or not _start.match(text.plain[:_READ]):
        return None
    own = _rows(Comment.objects.shown().filter(pk=comment.pk))
    before = _before(comment.post_id, comment.position)
    return next(_still_open(_suggested(own, before)), None)


def open_suggestions(after: Comment | None) -> Suggestions:
    """List whom comments speak to, from the start or after one, in reading order.

    At a cost that does not grow with the archive: it ends after LISTED, or LOOKED_AT.
    """
    last, looked_at, found = after, 0, list[Addressed]()
    while looked_at < LOOKED_AT:
        shown = Comment.objects.shown()
        before: list[_Row] = []
        if last is not None:
            shown = shown.filter(post__gte=last.post_id).exclude(
                post=last.post_id, position__lte=last.position
            )
            before = _before(last.post_id, last.position + 1)
        rows = _rows(shown.order_by("post_id", "position")[:AT_ONCE])
        places = {row.pk: number for number, row in enumerate(rows, start=1)}
        for each in _still_open(_suggested(rows, before)):
            found.append(each)
            if len(found) == LISTED:
                number = places[each.comment]
                return Suggestions(found, rows[number - 1].ref, looked_at + number)
        looked_at += len(rows)
        if len(rows) < AT_ONCE:
            return Suggestions(found, "", looked_at)
        last = Comment.objects.get(pk=rows[-1].pk)
    return Suggestions(found, last.ref if last else "", looked_at)


def _rows(comments: CommentQuerySet) -> list[_Row]:
    text = Left("current_revision__text__plain", _READ)
    found = comments.annotate(beginning=text).values_list(
        *("pk", "ref", "post_id", "commenter_id", "commenter__name__name"),
        *("parent_id", "told_below_id", "scheme", "twin", "beginning"),
    )
    return [_Row(*values) for values in found]


def _before(post: int, position: int) -> list[_Row]:
    """Read the nearest named comments above a place, in reading order."""
    above = Comment.objects.shown().filter(
        post=post, position__lt=position, commenter__isnull=False
    )
    return _rows(above.order_by("-position")[:MOST])[::-1]


def _suggested(rows: Iterable[_Row], before: Iterable[_Row]) -> Iterator[Addressed]:
    """Yield whom some rows speak to, one after another; `before` only lends names."""
    names = _Names()
    lent = [(row, False) for row in before]
    for row, is_asked in chain(lent, ((row, True) for row in rows)):
        if row.post != names.post:
            names = _Names(row.post)
        if is_asked and (words := _words(row)):
            found = names.meant(words)
            if found and _may_answer(row, found):
                yield Addressed(row.pk, words, found.name or "", found.pk)
        names.add(row)


def _words(row: _Row) -> str:
    start = _start.match(row.text or "")
    return start[1].strip() if start else ""


def _may_answer(row: _Row, other: _Row) -> bool:
    """Return whether one may be put below the other, and is not there already."""
    return (
        row.commenter != other.commenter
        and row.parent != other.pk
        and (row.told_below, row.scheme) == (other.told_below, other.scheme)
        and other.twin == 0
    )


class _Names:
    """The names in one thread so far, and the nearest comment of each."""

    def __init__(self, post: int | None = None) -> None:
        self.post = post
        self._count = 0
        self._nearest: dict[str, tuple[int, _Row]] = {}
        # Names by their letters, and by the words that they begin with.
        self._whole: dict[str, set[str]] = {}
        self._begun: dict[str, set[str]] = {}

    def add(self, row: _Row) -> None:
        """Take in a comment, if it has a name."""
        if row.commenter is None or not row.name:
            return
        self._count += 1
        if row.name not in self._nearest:
            words = row.name.casefold().split(" ")
            self._whole.setdefault(" ".join(words), set()).add(row.name)
            for number in range(1, len(words)):
                first = " ".join(words[:number])
                self._begun.setdefault(first, set()).add(row.name)
        self._nearest[row.name] = self._count, row

    def meant(self, words: str) -> _Row | None:
        """Return the nearest comment of the only name that some words may mean."""
        for names in (self._whole, self._begun):
            near = [
                row
                for name in names.get(words.casefold(), ())
                for count, row in [self._nearest[name]]
                if count > self._count - MOST
            ]
            if near:
                return near[0] if len(near) == 1 else None
        return None


def _still_open(found: Iterable[Addressed]) -> Iterator[Addressed]:
    """Leave out what staff have answered, or put under another article."""
    suggested = list(found)
    answered = set(
        Correction.objects.standing()
        .filter(
            Q(aspect=Aspect.PARENT) | Q(aspect=Aspect.ARTICLE),
            comment__in=[each.comment for each in suggested],
        )
        .values_list("comment", flat=True)
    )
    return (each for each in suggested if each.comment not in answered)
