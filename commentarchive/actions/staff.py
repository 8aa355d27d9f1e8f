"""Staff: the four groups, and the actors under whose handles people act."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import (
    AbstractBaseUser,
    AnonymousUser,
    Group,
    Permission,
    User,
)
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from commentarchive.ledger.append import SYSTEM, By, Statement, append_all
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Actor, ActorLink, Role
from commentarchive.login_lines import tell
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.sessions import end_logins
from commentarchive.storage.write_locks import short_write
from commentarchive.text.lookalikes import has_words, looks

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
PRIVATE_MODELS = (
    "privateaddress",
    "actorlink",
    "claimwords",
    "claimreply",
    "flagwords",
    "complaintwords",
    "complaintanswer",
    "complaintnote",
    "erasurewords",
    "letteraddress",
)


LAST_OWNER = "This is the last owner; make another login an owner first."


NO_ROLE = "Only staff with a role can act; an owner gives roles."


class HandleTaken(ValueError):
    """The handle is, was, or looks like that of somebody else."""


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
    # Of nobody who is stored, "in no group" would be asked.
    if not isinstance(user, User) or user.pk is None:
        return []
    names = set(_groups_of(user.pk))
    return [role for role in STAFF_ROLES if role.value in names]


@Prepared
def _groups_of(user_pk: int) -> QuerySet[Group, str]:
    return Group.objects.filter(user=user_pk).values_list("name", flat=True)


@Prepared
def _actors_of(user_pk: int) -> QuerySet[Actor]:
    return Actor.objects.filter(link__user=user_pk)


def acting(user: AbstractBaseUser | AnonymousUser) -> By:
    """Return the actor and role behind a login. Raise PermissionDenied for no role."""
    roles = roles_of(user)
    actor = _actors_of.first(user.pk) if user.pk else None
    if not roles or actor is None:
        raise PermissionDenied(NO_ROLE)
    return By(actor=actor, role=roles[0])


def role_givers() -> list[str]:
    """Return the handles of the owners, where pages name people; costs a query then."""
    if settings.ACTOR_DISPLAY != "handle":
        return []
    owners = Actor.objects.filter(
        link__user__is_active=True, link__user__groups__name=Role.OWNER.value
    )
    return list(owners.order_by("pk").values_list("handle", flat=True))


def may_decide() -> int:
    """Count the people who may decide on comments."""
    roles = [Role.OWNER.value, Role.MODERATOR.value]
    people = User.objects.filter(is_active=True, groups__name__in=roles)
    return people.filter(actor_link__isnull=False).distinct().count()


def still_holds(actor: Actor, role: Role) -> bool:
    """Return whether somebody has a role still, and a login."""
    group = Group.objects.filter(name=role.value)
    held = User.objects.filter(
        actor_link__actor=actor, is_active=True, groups__in=group
    )
    return held.exists()


def is_last_owner(user: User) -> bool:
    """Return whether nobody else can log in to the back office as an owner."""
    owners = User.objects.filter(
        is_active=True, is_staff=True, groups__name=Role.OWNER.value
    )
    return list(owners.values_list("pk", flat=True)) == [user.pk]


def save_login(user: User) -> None:
    """Keep a login that was made or changed in the back office.

    Raise LastOwner where it would shut out the last owner.
    """
    with short_write():
        _lock_staff()
        stays = user.is_active and user.is_staff
        if user.pk and not stays and is_last_owner(user):
            raise LastOwner(LAST_OWNER)
        user.save()


@Prepared
def _staff_groups() -> QuerySet[Group]:
    return Group.objects.filter(name__in=[role.value for role in STAFF_ROLES])


def _lock_staff() -> None:
    """Let nobody else change staff until the transaction ends.

    Otherwise two owners could each rely on the other while both are shut out, and two
    people could take handles that look alike. Taken before the record's head.
    """
    list(Group.objects.select_for_update(no_key=True).filter(name=Role.OWNER.value))


def set_roles(
    user: User,
    *,
    roles: Iterable[Role],
    handle: str = "",
    by: By = SYSTEM,
    session: str | None = None,
) -> None:
    """Grant and revoke roles, on record: one entry for each; end the user's logins.

    But for the session of this key, in which somebody changes their own roles.

    The first role makes the actor, under the handle chosen or the next free one.
    Raise HandleTaken when another person has or had the handle, LastOwner where
    nobody would be left to give roles.
    """
    with short_write():
        wanted = set(roles)
        is_changed = _set_roles(user, wanted, handle=handle, by=by)
        if is_changed:
            end_logins(user, but=session)
    if is_changed:
        told = ", ".join(sorted(role.value for role in wanted)) or "none"
        tell(user.pk, f"its roles were changed; they are now: {told}.")


def _set_roles(user: User, wanted: set[Role], *, handle: str, by: By) -> bool:
    """Change what has to be changed; return whether anything had."""
    _lock_staff()
    held = set(roles_of(user))
    if wanted == held:
        return False
    if Role.OWNER in held - wanted and is_last_owner(user):
        raise LastOwner(LAST_OWNER)
    actor = _actors_of.first(user.pk)
    if actor is None:
        actor = _make_actor(user, handle=handle, role=_first(wanted or held))
    groups = {group.name: group for group in _staff_groups()}
    user.groups.remove(*(groups[role.value] for role in held - wanted))
    user.groups.add(*(groups[role.value] for role in wanted - held))
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
    return True


def check_handle(handle: str, *, of: User | None = None) -> None:
    """Refuse a handle by which readers could take somebody for somebody else.

    Raise HandleTaken if it is or was another person's, or looks like one that is: in
    other letters, in capitals, with invisible characters. `of` may keep their own.
    """
    if not has_words(handle):
        message = "A handle needs a letter or a digit."
        raise HandleTaken(message)
    if looks(handle) in _looks_of_handles(but=of):
        message = (
            f"The handle {handle} is or was somebody else's, or looks like one that "
            "is; choose another."
        )
        raise HandleTaken(message)


def _looks_of_handles(*, but: User | None = None) -> set[str]:
    others = Actor.objects.all()
    if but is not None:
        others = others.exclude(link__user=but.pk)
    return {looks(handle) for handle in others.values_list("handle", flat=True)}


def _first(roles: set[Role]) -> Role:
    return next(role for role in STAFF_ROLES if role in roles)


def _make_actor(user: User, *, handle: str, role: Role) -> Actor:
    handle = handle.strip()
    if handle:
        check_handle(handle)
    taken = _looks_of_handles()
    number = 1
    while not handle:
        free = f"{role.value}-{number}"
        handle = "" if looks(free) in taken else free
        number += 1
    actor = Actor.objects.create(
        ref=new_ref("a"), handle=handle, made_at=timezone.now()
    )
    ActorLink.objects.create(actor=actor, user=user)
    return actor
