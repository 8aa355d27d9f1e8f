"""Names of one person joined, and people of one name told apart."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commentarchive.actions.joined_names import CannotJoin, join_names, split_names
from commentarchive.actions.staff import acting
from commentarchive.discussion.joined_names import links_of
from commentarchive.intake.kept_corrections import CannotCorrect
from commentarchive.intake.split_names import split_person, take_for_one
from commentarchive.models import AccessKind, Comment, Commenter, Confidence, Visibility
from commentarchive.storage.write_locks import ImportRunning
from commentarchive.views.login import take_kept_form
from commentarchive.views.pagination import paginate
from moderation.actions.checks import HiddenTexts
from moderation.actions.refusals import Refused
from moderation.forms.names import ApartForm, JoinForm, SplitForm
from moderation.views.asking_why import why_not
from moderation.views.correcting import CORRECTORS
from moderation.views.desk import WRITTEN_BEFORE
from moderation.views.gate import desk_form, desk_page

COMMENTS = 50


@desk_page(CORRECTORS, sees=AccessKind.HIDDEN)
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a name, what was said of it and others, and a form to join it."""
    name, form = _the_name(ref), JoinForm()
    if kept := take_kept_form(request, f"{request.path}join/"):
        messages.warning(request, WRITTEN_BEFORE)
        form.initial.update(kept)
    return _show(request, name, form)


@desk_form(CORRECTORS, page="moderation:names")
def join(request: HttpRequest, ref: str) -> HttpResponse:
    """Join a name with another one, on record."""
    name, form = _the_name(ref), JoinForm(request.POST)
    if not form.is_valid():
        return _show(request, name, form, status=422)
    told = form.cleaned_data
    try:
        HiddenTexts().check_names((name, form.other), told["facts"])
        join_names(
            name,
            form.other,
            Confidence(told["confidence"]),
            facts=told["facts"],
            note=told["note"],
            by=acting(request.user),
        )
    except Refused as error:
        form.add_error("facts", str(error))
    except (CannotJoin, ImportRunning) as error:
        form.add_error("address", str(error))
    if form.errors:
        return _show(request, name, form, status=422)
    messages.success(request, "Joined. It is on record.")
    return redirect("moderation:names", ref=ref)


@desk_form(CORRECTORS, page="moderation:names")
def split(request: HttpRequest, ref: str) -> HttpResponse:
    """Split a name from another one, on record."""
    return _with_another(request, ref, split_names, "Split. It is on record.")


@desk_form(CORRECTORS, page="moderation:names")
def tell_apart(request: HttpRequest, ref: str) -> HttpResponse:
    """Record that some comments under a name are somebody else's."""
    name = _the_name(ref)
    form = ApartForm(request.POST, name=name)
    if form.is_valid():
        told = form.cleaned_data
        try:
            HiddenTexts().check_names((name,), told["facts"])
            split_person(
                name,
                list(told["comments"].select_related("post__blog")),
                told["whose"],
                facts=told["facts"],
                note=told["note"],
                by=acting(request.user),
            )
        except Refused as error:
            form.add_error("facts", str(error))
        except (CannotJoin, CannotCorrect, ImportRunning) as error:
            form.add_error("comments", str(error))
    if form.errors:
        return _show(request, name, JoinForm(), apart=form, status=422)
    messages.success(request, "Told apart. It is on record.")
    return redirect("moderation:names", ref=ref)


@desk_form(CORRECTORS, page="moderation:names")
def as_one(request: HttpRequest, ref: str) -> HttpResponse:
    """Take two people of one name for one again, on record."""
    done = "They are one person again. It is on record."
    return _with_another(request, ref, take_for_one, done)


def _with_another(
    request: HttpRequest, ref: str, act: Callable[..., object], done: str
) -> HttpResponse:
    """Do something with a name and the other one that a form on its page names."""
    name = _the_name(ref)
    other = get_object_or_404(Commenter, ref=request.POST.get("with", ""))

    def say(facts: str, note: str) -> None:
        HiddenTexts().check_names((name, other), facts)
        act(name, other, facts=facts, note=note, by=acting(request.user))

    if problem := why_not(SplitForm(request.POST), say):
        messages.error(request, problem)
        return _show(request, name, JoinForm(), status=422)
    messages.success(request, done)
    return redirect("moderation:names", ref=ref)


def _the_name(ref: str) -> Commenter:
    """Find a name that was not erased."""
    names = Commenter.objects.select_related("name", "blog")
    return get_object_or_404(names.filter(name__isnull=False), ref=ref)


def _show(
    request: HttpRequest,
    name: Commenter,
    form: JoinForm,
    *,
    apart: ApartForm | None = None,
    status: int = 200,
) -> HttpResponse:
    comments = Comment.objects.filter(commenter=name).exclude(
        visibility=Visibility.ERASED
    )
    context = {
        "name": name,
        "links": links_of(name),
        "form": form,
        "apart": apart or ApartForm(name=name),
        "comments": paginate(request, comments.newest_first().read(), COMMENTS),
    }
    return render(request, "moderation/names.html", context, status=status)
