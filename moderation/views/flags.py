"""Readers' reports: the public form, and the list of what was reported at the desk."""

import math
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commentarchive.models import AccessKind, Comment, Revision
from commentarchive.views.limits import Limit, visitor
from commentarchive.views.pagination import paginate
from commentarchive.views.same_origin import from_our_pages
from moderation.actions.flags import reported_comments, send_flag
from moderation.forms.claims import new_key
from moderation.forms.flags import FlagForm
from moderation.views.gate import LOOK, desk_page

HOUR, ROWS = 3600, 25
# Forms that are looked at, reports that are taken in, and those of everybody together.
TRIES, SENT, SENT_IN_ALL = Limit(60, HOUR), Limit(20, HOUR), Limit(600, HOUR)


@never_cache
@from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, ref: str) -> HttpResponse:
    """Take in a report and answer with its receipt; anybody may, within limits.

    404 for a comment that readers do not see.
    """
    found = Comment.objects.shown().select_related(
        *("post__blog", "post__current_revision__text", "current_revision__text"),
        "commenter__name",
    )
    comment = get_object_or_404(found, ref=ref, current_revision__isnull=False)
    shown = cast("Revision", comment.current_revision)
    if request.method != "POST":
        initial = {"key": new_key(), "seen": shown.number}
        return _show(
            request, comment, FlagForm(initial=initial, comment=comment, shown=shown)
        )
    form, who = FlagForm(request.POST, comment=comment, shown=shown), visitor(request)
    if wait := TRIES.take(who):
        return _too_many(request, comment, wait)
    if not form.is_valid():
        return _show(request, comment, form, status=422)
    if wait := SENT.take(who):
        return _too_many(request, comment, wait)
    if wait := SENT_IN_ALL.take("all"):
        SENT.give_back(who)
        return _too_many(request, comment, wait)
    key = form.cleaned_data["key"]
    flag, secret = send_flag(form.reported, visitor=who, key=key)
    context = {"flag": flag, "secret": secret}
    return render(request, "moderation/flag_receipt.html", context, status=201)


@desk_page(LOOK, sees=AccessKind.HIDDEN)
def index(request: HttpRequest) -> HttpResponse:
    """List the comments with reports that nothing has answered."""
    context = {"page": paginate(request, reported_comments(), ROWS)}
    return render(request, "moderation/reported.html", context)


def _show(
    request: HttpRequest,
    comment: Comment,
    form: FlagForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {"comment": comment, "form": form, **more}
    return render(request, "moderation/flag_new.html", context, status=status)


def _too_many(request: HttpRequest, comment: Comment, wait: float) -> HttpResponse:
    """Show the form as it was sent, unread, and when it may be sent again."""
    shown = cast("Revision", comment.current_revision)
    form = FlagForm(initial=request.POST.dict(), comment=comment, shown=shown)
    answer = _show(request, comment, form, status=429, too_many=math.ceil(wait / 60))
    answer["Retry-After"] = f"{math.ceil(wait)}"
    return answer
