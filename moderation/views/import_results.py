"""What came of an import: its progress, its report, and what readers would see."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from commentarchive.actions.blogs import reported_at
from commentarchive.discussion.look_alikes import new_look_alikes
from commentarchive.discussion.windows import preview_window
from commentarchive.intake.report import in_alikes
from commentarchive.models import (
    AccessKind,
    Blog,
    BlogVisibility,
    Capture,
    CaptureState,
    Comment,
    ImportJob,
    JobState,
    Post,
    Visibility,
)
from commentarchive.models.times import PrintedTime
from commentarchive.views.copy_reports import changed, compared, lacking, report_parts
from commentarchive.views.pagination import asked_page, paginate
from moderation.desk.left_by_imports import Left, left_for_staff
from moderation.views.gate import IMPORT, desk_page

ROWS = 50
# States that are counted before a blog is published even where there are none.
_NAMED = (Visibility.HELD, Visibility.TRASHED, Visibility.SPAM)


@dataclass(frozen=True, slots=True)
class FileReport:
    """One report, and the copy that was made, with what changed by it."""

    parts: dict[str, Any]
    capture: Capture | None = None
    changed: list[tuple[Post, str]] = field(default_factory=list)
    lacking: list[Post] = field(default_factory=list)
    # Which names that came with it look like others, in words.
    alikes: str = ""

    @property
    def made_at(self) -> PrintedTime | None:
        """When the copy was made, by the clock of its blog."""
        if self.capture is None:
            return None
        return self.capture.made_at(self.capture.blog.time_zone)


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A blog for staff only: what readers would not see even then."""

    blog: Blog
    articles: int
    shown: int
    hidden: list[tuple[str, int]]
    # How many comments readers had reported at the blog, as far as its copies tell.
    reported: int
    left: list[Left]


@desk_page(IMPORT, sees=None)
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show how far an import has come, its report, and what can be done next."""
    job = get_object_or_404(ImportJob.objects.select_related("asked_by"), ref=ref)
    blogs = blogs_of(job) if job.reports else []
    waits = job.state in {JobState.ASKED, JobState.LOOKED, JobState.WAITING}
    context = {
        "job": job,
        "reports": _reports(job),
        "blogs": blogs,
        "is_public": [b for b in blogs if b.visibility != BlogVisibility.STAFF],
        "unpublished": _unpublished(blogs) if job.has_ended else [],
        "can_cancel": waits or (job.is_at_work and not job.is_cancelled),
        "is_dry": waits,
        **(_progress(job) if job.state == JobState.IMPORTING else {}),
    }
    return render(request, "moderation/import_detail.html", context)


def blogs_of(job: ImportJob) -> list[Blog]:
    """List the blogs that an import goes into, as far as they are there."""
    slugs = {report["blog"] for report in job.reports} | {job.blog_slug}
    return list(Blog.objects.filter(slug__in=slugs - {""}).order_by("title"))


def _reports(job: ImportJob) -> list[FileReport]:
    refs = [report["capture"] for report in job.reports if report["capture"]]
    captures = {
        capture.ref: capture
        for capture in Capture.objects.filter(ref__in=refs).select_related("blog")
    }
    found = []
    for report in job.reports:
        parts = report_parts(report, report["source"])
        capture = captures.get(report["capture"])
        if capture is None:
            found.append(FileReport(parts))
            continue
        posts = compared(capture, Post.objects.all())
        alikes = "" if report["was_known"] else in_alikes(new_look_alikes(capture))
        of_posts = changed(capture, posts), lacking(capture, posts)
        found.append(FileReport(parts, capture, *of_posts, alikes))
    return found


def _progress(job: ImportJob) -> dict[str, Any]:
    """Return how many comments are read, of how many; from the copies themselves."""
    digests = [report["sha256"] for report in job.reports]
    of_job = Q(state=CaptureState.READING) | Q(closed_at__gte=job.started_at)
    captures = Capture.objects.filter(of_job, sha256__in=digests)
    told = captures.values_list("progress", flat=True)
    return {
        "seen": sum(each.get("comments", {}).get("seen", 0) for each in told),
        "total": sum(report["comments"]["seen"] for report in job.reports),
    }


def _unpublished(blogs: list[Blog]) -> list[Unpublished]:
    """Count what stands in blogs that are for staff only; a few queries each."""
    found = []
    staff_only = [each for each in blogs if each.visibility == BlogVisibility.STAFF]
    left = left_for_staff() if staff_only else []
    for blog in staff_only:
        states = Comment.objects.filter(post__blog=blog, post__is_public=True)
        counted = dict(
            Comment.objects.filter(post__blog=blog)
            .order_by()
            .values_list("visibility")
            .annotate(number=Count("pk"))
        )
        found.append(
            Unpublished(
                blog,
                articles=Post.objects.filter(blog=blog, is_public=True).count(),
                shown=states.filter(visibility=Visibility.PUBLISHED).count(),
                hidden=[
                    (state.label, counted.get(state, 0))
                    for state in Visibility
                    if state != Visibility.PUBLISHED
                    and (state in _NAMED or state in counted)
                ],
                reported=reported_at(blog),
                left=[each for each in left if each.capture.blog_id == blog.pk],
            )
        )
    return found


@desk_page(IMPORT, sees=None)
def articles(request: HttpRequest, slug: str) -> HttpResponse:
    """List the articles of a blog that readers see, or would see."""
    blog = get_object_or_404(Blog, slug=slug)
    posts = Post.objects.filter(blog=blog, is_public=True).titled().newest_first()
    shown = Count("comments", filter=Q(comments__visibility=Visibility.PUBLISHED))
    context = {
        "blog": blog,
        "page": paginate(request, posts.annotate(number=shown), ROWS),
    }
    return render(request, "moderation/import_look.html", context)


@desk_page(IMPORT, sees=AccessKind.HIDDEN)
def article(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Show an article and its thread as readers see them, or would see them."""
    posts = Post.objects.filter(blog__slug=slug, is_public=True).titled()
    post = get_object_or_404(posts, ref=ref)
    window = preview_window(post, asked_page(request))
    if window is None:
        message = "The thread has no such page."
        raise Http404(message)
    context = {
        "post": post,
        "text": post.current_revision.text if post.current_revision else None,
        "window": window,
        "thread": window.html.decode(),
    }
    return render(request, "moderation/import_article.html", context)
