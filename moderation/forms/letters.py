"""The forms of the outbox, and of how staff hear of news."""

from django import forms

from moderation.models import NewsChoice


class SendForm(forms.Form):
    """Which wording of the decision somebody had before them."""

    seen_wording = forms.IntegerField(
        required=False, min_value=1, max_value=32_767, widget=forms.HiddenInput
    )


class NewsForm(forms.Form):
    """How often somebody wants to hear of what is new at the desk."""

    how = forms.ChoiceField(
        required=False,
        label="Send me",
        choices=[("", "nothing"), *NewsChoice.How.choices],
        widget=forms.RadioSelect,
    )
