"""Comments, and the notices that each had."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Field, Query, Router

from commentarchive.api.pages import Ordered, Page, Ref, cut
from commentarchive.api.problems import NOTHING
from commentarchive.api.rows import CLOCK, Comment, Notice, comment_of
from commentarchive.discussion.query import public_rows
from commentarchive.models import Comment as StoredComment
from commentarchive.models import Revision, Tombstone
from commentarchive.storage.prepared import Prepared

router = Router(tags=["Archive"])


class WholeComment(Comment):
    """A comment with its history."""

    text: str | None = Field(description="Its text without marks; null where hidden.")
    source_id: str = Field(description="Its number at its blog; “” where hidden.")
    first_copy: str | None = Field(
        description="Reference of the copy that first held it."
    )
    notices: list[Notice] = Field(description="Every notice it ever had, oldest first.")


class Comments(Page[Comment]):
    """A page of comments."""


@router.get("/comments/", response=Comments, summary="Comments")
def comments(request: HttpRequest, asked: Query[Ordered]) -> Any:
    """List every comment that has a place in a public thread."""
    rows = StoredComment.objects.public().select_related("post")
    page = cut(request, rows.only("pk", "ref", "post__ref"), asked)
    keys = [row.pk for row in page.rows]
    read = public_rows(keys, CLOCK)
    by_ref = {row.ref: row for row in read}
    items = [
        comment_of(by_ref[row.ref], row.post.ref)
        for row in page.rows
        if row.ref in by_ref
    ]
    return {"items": items, "next": page.next}


@Prepared
def _public(ref: str) -> QuerySet[StoredComment]:
    public = StoredComment.objects.public().filter(ref=ref)
    return public.select_related("post", "capture")


@Prepared
def _shown(comment_pk: int) -> QuerySet[Revision]:
    shown = Revision.objects.public_revisions().filter(comment=comment_pk)
    return shown.select_related("text").order_by("pk")


@router.get("/comments/{ref:ref}/", response=WholeComment, summary="One comment")
def comment(request: HttpRequest, ref: Ref) -> Any:
    """Return one comment, and what happened to it."""
    found = _public.first(ref)
    if found is None:
        raise Http404(NOTHING)
    rows = public_rows([found.pk], CLOCK)
    if not rows:
        # It was taken from readers this moment.
        raise Http404(NOTHING)
    version = _shown.first(found.pk)
    notices = Tombstone.objects.of(found).select_related(
        "opened_capture", "seen_capture"
    )
    return WholeComment(
        **comment_of(rows[0], found.post.ref).model_dump(),
        text=version.text.plain if version else None,
        source_id=found.source_id if rows[0].is_shown else "",
        first_copy=found.capture.ref if found.capture else None,
        notices=[Notice.of_tombstone(each) for each in notices.order_by("pk")],
    )
