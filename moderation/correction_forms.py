"""The desk's forms for what is put right over what the copies tell."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from commentarchive.intake.article_corrections import MOST
from commentarchive.models import Aspect, Comment
from moderation.entering import AddressField
from moderation.forms import COMMENT_REF, ReasonForm


class DateCorrection(ReasonForm):
    """When something was made, by the clock of its blog."""

    value = forms.DateTimeField(
        required=False,
        label="When it was made, by the blog’s clock",
        help_text="Leave it empty where that is not known.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": "There is no such day and time."},
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.order_fields(["value"])

    def clean_value(self) -> str:
        """Read the time by the blog's clock."""
        moment: datetime | None = self.cleaned_data["value"]
        if moment is None:
            return ""
        return moment.replace(tzinfo=ZoneInfo(self.zone)).isoformat()


class TitleCorrection(ReasonForm):
    """Under which title an article is shown."""

    value = forms.CharField(max_length=MOST[Aspect.TITLE], label="Its title")
    field_order = ("value", "reason")


class AuthorCorrection(ReasonForm):
    """Who wrote an article."""

    value = forms.CharField(
        required=False,
        max_length=MOST[Aspect.AUTHOR],
        label="Its author, as it was shown",
        help_text="Leave it empty where that is not known.",
    )
    field_order = ("value", "reason")


class CrossPostCorrection(ReasonForm):
    """Where else an article stands, and how it says so."""

    address = AddressField(label="The original’s address, archived here or not")
    attribution = forms.CharField(
        max_length=500,
        label="How the article says so: readers see it",
        help_text="Such as “This is a cross-post from …”.",
    )
    field_order = ("address", "attribution", "reason")


class CorrectionForm(ReasonForm):
    """What a fact of a comment is by right."""

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.comment = comment
        self.order_fields(["value"])


class TimeCorrection(DateCorrection):
    """When a comment was made."""

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, zone=comment.post.blog.time_zone, **kwargs)


class NameCorrection(CorrectionForm):
    """Under which name a comment is shown."""

    value = forms.CharField(
        required=False,
        max_length=200,
        label="The name as it was shown",
        help_text="Leave it empty where no name is known.",
    )


class ParentCorrection(CorrectionForm):
    """Which comment another one answers."""

    value = forms.CharField(
        required=False,
        max_length=300,
        label="Address of the comment that it answers",
        help_text="Leave it empty where it answers none.",
    )

    def clean_value(self) -> str:
        """Find the comment; return the id that its source gave it."""
        address = self.cleaned_data["value"].strip()
        if not address:
            return ""
        found = COMMENT_REF.findall(address)
        beside = Comment.objects.filter(
            post=self.comment.post_id, scheme=self.comment.scheme, twin=0
        )
        parent = beside.filter(ref=found[-1]).first() if found else None
        if parent is None:
            message = "No comment under this article has that address."
            raise forms.ValidationError(message)
        return parent.source_id
