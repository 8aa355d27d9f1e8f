"""One thread from two sources, as readers see it.

They see the article that leads, with the comments that only another source holds
below it; a comment's page shows the same comment as the others hold it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import F

from commentarchive.discussion.gaps import GapValues, gap_rows, gap_values, gaps_of
from commentarchive.discussion.query import thread_rows
from commentarchive.discussion.versions import versions_of
from commentarchive.discussion.windows import (
    beside_their_parents,
    page_of,
    pages_in,
    places_of,
)
from commentarchive.models import (
    BlogVisibility,
    Comment,
    Gap,
    Post,
    SameThread,
)
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.render import join, render_gaps, render_window
from commentarchive.threads.thread_rows import ThreadRow


class OnlyThere(NamedTuple):
    """Comments in a row that one source alone holds, and the one they stand after."""

    after: str
    html: str


class OtherSource(NamedTuple):
    """Another source of a thread: its copy, its tie, and what it alone holds."""

    post: Post
    made_at: PrintedTime | None
    entry_index: int
    number: int
    gaps: str
    runs: list[OnlyThere]


def other_sources(post: Post) -> list[OtherSource]:
    """Return the other sources of a thread that anybody may see.

    None, without a query, of an article that is tied to no other.
    """
    if post.leader_id is None:
        return []
    ties = (
        SameThread.objects.standing()
        .filter(other=post, post__in=Post.objects.reachable())
        .exclude(post=post)
    )
    with_post = ties.select_related("post__blog", "post__capture")
    return [_source(tie) for tie in with_post.order_by("entry_index")]


def _source(tie: SameThread) -> OtherSource:
    post = tie.post
    zone = post.blog.time_zone
    rows = beside_their_parents(
        post, thread_rows(Comment.objects.public().filter(post=post), zone)
    )
    first = gap_rows(_gaps_before(post.pk)).get(post.pk, {})
    return OtherSource(
        post=post,
        made_at=printed_time(tie.made_at, None, zone),
        entry_index=tie.entry_index,
        number=len(rows),
        gaps=render_gaps(first.get(-1, ())),
        runs=_runs(post, rows) if rows else [],
    )


@Prepared
def _gaps_before(post_pk: int) -> GapValues:
    """Ask for the gaps before every comment of an article."""
    return gap_values(Gap.objects.filter(post=post_pk, after=None))


def _runs(post: Post, rows: Sequence[ThreadRow]) -> list[OnlyThere]:
    """Divide rows by the places between them that another source's thread has."""
    paired = Comment.objects.filter(
        post=post, leader__in=Comment.objects.public()
    ).order_by("position")
    places = list(paired.values_list("position", "leader__ref"))
    gaps = gaps_of([post.pk]).get(post.pk, {})
    found: dict[int, list[ThreadRow]] = {}
    refs = {-1: ""}
    for row in rows:
        before = bisect_left(places, (row.position, ""))
        at, ref = places[before - 1] if before else (-1, "")
        refs[at] = ref
        found.setdefault(at, []).append(row)
    return [
        OnlyThere(refs[at], join([render_window(run, gaps=gaps)]).decode())
        for at, run in found.items()
    ]


class HeldElsewhere(NamedTuple):
    """A comment as another source holds it; its words only where readers see them."""

    comment: Comment
    html: str
    name: str


def held_elsewhere(comment: Comment) -> list[HeldElsewhere]:
    """Return the same comment as other sources hold it; no query if there are none.

    Nothing of it while any of them is hidden.
    """
    if comment.leader_id is None:
        return []
    if not Comment.objects.shown().filter(pk=comment.pk).exists():
        return []
    # What its blog took out of it is not read in another source either.
    is_cut = any(each.html is None for each in versions_of(comment))
    others = Comment.objects.filter(leader=comment.pk, post__is_public=True)
    others = others.exclude(pk=comment.pk).exclude(
        post__blog__visibility=BlogVisibility.STAFF
    )
    read = others.select_related("commenter__name", "capture", "post__blog")
    return [
        HeldElsewhere(
            each,
            each.current_revision.text.html
            if each.current_revision and not is_cut
            else "",
            name.shown if (name := getattr(each.commenter, "name", None)) else "",
        )
        for each in read.select_related("current_revision__text").order_by("pk")
    ]


def place_of(comment: Comment) -> str:
    """Return the address at which readers find a comment in its thread."""
    post = comment.post
    page = page_of(comment.position)
    if post.shown_as != post:
        # It is below the last page of the thread that leads.
        post = post.shown_as
        page = pages_in(places_of(post))
    query = f"?page={page}" if page > 1 else ""
    return f"{post.get_absolute_url()}{query}#{comment.ref}"


def leader_of(ref: str) -> str | None:
    """Return in whose place readers see a comment, if that is another one's."""
    tied = Comment.objects.filter(ref=ref, leader__in=Comment.objects.public())
    return tied.exclude(leader=F("pk")).values_list("leader__ref", flat=True).first()
