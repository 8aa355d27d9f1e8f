"""The desk's forms for what is put right over what the copies tell."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from commentarchive.intake.article_corrections import MOST
from commentarchive.ledger.merkle.refs import last_ref
from commentarchive.models import Aspect, Comment, Post
from commentarchive.models.correction import place_by_hand
from moderation.forms.decisions import ReasonForm
from moderation.forms.entering import AddressField
from moderation.named_places import NoSuchPlace, SeveralPlaces, article_named


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


class ArticleCorrection(CorrectionForm):
    """Under which article of its blog a comment stands, and what it answers there."""

    value = forms.CharField(
        max_length=1000,
        label="Address or title of the article",
        help_text="One of the same blog; the replies to the comment go with it.",
    )
    answers = forms.CharField(
        required=False,
        max_length=300,
        label="Address of the comment there that it answers",
        help_text="Leave it empty where it answers none.",
    )
    # Where it stood when the form was made.
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["value", "answers", "reason", "seen"])
        self.initial["seen"] = place_by_hand(self.comment)

    def clean_value(self) -> Post:
        """Find the article, first among those of the blog."""
        words: str = self.cleaned_data["value"]
        own = Post.objects.filter(blog=self.comment.post.blog)
        try:
            return article_named(words, own)
        except SeveralPlaces as error:
            raise forms.ValidationError(str(error)) from error
        except NoSuchPlace as error:
            with suppress(NoSuchPlace):
                # The refusal says of it that it is on another blog.
                return article_named(words, Post.objects.all())
            raise forms.ValidationError(str(error)) from error

    def clean_answers(self) -> Comment | None:
        """Find the comment that is answered."""
        address = self.cleaned_data["answers"].strip()
        if not address:
            return None
        parent = Comment.objects.filter(ref=last_ref(address, "c")).first()
        if parent is None:
            message = "No comment here has that address."
            raise forms.ValidationError(message)
        return parent

    def look_again(self, comment: Comment) -> None:
        """Take the place at which the comment stands by now as seen."""
        told = {name: self.data.get(name) for name in self.fields}
        self.data = {**told, "seen": place_by_hand(comment)}


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
        beside = Comment.objects.filter(
            post=self.comment.post_id,
            told_below=self.comment.told_below_id,
            scheme=self.comment.scheme,
            twin=0,
        )
        parent = beside.filter(ref=last_ref(address, "c")).first()
        if parent is None:
            message = "No comment under this article has that address."
            raise forms.ValidationError(message)
        return parent.source_id
