"""What is asked for an evidence bundle, a person's file, or somebody's work."""

from datetime import date

from django import forms

from moderation.evidence.threads import BadDay, read_days


class BundleForm(forms.Form):
    """What a bundle is about, on which days its thread is shown, up to which state."""

    ref = forms.CharField(
        max_length=500,
        label="Comment, article, decision or complaint",
        help_text="its reference, or the address of its page here",
    )
    dates = forms.CharField(
        required=False,
        max_length=400,
        label="Days on which the discussion is shown",
        help_text=(
            "such as 2012-05-01, 2012-05-03; left empty, the days before and after the "
            "first decision"
        ),
    )
    at = forms.IntegerField(
        required=False,
        min_value=1,
        label="Up to a signed state",
        help_text="the number of its entries; left empty, the last one",
    )

    def clean_dates(self) -> list[date]:
        """Return the days."""
        try:
            return read_days(self.cleaned_data["dates"])
        except BadDay as error:
            raise forms.ValidationError(str(error)) from error


class PersonForm(forms.Form):
    """Whose file it is."""

    whose = forms.CharField(
        max_length=500,
        label="Name or address",
        help_text="a name’s page here or its reference, or an e-mail address",
    )


class WorkForm(forms.Form):
    """From when until when."""

    since = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="To", widget=forms.DateInput(attrs={"type": "date"})
    )
