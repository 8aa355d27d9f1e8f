"""One comment in its context, and the way to its place in the thread."""

from django.db.models import Exists, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from commentarchive.captures.text_proof import NoProof, provable, prove_text
from commentarchive.discussion.citation import cite
from commentarchive.discussion.comment_history import Told, happenings, quotes
from commentarchive.discussion.corrections import corrections_of
from commentarchive.discussion.joined import page_of_places
from commentarchive.discussion.places import ANCESTORS, ancestors
from commentarchive.discussion.query import notices_of, thread_rows
from commentarchive.discussion.quoted import quoted_by
from commentarchive.discussion.same_thread import (
    held_elsewhere,
    leader_of,
    place_of,
)
from commentarchive.discussion.versions import public_versions
from commentarchive.feeds.atom import absolute
from commentarchive.models import Comment, Gap
from commentarchive.threads.render import WINDOW_SIZE, join, render_window
from commentarchive.views.capture_history import how_entered
from commentarchive.views.public_page import public_page


@require_safe
@public_page
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a comment under those it answers and above its replies."""
    comment = (
        Comment.objects.public()
        .select_related("post__blog", "post__current_revision__text", "capture")
        .annotate(all_places=page_of_places())
        .filter(ref=ref)
        .first()
    )
    if comment is None:
        return _to_leader(ref, "comment-detail")
    above = ancestors(Comment.objects.filter(pk=comment.pk))
    around = Comment.objects.public().filter(post=comment.post)
    rows = thread_rows(
        around.filter(Q(pk__in=[*above, comment.pk]) | Q(parent=comment)),
        comment.post.blog.time_zone,
        most=WINDOW_SIZE,
    )
    replies = around.filter(parent=comment).count()
    place = next(n for n, row in enumerate(rows) if row.ref == ref)
    told = Told(
        versions=list(comment.revisions.select_related("capture").order_by("number")),
        notices=notices_of(comment),
        corrections=corrections_of(comment),
        claims=_claims_in(comment),
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
        "more_replies": max(0, replies - (len(rows) - 1 - len(above))),
        "happenings": happenings(comment, told),
        "entered": how_entered(comment.capture),
        "wordings": public_versions(Comment.objects.filter(pk=comment.pk)).get(ref, ()),
    }
    return render(request, "commentarchive/comment_detail.html", context)


def _claims_in(comment: Comment) -> list[Gap]:
    """Return what a shown comment claims of blocked comments; two queries at most."""
    # Nothing while the same comment is hidden in another source.
    shown = Exists(Comment.objects.shown().filter(pk=comment.pk))
    made = Gap.objects.public().made_in(comment).filter(shown)
    return list(made.with_context().with_answers())


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
    comment = get_object_or_404(Comment.objects.shown(), ref=ref)
    try:
        found = prove_text(comment)
    except NoProof as error:
        raise Http404 from error
    answer = JsonResponse(found, json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="{ref}.json"'
    return answer


@require_safe
def in_thread(_request: HttpRequest, ref: str) -> HttpResponse:
    """Redirect to the page and anchor where the comment stands at this moment."""
    public = Comment.objects.public().select_related("post__leader")
    comment = public.filter(ref=ref).first()
    if comment is None:
        return _to_leader(ref, "comment-in-thread")
    return redirect(place_of(comment))
