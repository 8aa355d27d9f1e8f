"""The form of an import: which blog, how old the files are, and where they are."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from commentarchive.models import Blog
from moderation.clocks import FIRST_YEAR

LONGEST_SLUG = 90
CUT_OFF = "The upload was cut off. Nothing was kept; send it again."
NOTHING = "Choose one or more files, or give the path of one in the inbox."
BOTH = "Upload files, or give a path in the inbox: one of the two."


class ImportForm(forms.Form):
    """What to do with files; the files themselves come beside it."""

    blog = forms.ChoiceField(required=False, label="Into which blog")
    new_slug = forms.SlugField(
        required=False,
        max_length=LONGEST_SLUG,
        label="Or into a new one of this name",
        help_text="As in addresses: letters without accents, digits, - and _.",
        error_messages={
            "invalid": "This names no blog: use letters without accents, digits, - "
            "and _."
        },
    )
    saved_on = forms.DateField(
        required=False,
        label="When the files were made",
        help_text="Only if they do not say so themselves, as most saved pages.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    inbox = forms.CharField(
        required=False,
        max_length=1000,
        label="A file of the inbox on the server",
        help_text="Its path there. Leave it empty to upload files.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blogs = Blog.objects.order_by("title").values_list("slug", "title")
        known = [(slug, f"{title} ({slug})") for slug, title in blogs]
        field = self.fields["blog"]
        field.choices = [("", "the one that the files name"), *known]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_new_slug(self) -> str:
        """Refuse the name of a blog that is there."""
        slug: str = self.cleaned_data["new_slug"]
        if slug and Blog.objects.filter(slug=slug).exists():
            message = "There is a blog of this name; choose it from the list."
            raise forms.ValidationError(message)
        return slug

    def clean_saved_on(self) -> date | None:
        """Refuse a day on which no file of a blog can have been made."""
        day: date | None = self.cleaned_data["saved_on"]
        if day and not (day.year >= FIRST_YEAR and day <= timezone.localdate()):
            message = f"Give a day in the past, from {FIRST_YEAR} on."
            raise forms.ValidationError(message)
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse two blogs at once."""
        values = self.cleaned_data
        if values.get("blog") and values.get("new_slug"):
            self.add_error("new_slug", "Choose a blog, or name a new one: not both.")
        return values

    @property
    def slug(self) -> str:
        """Return the name of the blog; empty where the files name it."""
        slug: str = self.cleaned_data["blog"] or self.cleaned_data["new_slug"]
        return slug
