"""A copy: where the comments came from and what it cannot tell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.importers.registry import named
from commentarchive.models import Capture, CaptureState


@require_safe
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a copy's digest, counts, repairs, problems and limits."""
    capture = get_object_or_404(
        Capture.objects.public().select_related("blog"), ref=ref
    )
    context = {
        "capture": capture,
        "importer": named(capture.importer),
        "report": capture.progress,
        "reading": capture.state == CaptureState.READING,
    }
    return render(request, "commentarchive/capture_detail.html", context)
