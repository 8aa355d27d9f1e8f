"""Second factors of the cast, as their phones would show them."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# Seconds for a browser to hand a code in on a busy machine.
ENOUGH = 4


def code_now(secret=SECRET):
    """Return the code of this half minute, or of the next if this one is all but over.

    Whoever fills it in after its half minute is refused.
    """
    left = 30 - time.time() % 30
    if left < ENOUGH:
        time.sleep(left)
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))


def with_app(user):
    """Set up the app with codes for somebody, and recovery codes; return those."""
    auth.TOTP.activate(user, SECRET)
    return RecoveryCodes.activate(user).generate_codes()


def forget_use(user):
    """Let the half minute go by in which a code counts once."""
    from django.core.cache import cache

    cache.clear()
    Authenticator.objects.filter(user=user).update(last_used_at=None)
