"""An article and its thread."""

from functools import partial

from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from commentarchive.discussion.corrections import corrections_of
from commentarchive.discussion.same_thread import other_sources
from commentarchive.discussion.windows import thread_window, whole_thread
from commentarchive.models import (
    BlogVisibility,
    Capture,
    CaptureState,
    Comment,
    Correction,
    CrossPost,
    Post,
)
from commentarchive.views.capture_history import absences_of, copy_lines
from commentarchive.views.pagination import asked_page
from commentarchive.views.query import choice

# Stands in the template where the thread goes; no article's text can hold it, since
# cleaned text has no comments.
_THREAD = b"<!-- thread -->"
# Made once: to put it together anew costs as much as to run it.
_PAGES = (
    Post.objects.reachable()
    .titled()
    .select_related("capture", "leader")
    .annotate(
        is_unfinished=Exists(
            Capture.objects.filter(blog=OuterRef("blog"), state=CaptureState.READING)
        ),
        is_corrected=Exists(Correction.objects.filter(post=OuterRef("pk"))),
    )
)


@require_safe
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show an article above a window of its thread, or above all of it."""
    post = get_object_or_404(_PAGES, ref=ref)
    source_id = request.GET.get("source")
    if source_id is not None:
        return _by_source_id(post, source_id)
    if post.leader is not None and post.leader_id != post.pk:
        # The same thread from a better source.
        return redirect(post.leader)
    choice(request, "order", ("thread",), "thread")
    is_whole = choice(request, "all", ("", "1"), "") == "1"
    if is_whole and "page" in request.GET:
        message = "Ask for one page or for all of the thread, not for both."
        raise BadRequest(message)
    window = (
        whole_thread(post) if is_whole else thread_window(post, asked_page(request))
    )
    if window is None:
        message = "The thread has no such page."
        raise Http404(message)
    sources = other_sources(post) if window.number == window.count else []
    blogs = (post.blog, *(each.post.blog for each in sources))
    context = {
        "post": post,
        "text": post.current_revision.text if post.current_revision else None,
        "window": window,
        "is_whole": is_whole,
        "addresses": post.addresses.order_by("pk"),
        # Read only where there are any.
        "corrections": partial(corrections_of, post),
        "cross_posts": _cross_posts(post) if window.number == 1 else [],
        "copies": copy_lines(post) if window.number == 1 else [],
        "sources": sources,
        "is_unlisted": any(
            blog.visibility == BlogVisibility.UNLISTED for blog in blogs
        ),
        "absence": next(iter(absences_of(post)[-1:]), None),
    }
    page = render_to_string("commentarchive/post_detail.html", context, request)
    # The thread goes out as the bytes it is stored in, past the template.
    above, _mark, below = page.encode().partition(_THREAD)
    return HttpResponse(b"".join([above, window.html, below]))


def _by_source_id(post: Post, source_id: str) -> HttpResponse:
    """Redirect to a comment by its id at its blog, before a move or after it."""
    public = Comment.objects.public()
    # It may be shown in the place of the same one from a better source.
    of_it = Comment.objects.filter(Q(pk__in=public) | Q(leader__in=public), post=post)
    own = of_it.filter(source_id=source_id[:200]).order_by("twin")
    renumbered = of_it.filter(other_numbers__source_id=source_id[:200])
    comment = own.first() or renumbered.order_by("pk").first()
    if comment is None:
        message = "No comment of this article had that number."
        raise Http404(message)
    return redirect(comment.in_thread_url)


def _cross_posts(post: Post) -> list[tuple[str, Post | None]]:
    """List where else the article stands: an address, and the article if archived."""
    tied = CrossPost.objects.filter(Q(post=post) | Q(other_post=post))
    keys = list(tied.values_list("pk", flat=True))
    if not keys:
        return []
    ties = CrossPost.objects.filter(pk__in=keys).select_related(
        *("post__blog", "post__current_revision__text"),
        *("other_post__blog", "other_post__current_revision__text"),
    )
    public = set(
        Post.objects.public()
        .filter(Q(cross_posts__in=ties) | Q(cross_posted_as__in=ties))
        .values_list("pk", flat=True)
    )
    found = []
    for tie in ties:
        other = tie.other_post if tie.post == post else tie.post
        shown = other if other is not None and other.pk in public else None
        if tie.post == post or shown:
            found.append((tie.other_address if tie.post == post else "", shown))
    return found
