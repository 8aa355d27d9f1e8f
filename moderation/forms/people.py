"""The form of an invitation."""

from django import forms

from commentarchive.actions.staff import STAFF_ROLES
from commentarchive.ledger.models import Role


class InviteForm(forms.Form):
    """Which role, and under which handle."""

    role = forms.ChoiceField(
        choices=[(role.value, role.label) for role in STAFF_ROLES],
        initial=Role.MODERATOR.value,
    )
    handle = forms.CharField(
        max_length=40,
        help_text="By it what they decide is named. Never used for somebody else.",
    )
