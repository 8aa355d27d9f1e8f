"""Claims from outside: the public form, its receipt, and what became of a claim."""

import math

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commentarchive.models import Blog
from commentarchive.views.limits import Limit, visitor
from commentarchive.views.same_origin import from_our_pages
from moderation.actions.claims import find_claim, send_claim
from moderation.actions.flags import find_flag
from moderation.forms.claims import ClaimForm, LookUpForm, new_key

HOUR = 3600
# Forms that are looked at, claims that are taken in, and those of everybody together.
TRIES, SENT, SENT_IN_ALL = Limit(60, HOUR), Limit(10, HOUR), Limit(300, HOUR)
LOOK_UPS = Limit(60, HOUR)


@never_cache
@from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take in a claim and answer with its receipt; anybody may, within limits."""
    if request.method != "POST":
        slug = request.GET.get("blog", "")
        blog = get_object_or_404(Blog.objects.public(), slug=slug) if slug else None
        initial = {"key": new_key(), "number": 1, "blog": blog.title if blog else ""}
        return _show(request, ClaimForm(initial=initial))
    form, who = ClaimForm(request.POST), visitor(request)
    if wait := TRIES.take(who):
        return _too_many(request, wait)
    if not form.is_valid():
        return _show(request, form, status=422)
    if wait := SENT.take(who):
        return _too_many(request, wait)
    if wait := SENT_IN_ALL.take("all"):
        SENT.give_back(who)
        return _too_many(request, wait)
    claim, secret = send_claim(form.told, form.cleaned_data["key"])
    context = {"claim": claim, "secret": secret}
    return render(request, "moderation/claim_receipt.html", context, status=201)


@never_cache
@from_our_pages
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Show what became of a claim or a report to whoever has its secret."""
    if request.method != "POST":
        return render(request, "moderation/claim_look_up.html", {"form": LookUpForm()})
    form = LookUpForm(request.POST)
    context: dict[str, object] = {"form": form}
    if wait := LOOK_UPS.take(visitor(request)):
        context["too_many"] = True
        answer = render(request, "moderation/claim_look_up.html", context, status=429)
        answer["Retry-After"] = f"{math.ceil(wait)}"
        return answer
    status = 422
    if form.is_valid():
        values = form.cleaned_data
        claim = find_claim(values["reference"], values["secret"])
        if claim is not None:
            context = {"claim": claim, "replies": claim.replies.all()}
            return render(request, "moderation/claim_state.html", context)
        flag = find_flag(values["reference"], values["secret"])
        if flag is not None:
            context = {"flag": flag, "answer": flag.answer}
            return render(request, "moderation/flag_state.html", context)
        form.add_error(
            None, "No claim and no report here has this reference and this secret."
        )
        status = 404
    return render(request, "moderation/claim_look_up.html", context, status=status)


def _show(
    request: HttpRequest, form: ClaimForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"form": form, **more}
    return render(request, "moderation/claim_new.html", context, status=status)


def _too_many(request: HttpRequest, wait: float) -> HttpResponse:
    """Show the form as it was sent, unread, and when it may be sent again."""
    form = ClaimForm(initial=request.POST.dict())
    answer = _show(request, form, status=429, too_many=math.ceil(wait / 60))
    answer["Retry-After"] = f"{math.ceil(wait)}"
    return answer
