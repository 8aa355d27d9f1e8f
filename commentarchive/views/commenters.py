"""A name: the comments it stands above."""

from functools import partial

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.discussion.joined_names import joined_with
from commentarchive.models import Comment, Commenter, NameLink
from commentarchive.views.pagination import paginate
from commentarchive.views.public_page import public_page

COMMENTS = 50
_IS_JOINED = Exists(
    NameLink.objects.filter(Q(one=OuterRef("pk")) | Q(other=OuterRef("pk")))
)


@require_safe
@public_page
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """List a name's shown comments, newest first.

    A name of which nothing is shown has no page: the page would print the name.
    """
    commenter = get_object_or_404(
        Commenter.objects.select_related("name", "blog").annotate(is_joined=_IS_JOINED),
        ref=ref,
    )
    comments = Comment.objects.filter(commenter=commenter).shown().newest_first().read()
    if not comments.exists():
        message = "There is no such name."
        raise Http404(message)
    withheld = 0
    if commenter.blog.show_hidden_names:
        withheld = (
            Comment.objects.public()
            .filter(
                commenter=commenter,
                tombstones__is_open=True,
                tombstones__shows_name=True,
            )
            .count()
        )
    context = {
        "commenter": commenter,
        "comments": paginate(request, comments, COMMENTS),
        "withheld": withheld,
        # Read only where there are any.
        "joined": partial(joined_with, commenter),
    }
    return render(request, "commentarchive/commenter_detail.html", context)
