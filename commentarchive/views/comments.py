"""One comment in its context, and the way to its place in the thread."""

from collections.abc import Sequence

from django.db.models import Exists, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from commentarchive.captures.text_proof import (
    NoProof,
    proof_file,
    provable,
    prove_text,
)
from commentarchive.discussion.citation import cite
from commentarchive.discussion.comment_history import Told, happenings, quotes
from commentarchive.discussion.corrections import corrections_of
from commentarchive.discussion.joined import page_of_places
from commentarchive.discussion.places import ANCESTORS, ancestors
from commentarchive.discussion.query import (
    RowValues,
    notices_of,
    row_values,
    rows_of,
)
from commentarchive.discussion.quoted import quoted_by
from commentarchive.discussion.same_thread import (
    held_elsewhere,
    leader_of,
    place_of,
)
from commentarchive.discussion.versions import versions_of
from commentarchive.feeds.atom import absolute
from commentarchive.models import Comment, Gap, Revision
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.render import WINDOW_SIZE, join, render_window
from commentarchive.views.capture_history import how_entered
from commentarchive.views.public_page import public_page


@require_safe
@public_page
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a comment under those it answers and above its replies."""
    comment = _comments.first(ref)
    if comment is None:
        return _to_leader(ref, "comment-detail")
    line = (*ancestors(comment.pk), comment.pk)
    read = _around(comment.post_id, comment.pk, line)
    rows = list(rows_of(read, comment.post.blog.time_zone))
    place = next(n for n, row in enumerate(rows) if row.ref == ref)
    replies = len(rows) - place - 1
    if len(rows) == WINDOW_SIZE:
        all_replies = Comment.objects.public().filter(parent=comment)
        more = all_replies.filter(post=comment.post_id).count() - replies
    else:
        more = 0
    told = Told(
        versions=_versions(comment.pk),
        notices=notices_of(comment),
        corrections=corrections_of(comment),
        claims=_claims_in(comment.pk),
        elsewhere=held_elsewhere(comment),
        proof=provable(comment),
    )
    own = [row._replace(depth=row.depth - rows[place].depth) for row in rows[place:]]
    context = {
        "comment": comment,
        "canonical": absolute(comment.get_absolute_url()),
        "citation": cite(comment, rows[place], absolute(comment.get_absolute_url())),
        "quoted": quoted_by(comment, rows[place]),
        "above": quotes(rows[:place]),
        "is_deep": place == ANCESTORS and rows[0].depth > 0,
        "thread": join([render_window(own, whole_ref=ref)]).decode(),
        "more_replies": more,
        "happenings": happenings(comment, told),
        "entered": how_entered(comment.capture),
        "wordings": versions_of(comment),
    }
    return render(request, "commentarchive/comment_detail.html", context)


@Prepared
def _comments(ref: str) -> QuerySet[Comment]:
    public = Comment.objects.public().filter(ref=ref)
    read = public.select_related(
        *("post__blog", "post__current_revision__text", "capture")
    )
    return read.annotate(all_places=page_of_places())


@Prepared
def _around(post_pk: int, pk: int, line: Sequence[int]) -> RowValues:
    """Ask for a comment, those that it answers, and its first replies."""
    public = Comment.objects.public().filter(post=post_pk)
    return row_values(public.filter(Q(pk__in=line) | Q(parent=pk)))[:WINDOW_SIZE]


@Prepared
def _versions(pk: int) -> QuerySet[Revision]:
    told = Revision.objects.filter(comment=pk)
    return told.select_related("capture").order_by("number")


@Prepared
def _claims_in(pk: int) -> QuerySet[Gap]:
    """Ask for what a shown comment claims of blocked comments; with answers to it."""
    # Nothing while the same comment is hidden in another source.
    shown = Exists(Comment.objects.shown().filter(pk=pk))
    made = Gap.objects.public().made_in(pk).filter(shown)
    return made.with_context().with_answers()


def _to_leader(ref: str, page: str) -> HttpResponse:
    """Redirect to the comment in whose place readers see one, or find nothing."""
    leader = leader_of(ref)
    if leader is None:
        raise Http404
    return redirect(page, leader)


@require_safe
@public_page
def proof(_request: HttpRequest, ref: str) -> HttpResponse:
    """Download the proof that the record commits to a published comment's text."""
    comment = _shown.first(ref)
    if comment is None:
        raise Http404
    try:
        found = prove_text(comment)
    except NoProof as error:
        raise Http404 from error
    answer = HttpResponse(proof_file(found), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{ref}.json"'
    return answer


@Prepared
def _shown(ref: str) -> QuerySet[Comment]:
    return Comment.objects.shown().filter(ref=ref)


@Prepared
def _places(ref: str) -> QuerySet[Comment]:
    public = Comment.objects.public().filter(ref=ref)
    return public.select_related("post__leader")


@require_safe
def in_thread(_request: HttpRequest, ref: str) -> HttpResponse:
    """Redirect to the page and anchor where the comment stands at this moment."""
    comment = _places.first(ref)
    if comment is None:
        return _to_leader(ref, "comment-in-thread")
    return redirect(place_of(comment))
