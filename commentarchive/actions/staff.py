"""Staff: the four groups, and the actors under whose handles people act."""

from collections.abc import Iterable

from django.contrib.auth.models import (
    AbstractBaseUser,
    AnonymousUser,
    Group,
    Permission,
    User,
)
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from commentarchive.ledger.append import SYSTEM, By, Statement, append_all
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Actor, ActorLink, Role
from commentarchive.storage.write_locks import short_write

# Roles in order of weight: somebody in several groups acts in the first of them.
STAFF_ROLES = (Role.OWNER, Role.MODERATOR, Role.ARCHIVIST, Role.AUDITOR)

_LOOK = ("view",)
_ALL = ("view", "add", "change", "delete")
# Model permissions by group: "app.model": verbs.
PERMISSIONS: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.OWNER: {
        "auth.user": ("view", "add", "change"),
        "auth.group": _LOOK,
        "commentarchive.*": _LOOK,
        "commentarchive.blog": ("view", "change"),
        "ledger.*": _LOOK,
        "moderation.*": _LOOK,
        "moderation.clausedraft": _ALL,
        "moderation.decision": ("view", "add"),
        "moderation.policyversion": ("view", "add"),
    },
    Role.MODERATOR: {
        "commentarchive.*": _LOOK,
        "ledger.*": _LOOK,
        "moderation.*": _LOOK,
        "moderation.decision": ("view", "add"),
    },
    Role.ARCHIVIST: {"commentarchive.*": _LOOK, "ledger.*": _LOOK},
    Role.AUDITOR: {"commentarchive.*": _LOOK, "ledger.*": _LOOK, "moderation.*": _LOOK},
}
# Seen by owners only, whatever "*" says.
PRIVATE_MODELS = ("privateaddress", "actorlink")


LAST_OWNER = "This is the last owner; make another login an owner first."


NO_ROLE = "Only staff with a role can act; an owner gives roles."


class HandleTaken(ValueError):
    """The handle belongs, or once belonged, to somebody else."""


class LastOwner(ValueError):
    """Nobody would be left who can give roles."""


def make_groups(*, using: str = "default") -> None:
    """Create or reset the staff groups from PERMISSIONS; runs after every migrate."""
    for role, wanted in PERMISSIONS.items():
        group, _made = Group.objects.using(using).get_or_create(name=role.value)
        chosen: set[Permission] = set()
        for name, verbs in wanted.items():
            app, model = name.split(".")
            found = Permission.objects.using(using).filter(content_type__app_label=app)
            if model == "*":
                if role is not Role.OWNER:
                    found = found.exclude(content_type__model__in=PRIVATE_MODELS)
            else:
                found = found.filter(content_type__model=model)
            chosen.update(
                each for each in found if each.codename.split("_")[0] in verbs
            )
        group.permissions.set(chosen)


def roles_of(user: AbstractBaseUser | AnonymousUser) -> list[Role]:
    """List the roles of a login, weightiest first; costs one query."""
    if not isinstance(user, User):
        return []
    names = set(user.groups.values_list("name", flat=True))
    return [role for role in STAFF_ROLES if role.value in names]


def acting(user: AbstractBaseUser | AnonymousUser) -> By:
    """Return the actor and role behind a login. Raise PermissionDenied for no role."""
    roles = roles_of(user)
    actor = Actor.objects.filter(link__user=user.pk).first()
    if not roles or actor is None:
        raise PermissionDenied(NO_ROLE)
    return By(actor=actor, role=roles[0])


def is_last_owner(user: User) -> bool:
    """Return whether no other active login has the role of owner."""
    owners = User.objects.filter(is_active=True, groups__name=Role.OWNER.value)
    return list(owners.values_list("pk", flat=True)) == [user.pk]


def save_login(user: User) -> None:
    """Keep a login that was made or changed in the back office.

    Raise LastOwner where it would shut out the last owner.
    """
    with short_write():
        if user.pk and not user.is_active and is_last_owner(user):
            raise LastOwner(LAST_OWNER)
        user.save()


def set_roles(
    user: User, *, roles: Iterable[Role], handle: str = "", by: By = SYSTEM
) -> None:
    """Grant and revoke roles, on record: one entry for each.

    The first role makes the actor, under the handle chosen or the next free one.
    Raise HandleTaken when another person has or had the handle, LastOwner where
    nobody would be left to give roles.
    """
    with short_write():
        _set_roles(user, set(roles), handle=handle, by=by)


def _set_roles(user: User, wanted: set[Role], *, handle: str, by: By) -> None:
    held = set(roles_of(user))
    if wanted == held:
        return
    if Role.OWNER in held - wanted and is_last_owner(user):
        raise LastOwner(LAST_OWNER)
    actor = Actor.objects.filter(link__user=user).first()
    if actor is None:
        actor = _make_actor(user, handle=handle, role=_first(wanted or held))
    groups = Group.objects.filter(name__in=[role.value for role in STAFF_ROLES])
    user.groups.remove(*groups)
    user.groups.add(*groups.filter(name__in=[role.value for role in wanted]))
    append_all(
        [
            Statement(
                event=event, subject=actor.ref, by=by, public={"role": role.value}
            )
            for event, changed in (
                ("staff.grant", wanted - held),
                ("staff.revoke", held - wanted),
            )
            for role in sorted(changed)
        ]
    )


def _first(roles: set[Role]) -> Role:
    return next(role for role in STAFF_ROLES if role in roles)


def _make_actor(user: User, *, handle: str, role: Role) -> Actor:
    if handle and Actor.objects.filter(handle=handle).exists():
        message = f"The handle {handle} is or was somebody else's; choose another."
        raise HandleTaken(message)
    number = 1
    while not handle or Actor.objects.filter(handle=handle).exists():
        handle = f"{role.value}-{number}"
        number += 1
    actor = Actor.objects.create(
        ref=new_ref("a"), handle=handle, made_at=timezone.now()
    )
    ActorLink.objects.create(actor=actor, user=user)
    return actor
