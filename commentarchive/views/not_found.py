"""What is answered where there is nothing, and why, where readers may know that."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


class NothingThere(Http404):
    """There is nothing, and its one sentence says why, to anybody."""


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer that there is nothing; of other exceptions no word is shown."""
    reason = str(exception) if isinstance(exception, NothingThere) else ""
    return render(request, "404.html", {"reason": reason}, status=404)
