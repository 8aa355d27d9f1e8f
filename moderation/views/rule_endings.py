"""The end of a blog's own house rules, at the desk: looked over and published."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.models import Blog
from commentarchive.views.login import take_kept_form
from moderation.actions.rule_endings import CannotEnd, RulesMoved, end_own_rules
from moderation.forms.rules import EndForm
from moderation.models import PolicyVersion
from moderation.rule_differences import rule_differences
from moderation.views.gate import PUBLISH, desk_form, desk_page


@desk_page(PUBLISH, sees=None)
def page(request: HttpRequest, blog: str) -> HttpResponse:
    """Show what would be in force at a blog without its own rules, and the form."""
    here = reverse("moderation:policy-end-publish", kwargs={"blog": blog})
    kept = take_kept_form(request, here) or {}
    return _show(request, get_object_or_404(Blog, ref=blog), EndForm(initial=kept))


@desk_form(PUBLISH, page="moderation:policy-end", fresh=True)
def publish(request: HttpRequest, blog: str) -> HttpResponse:
    """Put the end on record; 422 with the reason, 409 where a version came between."""
    of, form = get_object_or_404(Blog, ref=blog), EndForm(request.POST)
    if not form.is_valid():
        return _show(request, of, form, status=422)
    try:
        end = end_own_rules(of, by=acting(request.user), **form.cleaned_data)
    except CannotEnd as error:
        form.add_error(None, str(error))
        return _show(request, of, form, status=422)
    except RulesMoved as error:
        return _show(request, of, form, status=409, changed=str(error))
    messages.success(request, f"It is on record, as record no. {end.entry_index}.")
    return redirect("moderation:policy", slug=of.slug)


def _show(
    request: HttpRequest,
    of: Blog,
    form: EndForm,
    *,
    status: int = 200,
    changed: str = "",
) -> HttpResponse:
    versions = PolicyVersion.objects.filter(blog=of).select_related("blog", "end")
    last = versions.newest_first().first()
    common = PolicyVersion.objects.in_force_at(timezone.now(), None)
    rules = [
        list(version.clauses.order_by("place", "number")) if version else []
        for version in (last, common)
    ]
    if last is not None:
        form.initial["seen"] = last.number
        if changed:
            # Whoever sends it again has seen the version that came between.
            form.data = request.POST.copy()
            form.data["seen"] = str(last.number)
    context = {
        "blog": of,
        "form": form,
        "last": last,
        "end": getattr(last, "end", None),
        "common": common,
        "differences": rule_differences(*rules),
        "changed": changed,
        "now": timezone.now(),
    }
    return render(request, "moderation/policy_end.html", context, status=status)
