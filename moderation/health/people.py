"""People: roles that nobody holds, second factors, letters that did not arrive."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from commentarchive import factor_key
from commentarchive.actions.staff import STAFF_ROLES
from commentarchive.ledger.models import Role
from moderation.health.finding import Finding, fault, ok, warn
from moderation.models import Letter
from moderation.models.letter import LetterState

LATELY = timedelta(days=30)
# The sender looks every few seconds.
LATE = timedelta(hours=1)
NAMED = 3


def roles() -> Finding:
    """Look for roles without holders, and for logins without a role."""
    held = set(
        User.objects.filter(is_active=True, actor_link__isnull=False)
        .values_list("groups__name", flat=True)
        .distinct()
    )
    if Role.OWNER.value not in held:
        return fault("nobody is owner of this archive", "run manage.py setup")
    nobodies = User.objects.filter(is_active=True, is_superuser=True)
    names = [
        user.username
        for user in nobodies.exclude(groups__name__in=map(str, STAFF_ROLES))
    ]
    if names:
        return warn(
            f"{_named(names)} may do everything in the back office and has no role",
            "it is asked for at the next login",
        )
    free = [role.value for role in STAFF_ROLES if role.value not in held]
    return ok(f"nobody is {' or '.join(free)}" if free else "every role is held")


def factors() -> Finding:
    """Look for staff who log in with a password alone, and for codes of a lost key."""
    if lost := _unreadable():
        return fault(
            f"the key {factor_key.key_file()} does not open the codes of {lost} logins "
            "with an app",
            "put it back, or run manage.py reset_factors LOGIN (docs/deployment.md, "
            "“Logins”)",
        )
    if not settings.STAFF_SECOND_FACTOR:
        return warn(
            "no second factor is asked for (STAFF_SECOND_FACTOR=off)",
            "for trying things out on this machine only",
        )
    staff = User.objects.filter(is_active=True, groups__name__in=map(str, STAFF_ROLES))
    with_one = Authenticator.objects.values("user")
    names = [
        user.username
        for user in staff.exclude(pk__in=with_one).distinct().order_by("pk")
    ]
    if names:
        return warn(
            f"{_named(names)} has no second factor yet",
            "it is set up at the next login; nothing opens before",
        )
    return ok("all staff have a second factor")


def _unreadable() -> str:
    """Return of how many logins with an app the secret cannot be read: "1 of 2"."""
    apps = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    secrets = [str(each.data.get("secret", "")) for each in apps]
    lost = sum(not factor_key.is_readable(each) for each in secrets)
    return f"{lost} of {len(secrets)}" if lost else ""


def letters() -> Finding:
    """Look for letters that wait too long, did not arrive, or wait for a word."""
    if not settings.HAS_MAIL:
        return warn("no letters go out", "set EMAIL_URL, docs/deployment.md, “Letters”")
    now = timezone.now()
    desk = "look at /moderation/desk/letters/"
    late = Letter.objects.filter(
        state=LetterState.QUEUED, attempts=0, not_before__lt=now - LATE
    ).count()
    if late:
        return fault(f"{late} letters wait for more than an hour", desk)
    lately = Letter.objects.filter(made_at__gt=now - LATELY)
    number = dict.fromkeys(LetterState, 0)
    for state in lately.values_list("state", flat=True):
        number[LetterState(state)] += 1
    said = f"in 30 days {number[LetterState.SENT]} letters were sent"
    back = number[LetterState.CAME_BACK]
    lost = number[LetterState.REFUSED] + number[LetterState.GIVEN_UP]
    unsure = number[LetterState.UNSURE]
    if back or lost or unsure:
        return warn(
            f"{said}, {back} came back, {lost} were refused or given up, {unsure} may "
            "have been sent",
            desk,
        )
    return ok(f"{said}, none came back")


def _named(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
