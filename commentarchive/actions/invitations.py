"""Invitations: an owner offers a role, and whoever has the link takes it up once."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from commentarchive.actions.staff import (
    STAFF_ROLES,
    HandleTaken,
    check_handle,
    set_roles,
    still_holds,
)
from commentarchive.ledger.append import By
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.models import Invitation
from commentarchive.storage.write_locks import short_write
from commentarchive.text.lookalikes import looks

STANDS_FOR = timedelta(days=7)


class NoInvitation(LookupError):
    """There is none of this link, or it was taken up, taken back, or is too old."""


class NameTaken(ValueError):
    """Somebody logs in under this name already."""


def open_invitations() -> QuerySet[Invitation]:
    """Return those that can be taken up."""
    return Invitation.objects.filter(
        taken_up_at=None, taken_back_at=None, expires_at__gt=timezone.now()
    )


def invite(*, role: Role, handle: str, by: By) -> tuple[Invitation, str]:
    """Offer a role under a handle; return the invitation and the secret of its link.

    The secret is kept nowhere. Raise HandleTaken for one that is or looks like another.
    """
    if by.role is not Role.OWNER or by.actor is None or role not in STAFF_ROLES:
        raise PermissionDenied
    handle, now, secret = handle.strip(), timezone.now(), secrets.token_urlsafe(24)
    with short_write():
        check_handle(handle)
        offered = open_invitations().values_list("handle", flat=True)
        if looks(handle) in {looks(each) for each in offered}:
            message = "Somebody else is invited under this handle, or one like it."
            raise HandleTaken(message)
        made = Invitation.objects.create(
            ref=new_ref("e"),
            role=role,
            handle=handle,
            digest=_digest(secret),
            made_by=by.actor,
            made_at=now,
            expires_at=now + STANDS_FOR,
        )
    return made, secret


def take_back(invitation: Invitation) -> bool:
    """Take an invitation back; return whether that was still possible."""
    with short_write():
        still_open = open_invitations().filter(pk=invitation.pk)
        return bool(still_open.update(taken_back_at=timezone.now()))


def find_invitation(secret: str) -> Invitation:
    """Return the invitation of a link. Raise NoInvitation for all that is wrong."""
    found = open_invitations().select_related("made_by")
    invitation = found.filter(digest=_digest(secret)).first()
    # What somebody offered who has left is not theirs to offer.
    if invitation is None or not still_holds(invitation.made_by, Role.OWNER):
        raise NoInvitation
    return invitation


def take_up(secret: str, *, name: str, password: str) -> User:
    """Make the login of whoever was invited; its role is entered in the record.

    Raise NoInvitation, NameTaken, or HandleTaken where somebody else got the handle.
    """
    # Takes a second, in which nobody else has to wait.
    hashed = make_password(password)
    with short_write():
        invitation = find_invitation(secret)
        taken = open_invitations().filter(pk=invitation.pk)
        if not taken.update(taken_up_at=timezone.now()):
            raise NoInvitation
        if User.objects.filter(username__iexact=name).exists():
            message = "Somebody logs in under this name already; choose another."
            raise NameTaken(message)
        user = User.objects.create(username=name, password=hashed, is_staff=True)
        set_roles(
            user,
            roles=[Role(invitation.role)],
            handle=invitation.handle,
            by=By(actor=invitation.made_by, role=Role.OWNER),
        )
    return user


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
