"""House rules: the version in force, each version, and their publication."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commentarchive.actions.staff import acting
from moderation.actions.policies import CannotPublish, publish_policy, start_draft
from moderation.forms import PublishForm
from moderation.models import ClauseDraft, PolicyVersion

publishes = permission_required("moderation.add_policyversion", raise_exception=True)


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """Show the version in force today, and list the others."""
    version = PolicyVersion.objects.in_force_at(timezone.now())
    return _show(request, version)


@require_safe
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


@require_safe
@login_required
@publishes
def draft(request: HttpRequest) -> HttpResponse:
    """Show the draft of the next version, and the form that publishes it."""
    return _draft(request, PublishForm())


@require_POST
@login_required
@publishes
def start(request: HttpRequest) -> HttpResponse:
    """Fill an empty draft with the starter rules."""
    if ClauseDraft.objects.exists():
        messages.error(request, "There is a draft already.")
    else:
        start_draft()
    return redirect("moderation:policy-draft")


@require_POST
@login_required
@publishes
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the draft; 422 with the reason when it cannot be."""
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _draft(request, form, status=422)
    try:
        made = publish_policy(
            by=acting(request.user), in_force_at=form.cleaned_data["in_force_at"]
        )
    except CannotPublish as error:
        form.add_error(None, str(error))
        return _draft(request, form, status=422)
    return redirect(made)


def _draft(request: HttpRequest, form: PublishForm, status: int = 200) -> HttpResponse:
    context = {"drafts": ClauseDraft.objects.order_by("number"), "form": form}
    return render(request, "moderation/policy_draft.html", context, status=status)
