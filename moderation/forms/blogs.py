"""The form of a blog's settings."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms

from commentarchive.actions.blogs import mark_of
from commentarchive.models import Blog
from commentarchive.text.addresses import normalise

# What hides words from readers, or shows them more: whoever changes it says why.
_NEEDS_REASON = frozenset(
    {
        *("visibility", "show_gone_text", "show_hidden_names"),
        *("comment_types", "article_types"),
    }
)


class BlogSettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # of the model below
    """How a blog is named, found and shown, and why that is changed."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Days and hours of its threads are those of this clock, but for "
        "times whose own zone a copy tells.",
    )
    reason = forms.CharField(
        required=False,
        max_length=500,
        label="Why",
        help_text="Kept beside the public record, which shows it to staff only. "
        "Needed for whatever shows or hides words, names or the blog itself.",
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    class Meta:
        model = Blog
        fields = (
            *("title", "address", "language", "time_zone"),
            *("visibility", "show_gone_text", "show_hidden_names"),
            *("comment_types", "article_types"),
        )
        labels: ClassVar = {
            "title": "Title",
            "address": "Address",
            "language": "Language",
            "visibility": "Who may see it",
            "show_gone_text": "Show the text of comments that are gone at the blog",
            "show_hidden_names": "Show names on notices",
            "comment_types": "Types of comments let through",
            "article_types": "Types of articles let through",
        }
        help_texts: ClassVar = {
            "address": "Where its articles are, or were. Imports find the blog by it.",
            "language": "As a code, such as en or cy.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(available_timezones())
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]  # a ChoiceField
        self.initial["seen"] = mark_of(self.instance)

    def clean_title(self) -> str:
        """Refuse a title of blanks and marks that nobody sees."""
        title: str = self.cleaned_data["title"]
        if not title.isprintable():
            message = "A title is one line of letters that can be read."
            raise forms.ValidationError(message)
        return title

    def clean_address(self) -> str:
        """Refuse what is no address on the web."""
        address: str = self.cleaned_data["address"]
        if address and not normalise(address):
            message = "A blog’s address begins with http:// or https://."
            raise forms.ValidationError(message)
        return address

    def clean(self) -> dict[str, Any]:
        """Ask why, where that matters."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        is_needed = not _NEEDS_REASON.isdisjoint(self.changed_data)
        if is_needed and not values.get("reason") and not self.errors:
            self.add_error("reason", "Say why, in some words.")
        return values
