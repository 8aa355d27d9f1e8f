"""New reports by mail: asked for, confirmed from the letter, ended by one click."""

import math

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from commentarchive.views.limits import Limit, visitor
from commentarchive.views.same_origin import from_our_pages
from moderation.actions.letter_switch import mail_is_set_up
from moderation.actions.subscriptions import (
    ask_for_reports,
    confirm,
    find_subscription,
    leave,
)
from moderation.forms.reports import SubscribeForm

HOUR = 3600
# Forms that are looked at, questions that are sent, and those of everybody together.
TRIES, SENT, SENT_IN_ALL = Limit(60, HOUR), Limit(5, HOUR), Limit(60, HOUR)
_METHODS = ["GET", "HEAD", "POST"]


@never_cache
@from_our_pages
@require_http_methods(_METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """Ask an address whether it wants new reports; the answer is the same for all."""
    if not mail_is_set_up():
        return _show(request, None)
    if request.method != "POST":
        return _show(request, SubscribeForm())
    form, who = SubscribeForm(request.POST), visitor(request)
    if wait := TRIES.take(who):
        return _too_many(request, wait)
    if not form.is_valid():
        return _show(request, form, status=422)
    if wait := SENT.take(who):
        return _too_many(request, wait)
    if wait := SENT_IN_ALL.take("all"):
        SENT.give_back(who)
        return _too_many(request, wait)
    ask_for_reports(form.cleaned_data["email"], form.cleaned_data["blog"])
    return render(request, "moderation/subscription_asked.html", status=202)


def _show(
    request: HttpRequest,
    form: SubscribeForm | None,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {"form": form, **more}
    return render(request, "moderation/subscription_new.html", context, status=status)


def _too_many(request: HttpRequest, wait: float) -> HttpResponse:
    """Show the form as it was sent, and when it may be sent again."""
    form = SubscribeForm(initial=request.POST.dict())
    answer = _show(request, form, status=429, too_many=math.ceil(wait / 60))
    answer["Retry-After"] = f"{math.ceil(wait)}"
    return answer


@never_cache
@from_our_pages
@require_http_methods(_METHODS)
def confirm_it(request: HttpRequest, ref: str, secret: str) -> HttpResponse:
    """Confirm a subscription; programs that follow links in mails confirm nothing."""
    found = find_subscription(ref, secret)
    is_done = found is not None and request.method == "POST"
    if found is not None and is_done:
        confirm(found)
    return _of_link(request, "confirm", {"found": found, "is_done": is_done})


@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def leave_it(request: HttpRequest, ref: str, secret: str) -> HttpResponse:
    """End a subscription: by the page's button, or by a mail program (RFC 8058).

    The secret in the address is all it takes; one that was ended before is ended.
    """
    found = find_subscription(ref, secret)
    is_done = request.method == "POST" or found is None
    if found is not None and is_done:
        leave(found)
    return _of_link(request, "leave", {"is_done": is_done})


def _of_link(request: HttpRequest, name: str, told: dict[str, object]) -> HttpResponse:
    """Show the page of a letter's link, which no other site is told of."""
    status = 404 if name == "confirm" and told["found"] is None else 200
    answer = render(
        request, f"moderation/subscription_{name}.html", told, status=status
    )
    answer["Referrer-Policy"] = "no-referrer"
    return answer
