"""Pages of long lists, by number of the record: what is new does not shift them."""

from typing import Any, NamedTuple

from django.db import models
from django.db.models import F
from django.http import Http404, HttpRequest

from moderation.cuts import Cut, newer_than, older_than, read_cut
from moderation.matches import Matches
from moderation.models.decision import DecisionQuerySet

BY_TIME = "at"


class RecordPage(NamedTuple):
    """Some rows, newest first, and whether there are others on either side."""

    # Of any model; each with the number by which it is found again.
    rows: list[Any]
    key: str
    has_newer: bool
    has_older: bool

    @property
    def newest(self) -> object:
        """Return what stands for its first row in an address."""
        return self._place(self.rows[0]) if self.rows else None

    @property
    def oldest(self) -> object:
        """Return what stands for its last row in an address."""
        return self._place(self.rows[-1]) if self.rows else None

    def _place(self, row: Any) -> object:
        if self.key == BY_TIME:
            return Cut(row.at, row.entry_index)
        return getattr(row, self.key)


def record_page(
    request: HttpRequest,
    rows: models.QuerySet,  # type: ignore[type-arg]  # of any model
    found: Matches,
    size: int,
) -> RecordPage:
    """Return the page that `?before=` or `?after=` a number asks for.

    At a cost that does not depend on how far it is from the newest one. Raise Http404
    for what is no number, and for both at once.
    """
    key = found.key
    _refuse_both(request)
    before, after = (_asked_number(request, name) for name in ("before", "after"))
    if not found.number:
        return RecordPage([], key, has_newer=False, has_older=False)
    rows = found.narrow(rows)
    if after is not None:
        newer = rows.filter(**{f"{key}__gt": after}).order_by(key)
        page = list(newer[:size])[::-1]
    else:
        older = rows.order_by(f"-{key}")
        if before is not None:
            older = older.filter(**{f"{key}__lt": before})
        page = list(older[:size])
    if page:
        newest, oldest = getattr(page[0], key), getattr(page[-1], key)
        has_newer, has_older = found.has_above(newest + 1), found.has_below(oldest - 1)
    else:
        has_newer = before is not None and found.has_above(before)
        has_older = after is not None and found.has_below(after)
    return RecordPage(page, key, has_newer, has_older)


def page_by_time(
    request: HttpRequest, decisions: DecisionQuerySet, found: Matches, size: int
) -> RecordPage:
    """Return the page of decisions by time that `?before=` or `?after=` asks for."""
    _refuse_both(request)
    before, after = (_asked_cut(request, name) for name in ("before", "after"))
    rows = found.narrow(decisions.with_time())
    if after is not None:
        newer = rows.filter(newer_than(after, "at")).order_by(
            F("at").asc(), "entry_index"
        )
        read = list(newer[: size + 1])
        return RecordPage(
            read[:size][::-1], BY_TIME, has_newer=len(read) > size, has_older=True
        )
    if before is not None:
        rows = rows.filter(older_than(before, "at"))
    read = list(rows.order_by(F("at").desc(), "-entry_index")[: size + 1])
    has_newer = before is not None
    return RecordPage(read[:size], BY_TIME, has_newer, has_older=len(read) > size)


def _refuse_both(request: HttpRequest) -> None:
    if "before" in request.GET and "after" in request.GET:
        message = "A page lies before or after a record number, not both."
        raise Http404(message)


def _asked_cut(request: HttpRequest, name: str) -> Cut | None:
    text = request.GET.get(name)
    cut = read_cut(text) if text is not None else None
    if text is not None and cut is None:
        message = f"{text[:40]!r} is no place in this list."
        raise Http404(message)
    return cut


def _asked_number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if text is None:
        return None
    # Longer numbers than any record has are refused before they are parsed.
    if not text.isascii() or not text.isdigit() or len(text) > len("999999999999"):
        message = f"{text[:30]!r} is no number of the record."
        raise Http404(message)
    return int(text)
