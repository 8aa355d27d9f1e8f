"""Home, about and the health check; and what every page knows of the site."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commentarchive.models import Blog, Comment
from commentarchive.models.blog import has_unlisted

NEWEST = 10


def site(_request: HttpRequest) -> dict[str, str]:
    """Add the address for complaints to every template."""
    return {"contact_email": settings.CONTACT_EMAIL}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the blogs and where people talked last; three queries."""
    blogs = Blog.objects.public().counted().order_by("title")
    discussions = Comment.objects.newest_discussions(NEWEST)
    context = {
        "blogs": blogs,
        "discussions": discussions,
        "has_unlisted": has_unlisted(blogs),
    }
    return render(request, "commentarchive/home.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Show who runs this, how to complain and what is kept."""
    return render(request, "commentarchive/about.html")


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer when the server is up and its database too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "database": connection.vendor})
