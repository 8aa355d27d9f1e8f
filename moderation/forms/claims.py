"""The forms of claims: sent by anybody, looked up again, and recorded at the desk."""

import re
import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commentarchive.actions.claimed_gaps import MOST
from commentarchive.models import Answer, Blog, Comment, Post
from commentarchive.text.similar import same_words
from commentarchive.threads.notice_words import MONTHS
from moderation.actions.claims import Told
from moderation.clocks import FIRST_YEAR
from moderation.named_places import (
    NoSuchPlace,
    article_named,
    blog_named,
    comment_named,
    is_elsewhere,
)

_key = re.compile(r"[A-Za-z0-9_-]{22}")
# Words of a sent text by which it is looked for, and comments that are looked at.
_FIRST_WORDS, _LIKELY = 8, 50
_NUMBER = f"Give a number from 1 to {MOST}."


def new_key() -> str:
    """Return what makes a form one of its kind."""
    return secrets.token_urlsafe(16)


def _number() -> forms.IntegerField:
    return forms.IntegerField(
        min_value=1,
        max_value=MOST,
        label="How many comments",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _NUMBER
        ),
    )


def _part_of_date(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        label=label,
        error_messages={"invalid": f"{label}: give a number."},
    )


class SentForm(forms.Form):
    """What anybody may send without a login, once: the key makes it one of its kind."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_key(self) -> str:
        """Take another key for one that is none of ours."""
        key: str = self.cleaned_data["key"]
        return key if _key.fullmatch(key) else new_key()


class ClaimForm(SentForm):
    """What anybody may say: a comment of theirs was blocked on a blog."""

    blog = forms.CharField(
        max_length=1000,
        label="Which blog",
        help_text="Its address or its title. If this archive does not know it, its "
        "address.",
        error_messages={"required": "Name the blog, by its address or its title."},
    )
    article = forms.CharField(
        required=False,
        max_length=1000,
        label="Below which article, if you know",
        help_text="Its address or its title.",
    )
    day = _part_of_date("Day")
    month = _part_of_date("Month")
    year = _part_of_date("Year")
    number = _number()
    text = forms.CharField(
        required=False,
        max_length=20_000,
        label="What you had written, if you like",
        help_text="Only moderators read it, and it is noted when they do. "
        "It is never published.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        label="Your e-mail address, if you like",
        help_text="For moderators only. Where the blog has letters switched on here, a "
        "receipt and the outcome go to it; you can always look up here what became of "
        "your claim.",
        error_messages={"invalid": "That is no e-mail address."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The public comment that the claim is about, if there is one.
        self.shown: Comment | None = None
        self._blog: Blog | None = None
        self._post: Post | None = None

    def clean_blog(self) -> str:
        words: str = self.cleaned_data["blog"]
        try:
            self._blog = blog_named(words, Blog.objects.public())
        except NoSuchPlace as error:
            if is_elsewhere(words):
                # Not here, or for staff only: a moderator finds out which.
                return words
            message = f"{error} One that is not here yet is named by its address."
            raise ValidationError(message) from error
        return words

    def clean_article(self) -> str:
        words: str = self.cleaned_data["article"]
        if not words or self._blog is None:
            return words
        try:
            post = article_named(words, Post.objects.public())
        except NoSuchPlace as error:
            raise ValidationError(str(error)) from error
        if post.blog_id != self._blog.pk:
            message = f"That article is on another blog: {post.blog}."
            raise ValidationError(message)
        self._post = post
        return words

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        parts = [values.get(name) for name in ("year", "month", "day")]
        if not {"year", "month", "day"} & set(self.errors):
            problem = _wrong_date(*parts)
            if problem:
                self.add_error("year", problem)
        if self._blog is not None and not self.errors:
            self.shown = self._find_shown(self._blog)
            if self.shown is not None:
                self.add_error(None, "That comment is public here.")
        return values

    def _find_shown(self, blog: Blog) -> Comment | None:
        """Find the comment that is named, or that has the text, if readers see it."""
        shown = Comment.objects.shown()
        named = comment_named(self.cleaned_data["article"])
        if named is not None and shown.filter(pk=named.pk).exists():
            return named
        text: str = self.cleaned_data["text"]
        words = re.findall(r"\w+", text)[:_FIRST_WORDS]
        if not words:
            return None
        below = {"post": self._post} if self._post else {"post__blog": blog}
        likely = shown.filter(**below).containing(words).read()[:_LIKELY]
        return next((each for each in likely if _has_text(each, text)), None)

    @property
    def told(self) -> Told:
        """Return what is claimed. The form is valid."""
        values = self.cleaned_data
        is_known = self._blog is not None
        return Told(
            blog=self._blog,
            post=self._post,
            named_blog="" if is_known else values["blog"],
            named_article="" if is_known else values["article"],
            number=values["number"],
            about="-".join(_digits(values["year"], values["month"], values["day"])),
            text=values["text"],
            email=values["email"],
        )


def _has_text(comment: Comment, text: str) -> bool:
    revision = comment.current_revision
    return revision is not None and same_words(revision.text.plain, text)


def _digits(*parts: int | None) -> Iterator[str]:
    for part, width in zip(parts, (4, 2, 2), strict=True):
        if part:
            yield f"{part:0{width}}"


def _wrong_date(year: int | None, month: int | None, day: int | None) -> str:
    """Return what is wrong with a date, which may lack its day; "" if nothing."""
    if year is None:
        lacks = month is not None or day is not None
        return "Give the year too." if lacks else ""
    if day is not None and month is None:
        return "Give the month too."
    if year < FIRST_YEAR:
        return "No blog is as old as that."
    try:
        asked = date(year, 1 if month is None else month, 1 if day is None else day)
    except (ValueError, OverflowError):
        if month is None or not 1 <= month <= len(MONTHS):
            return "There is no such month or year."
        return f"There is no {day} {MONTHS[month - 1]} {year}."
    return "That is in the future." if asked > timezone.localdate() else ""


class LookUpForm(forms.Form):
    """The reference and the secret of a claim."""

    reference = forms.CharField(
        max_length=100, label="Reference", error_messages={"required": "Missing."}
    )
    secret = forms.CharField(
        max_length=100, label="Secret", error_messages={"required": "Missing."}
    )


class SaidForm(forms.Form):
    """The claim that a comment makes."""

    blog = forms.CharField(
        required=False,
        max_length=1000,
        label="Against which blog (address or title)",
        help_text="Empty: the blog of the article.",
    )
    add_blog = forms.BooleanField(
        required=False, label="It is not here yet: add it, by its address"
    )
    article = forms.CharField(
        required=False,
        max_length=1000,
        label="Below which article (address or title), if it says so",
    )
    number = _number()
    claimant = forms.CharField(
        required=False,
        max_length=200,
        label="Whose comments, as named there",
        help_text="Sealed: readers see the number only.",
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not values.get("blog") and not values.get("article") and not self.errors:
            self.add_error("blog", "Name the blog or the article.")
        return values


class DecideClaimForm(forms.Form):
    """What a moderator decides on a claim that was sent."""

    # Only of a claim against a blog that was not here.
    blog = forms.CharField(
        required=False, max_length=1000, label="Which blog it is (address or title)"
    )
    add_blog = forms.BooleanField(
        required=False,
        label="It is not here yet: add it as one that is only known, by its address",
    )
    article = forms.CharField(
        required=False,
        max_length=1000,
        label="Below which article (address or title), if it is here",
    )

    reply = forms.CharField(
        required=False,
        max_length=2000,
        label="Answer to whoever sent it",
        help_text="They read it on their claim’s page; nobody else does.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    proof = forms.CharField(
        required=False,
        max_length=1000,
        label="The copy that proves it (address), if there is one",
    )
    evidence = forms.CharField(
        required=False, max_length=500, label="What in the copy proves it"
    )


class AnswerForm(forms.Form):
    """What a blog answered to a claim, and when."""

    answer = forms.ChoiceField(
        choices=[("", "choose"), *Answer.choices],
        label="What the blog says",
        error_messages={"required": "Choose what the blog says."},
    )
    answered_on = forms.DateField(
        required=False,
        label="When it answered or was asked, if known",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "That is no day."},
    )
    text = forms.CharField(
        required=False,
        max_length=2000,
        label="In its own words, for staff only",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_answered_on(self) -> date | None:
        """Refuse a day before blogs, and one that is still to come."""
        day: date | None = self.cleaned_data["answered_on"]
        if day and day.year < FIRST_YEAR:
            message = "No blog is as old as that."
            raise ValidationError(message)
        if day and day > timezone.localdate():
            message = "That is in the future."
            raise ValidationError(message)
        return day


class EndForm(forms.Form):
    """Why a claim that is on record no longer stands."""

    reason = forms.CharField(
        max_length=500,
        label="Why",
        error_messages={"required": "Say why, in some words."},
    )


class ProofForm(forms.Form):
    """The copy that proves a claim."""

    proof = forms.CharField(
        max_length=1000,
        label="The copy that proves it (address)",
        error_messages={"required": "Give the address of the copy."},
    )
    evidence = forms.CharField(
        required=False, max_length=500, label="What in it proves it"
    )
