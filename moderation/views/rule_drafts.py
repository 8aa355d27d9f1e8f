"""The draft of house rules at the desk: edited, looked over and published."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commentarchive.actions.staff import acting
from commentarchive.ledger.append import By
from commentarchive.models import Blog
from commentarchive.views.login import take_kept_form
from moderation.actions.policies import (
    CannotPublish,
    SaysNothingNew,
    check_meaning,
    copy_to_draft,
    meanings,
    next_number,
    publish_policy,
    start_draft,
)
from moderation.actions.rule_drafts import (
    CannotKeep,
    DraftChanged,
    draft_of,
    keep_rule,
    mark_of,
    mark_of_draft,
    move_rule,
    put_back,
    take_out,
)
from moderation.forms.rules import WRITTEN, PublishForm, RuleForm
from moderation.models import Clause, ClauseDraft, PolicyVersion
from moderation.rule_differences import pieces_of, rule_differences
from moderation.views.gate import PUBLISH, desk_form, desk_page

DRAFT, PREVIEW = "moderation:policy-draft", "moderation:policy-preview"
RULE, NEW_RULE = "moderation:policy-rule", "moderation:policy-rule-new"


@desk_page(PUBLISH, sees=None)
def draft(request: HttpRequest, blog: str = "") -> HttpResponse:
    """Show the rules of the next version, with all that can be done to them."""
    return _draft(request, _blog(blog))


@desk_form(PUBLISH, page=DRAFT)
def start(request: HttpRequest, blog: str = "") -> HttpResponse:
    """Fill an empty draft with the rules in force, or else with the starter rules."""
    of = _blog(blog)
    if draft_of(of).exists():
        messages.error(request, "There is a draft already.")
        return redirect(_at(DRAFT, of))
    in_force = PolicyVersion.objects.in_force_at(timezone.now(), of)
    if in_force:
        copy_to_draft(in_force, blog=of)
    else:
        start_draft(blog=of)
    return redirect(_at(DRAFT, of))


@desk_page(PUBLISH, sees=None)
def new_rule(request: HttpRequest, blog: str = "") -> HttpResponse:
    """Show the form of a new rule."""
    of = _blog(blog)
    kept = take_kept_form(request, _at("moderation:policy-rule-add", of))
    form = RuleForm(initial=kept or {"number": next_number(meanings())})
    return _rule(request, of, form, None)


@desk_form(PUBLISH, page=NEW_RULE)
def add(request: HttpRequest, blog: str = "") -> HttpResponse:
    """Add a rule to the draft; 422 with the reason when it cannot be."""
    return _keep(request, _blog(blog), None)


@desk_page(PUBLISH, sees=None)
def rule(request: HttpRequest, number: int, blog: str = "") -> HttpResponse:
    """Show a rule of the draft as a form."""
    of = _blog(blog)
    known = draft_of(of).filter(number=number, is_out=False).first()
    if known is None:
        messages.error(request, f"Rule {number} is not in the draft.")
        return redirect(_at(DRAFT, of))
    kept = take_kept_form(request, _at("moderation:policy-rule-save", of, number))
    return _rule(request, of, RuleForm(initial=kept or _values(known)), known)


@desk_form(PUBLISH, page=RULE)
def change(request: HttpRequest, number: int, blog: str = "") -> HttpResponse:
    """Keep a rule as it was typed; 409 when somebody has changed it meanwhile."""
    return _keep(request, _blog(blog), number)


def _keep(request: HttpRequest, of: Blog | None, number: int | None) -> HttpResponse:
    form = RuleForm(request.POST)
    known = draft_of(of).filter(number=number or 0, is_out=False).first()
    if not form.is_valid():
        return _rule(request, of, form, known, number=number, status=422)
    typed = form.rule
    typed.blog = of
    try:
        check_meaning(typed, meanings())
        keep_rule(typed, number=number, seen=form.cleaned_data["seen"])
    except (CannotPublish, CannotKeep) as error:
        form.add_error(None, str(error))
        return _rule(request, of, form, known, number=number, status=422)
    except DraftChanged as error:
        changed = str(error)
        return _rule(
            request, of, form, known, number=number, status=409, changed=changed
        )
    messages.success(request, f"Rule {typed.number} is kept in the draft.")
    return redirect(f"{_at(DRAFT, of)}#rule-{typed.number}")


@desk_form(PUBLISH, page=RULE)
def move(request: HttpRequest, number: int, blog: str = "") -> HttpResponse:
    """Move a rule up or down among the others."""
    of = _blog(blog)
    is_up, seen = request.POST.get("to") == "up", request.POST.get("seen", "")
    try:
        move_rule(of, number, up=is_up, seen=seen)
    except DraftChanged as error:
        return _draft(request, of, status=409, changed=str(error))
    return redirect(f"{_at(DRAFT, of)}#rule-{number}")


@desk_form(PUBLISH, page=RULE)
def out(request: HttpRequest, number: int, blog: str = "") -> HttpResponse:
    """Take a rule out of the draft; it can be put back."""
    of = _blog(blog)
    try:
        take_out(of, number, seen=request.POST.get("seen", ""))
    except DraftChanged as error:
        return _draft(request, of, status=409, changed=str(error))
    messages.success(request, f"Rule {number} is taken out. It can be put back below.")
    return redirect(_at(DRAFT, of))


@desk_form(PUBLISH, page=RULE)
def back(request: HttpRequest, number: int, blog: str = "") -> HttpResponse:
    """Put a rule back into the draft, in its last place."""
    of = _blog(blog)
    try:
        put_back(of, number, {rule.number: rule for rule in _published(of)})
    except DraftChanged as error:
        return _draft(request, of, status=409, changed=str(error))
    messages.success(request, f"Rule {number} is back in the draft.")
    return redirect(f"{_at(DRAFT, of)}#rule-{number}")


@desk_page(PUBLISH, sees=None)
def preview(request: HttpRequest, blog: str = "") -> HttpResponse:
    """Show the draft as readers will see it, and what differs from what is in force."""
    of = _blog(blog)
    kept = take_kept_form(request, _at("moderation:policy-publish", of))
    return _preview(request, of, PublishForm(initial=kept or {}))


@desk_form(PUBLISH, page=PREVIEW, fresh=True)
def publish(request: HttpRequest, blog: str = "") -> HttpResponse:
    """Publish the draft; 422 with the reason when it cannot be, 409 when it changed."""
    of = _blog(blog)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _preview(request, of, form, status=422)
    by = acting(request.user)
    try:
        made = publish_policy(
            by=by,
            blog=of,
            in_force_at=form.cleaned_data["in_force_at"],
            as_told=form.cleaned_data["as_told"],
            seen=request.POST.get("seen"),
        )
    except SaysNothingNew as error:
        if not _is_sent_twice(request, error.last, by=by):
            form.add_error(None, str(error))
            return _preview(request, of, form, status=422)
        made = error.last
    except CannotPublish as error:
        form.add_error(None, str(error))
        return _preview(request, of, form, status=422)
    except DraftChanged as error:
        return _preview(request, of, form, status=409, changed=str(error))
    return redirect(made)


def _is_sent_twice(request: HttpRequest, last: PolicyVersion, *, by: By) -> bool:
    """Return whether the same form has just published this version."""
    seen = request.POST.get("seen_version", "")
    return last.published_by == by.actor and seen == str(last.number - 1)


def _blog(ref: str) -> Blog | None:
    """Find the blog whose own rules these are; None for the archive's."""
    return get_object_or_404(Blog, ref=ref) if ref else None


def _at(page: str, of: Blog | None, number: int | None = None) -> str:
    names: dict[str, object] = {"blog": of.ref} if of else {}
    if number is not None:
        names["number"] = number
    return reverse(page, kwargs=names)


def _about(of: Blog | None) -> dict[str, object]:
    """Return whose rules these are, and where they lie."""
    names = {"slug": of.slug} if of else {}
    return {
        "blog": of,
        "draft_url": _at(DRAFT, of),
        "rules_url": reverse("moderation:policy", kwargs=names),
    }


def _values(known: ClauseDraft) -> dict[str, Any]:
    return {name: getattr(known, name) for name in WRITTEN} | {"seen": mark_of(known)}


def _published(of: Blog | None) -> list[Clause]:
    """Return the rules of a set as each was published last, by their numbers."""
    clauses = Clause.objects.filter(policy__blog=of).order_by("policy__entry_index")
    last = {clause.number: clause for clause in clauses.select_related("policy__blog")}
    return [last[number] for number in sorted(last)]


def _draft(
    request: HttpRequest, of: Blog | None, *, status: int = 200, changed: str = ""
) -> HttpResponse:
    rules = list(draft_of(of))
    numbers = {rule.number for rule in rules}
    others = Blog.objects.filter(pk__in=_with_rules()).order_by("title", "pk")
    own = PolicyVersion.objects.filter(blog=of, blog__isnull=False)
    last = own.select_related("end").newest_first().first()
    context = {
        **_about(of),
        "rules": [(rule, mark_of(rule)) for rule in rules if not rule.is_out],
        "taken_out": [
            *(rule for rule in rules if rule.is_out),
            *(rule for rule in _published(of) if rule.number not in numbers),
        ],
        "seen": mark_of_draft(rules),
        "changed": changed,
        "in_force": PolicyVersion.objects.in_force_at(timezone.now(), of),
        "last": last,
        "end": getattr(last, "end", None),
        "now": timezone.now(),
        "others": others.exclude(pk=of.pk) if of else others,
    }
    return render(request, "moderation/policy_draft.html", context, status=status)


def _with_rules() -> set[int]:
    """Return the keys of the blogs that have rules of their own, or a draft of them."""
    found: set[int] = set()
    for model in (PolicyVersion, ClauseDraft):
        keys = model.objects.exclude(blog=None).order_by()
        found.update(keys.values_list("blog", flat=True).distinct())
    return found


def _rule(
    request: HttpRequest,
    of: Blog | None,
    form: RuleForm,
    known: ClauseDraft | None,
    *,
    number: int | None = None,
    status: int = 200,
    changed: str = "",
) -> HttpResponse:
    number = known.number if known else number
    compared = []
    if changed and known:
        # Whoever saves again has seen what they overwrite.
        form.data = request.POST.copy()
        form.data["seen"] = mark_of(known)
        typed = form.rule
        pairs = ((form.fields[name].label, name) for name in WRITTEN)
        compared = [
            (label, pieces_of(str(getattr(known, name)), str(getattr(typed, name))))
            for label, name in pairs
            if getattr(known, name) != getattr(typed, name)
        ]
    context = {
        **_about(of),
        "form": form,
        "known": known,
        "number": number,
        "changed": changed,
        "compared": compared,
    }
    return render(request, "moderation/policy_rule.html", context, status=status)


def _preview(
    request: HttpRequest,
    of: Blog | None,
    form: PublishForm,
    *,
    status: int = 200,
    changed: str = "",
) -> HttpResponse:
    rules = list(draft_of(of))
    shown = [rule for rule in rules if not rule.is_out]
    in_force = PolicyVersion.objects.in_force_at(timezone.now(), of)
    before = list(in_force.clauses.order_by("place", "number")) if in_force else []
    last = PolicyVersion.objects.filter(blog=of).newest_first().first()
    context = {
        **_about(of),
        "rules": shown,
        "form": form,
        "seen": mark_of_draft(rules),
        "seen_version": last.number if last else 0,
        "in_force": in_force,
        "last": last,
        "differences": rule_differences(before, shown),
        "changed": changed,
    }
    return render(request, "moderation/policy_preview.html", context, status=status)
