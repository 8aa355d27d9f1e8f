"""A blog: its articles, and what is said to have been blocked there."""

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.discussion.activity import activity_of
from commentarchive.discussion.counts import with_counts
from commentarchive.feeds.atom import absolute
from commentarchive.models import Blog, Gap, GapKind, Post
from commentarchive.threads.bar_pictures import picture
from commentarchive.views.pagination import paginate_by_key
from commentarchive.views.public_page import public_page

ARTICLES = 50
# Claims that its page lists; the log has them all.
CLAIMS = 20


@require_safe
@public_page
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """List a blog's articles, newest first, with comments shown and withheld."""
    blog = get_object_or_404(Blog.objects.public(), slug=slug)
    posts = Post.objects.public().filter(blog=blog).titled().newest_first()
    page = paginate_by_key(request, posts, ARTICLES, with_counts)
    address = absolute(blog.get_absolute_url())
    activity = activity_of(blog)
    context = {
        "blog": blog,
        "activity": activity,
        "picture": picture(
            activity.bars, f"Comments shown by {activity.unit}", blog.slug
        ),
        "canonical": f"{address}?page={page.number}" if page.number > 1 else address,
        "posts": page,
        "captures": blog.captures.order_by("-pk")[:20],
        **_claims(blog),
    }
    return render(request, "commentarchive/blog_detail.html", context)


def _claims(blog: Blog) -> dict[str, object]:
    """Return the claims against a blog that stand: how many comments, and the newest.

    One query where there are none, else three.
    """
    said = Gap.objects.public().of_blog(blog).filter(kind=GapKind.SAID)
    numbers = said.aggregate(
        claimed=Sum("at_least", default=0),
        proven=Sum("at_least", filter=Q(proof__isnull=False), default=0),
        claims=Count("pk"),
    )
    if not numbers["claims"]:
        return {}
    newest = said.with_context().with_answers().order_by("-entry_index")[:CLAIMS]
    return {**numbers, "newest_claims": newest}
