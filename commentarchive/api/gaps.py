"""What may be missing: removals that are known without a comment."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from ninja import Field, Query, Router

from commentarchive.api.pages import Ordered, Page, Ref, blog_called, cut, only
from commentarchive.api.rows import ThreadGap, in_utc
from commentarchive.models import Comment, Visibility
from commentarchive.models import Gap as StoredGap

router = Router(tags=["Archive"])


class Gap(ThreadGap):
    """Something that may be missing from an article, or from a blog."""

    blog: str = Field(description="Slug of the blog.")
    post: str | None = Field(description="Reference of the article, where it is known.")
    after: str | None = Field(
        description="Reference of the comment after which it may be missing."
    )
    recorded_at: datetime
    record: int = Field(description="Number of its entry in the public record.")


class Gaps(Page[Gap]):
    """A page of what may be missing."""


class GapsAsked(Ordered):
    """What is asked for."""

    blog: str | None = Field(None, max_length=100, description="Slug of a blog.")


_READ = (
    StoredGap.objects.public()
    .with_context()
    .with_answers()
    .select_related("post__leader", "after__leader")
    .annotate(
        is_said_in_public=Exists(
            Comment.objects.public().filter(pk=OuterRef("said_in"))
        )
    )
)


def _gap(row: StoredGap) -> Gap:
    annotated: Any = row
    said_in = row.said_in
    answer, post, after = row.answer, row.post, row.after
    # Of a thread from several sources, what readers see.
    post = post and post.shown_as
    after = after and after.shown_as
    is_seen = after is not None and after.visibility != Visibility.INTERNAL
    return Gap(
        id=row.ref,
        at_least=row.at_least,
        at_most=row.at_most,
        kind=row.kind,
        known=row.grade,
        said_in=said_in.ref if said_in and annotated.is_said_in_public else None,
        proof=row.proof.ref if row.proof else None,
        answer=answer.get_answer_display() if answer else "",
        answered_at=in_utc(answer.dated) if answer else None,
        blog=row.its_blog.slug,
        post=post.ref if post else None,
        after=after.ref if after and is_seen else None,
        recorded_at=row.recorded_at,
        record=row.entry_index,
    )


@router.get("/gaps/", response=Gaps, summary="What may be missing")
def gaps(request: HttpRequest, asked: Query[GapsAsked]) -> Any:
    """List what may be missing, as it stands on record."""
    rows = _READ.all()
    if asked.blog is not None:
        rows = rows.of_blog(blog_called(asked.blog))
    return cut(request, rows, asked).into(_gap)


@router.get("/gaps/{ref:ref}/", response=Gap, summary="One thing that may be missing")
def gap(request: HttpRequest, ref: Ref) -> Any:
    """Return one of them."""
    return _gap(only(_READ.all(), ref=ref))
