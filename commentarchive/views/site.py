"""Home, about and the health check; and what every page knows of the site."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commentarchive.actions.staff import role_givers
from commentarchive.discussion.activity import (
    Activity,
    activity_of_all,
    newest_discussions,
)
from commentarchive.discussion.grades import examples_of_grades
from commentarchive.feeds.atom import absolute
from commentarchive.feeds.site_map import index_of, number_of_parts, part_of
from commentarchive.ledger.signer_trouble import trouble
from commentarchive.models import Blog
from commentarchive.models.blog import has_unlisted
from commentarchive.storage.remembered import while_record_stands
from commentarchive.text.unseen import isolated
from commentarchive.threads.bar_pictures import Picture, picture
from commentarchive.views.pagination import asked_page
from commentarchive.views.public_page import public_page

XML = "application/xml; charset=utf-8"
ROBOTS = """Sitemap: {site_map}

User-agent: *
Disallow: /search/
Disallow: /login/
Disallow: /account/
Disallow: /invitation/
Disallow: /moderation/desk/
Disallow: /admin/
"""


class BlogLine(NamedTuple):
    """What home tells of a blog: how much there is of it, and a picture of that."""

    blog: Blog
    activity: Activity
    picture: Picture | None


def site(_request: HttpRequest) -> dict[str, object]:
    """Add to every template the address for complaints, and what ails the signer."""
    # A function: only pages that show it read the file.
    return {
        # Pages of logins have a site_name of their own: the host.
        "archive_name": settings.SITE_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "role_givers": role_givers,
        "signer_trouble": trouble,
        "takes_second_factor": settings.STAFF_SECOND_FACTOR,
    }


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the blogs and where people talked last."""
    blogs = list(Blog.objects.public().order_by("title"))
    context = {
        "blogs": _told_of(blogs),
        "discussions": newest_discussions(),
        "has_unlisted": has_unlisted(blogs),
    }
    return render(request, "commentarchive/home.html", context)


def _told_of(blogs: Sequence[Blog]) -> list[BlogLine]:
    found = activity_of_all(blogs)
    lines = []
    for blog in blogs:
        title = f"Comments shown at {isolated(blog.title)}, by {found[blog.pk].unit}"
        drawn = picture(found[blog.pk].bars, title, blog.slug)
        lines.append(BlogLine(blog, found[blog.pk], drawn))
    return lines


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
    that; the site map lists the others.
    """
    text = ROBOTS.format(site_map=absolute(reverse("site-map")))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@public_page
def site_map(request: HttpRequest) -> HttpResponse:
    """List the pages for search engines, or the parts of too long a list."""
    parts = number_of_parts()
    if "page" not in request.GET and parts > 1:
        return HttpResponse(index_of(parts, request.path), content_type=XML)
    number = asked_page(request)
    if not 1 <= number <= parts:
        message = "The site map has no such part."
        raise Http404(message)
    return HttpResponse(part_of(number), content_type=XML)


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer when the server is up and its database too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "database": connection.vendor})
