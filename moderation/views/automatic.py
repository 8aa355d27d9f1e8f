"""Automatic rules: the public pages of their versions, and their drafts at the desk."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commentarchive.actions.staff import acting
from commentarchive.models import AccessKind, Blog, BlogVisibility, Comment
from commentarchive.views.login import take_kept_form
from commentarchive.views.pagination import paginate
from commentarchive.views.public_page import public_page
from moderation.actions.automation import (
    CannotPublish,
    DraftChanged,
    delete_draft,
    drafts_of,
    mark_of,
    publish_rules,
    save_draft,
)
from moderation.actions.backtests import MOST, back_test
from moderation.actions.judging import clauses_in_force
from moderation.forms.automatic import KeysForm, PublishRulesForm, RuleForm
from moderation.models import AutomaticDraft, AutomaticRule, AutomaticVersion, Kind
from moderation.models.policy import Clause
from moderation.rules.backtest import BackTest
from moderation.rules.wordpress_keys import read_keys
from moderation.views.gate import DECIDE, LOOK, PUBLISH, desk_form, desk_page, may

COMMON = "common"
ROWS = 50
_PUBLIC_VERSIONS = AutomaticVersion.objects.exclude(
    blog__visibility=BlogVisibility.STAFF
)


@require_safe
@public_page
def versions(request: HttpRequest) -> HttpResponse:
    """List the published versions of automatic rules, newest first."""
    found = _PUBLIC_VERSIONS.newest_first().select_related("blog")
    context = {"page": paginate(request, found, ROWS)}
    return render(request, "moderation/automatic_versions.html", context)


@require_safe
@public_page
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show one version: what its rules are about and do, without their words."""
    if number > 2**31 - 1:
        raise Http404
    found = get_object_or_404(_PUBLIC_VERSIONS.select_related("blog"), number=number)
    newest = AutomaticVersion.objects.in_force(found.blog)
    context = {
        "version": found,
        "rules": found.automatic_rules.all(),
        "newest": newest,
    }
    return render(request, "moderation/automatic_version.html", context)


@require_safe
def version_of(request: HttpRequest, ref: str) -> HttpResponse:
    """Lead from the reference in a statement to the version."""
    del request
    return redirect(get_object_or_404(_PUBLIC_VERSIONS, ref=ref))


@desk_page(LOOK, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List the sets of rules: the common one, and each blog's."""
    blogs = paginate(request, Blog.objects.order_by("title", "pk"), ROWS)
    context = {"page": blogs, "sets": _sets([None, *blogs])}
    return render(request, "moderation/automatic.html", context)


def _sets(
    blogs: Sequence[Blog | None],
) -> list[tuple[str, Blog | None, AutomaticVersion | None, int]]:
    """Return each set's address, blog, version in force and number of drafts."""
    of_sets = Q(blog__in=[blog for blog in blogs if blog]) | Q(blog=None)
    versions = AutomaticVersion.objects.filter(of_sets).order_by("number")
    in_force = {
        version.blog_id: version
        for version in versions.annotate(rules=Count("automatic_rules"))
    }
    drafts: dict[int | None, int] = dict(
        AutomaticDraft.objects.filter(of_sets)
        .order_by()
        .values("blog")
        .annotate(number=Count("pk"))
        .values_list("blog", "number")
    )
    found = []
    for blog in blogs:
        key, scope = (blog.pk, blog.ref) if blog else (None, COMMON)
        found.append((scope, blog, in_force.get(key), drafts.get(key, 0)))
    return found


@desk_page(LOOK, sees=None)
def rules(request: HttpRequest, scope: str) -> HttpResponse:
    """Show the draft of a set, and the version in force."""
    blog = _blog_of(scope)
    in_force = AutomaticVersion.objects.in_force(blog)
    drafts, stand = list(drafts_of(blog)), list[AutomaticRule]()
    if in_force:
        stand = list(in_force.automatic_rules.all())
    context = {
        **_named(scope, blog),
        "drafts": _with_rests(drafts, blog),
        "in_force": in_force,
        "stand": stand,
        "is_changed": [each.words for each in drafts] != [each.words for each in stand],
        "may_propose": may(request, DECIDE),
    }
    return render(request, "moderation/automatic_rules.html", context)


def _with_rests(
    drafts: list[AutomaticDraft], blog: Blog | None
) -> list[tuple[AutomaticDraft, Clause | None]]:
    """Return rules with the house rule of each; None where it is not in force."""
    clauses = clauses_in_force(blog)
    return [(draft, clauses.get(draft.house_rule)) for draft in drafts]


@desk_page(DECIDE, sees=None)
def rule(request: HttpRequest, scope: str, number: int) -> HttpResponse:
    """Show one draft rule as a form; number 0 is a new one."""
    blog = _blog_of(scope)
    draft = _draft(blog, number)
    address = reverse("moderation:automatic-save", args=[scope, number])
    kept = take_kept_form(request, address)
    return _show_rule(request, scope, draft, _rule_form(draft, kept))


@desk_form(DECIDE, page="moderation:automatic-rule")
def keep(request: HttpRequest, scope: str, number: int) -> HttpResponse:
    """Keep a draft rule; 422 for what cannot be kept, 409 where it was changed."""
    draft = _draft(_blog_of(scope), number)
    form = _rule_form(draft, request.POST)
    if not form.is_valid():
        return _show_rule(request, scope, draft, form, status=422)
    try:
        save_draft(form.instance, seen=form.cleaned_data["seen"])
    except DraftChanged as error:
        now = AutomaticDraft.objects.filter(pk=draft.pk).first()
        if now is None:
            messages.error(request, str(error))
            return redirect("moderation:automatic-set", scope)
        # Whoever saves again has been told.
        form.data = request.POST.copy()
        form.data["seen"] = mark_of([now])
        form.add_error(None, f"{error} Nothing was saved; save again to have it so.")
        return _show_rule(request, scope, draft, form, status=409)
    except CannotPublish as error:
        form.add_error(None, str(error))
        return _show_rule(request, scope, draft, form, status=422)
    messages.success(request, "Kept in the draft. It acts once it is published.")
    return redirect("moderation:automatic-set", scope)


@desk_form(DECIDE, page="moderation:automatic-rule")
def delete(request: HttpRequest, scope: str, number: int) -> HttpResponse:
    """Take a rule out of the draft."""
    delete_draft(_draft(_blog_of(scope), number))
    messages.success(request, "Taken out of the draft.")
    return redirect("moderation:automatic-set", scope)


@desk_page(DECIDE, sees=None)
def keys(request: HttpRequest, scope: str) -> HttpResponse:
    """Ask for one of WordPress's lists."""
    _blog_of(scope)
    address = reverse("moderation:automatic-keys-read", args=[scope])
    return _show_keys(
        request, scope, KeysForm(initial=take_kept_form(request, address))
    )


@desk_form(DECIDE, page="moderation:automatic-keys")
def read(request: HttpRequest, scope: str) -> HttpResponse:
    """Show a list of WordPress as a new rule that is not kept yet."""
    blog = _blog_of(scope)
    form = KeysForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show_keys(request, scope, form, status=422)
    found = read_keys(form.cleaned_data["text"])
    if not found.lines:
        form.add_error("text", "There is no line in it that a rule can look for.")
        return _show_keys(request, scope, form, status=422)
    is_block = form.cleaned_data["which"] == "disallowed_keys"
    initial = {
        "title": ("Disallowed" if is_block else "Moderated") + " words, from WordPress",
        "kind": Kind.PARTS,
        "lines": "\n".join(found.lines),
        "places": ["in_name", "in_text", "in_link"],
        "action": "block" if is_block else "hold",
        "sentence": "It holds a word from this blog’s list.",
    }
    draft = AutomaticDraft(blog=blog, number=0)
    made = RuleForm(instance=draft, initial=initial)
    return _show_rule(request, scope, draft, made, remarks=found.remarks, read=found)


@desk_page(DECIDE, sees=AccessKind.HIDDEN)
def test(request: HttpRequest, scope: str) -> HttpResponse:
    """Try the draft on the archive, and offer to publish it."""
    blog = _blog_of(scope)
    takes_common = _takes_common(request.GET, blog)
    return _show_test(request, scope, blog, takes_common=takes_common)


@desk_form(PUBLISH, page="moderation:automatic-test")
def publish(request: HttpRequest, scope: str) -> HttpResponse:
    """Publish what was tested; 422 with the reason when it cannot be."""
    blog, form = _blog_of(scope), PublishRulesForm(request.POST)
    if not form.is_valid():
        takes_common = _takes_common(request.POST, blog)
        problems = [str(each) for errors in form.errors.values() for each in errors]
        return _show_test(
            request,
            scope,
            blog,
            takes_common=takes_common,
            problem=" ".join(problems),
            status=422,
        )
    seen, takes_common = form.cleaned_data["tested"]
    try:
        made = publish_rules(
            blog, takes_common=takes_common, seen=seen, by=acting(request.user)
        )
    except (CannotPublish, DraftChanged) as error:
        status = 409 if isinstance(error, DraftChanged) else 422
        return _show_test(
            request,
            scope,
            blog,
            takes_common=takes_common,
            problem=str(error),
            status=status,
        )
    messages.success(
        request,
        f"Published as version {made.number}, on record. It acts on comments that are "
        "written from now on, as they arrive.",
    )
    return redirect("moderation:automatic-set", scope)


def _takes_common(asked: Any, blog: Blog | None) -> bool:
    """Return whether the common rules are to act on a blog too."""
    return blog is not None and asked.get("common") == "1"


def _blog_of(scope: str) -> Blog | None:
    return None if scope == COMMON else get_object_or_404(Blog, ref=scope)


def _named(scope: str, blog: Blog | None) -> dict[str, Any]:
    return {"scope": scope, "blog": blog}


def _draft(blog: Blog | None, number: int) -> AutomaticDraft:
    if number == 0:
        return AutomaticDraft(blog=blog, number=0)
    if number > 2**15 - 1:
        raise Http404
    return get_object_or_404(AutomaticDraft, blog=blog, number=number)


def _rule_form(draft: AutomaticDraft, values: Any) -> RuleForm:
    used = AutomaticRule.objects.filter(number=draft.number) if draft.pk else None
    return RuleForm(
        values,
        instance=draft,
        keeps_kind=used is not None and used.exists(),
        initial={"seen": mark_of([draft]) if draft.pk else ""},
    )


def _show_rule(
    request: HttpRequest,
    scope: str,
    draft: AutomaticDraft,
    form: RuleForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    if not clauses_in_force(draft.blog):
        message = "No house rules are in force that an automatic rule could apply."
        raise PermissionDenied(message)
    context = {**_named(scope, draft.blog), "form": form, "draft": draft, **more}
    return render(request, "moderation/automatic_rule.html", context, status=status)


def _show_keys(
    request: HttpRequest, scope: str, form: KeysForm, *, status: int = 200
) -> HttpResponse:
    context = {**_named(scope, _blog_of(scope)), "form": form}
    return render(request, "moderation/automatic_keys.html", context, status=status)


def _show_test(
    request: HttpRequest,
    scope: str,
    blog: Blog | None,
    *,
    takes_common: bool,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    drafts = list(drafts_of(blog))
    common = AutomaticVersion.objects.in_force(None) if takes_common else None
    tried: list[AutomaticDraft | AutomaticRule] = [*drafts]
    if common:
        tried += common.automatic_rules.all()
    found = back_test(blog, tried)
    titles = {rule.number: rule.title for rule in tried}
    context = {
        **_named(scope, blog),
        "test": found,
        "by_rule": [(each, titles[each.number]) for each in found.by_rule()],
        "newest": _listed(found),
        "most": MOST,
        "takes_common": takes_common,
        "problem": problem,
        "form": PublishRulesForm.of(
            found, seen=mark_of(drafts), takes_common=takes_common
        ),
        "may_publish": may(request, PUBLISH),
    }
    return render(request, "moderation/automatic_test.html", context, status=status)


def _listed(found: BackTest) -> list[tuple[Comment, tuple[int, ...]]]:
    """Return the newest comments that would have been stopped, with the rules."""
    comments = Comment.objects.read().in_bulk([pk for pk, _rules in found.newest])
    return [
        (comments[pk], numbers)
        for pk, numbers in reversed(found.newest)
        if pk in comments
    ]
