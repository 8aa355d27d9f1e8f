"""Home, about and the health check; and what every page knows of the site."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commentarchive.discussion.grades import examples_of_grades
from commentarchive.ledger.signer_trouble import trouble
from commentarchive.models import Blog, Comment, Post
from commentarchive.models.blog import has_unlisted
from commentarchive.storage.remembered import while_record_stands
from commentarchive.views.public_page import public_page

NEWEST = 10
ROBOTS = """User-agent: *
Disallow: /search/
Disallow: /login/
Disallow: /moderation/desk/
Disallow: /admin/
"""


def site(_request: HttpRequest) -> dict[str, object]:
    """Add to every template the address for complaints, and what ails the signer."""
    # A function: only pages that show it read the file.
    return {"contact_email": settings.CONTACT_EMAIL, "signer_trouble": trouble}


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the blogs and where people talked last."""
    blogs = list(Blog.objects.public().order_by("title"))
    articles = while_record_stands("articles of blogs", Post.objects.count_by_blog)
    discussions = Comment.objects.newest_discussions(NEWEST)
    context = {
        "blogs": [(blog, articles.get(blog.pk, 0)) for blog in blogs],
        "discussions": discussions,
        "has_unlisted": has_unlisted(blogs),
    }
    return render(request, "commentarchive/home.html", context)


@require_safe
@public_page
def about(request: HttpRequest) -> HttpResponse:
    """Show how removals are known, who runs this, how to complain and what is kept."""
    examples = while_record_stands("examples of grades", examples_of_grades)
    return render(request, "commentarchive/about.html", {"examples": examples})


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Keep crawlers from what costs much or is for staff, and from nothing else.

    Pages that are not for search engines say so themselves, and a crawler has to read
    that. So there is no sitemap either: most of what it would list is not for them.
    """
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer when the server is up and its database too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "database": connection.vendor})
