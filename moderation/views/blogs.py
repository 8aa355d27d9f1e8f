"""Blogs at the desk: how each is shown, who changes that, and its pages made anew."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commentarchive.actions.blogs import (
    BlogChanged,
    BlogKnown,
    mark_of,
    save_blog,
)
from commentarchive.actions.staff import STAFF_ROLES, acting
from commentarchive.discussion.renewals import progress_of
from commentarchive.ledger.models import Role
from commentarchive.models import Blog, PageRenewal
from commentarchive.views.login import take_kept_form
from commentarchive.views.pagination import paginate
from moderation.actions.letter_switch import mail_is_set_up, switch_of
from moderation.forms.blogs import BlogSettingsForm
from moderation.views.gate import desk_form, desk_page, may

ROWS = 50
STAFF = frozenset(STAFF_ROLES)
CHANGE = frozenset({Role.OWNER})


@desk_page(STAFF, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List the blogs, those that are only known too."""
    blogs = Blog.objects.select_related("renewal").order_by("title", "pk")
    context = {"page": paginate(request, blogs, ROWS)}
    return render(request, "moderation/blogs.html", context)


@desk_page(STAFF, sees=None)
def settings(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a blog's settings; whoever may change them gets them as a form."""
    blog = get_object_or_404(Blog, ref=ref)
    kept = take_kept_form(request, reverse("moderation:blog-save", args=[ref]))
    return _show(request, blog, BlogSettingsForm(kept, instance=blog))


@desk_form(CHANGE, page="moderation:blog")
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a blog's settings; each change is on record."""
    blog = get_object_or_404(Blog, ref=ref)
    form = BlogSettingsForm(request.POST, instance=blog)
    if not form.is_valid():
        return _show(request, blog, form, status=422)
    values = form.cleaned_data
    try:
        save_blog(
            form.instance,
            by=acting(request.user),
            reason=values["reason"],
            seen=values["seen"] or "unseen",
        )
    except BlogKnown as error:
        form.add_error("address", str(error))
        return _show(request, blog, form, status=422)
    except BlogChanged as error:
        return _show(request, blog, form, status=409, problem=str(error))
    changed = set(form.changed_data) - {"reason", "seen"}
    done = "Saved. It is on record." if changed else "Nothing was changed."
    messages.success(request, done)
    return redirect("moderation:blog", ref=ref)


def _show(
    request: HttpRequest,
    blog: Blog,
    form: BlogSettingsForm,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    # As it stands: the form has put what was typed on its own object.
    now = Blog.objects.get(pk=blog.pk)
    renewal = PageRenewal.objects.filter(blog=blog).first()
    if problem:
        # Whoever saves again has seen what they overwrite.
        form.data = request.POST.copy()
        form.data["seen"] = mark_of(now)
    context = {
        "blog": now,
        "form": form,
        "problem": problem,
        "now": _facts(now, form),
        "may_change": may(request, CHANGE),
        "letters": switch_of(now),
        "has_mail": mail_is_set_up(),
        "renewal": renewal,
        "progress": progress_of(now) if renewal and renewal.is_at_work else None,
    }
    return render(request, "moderation/blog_settings.html", context, status=status)


def _facts(blog: Blog, form: BlogSettingsForm) -> list[tuple[str, str, bool]]:
    """Return each setting as it stands, in words, and whether the form has another."""
    found = []
    for name in form.Meta.fields:
        value = getattr(blog, name)
        words = {True: "yes", False: "no", "": "none"}.get(value, value)
        if name == "visibility":
            words = blog.get_visibility_display()
        is_other = form.is_bound and form[name].value() != value
        found.append((str(form.fields[name].label), str(words), is_other))
    return found
