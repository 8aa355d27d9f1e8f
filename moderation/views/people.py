"""The staff, at the desk: who they are, whom an owner invites, and who leaves."""

from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commentarchive.actions.invitations import invite, open_invitations, take_back
from commentarchive.actions.staff import (
    STAFF_ROLES,
    HandleTaken,
    LastOwner,
    acting,
    set_roles,
)
from commentarchive.ledger.models import Actor, Role
from commentarchive.login_lines import tell
from commentarchive.models import Invitation
from commentarchive.storage.sessions import end_logins
from commentarchive.views.login import take_kept_form
from moderation.forms.people import InviteForm
from moderation.views.gate import desk_form, desk_page

PEOPLE = frozenset({Role.OWNER})


class Person(NamedTuple):
    """A login as the list shows it."""

    user: User
    handle: str
    ref: str
    roles: list[str]
    factors: list[str]


@desk_page(PEOPLE, sees=None)
def index(request: HttpRequest) -> HttpResponse:
    """List the staff and the invitations that are open."""
    kept = take_kept_form(request, reverse("moderation:people-invite"))
    return _show(request, InviteForm(initial=kept or {}))


@desk_form(PEOPLE, page="moderation:people", is_list=True, fresh=True)
def invite_them(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the link is shown this once. 422 where that cannot be."""
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            invitation, secret = invite(
                role=Role(form.cleaned_data["role"]),
                handle=form.cleaned_data["handle"],
                by=acting(request.user),
            )
        except HandleTaken as error:
            form.add_error("handle", str(error))
        else:
            link = settings.BASE_URL + reverse("invitation", args=[secret])
            return _show(request, InviteForm(), invitation=invitation, link=link)
    return _show(request, form, status=422)


@desk_form(PEOPLE, page="moderation:people", is_list=True, fresh=True)
def back(request: HttpRequest, ref: str) -> HttpResponse:
    """Take an invitation back."""
    if take_back(get_object_or_404(Invitation, ref=ref)):
        messages.success(request, "The invitation is taken back; its link is dead.")
    else:
        messages.error(request, "It was taken up or taken back meanwhile, or is over.")
    return redirect("moderation:people")


@desk_form(PEOPLE, page="moderation:people", is_list=True, fresh=True)
def log_out(request: HttpRequest, ref: str) -> HttpResponse:
    """End every login of somebody; of oneself all but this one."""
    user = _user(ref)
    ended = end_logins(user, but=request.session.session_key)
    tell(user.pk, f"{ended} of its sessions were ended by login {request.user.pk}.")
    messages.success(request, f"Logins that were ended: {ended}.")
    return redirect("moderation:people")


@desk_form(PEOPLE, page="moderation:people", is_list=True, fresh=True)
def leave(request: HttpRequest, ref: str) -> HttpResponse:
    """Take every role of somebody away, on record."""
    user = _user(ref)
    try:
        set_roles(
            user,
            roles=[],
            by=acting(request.user),
            session=request.session.session_key,
        )
    except LastOwner as error:
        messages.error(request, f"{error} Nothing was changed.")
    else:
        messages.success(request, "They have no role now, which is on record.")
    return redirect("moderation:people")


@desk_form(PEOPLE, page="moderation:people", is_list=True, fresh=True)
def factors(request: HttpRequest, ref: str) -> HttpResponse:
    """Take somebody's second factors away who lost them, and end their logins."""
    user = _user(ref)
    if user == request.user:
        messages.error(request, "Change your own second factors at “Your login”.")
        return redirect("moderation:people")
    Authenticator.objects.filter(user=user).delete()
    end_logins(user)
    tell(user.pk, f"its second factors were taken away by login {request.user.pk}.")
    messages.success(request, "Their next login sets up a new second factor.")
    return redirect("moderation:people")


def _user(ref: str) -> User:
    return get_object_or_404(User, actor_link__actor__ref=ref)


def _show(
    request: HttpRequest, form: InviteForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "people": _people(),
        "invitations": open_invitations().select_related("made_by").order_by("pk"),
        "form": form,
        "by": acting(request.user),
        **more,
    }
    return render(request, "moderation/people.html", context, status=status)


def _people() -> list[Person]:
    """Return every login, those with a role first; four queries however many."""
    actors = Actor.objects.select_related("link").exclude(link=None)
    by_user = {actor.link.user_id: actor for actor in actors}
    keys: dict[int, list[str]] = {}
    for each in Authenticator.objects.order_by("type"):
        name = {"totp": "app", "webauthn": "passkey"}.get(each.type)
        if name:
            keys.setdefault(each.user_id, []).append(name)
    people = []
    for user in User.objects.prefetch_related("groups").order_by("username"):
        held = {group.name for group in user.groups.all()}
        actor = by_user.get(user.pk)
        people.append(
            Person(
                user=user,
                handle=actor.handle if actor else "",
                ref=actor.ref if actor else "",
                roles=[role.label for role in STAFF_ROLES if role.value in held],
                factors=keys.get(user.pk, []),
            )
        )
    return sorted(people, key=lambda each: not each.roles)
