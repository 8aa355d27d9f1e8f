"""A copy: where the comments came from and what it cannot tell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.importers.registry import named
from commentarchive.models import Capture, CaptureState, Post
from commentarchive.views.capture_history import in_words

# Articles that the page of a copy names; their number tells of the rest.
NAMED = 100


def _changed(capture: Capture) -> list[tuple[Post, str]]:
    """List the articles whose discussions differ from the copy before; two queries."""
    first = Capture.objects.filter(reading=capture.reading).order_by("pk").first()
    key = first.pk if first else capture.pk
    posts = Post.objects.public().titled().filter(manifests__capture=capture)
    several = posts.exclude(copies=[]).distinct().newest_first()[:NAMED]
    return [
        (post, in_words(told["changes"]))
        for post in several
        for told in post.copies
        if told["copy"] == key and told["earlier"] and told["changes"]
    ]


@require_safe
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a copy's digest, counts, repairs, problems and limits."""
    capture = get_object_or_404(
        Capture.objects.public().select_related("blog"), ref=ref
    )
    context = {
        "changed": _changed(capture),
        "capture": capture,
        "importer": named(capture.importer),
        "report": capture.progress,
        "reading": capture.state == CaptureState.READING,
    }
    return render(request, "commentarchive/capture_detail.html", context)
