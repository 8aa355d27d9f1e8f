"""House rules: the version in force, each version, and their publication."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commentarchive.actions.staff import acting
from commentarchive.ledger.append import By
from commentarchive.views.login import take_kept_form
from commentarchive.views.public_page import public_page_of
from moderation.actions.policies import (
    CannotPublish,
    SaysNothingNew,
    publish_policy,
    start_draft,
)
from moderation.forms import PublishForm
from moderation.models import ClauseDraft, PolicyVersion
from moderation.views.gate import PUBLISH, desk_form, desk_page


@require_safe
@public_page_of(PolicyVersion.objects.number_in_force)
def current(request: HttpRequest) -> HttpResponse:
    """Show the version in force today, and list the others."""
    version = PolicyVersion.objects.in_force_at(timezone.now())
    return _show(request, version)


@require_safe
@public_page_of(PolicyVersion.objects.number_in_force)
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show one version."""
    if number > 2**31 - 1:
        message = "There is no such version."
        raise Http404(message)
    return _show(request, get_object_or_404(PolicyVersion, number=number))


def _show(request: HttpRequest, version: PolicyVersion | None) -> HttpResponse:
    context = {
        "version": version,
        "clauses": version.clauses.order_by("number") if version else [],
        "versions": PolicyVersion.objects.newest_first(),
        "is_in_force": version is not None and version.is_in_force,
    }
    return render(request, "moderation/policy.html", context)


@desk_page(PUBLISH)
def draft(request: HttpRequest) -> HttpResponse:
    """Show the draft of the next version, and the form that publishes it."""
    kept = take_kept_form(request, reverse("moderation:policy-publish"))
    return _draft(request, PublishForm(initial=kept or {}))


@desk_form(PUBLISH, page="moderation:policy-draft")
def start(request: HttpRequest) -> HttpResponse:
    """Fill an empty draft with the starter rules."""
    if ClauseDraft.objects.exists():
        messages.error(request, "There is a draft already.")
    else:
        start_draft()
    return redirect("moderation:policy-draft")


@desk_form(PUBLISH, page="moderation:policy-draft")
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the draft; 422 with the reason when it cannot be."""
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _draft(request, form, status=422)
    by = acting(request.user)
    try:
        made = publish_policy(
            by=by,
            in_force_at=form.cleaned_data["in_force_at"],
            as_told=form.cleaned_data["as_told"],
        )
    except SaysNothingNew as error:
        if not _is_sent_twice(request, error.last, by=by):
            form.add_error(None, str(error))
            return _draft(request, form, status=422)
        made = error.last
    except CannotPublish as error:
        form.add_error(None, str(error))
        return _draft(request, form, status=422)
    return redirect(made)


def _is_sent_twice(request: HttpRequest, last: PolicyVersion, *, by: By) -> bool:
    """Return whether the same form has just published this version."""
    seen = request.POST.get("seen_version", "")
    return last.published_by == by.actor and seen == str(last.number - 1)


def _draft(request: HttpRequest, form: PublishForm, status: int = 200) -> HttpResponse:
    last = PolicyVersion.objects.newest_first().first()
    context = {
        "drafts": ClauseDraft.objects.order_by("number"),
        "form": form,
        "seen_version": last.number if last else 0,
    }
    return render(request, "moderation/policy_draft.html", context, status=status)
