"""A thread on an earlier day, by time, or its notices alone."""

from datetime import date
from urllib.parse import quote

from django.core.exceptions import BadRequest
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from commentarchive.discussion.as_of import thread_as_of, today_at
from commentarchive.discussion.changes import (
    WORDS,
    changes_between,
    day_after,
    day_before,
    days_of,
)
from commentarchive.discussion.lists import ListPage, moderated_page, page_by_time
from commentarchive.discussion.places import page_links
from commentarchive.discussion.query import thread_rows
from commentarchive.discussion.since import news_since, read_since
from commentarchive.discussion.thread_days import thread_days
from commentarchive.feeds.atom import absolute
from commentarchive.models import Comment, Post
from commentarchive.threads.bar_pictures import picture
from commentarchive.threads.notice_words import day as day_words
from commentarchive.threads.render import WINDOW_SIZE, join
from commentarchive.views.memento_links import headers_of_day
from commentarchive.views.pagination import asked_page
from commentarchive.views.query import day_of
from commentarchive.views.thread_answers import with_thread

# `time` is the oldest first.
ORDERS = ("thread", "time", "oldest", "newest")
VIEWS = ("", "moderated", "days")
# What asks for one thing each; of a row, an address can have one.
_ALONE = (
    ("page", "all", "on", "source"),
    ("all", "on", "source", "order", "at", "view", "since"),
)
_NO_SUCH_PAGE = "The thread has no such page."
# A slider with more days than that is no help to anybody.
TICKS = 400


def refuse_two_questions(request: HttpRequest) -> None:
    """Raise BadRequest for an address that asks for what does not go together."""
    order = request.GET.get("order", "thread")
    asked = {name for name in request.GET if request.GET[name]}
    if order == "thread":
        asked.discard("order")
    for row in _ALONE:
        found = [name for name in row if name in asked]
        if len(found) > 1:
            message = f"Ask for one of these at a time: {', '.join(found)}."
            raise BadRequest(message)
    if "from" in request.GET and "at" not in request.GET:
        message = "“from” needs “at”: the day until which changes are listed."
        raise BadRequest(message)


def as_of(request: HttpRequest, post: Post) -> HttpResponse:
    """Show a thread as the public saw it at the end of a day, or what changed."""
    day = _past_day(request, post, "at")
    days = days_of(post)
    context = {
        **_of_thread(post),
        "day": day,
        "is_today": day == today_at(post),
        "before": day_before(days, day),
        "after": day_after(days, day),
        "days": days if len(days) <= TICKS else days[:: -(-len(days) // TICKS)],
    }
    if "from" in request.GET:
        return _between(request, post, context)
    window = thread_as_of(post, day, asked_page(request))
    if window is None:
        raise Http404(_NO_SUCH_PAGE)
    context |= {
        "window": window,
        "query": f"at={day}",
        "pages": page_links(post, window) if window.count > 1 else [],
    }
    page = "commentarchive/thread_as_of.html"
    answer = with_thread(request, page, context, window.pieces)
    for name, value in headers_of_day(post, day).items():
        answer[name] = value
    return answer


def _of_thread(post: Post) -> dict[str, object]:
    # The plain page stands for all views of a thread.
    return {
        "post": post,
        "canonical": absolute(post.get_absolute_url()),
        "today": today_at(post),
    }


def _past_day(request: HttpRequest, post: Post, name: str) -> date:
    day = day_of(request, name)
    if day > today_at(post):
        message = f"{day_words(day)} has not come yet."
        raise BadRequest(message)
    return day


def _between(
    request: HttpRequest, post: Post, context: dict[str, object]
) -> HttpResponse:
    """List what changed after the end of one day until the end of another."""
    after, until = _past_day(request, post, "from"), day_of(request, "at")
    if after >= until:
        message = "“from” has to be a day before “at”."
        raise BadRequest(message)
    found = changes_between(post, after, until)
    try:
        page = Paginator(found, WINDOW_SIZE).page(asked_page(request))
    except InvalidPage as error:
        raise Http404(str(error)) from error
    public = Comment.objects.public().filter(
        ref__in={each.change.ref for each in page.object_list}
    )
    rows = {row.ref: row for row in thread_rows(public, post.blog.time_zone)}
    context |= {
        "since": after,
        "page": page,
        "changes": [(each, rows[each.change.ref]) for each in page.object_list],
        "counts": [
            (words, number)
            for kind, words in WORDS.items()
            if (number := sum(each.change.kind == kind for each in found))
        ],
    }
    return render(request, "commentarchive/thread_changes.html", context)


def by_time(request: HttpRequest, post: Post, *, newest: bool) -> HttpResponse:
    """Show a thread as a flat list, oldest or newest first."""
    page = page_by_time(post, asked_page(request), newest=newest)
    order = "newest" if newest else "oldest"
    return _list(request, post, page, f"{order} first", f"order={order}")


def only_moderated(request: HttpRequest, post: Post) -> HttpResponse:
    """Show the notices of a thread, and what may be missing, alone."""
    page = moderated_page(post, asked_page(request))
    return _list(request, post, page, "only what was moderated", "view=moderated")


def since(request: HttpRequest, post: Post) -> HttpResponse:
    """Show a thread with what is newer than a moment, or than a comment, marked."""
    text = request.GET["since"]
    asked = read_since(post, text)
    if asked is None:
        message = (
            "“since” has to be a day or a time, such as 2012-04-20 or "
            "2012-04-20T18:30, or a dated comment of this discussion."
        )
        raise BadRequest(message)
    query = quote(text, safe="")
    news = news_since(post, asked, asked_page(request), query)
    if news is None:
        raise Http404(_NO_SUCH_PAGE)
    window = news.page
    context = {
        **_of_thread(post),
        "moment": asked.shown,
        "news": news,
        "query": f"since={query}",
        "window": window,
        "pages": page_links(post, window) if window.count > 1 else [],
    }
    page = "commentarchive/thread_since.html"
    return with_thread(request, page, context, window.pieces)


def by_day(request: HttpRequest, post: Post) -> HttpResponse:
    """Show a thread's comments and what moderation did there as bars by day."""
    if "page" in request.GET and asked_page(request) != 1:
        raise Http404(_NO_SUCH_PAGE)
    found = thread_days(post)
    context = {
        **_of_thread(post),
        "picture": picture(found.bars, f"Comments shown by {found.unit}", post.ref),
        "undated": found.undated,
    }
    return render(request, "commentarchive/thread_by_day.html", context)


def _list(
    request: HttpRequest, post: Post, page: ListPage | None, which: str, query: str
) -> HttpResponse:
    if page is None:
        raise Http404(_NO_SUCH_PAGE)
    context = {
        **_of_thread(post),
        "which": which,
        "query": query,
        "page": page,
        "thread": page.above + join([page.window]).decode(),
    }
    return render(request, "commentarchive/thread_list.html", context)
