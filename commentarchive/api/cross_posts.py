"""Cross-posts: where else articles stand, and what people found of that."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Query, Router, Schema

from commentarchive.api.pages import Ordered, Page, Ref, blog_called, cut, only
from commentarchive.api.rows import CLOCK, in_utc
from commentarchive.discussion.cross_posts import (
    FindingLine,
    findings_of,
    shown_address,
)
from commentarchive.feeds.atom import absolute
from commentarchive.models import BlogVisibility, Post
from commentarchive.models import CrossPost as StoredCrossPost

router = Router(tags=["Archive"])


class Finding(Schema):
    """What people found of a cross-post; the last one stands."""

    is_cross_post: bool
    attribution: str = Field(description="How the article says so.")
    reason: str
    made_at: datetime | None
    decided_by: str
    record: int = Field(description="Number of its entry in the public record.")


class CrossPost(Schema):
    """An article that says that it stands elsewhere too."""

    id: str
    post: str = Field(description="Reference of the article that says so.")
    address: str = Field(description="Of the other place; “” where it is not known.")
    other_post: str | None = Field(
        description="Reference of the article there, where it is here and public."
    )
    other_blog: str | None = Field(description="Slug of the blog there.")
    page: str = Field(description="Address of the page of all its places.")
    is_withdrawn: bool = Field(description="Whether people found that it is none.")
    findings: list[Finding]


class CrossPosts(Page[CrossPost]):
    """A page of cross-posts."""


class CrossPostsAsked(Ordered):
    """Which cross-posts are asked for."""

    blog: str | None = Field(
        None, max_length=100, description="Slug of the blog of the article."
    )


def _finding(line: FindingLine) -> Finding:
    return Finding(
        is_cross_post=not line.is_withdrawal,
        attribution=line.attribution,
        reason=line.reason,
        made_at=in_utc(line.made_at),
        decided_by=line.by,
        record=line.entry_index,
    )


def _cross_posts(rows: Sequence[StoredCrossPost]) -> list[CrossPost]:
    """Return rows with what readers may see of the other place; two queries."""
    others = [row.other_post_id for row in rows if row.other_post_id]
    seen = dict(Post.objects.public().filter(pk__in=others).values_list("pk", "ref"))
    findings = findings_of([row.pk for row in rows], CLOCK)
    return [
        CrossPost(
            id=row.ref,
            post=row.post.ref,
            address=shown_address(row),
            other_post=seen.get(row.other_post_id) if row.other_post_id else None,
            other_blog=_shown_blog(row),
            page=absolute(reverse("cross-post-detail", args=[row.ref])),
            is_withdrawn=row.is_withdrawn,
            findings=[_finding(line) for line in findings.get(row.pk, ())],
        )
        for row in rows
    ]


def _shown_blog(row: StoredCrossPost) -> str | None:
    blog = row.other_blog
    if blog is None or blog.visibility == BlogVisibility.STAFF:
        return None
    return blog.slug


@router.get("/cross-posts/", response=CrossPosts, summary="Cross-posts")
def cross_posts(request: HttpRequest, asked: Query[CrossPostsAsked]) -> Any:
    """List where else public articles stand."""
    rows = StoredCrossPost.objects.public().select_related(
        "post", "other_post", "other_blog"
    )
    if asked.blog is not None:
        rows = rows.filter(post__blog=blog_called(asked.blog))
    page = cut(request, rows, asked)
    return {"items": _cross_posts(page.rows), "next": page.next}


@router.get("/cross-posts/{ref:ref}/", response=CrossPost, summary="One cross-post")
def cross_post(request: HttpRequest, ref: Ref) -> Any:
    """Return one cross-post."""
    rows = StoredCrossPost.objects.public().select_related(
        "post", "other_post", "other_blog"
    )
    return _cross_posts([only(rows, ref=ref)])[0]
