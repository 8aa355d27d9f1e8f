"""The first owner and the first house rules, on record."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password

from commentarchive.actions.staff import acting, set_roles
from commentarchive.ledger.models import Role
from commentarchive.storage.write_locks import short_write
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import ClauseDraft, PolicyVersion


class HasOwner(ValueError):
    """Somebody is owner already; he invites others himself."""


def owners() -> list[str]:
    """Return the logins of the owners that can log in."""
    found = User.objects.filter(
        is_active=True, groups__name=Role.OWNER.value, actor_link__isnull=False
    )
    return list(found.order_by("pk").values_list("username", flat=True))


def superusers_without_role() -> list[str]:
    """Return the logins that may do everything and have no role to do it in."""
    found = User.objects.filter(
        is_active=True, is_superuser=True, actor_link__isnull=True
    )
    return list(found.order_by("pk").values_list("username", flat=True))


def is_known(login: str) -> bool:
    """Return whether there is such a login."""
    return User.objects.filter(username=login).exists()


def make_owner(login: str, *, password: str, handle: str, email: str = "") -> User:
    """Make a login the first owner; make the login too where it is not there.

    A login that is there keeps its address for letters, and its password where none is
    given. Raise HasOwner, HandleTaken, and ValidationError for a weak password or a
    wrong name.
    """
    known = User.objects.filter(username=login).first()
    user = known or User(username=login, email=email)
    if password:
        validate_password(password, user)
        # Takes a second, in which nobody else has to wait.
        user.password = make_password(password)
    user.is_staff = user.is_active = True
    user.full_clean(exclude=["password"] if password else [])
    with short_write():
        if found := owners():
            raise HasOwner(found[0])
        user.save()
        set_roles(user, roles=[Role.OWNER], handle=handle)
    return user


def has_rules() -> bool:
    """Return whether house rules are published or begun."""
    return PolicyVersion.objects.exists() or ClauseDraft.objects.exists()


def publish_starter_rules(login: str) -> PolicyVersion:
    """Publish the starter rules as the first version, by an owner."""
    by = acting(User.objects.get(username=login))
    start_draft()
    return publish_policy(by=by)
