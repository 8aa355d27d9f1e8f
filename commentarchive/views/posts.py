"""An article and its thread."""

from datetime import date
from functools import partial

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from commentarchive.discussion.as_of import today_at
from commentarchive.discussion.corrections import corrections_of
from commentarchive.discussion.cross_posts import cross_posts_of
from commentarchive.discussion.old_addresses import comments_with_number
from commentarchive.discussion.part_notices import notice_lines
from commentarchive.discussion.places import continued_under, first_since, page_links
from commentarchive.discussion.same_thread import other_sources
from commentarchive.discussion.windows import thread_window, whole_thread
from commentarchive.feeds.linked_data import describe
from commentarchive.models import (
    BlogVisibility,
    Capture,
    CaptureState,
    Correction,
    Post,
    PostAddress,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.notice_words import day as day_words
from commentarchive.views.capture_history import absences_of, copy_lines
from commentarchive.views.pagination import asked_page
from commentarchive.views.public_page import public_page
from commentarchive.views.query import choice, day_of, found_or_404
from commentarchive.views.thread_answers import with_thread
from commentarchive.views.thread_views import (
    ORDERS,
    VIEWS,
    as_of,
    by_day,
    by_time,
    only_moderated,
    refuse_two_questions,
    since,
)

# Articles of more characters are folded on any screen, or on a narrow one: a reader
# sees at once that there are comments.
LONG, LONG_ON_A_PHONE = 600, 120


@Prepared
def _articles(ref: str) -> QuerySet[Post]:
    reading = Capture.objects.filter(blog=OuterRef("blog"), state=CaptureState.READING)
    found = Post.objects.reachable().titled().filter(ref=ref)
    return found.select_related("capture").annotate(
        is_unfinished=Exists(reading),
        is_corrected=Exists(Correction.objects.filter(post=OuterRef("pk"))),
    )


@Prepared
def _addresses(post_pk: int) -> QuerySet[PostAddress]:
    return PostAddress.objects.shown().filter(post=post_pk).order_by("pk")


# Outermost, so that a 304 says the same: a browser goes by the newest headers.
@csp_override({**settings.SECURE_CSP, "script-src": [CSP.SELF]})
@require_safe
@public_page
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show an article above a window of its thread, or above all of it."""
    post = found_or_404(_articles.first(ref))
    refuse_two_questions(request)
    if "source" in request.GET:
        return _by_source_id(post, request.GET["source"])
    if post.leader_id not in (None, post.pk):
        # The same thread from a better source, unless readers may not see that one.
        return redirect(get_object_or_404(Post.objects.reachable(), pk=post.leader_id))
    if "on" in request.GET:
        return _by_day(post, day_of(request, "on"))
    other = _other_view(request, post)
    if other is not None:
        return other
    is_whole = choice(request, "all", ("", "1"), "") == "1"
    window = (
        whole_thread(post) if is_whole else thread_window(post, asked_page(request))
    )
    if window is None:
        message = "The thread has no such page."
        raise Http404(message)
    is_first = window.number == 1
    text = post.shown_text
    sources = other_sources(post) if window.number == window.count else []
    blogs = (post.blog, *(each.post.blog for each in sources))
    context = {
        "post": post,
        "text": text,
        "part_notices": notice_lines(post),
        "length": _length_word(text.plain if text else ""),
        "window": window,
        "is_whole": is_whole,
        "pages": page_links(post, window) if window.count > 1 else [],
        "under": continued_under(post, window.number) if window.is_continued else (),
        "addresses": _addresses(post.pk) if is_first else [],
        # Read only where there are any.
        "corrections": partial(corrections_of, post),
        "cross_posts": cross_posts_of(post) if is_first else [],
        "copies": copy_lines(post) if is_first else [],
        "sources": sources,
        "is_unlisted": any(
            blog.visibility == BlogVisibility.UNLISTED for blog in blogs
        ),
        "described": describe(post, page=window.number, shown=window.counts.shown),
        "today": today_at(post),
        "absence": next(iter(absences_of(post)[-1:]), None),
    }
    page = "commentarchive/post_detail.html"
    return with_thread(request, page, context, window.pieces)


def _other_view(request: HttpRequest, post: Post) -> HttpResponse | None:
    """Show the thread in another way than as a discussion, if that is asked for."""
    order = choice(request, "order", ORDERS, "thread")
    view = choice(request, "view", VIEWS, "")
    if view:
        return {"moderated": only_moderated, "days": by_day}[view](request, post)
    if "at" in request.GET:
        return as_of(request, post)
    if "since" in request.GET:
        return since(request, post)
    return (
        None if order == "thread" else by_time(request, post, newest=order == "newest")
    )


def _length_word(plain: str) -> str:
    if len(plain) > LONG:
        return "long"
    return "long-on-a-phone" if len(plain) > LONG_ON_A_PHONE else ""


def _by_day(post: Post, day: date) -> HttpResponse:
    """Redirect to the earliest comment since the beginning of a day at its blog."""
    comment = first_since(post, day)
    if comment is None:
        message = f"No dated comment was made on {day_words(day)} or later."
        raise Http404(message)
    return redirect(comment.in_thread_url)


def _by_source_id(post: Post, source_id: str) -> HttpResponse:
    """Redirect to a comment by its id at its blog, before a move or after it."""
    found = comments_with_number([post], [source_id])
    if not found:
        message = "No comment of this article had that number."
        raise Http404(message)
    return redirect(found[0].in_thread_url)
