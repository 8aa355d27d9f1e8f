"""The forms of reports: which one to issue, and who wants new ones by mail."""

from django import forms
from django.core.exceptions import ValidationError

from commentarchive.models import Blog
from moderation.actions.letters import can_be_written_to


def _blog() -> "forms.ModelChoiceField[Blog]":
    """Return the field for one public blog, or all together."""
    return forms.ModelChoiceField(
        Blog.objects.public().order_by("title"),
        to_field_name="slug",
        required=False,
        empty_label="All blogs together",
        label="Of which blog",
        error_messages={"invalid_choice": "There is no such public blog."},
    )


class IssueForm(forms.Form):
    """Which report is to be issued by hand."""

    period = forms.CharField(
        max_length=40,
        label="Period",
        help_text="Such as 2012, 2012-Q2, 2012-04 or 2012-04-05..2012-06-10. "
        "It has to be over on every blog’s clock.",
        error_messages={"required": "Name a period, such as 2012-04."},
    )
    blog = _blog()


class SubscribeForm(forms.Form):
    """Who wants new reports, and of which blog."""

    email = forms.CharField(
        max_length=254,
        label="Your e-mail address",
        help_text="It is used for these reports alone, shown to nobody, and deleted "
        "when you end it.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Give an e-mail address."},
    )
    blog = _blog()

    def clean_email(self) -> str:
        """Refuse what no mail can go to."""
        email: str = self.cleaned_data["email"]
        if not can_be_written_to(email):
            message = "That is no e-mail address."
            raise ValidationError(message)
        return email
