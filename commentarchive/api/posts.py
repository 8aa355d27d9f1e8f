"""Articles, and the thread below each."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from commentarchive.api.pages import (
    Asked,
    Ordered,
    Page,
    Ref,
    address_of,
    blog_called,
    cut,
    only,
    page_at,
)
from commentarchive.api.rows import CLOCK, Comment, ThreadGap, comment_of, in_utc
from commentarchive.discussion.counts import with_counts
from commentarchive.discussion.gaps import Gaps, gaps_in_thread
from commentarchive.discussion.part_notices import open_notices_of
from commentarchive.discussion.query import public_rows
from commentarchive.discussion.windows import beside_their_parents
from commentarchive.models import Comment as StoredComment
from commentarchive.models import PartNotice as StoredPartNotice
from commentarchive.models import Post as StoredPost
from commentarchive.models.post import PostQuerySet
from commentarchive.threads.days import hour_of
from commentarchive.threads.part_words import part_title

router = Router(tags=["Archive"])
# After every place of any thread.
END = 1 << 62


class Post(Schema):
    """An article."""

    id: str
    blog: str = Field(description="Slug of its blog.")
    title: str = Field(description="“” where none is known, or while it is hidden.")
    author: str
    kind: str
    published_at: datetime | None = Field(
        description="In UTC; null where no hour is known."
    )
    published_on: date | None = Field(
        description="The day, by the clock of its source."
    )
    printed_at: str = Field(description="The time as its source printed it, or “”.")
    addresses: list[str] = Field(description="Where it was found.")
    shown: int = Field(description="Comments whose text is shown.")
    withheld: int = Field(description="Comments with a notice in their place.")
    page: str


class PartNotice(Schema):
    """A notice that stands for an article's text or title, or on its discussion."""

    part: str = Field(description="text, title or thread.")
    kind: str = Field(description="held, removed, spam, withheld or closed.")
    words: str = Field(description="The same as pages print it.")
    known: str = Field(description="How it is known: decided.")
    since: datetime | None
    decided_by: str
    rule: str
    statement: str = Field(description="Address of the statement of reasons.")


class WholePost(Post):
    """An article with its text."""

    html: str = Field(description="Its text, cleaned; “” while it is hidden.")
    notices: list[PartNotice] = Field(
        description="What stands for its text or title, or on its discussion."
    )


class Posts(Page[Post]):
    """A page of articles."""


class PostsAsked(Ordered):
    """Which articles are asked for."""

    blog: str | None = Field(None, max_length=100, description="Slug of a blog.")


class ThreadPlace(Comment):
    """One place in a thread, and what may be missing after it."""

    gaps_after: list[ThreadGap]


class Thread(Page[ThreadPlace]):
    """Places of a thread in reading order: replies follow what they answer."""

    post: str
    gaps_before: list[ThreadGap] = Field(
        description="What may be missing before the first place of this page."
    )


def _facts(row: StoredPost) -> dict[str, Any]:
    """Return what is told of an article; reads what `_read` fetched."""
    return {
        "id": row.ref,
        "blog": row.blog.slug,
        "title": row.known_title,
        "author": row.shown_author,
        "kind": row.kind,
        "published_at": in_utc(hour_of(row.local_time)),
        "published_on": row.local_time.date() if row.local_time else None,
        "printed_at": row.printed_at,
        # They may hold the words of the title.
        "addresses": []
        if row.hidden_title
        else sorted(each.address for each in row.addresses.all()),
        "shown": getattr(row, "shown", 0),
        "withheld": getattr(row, "withheld", 0),
        "page": page_at("post-detail", row.ref),
    }


def _complete(rows: PostQuerySet) -> PostQuerySet:
    """Fetch title, blog, counts and addresses with each article; two queries."""
    return with_counts(rows.titled()).prefetch_related("addresses")


@router.get("/posts/", response=Posts, summary="Articles")
def posts(request: HttpRequest, asked: Query[PostsAsked]) -> Any:
    """List the articles that anybody may see."""
    rows = StoredPost.objects.public().only("pk", "ref")
    if asked.blog is not None:
        rows = rows.filter(blog=blog_called(asked.blog))
    page = cut(request, rows, asked)
    keys = [row.pk for row in page.rows]
    complete = _complete(StoredPost.objects.public().filter(pk__in=keys))
    read = {row.pk: row for row in complete}
    items = [Post(**_facts(read[key])) for key in keys if key in read]
    return {"items": items, "next": page.next}


@router.get("/posts/{ref:ref}/", response=WholePost, summary="One article")
def post(request: HttpRequest, ref: Ref) -> Any:
    """Return one article with its text."""
    row = only(_complete(StoredPost.objects.public()), ref=ref)
    text = row.shown_text
    return WholePost(
        **_facts(row),
        html=text.html if text else "",
        notices=[_part_notice(each) for each in open_notices_of(row)],
    )


def _part_notice(stored: StoredPartNotice) -> PartNotice:
    return PartNotice(
        part=stored.part,
        kind=stored.kind,
        words=part_title(stored.part, stored.kind),
        known=stored.grade,
        since=in_utc(stored.since_not_before),
        decided_by=stored.actor_label,
        rule=stored.clause_label,
        statement=address_of(stored.statement_path),
    )


@router.get(
    "/posts/{ref:ref}/thread/", response=Thread, summary="The thread of an article"
)
def thread(request: HttpRequest, ref: Ref, asked: Query[Asked]) -> Any:
    """List the places of a thread in reading order, with notices and gaps."""
    found = only(StoredPost.objects.public(), ref=ref)
    places = StoredComment.objects.filter(post=found)
    public = StoredComment.objects.public().filter(post=found)
    page = cut(request, public.only("pk", "ref"), asked, key="position", among=places)
    keys = [row.pk for row in page.rows]
    rows = public_rows(keys, CLOCK)
    if found.leader_id is not None:
        # One thread from several sources, as its page shows it.
        rows = beside_their_parents(found, rows)
    gaps = gaps_in_thread(found)
    # A gap may follow a place that readers do not see; it stands after the one above.
    ends = [row.position for row in rows[1:]]
    ends.append(rows[-1].position + 1 if rows and page.next else END)
    before = -1 if page.after is None else page.after + 1
    first = rows[0].position if rows else END
    return {
        "post": ref,
        "items": [
            ThreadPlace(
                **comment_of(row, ref).model_dump(),
                gaps_after=_between(gaps, row.position, end),
            )
            for row, end in zip(rows, ends, strict=False)
        ],
        "gaps_before": _between(gaps, before, first),
        "next": page.next,
    }


def _between(gaps: Gaps, first: int, end: int) -> list[ThreadGap]:
    """Return the gaps after places from the first to the one before the end."""
    places = sorted(place for place in gaps if first <= place < end)
    return [ThreadGap.of_row(row) for place in places for row in gaps[place]]
