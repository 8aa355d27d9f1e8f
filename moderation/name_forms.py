"""The forms by which names are joined and split, and threads tied and untied."""

import re

from django import forms

from commentarchive.models import Commenter, Confidence

_name_ref = re.compile(r"(?<![a-z0-9])n[a-z2-7]{26}(?![a-z0-9])")
_SURE = {
    Confidence.CERTAIN: "It is certain: readers see it while they see both names",
    Confidence.LIKELY: (
        "It is likely: no page shows it to readers; the record holds the two references"
    ),
}


class EvidenceForm(forms.Form):
    """By what evidence two articles are, or are not, one thread; for staff."""

    evidence = forms.CharField(max_length=500)


class SplitForm(forms.Form):
    """Why two names are not, or not known to be, of one person."""

    facts = forms.CharField(max_length=500, label="Evidence, in words for readers")
    note = forms.CharField(max_length=500, required=False, label="Note for staff")


class JoinForm(SplitForm):
    """Another name of the same person, and how that is known."""

    address = forms.CharField(max_length=300, label="Address of the other name’s page")
    confidence = forms.ChoiceField(
        choices=list(_SURE.items()), widget=forms.RadioSelect, label="How sure is it"
    )

    field_order = ("address", "confidence", "facts", "note")

    def clean_address(self) -> str:
        """Find the other name."""
        address: str = self.cleaned_data["address"]
        found = _name_ref.findall(address)
        other = Commenter.objects.filter(ref=found[-1]).first() if found else None
        if other is None:
            message = "No name here has that address."
            raise forms.ValidationError(message)
        self.other = other
        return address
