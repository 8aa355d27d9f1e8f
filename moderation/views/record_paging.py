"""Pages of the log, by record number: new decisions do not shift what they hold."""

from typing import NamedTuple

from django.http import Http404, HttpRequest

from moderation.models import Decision
from moderation.models.decision import DecisionQuerySet


class RecordPage(NamedTuple):
    """Some decisions, newest first, and whether there are others on either side."""

    decisions: list[Decision]
    has_newer: bool
    has_older: bool


def record_page(
    request: HttpRequest, decisions: DecisionQuerySet, size: int
) -> RecordPage:
    """Return the page that `?before=` or `?after=` a record number asks for.

    At a cost that does not depend on how far it is from the newest one. Raise Http404
    for what is no record number, and for both at once.
    """
    before, after = (_asked_number(request, name) for name in ("before", "after"))
    if before is not None and after is not None:
        message = "A page lies before or after a record number, not both."
        raise Http404(message)
    if after is not None:
        newer = decisions.filter(entry_index__gt=after).order_by("entry_index")
        found = list(newer[: size + 1])
        rows = found[:size][::-1]
        has_older = decisions.filter(entry_index__lte=after).exists()
        return RecordPage(rows, len(found) > size, has_older)
    older = decisions.newest_first()
    if before is not None:
        older = older.filter(entry_index__lt=before)
    found = list(older[: size + 1])
    has_newer = (
        before is not None and decisions.filter(entry_index__gte=before).exists()
    )
    return RecordPage(found[:size], has_newer, len(found) > size)


def _asked_number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if text is None:
        return None
    # Longer numbers than any record has are refused before they are parsed.
    if not text.isascii() or not text.isdigit() or len(text) > len("999999999999"):
        message = f"{text[:30]!r} is no number of the record."
        raise Http404(message)
    return int(text)
