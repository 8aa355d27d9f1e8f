"""What the journal of looks is asked for."""

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet

from commentarchive.ledger.merkle.refs import LETTERS, last_ref
from commentarchive.models import AccessNote


class AccessForm(forms.Form):
    """Whose looks, at what, from when until when."""

    name = forms.ModelChoiceField(
        User.objects.order_by("username"),
        to_field_name="username",
        required=False,
        label="Login",
        empty_label="anybody",
    )
    words = forms.CharField(
        required=False, max_length=300, label="Address of a comment or another page"
    )
    since = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_words(self) -> str:
        """Return the reference in an address. Refuse what holds none."""
        typed: str = self.cleaned_data["words"].strip()
        found = next((ref for kind in LETTERS if (ref := last_ref(typed, kind))), "")
        if typed and not found:
            raise forms.ValidationError("No page here has that address.")
        return found

    def looks(self) -> QuerySet[AccessNote]:
        """Return what was asked for, newest first."""
        found = AccessNote.objects.select_related("user").order_by("-pk")
        asked = self.cleaned_data
        if asked["name"]:
            found = found.filter(user=asked["name"])
        if asked["words"]:
            found = found.filter(subject=asked["words"])
        if asked["since"]:
            found = found.filter(noted_at__date__gte=asked["since"])
        if asked["until"]:
            found = found.filter(noted_at__date__lte=asked["until"])
        return found
