"""Forms of second factors: each code counts once, whichever process it is sent to."""

import time
from datetime import datetime
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms

from commentarchive.storage.write_locks import short_write


class _OneUse(forms.Form):
    """A code is checked and marked as used while nobody else checks one."""

    user: Any
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = "Code of the app, or a recovery code"
        code.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}

    def clean_code(self) -> str:
        with short_write():
            own = Authenticator.objects.select_for_update(no_key=True).filter(
                user=self.user
            )
            used_at = {each.pk: each.last_used_at for each in own}
            code: str = super().clean_code()  # type: ignore[misc]  # allauth's form
            found = self.authenticator
            if found.type == Authenticator.Type.TOTP and _is_now(used_at[found.pk]):
                raise get_adapter().validation_error("incorrect_code")
            found.record_usage()
        return code


class Authenticate(_OneUse, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code that a login waits for."""


class Reauthenticate(_OneUse, ReauthenticateForm):  # type: ignore[misc]  # as above
    """A code of somebody who is logged in."""


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]  # as above
    """A new key; one that logs in by itself, unless somebody wants otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "What you call it"
        self.fields["name"].max_length = 60
        without = self.fields["passwordless"]
        without.initial = True
        without.label = "It logs me in without a password"
        without.help_text = (
            "The device then asks for its PIN, your finger or your face. Untick this "
            "for a plain security key that has none of them."
        )


def _is_now(used_at: datetime | None) -> bool:
    """Return whether a code was used in the half minute in which it is valid."""
    step: int = app_settings.TOTP_PERIOD
    return used_at is not None and used_at.timestamp() // step == time.time() // step
