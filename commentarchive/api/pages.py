"""Pages of a list: each begins after the last item of the one before.

A cursor is that item's reference, so that what is added meanwhile shifts nothing, and
that an item which was hidden since still marks its place.
"""

from collections.abc import Callable
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db import models
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Field, Schema

from commentarchive.api.problems import NOTHING
from commentarchive.feeds.atom import absolute
from commentarchive.models import Blog

MOST = 200
REF = "^[a-z][a-z2-7]{26}$"
Ref = Annotated[str, Field(pattern=REF, description="A reference.")]


class Asked(Schema):
    """How much of a list is asked for, and from where."""

    cursor: str | None = Field(
        None,
        pattern=REF,
        description="Where to go on: taken from “next” of the page before.",
    )
    limit: int = Field(50, ge=1, le=MOST, description="How many items at most.")


class Ordered(Asked):
    """A list by when its items came into the archive."""

    order: Literal["oldest", "newest"] = Field(
        "oldest", description="By when an item came into the archive."
    )


class Page[T](Schema):
    """Some items of a list."""

    items: list[T]
    next: str | None = Field(
        description="The address of the next page; null on the last."
    )


class Cut[M](NamedTuple):
    """The rows of a page, and the address of the next one."""

    rows: list[M]
    next: str | None
    # Where the page before ended, by the list's order.
    after: int | None

    def into[T](self, build: Callable[[M], T]) -> "dict[str, list[T] | str | None]":
        """Return the page with an item built of each row."""
        return {"items": [build(row) for row in self.rows], "next": self.next}


def cut[M: models.Model](
    request: HttpRequest,
    rows: models.QuerySet[M],
    asked: Asked,
    *,
    key: str = "pk",
    among: models.QuerySet[M] | None = None,
) -> Cut[M]:
    """Read the page that is asked for; one query, and one for a cursor.

    `key` is the column to order by, each value of which is there once. `among` are the
    rows that a cursor may name, all of the table without it. Raise BadRequest.
    """
    is_newest_first = isinstance(asked, Ordered) and asked.order == "newest"
    place: int | None = None
    if asked.cursor is not None:
        known = models.QuerySet(rows.model) if among is None else among
        place = known.filter(ref=asked.cursor).values_list(key, flat=True).first()
        if place is None:
            message = "“cursor” is not one that a page of this list gave."
            raise BadRequest(message)
        rows = rows.filter(**{f"{key}__{'lt' if is_newest_first else 'gt'}": place})
    ordered = rows.order_by(f"-{key}" if is_newest_first else key)
    found = list(ordered[: asked.limit + 1])
    shown = found[: asked.limit]
    more = len(found) > asked.limit
    following = _next_page(request, shown[-1].ref) if more else None  # type: ignore[attr-defined]  # each of these tables has references
    return Cut(shown, following, place)


def _next_page(request: HttpRequest, ref: str) -> str:
    asked = {**request.GET.dict(), "cursor": ref}
    return absolute(f"{request.path}?{urlencode(asked)}")


def address_of(path: str) -> str:
    """Return the whole address of a page of ours; "" for none."""
    return absolute(path) if path else ""


def page_at(name: str, *arguments: str) -> str:
    """Return the whole address of the page for people."""
    return address_of(reverse(name, args=arguments))


def only[M: models.Model](rows: models.QuerySet[M], **key: str) -> M:
    """Return the row with this key. Raise Http404."""
    found = rows.filter(**key).first()
    if found is None:
        raise Http404(NOTHING)
    return found


def blog_called(slug: str) -> Blog:
    """Return the public blog that a filter names. Raise BadRequest."""
    found = Blog.objects.public().filter(slug=slug).first()
    if found is None:
        message = "“blog” names no public blog: give the “slug” of one."
        raise BadRequest(message)
    return found
