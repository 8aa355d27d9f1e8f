"""House rules for readers: those in force, each version, and what each changed."""

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commentarchive.models import Blog, BlogVisibility
from commentarchive.views.public_page import public_page_of
from moderation.later_rules import LaterRules
from moderation.models import PolicyVersion
from moderation.models.policy import PolicyVersionQuerySet
from moderation.rule_differences import rule_differences
from moderation.views.gate import LOOK, not_stored

MOST = 2**31 - 1


@require_safe
@public_page_of(PolicyVersion.objects.begun)
def current(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show the rules in force today, at a blog or where it has none; list the others.

    A blog without rules of its own goes by the archive's, and its page says so.
    """
    blog = _blog(request, slug)
    version = PolicyVersion.objects.in_force_at(timezone.now(), blog)
    return _show(request, version, blog)


@require_safe
@public_page_of(PolicyVersion.objects.begun)
def version(request: HttpRequest, number: int, slug: str = "") -> HttpResponse:
    """Show one version."""
    blog = _blog(request, slug)
    return _show(request, _version(number, blog), blog)


def _show(
    request: HttpRequest, version: PolicyVersion | None, blog: Blog | None
) -> HttpResponse:
    later, now = LaterRules(), timezone.now()
    has_own = Exists(PolicyVersion.objects.filter(blog=OuterRef("pk")))
    others = Blog.objects.public().filter(has_own).order_by("title", "pk")
    line = later.line(blog.pk) if blog else []
    context = {
        "version": version,
        "blog": blog,
        "rules_url": reverse(
            "moderation:policy", kwargs={"slug": blog.slug} if blog else {}
        ),
        "clauses": version.clauses.order_by("place", "number") if version else [],
        "versions": _versions(blog),
        "is_in_force": version is not None and version.is_in_force,
        "before": later.before(version) if version else None,
        "line": line if any(step.after for step in line) else [],
        "ended": later.end_in_effect(blog.pk, now) if blog else None,
        "now": now,
        "with_own": []
        if blog
        else [(each, later.end_in_effect(each.pk, now)) for each in others],
    }
    return _for(blog, render(request, "moderation/policy.html", context))


@require_safe
@public_page_of(PolicyVersion.objects.begun)
def changes(request: HttpRequest, number: int, slug: str = "") -> HttpResponse:
    """Show what differs from `?since=` to a version; by default from the one before."""
    blog = _blog(request, slug)
    after = _version(number, blog)
    asked = request.GET.get("since", "")
    if not asked:
        before = LaterRules().before(after)
    elif asked.isascii() and asked.isdigit() and len(asked) <= len(str(MOST)):
        before = _version(int(asked), blog)
    else:
        message = f"{asked[:30]!r} is no version."
        raise Http404(message)
    rules = before.clauses.order_by("place", "number") if before else []
    context = {
        "after": after,
        "before": before,
        "blog": blog,
        "versions": _versions(blog).exclude(pk=after.pk),
        "differences": rule_differences(
            list(rules), list(after.clauses.order_by("place", "number"))
        ),
    }
    return _for(blog, render(request, "moderation/policy_changes.html", context))


def _blog(request: HttpRequest, slug: str) -> Blog | None:
    """Find the blog of an address; None for the archive's rules. Raise Http404.

    Staff also see the rules of a blog that nobody else may see.
    """
    if not slug:
        return None
    blogs = Blog.objects.public()
    if request.user.has_perm(LOOK):
        blogs = Blog.objects.all()
    return get_object_or_404(blogs, slug=slug)


def _version(number: int, blog: Blog | None) -> PolicyVersion:
    if number > MOST:
        message = "There is no such version."
        raise Http404(message)
    versions = PolicyVersion.objects.select_related("blog")
    return get_object_or_404(versions, number=number, blog=blog)


def _versions(blog: Blog | None) -> PolicyVersionQuerySet:
    found = PolicyVersion.objects.filter(blog=blog)
    return found.select_related("blog").newest_first()


def _for(blog: Blog | None, answer: HttpResponse) -> HttpResponse:
    """Keep the rules of a blog that only staff see from every cache."""
    is_public = blog is None or blog.visibility != BlogVisibility.STAFF
    return answer if is_public else not_stored(answer)
