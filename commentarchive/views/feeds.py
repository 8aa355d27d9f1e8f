"""Atom feeds: of everything, of a blog, of a discussion, and of a name."""

from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commentarchive.feeds.atom import CONTENT_TYPE, Feed, FeedEntry, feed_id, write
from commentarchive.feeds.entries import article_entry, comment_entries
from commentarchive.feeds.newest import Cut, newest, read_cut
from commentarchive.models import (
    Blog,
    Comment,
    Commenter,
    Post,
    Tombstone,
)
from commentarchive.models.blog import has_unlisted
from commentarchive.models.comment import CommentQuerySet
from commentarchive.text.unseen import isolated
from commentarchive.views.public_page import public_page

# Of a feed in which nothing stands.
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """List the feeds."""
    blogs = list(Blog.objects.public().order_by("title"))
    context = {"blogs": blogs, "has_unlisted": has_unlisted(blogs)}
    return render(request, "commentarchive/feeds.html", context)


@require_safe
@public_page
def everything(request: HttpRequest) -> HttpResponse:
    """Send the newest comments of all blogs, and the newest changes."""
    is_unlisted = has_unlisted(Blog.objects.public())
    answer = _feed(
        request, Comment.objects.public(), settings.SITE_NAME, reverse("home")
    )
    return _for_nobody_else(answer) if is_unlisted else answer


@require_safe
@public_page
def of_blog(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the newest comments of a blog, and the newest changes."""
    blog = get_object_or_404(Blog.objects.public(), slug=slug)
    answer = _feed(
        request,
        Comment.objects.public().filter(post__blog=blog),
        f"Comments at {blog.title}",
        blog.get_absolute_url(),
        language=blog.language,
    )
    return _by_visibility(answer, blog)


@require_safe
@public_page
def of_post(request: HttpRequest, ref: str) -> HttpResponse:
    """Send the newest comments on an article, the newest changes, and the article."""
    post = get_object_or_404(Post.objects.reachable().titled(), ref=ref)
    if post.shown_as != post:
        # The same thread from a better source.
        return redirect("feed-post", post.shown_as.ref)
    # What another source alone holds stands below the thread.
    of_it = Q(post=post)
    if post.leader_id is not None:
        of_it |= Q(post__leader=post.leader_id)
    article = article_entry(
        post,
        feed=request.path,
        shown=Comment.objects.shown().filter(of_it).count(),
    )
    answer = _feed(
        request,
        Comment.objects.public().filter(of_it),
        f"Comments on {post.title}",
        post.get_absolute_url(),
        language=post.blog.language,
        last=article,
    )
    blogs = [post.blog]
    if post.leader_id is not None:
        blogs += Blog.objects.filter(posts__leader=post.leader_id)
    return _by_visibility(answer, *blogs)


@require_safe
@public_page
def of_commenter(request: HttpRequest, ref: str) -> HttpResponse:
    """Send the newest comments under a name.

    A comment that is hidden stands here only where its notice shows the name: another
    one would tell whose it was.
    """
    commenter = get_object_or_404(
        Commenter.objects.select_related("name", "blog"), ref=ref
    )
    own = Comment.objects.public().filter(commenter=commenter)
    if not own.shown().exists():
        message = "There is no such name."
        raise Http404(message)
    is_named: Q | Combinable = Q(pk__in=own.shown().values("pk"))
    if commenter.blog.show_hidden_names:
        notice = Tombstone.objects.filter(comment=OuterRef("pk"), is_open=True)
        named = Exists(notice.filter(shows_name=True).exclude(kind="withheld"))
        is_named |= Q(named, leader=None)
    answer = _feed(
        request,
        own.filter(is_named),
        f"{isolated(commenter.name.shown)} at {isolated(commenter.blog.title)}",
        commenter.get_absolute_url(),
        language=commenter.blog.language,
    )
    return _for_nobody_else(answer)


def _feed(
    request: HttpRequest,
    comments: CommentQuerySet,
    title: str,
    page: str,
    *,
    language: str = "",
    last: FeedEntry | None = None,
) -> HttpResponse:
    cut = _asked_cut(request)
    turns, after = newest(comments, cut)
    entries = comment_entries(turns)
    # What all of them answer stands at the end, where a discussion begins.
    if last and after is None:
        entries.append(last)
    address = request.path
    feed = Feed(
        id=feed_id(request.path.strip("/")),
        title=title,
        page=page,
        address=f"{address}?before={cut}" if cut else address,
        since=NOTHING_YET,
        language=language,
        older=f"{address}?before={after}" if after else "",
        newest=address,
        entries=entries,
    )
    return HttpResponse(
        write(feed),
        content_type=CONTENT_TYPE,
        # Readers of feeds are programs on pages of others, too; all of this is public.
        headers={"Access-Control-Allow-Origin": "*"},
    )


def _asked_cut(request: HttpRequest) -> Cut | None:
    text = request.GET.get("before")
    if text is None:
        return None
    cut = read_cut(text)
    if cut is None:
        message = "No page of this feed begins there."
        raise Http404(message)
    return cut


def _by_visibility(answer: HttpResponse, *blogs: Blog) -> HttpResponse:
    return _for_nobody_else(answer) if has_unlisted(blogs) else answer


def _for_nobody_else(answer: HttpResponse) -> HttpResponse:
    """Keep a feed from search engines."""
    answer["X-Robots-Tag"] = "noindex"
    return answer
