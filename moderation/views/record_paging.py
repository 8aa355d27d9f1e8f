"""Pages of long lists, by number of the record: what is new does not shift them."""

from typing import Any, NamedTuple

from django.db import models
from django.http import Http404, HttpRequest

from moderation.matches import Matches


class RecordPage(NamedTuple):
    """Some rows, newest first, and whether there are others on either side."""

    # Of any model; each with the number by which it is found again.
    rows: list[Any]
    key: str
    has_newer: bool
    has_older: bool

    @property
    def newest(self) -> int | None:
        """Return the number of its first row."""
        return getattr(self.rows[0], self.key) if self.rows else None

    @property
    def oldest(self) -> int | None:
        """Return the number of its last row."""
        return getattr(self.rows[-1], self.key) if self.rows else None


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
    before, after = (_asked_number(request, name) for name in ("before", "after"))
    if before is not None and after is not None:
        message = "A page lies before or after a record number, not both."
        raise Http404(message)
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


def _asked_number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if text is None:
        return None
    # Longer numbers than any record has are refused before they are parsed.
    if not text.isascii() or not text.isdigit() or len(text) > len("999999999999"):
        message = f"{text[:30]!r} is no number of the record."
        raise Http404(message)
    return int(text)
