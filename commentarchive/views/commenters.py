"""A name: what was said under it, where and when, and what is known of it."""

from functools import partial

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commentarchive.discussion.joined_names import joined_with
from commentarchive.discussion.look_alikes import look_alikes, posing_as
from commentarchive.discussion.name_page import (
    COMMENTS,
    newest_under,
    notices_under,
    said_under,
    threads_of,
)
from commentarchive.discussion.part_notices import notice_lines
from commentarchive.models import Comment, Commenter, NameLink
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.bar_pictures import picture
from commentarchive.views.pagination import paginate_counted
from commentarchive.views.public_page import public_page
from commentarchive.views.query import found_or_404


@Prepared
def _commenters(ref: str) -> QuerySet[Commenter]:
    links = NameLink.objects.filter(Q(one=OuterRef("pk")) | Q(other=OuterRef("pk")))
    found = Commenter.objects.filter(ref=ref).annotate(is_joined=Exists(links))
    return found.select_related("name", "blog", "capture")


@require_safe
@public_page
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """List a name's shown comments, newest first, below what they come to.

    A name of which nothing is shown has no page: the page would print the name.
    """
    commenter = found_or_404(_commenters.first(ref))
    said = said_under(commenter)
    if not said.number:
        message = "There is no such name."
        raise Http404(message)
    comments = Comment.objects.filter(commenter=commenter).shown().newest_first().read()
    first = partial(newest_under, commenter.pk)
    threads, number_of_threads = threads_of(commenter)
    several = len(said.years) > 1
    context = {
        "commenter": commenter,
        "said": said,
        "picture": (
            picture(said.years, "Comments shown by year", ref) if several else None
        ),
        "threads": threads,
        "number_of_threads": number_of_threads,
        "comments": paginate_counted(request, comments, COMMENTS, (said.number, first)),
        "notices": notices_under(commenter),
        # Read only where there are any.
        "joined": partial(joined_with, commenter),
        "alike": look_alikes([ref]).get(ref) if commenter.name.is_odd else None,
        "posing": posing_as(commenter),
        "part_notices": notice_lines(commenter),
    }
    return render(request, "commentarchive/commenter_detail.html", context)
