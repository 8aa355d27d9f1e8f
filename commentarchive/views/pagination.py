"""Numbered pages of lists, asked for by `?page=`."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.db import models
from django.http import Http404, HttpRequest


def asked_page(request: HttpRequest) -> int:
    """Read `?page=`, 1 where none is given. Raise Http404 for anything else."""
    text = request.GET.get("page", "1")
    # Longer numbers than any thread has pages are refused before they are parsed.
    if not text.isascii() or not text.isdigit() or len(text) > len("999999999"):
        message = "There is no such page."
        raise Http404(message)
    return int(text)


def paginate[M: models.Model](
    request: HttpRequest, rows: models.QuerySet[M], size: int
) -> Page[M]:
    """Cut a list into pages and return the one asked for. Raise Http404 beyond it."""
    try:
        return Paginator(rows, size).page(asked_page(request))
    except InvalidPage as error:
        raise Http404(str(error)) from error


def paginate_counted[M: models.Model](
    request: HttpRequest,
    rows: models.QuerySet[M],
    size: int,
    known: tuple[int, Callable[[], list[M]]],
) -> Page[M]:
    """Do as `paginate` for a list of known length; `known` also reads its first page.

    Most readers look at no other.
    """
    number, first = known
    paginator = Paginator(rows, size)
    paginator.count = number
    try:
        page = paginator.page(asked_page(request))
    except InvalidPage as error:
        raise Http404(str(error)) from error
    if page.number == 1:
        page.object_list = first()
    return page


def paginate_by_key[M: models.Model](
    request: HttpRequest,
    rows: models.QuerySet[M],
    size: int,
    complete: Callable[[Any], models.QuerySet[M]] = lambda rows: rows,
    *,
    number: int | None = None,
) -> Page[M]:
    """Cut a list into pages as `paginate` does, with many tables' columns a row.

    Only keys are passed over on the way to a page; `complete` adds what is asked of the
    page's own rows alone. `number` is how many rows there are, where that is known.
    Raise Http404 beyond the last.
    """
    keys = rows.select_related(None).values_list("pk", flat=True)
    paginator = Paginator(keys, size)
    if number is not None:
        paginator.count = number
    try:
        page = paginator.page(asked_page(request))
    except InvalidPage as error:
        raise Http404(str(error)) from error
    of_page = list(page.object_list)
    found = {row.pk: row for row in complete(rows.order_by().filter(pk__in=of_page))}
    page.object_list = [found[key] for key in of_page if key in found]
    return page
