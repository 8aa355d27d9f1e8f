"""The desk's forms for what is entered by hand: blogs, articles, comments, mails."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from commentarchive.importers.formats.by_hand import REACHED
from commentarchive.intake.by_hand import article_at, new_token
from commentarchive.ledger.merkle.refs import last_ref
from commentarchive.models import Blog, Comment, Post
from commentarchive.text.addresses import normalise
from moderation.clocks import FIRST_YEAR

MOST_WORDS = 100_000
# Named in the sentences that refuse more.
MOST_BYTES, MEBIBYTE = 10 << 20, 1 << 20
MOST_MAIL = MEBIBYTE
_NO_DAY = {"invalid": "There is no such day."}
_NO_TIME = {"invalid": "There is no such time of day; write it as 14:32."}
STATES = (
    ("live", "It was shown at its blog"),
    ("pending", "It waited to be approved there"),
    ("spam", "It was taken for spam there"),
    ("trashed", "It was in the trash there"),
    ("unknown", "Not known"),
)
PRECISIONS = (
    ("exact", "Exactly then"),
    ("day", "On that day"),
    ("about", "About then"),
    ("", "Not known"),
)


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        required=False,
        label=label,
        error_messages=_NO_DAY,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def in_words(day: date, clock: time | None = None) -> str:
    """Return a day, and the time if one is known, as pages print them."""
    at = f", {clock:%H:%M}" if clock else ""
    return f"{day.day} {day:%B} {day.year}{at}"


def check_day(day: date | None) -> date | None:
    """Refuse a day before blogs, and one that is still to come."""
    if day is not None and day.year < FIRST_YEAR:
        message = "No blog is as old as that."
        raise forms.ValidationError(message)
    if day is not None and day > timezone.localdate():
        message = "That day is still to come."
        raise forms.ValidationError(message)
    return day


def find_article(address: str) -> Post | None:
    """Find an article by its page here, its reference, or its address at its blog."""
    if ref := last_ref(address, "p"):
        return Post.objects.select_related("blog").filter(ref=ref).first()
    return article_at(address)


class ArticleField(forms.CharField):
    """An article of the archive, by its address here or at its blog."""

    def clean(self, value: Any) -> Any:
        """Return the article."""
        post = find_article(super().clean(value))
        if post is None:
            message = "No article here has that address. Add the article first."
            raise forms.ValidationError(message)
        return post


class AddressField(forms.URLField):
    """An address on the web that can be compared."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, assume_scheme="https", **kwargs)

    def clean(self, value: Any) -> Any:
        """Refuse what leads nowhere."""
        address = super().clean(value)
        if address and not normalise(address):
            message = "That is no address of a page."
            raise forms.ValidationError(message)
        return address


class BlogForm(forms.Form):
    """A blog whose discussions are archived, or one that is only known."""

    title = forms.CharField(max_length=300, label="Its name")
    address = AddressField(label="Its address")
    source = forms.CharField(
        max_length=500,
        label="How it is known",
        help_text="Such as “named in a cross-post”. It is for the record.",
    )


class ArticleForm(forms.Form):
    """An article that is known by its address and title."""

    blog = forms.ModelChoiceField(Blog.objects.order_by("title"), label="Blog")
    title = forms.CharField(max_length=500, label="Its title")
    address = AddressField(label="Its address")
    day = _day("The day it is from, if known")

    def clean_day(self) -> date | None:
        """Refuse a day that cannot be."""
        return check_day(self.cleaned_data["day"])


class CrossPostForm(forms.Form):
    """An article here, and the original that it is a cross-post of."""

    article = ArticleField(max_length=1000, label="Which article (address)")
    original = AddressField(
        required=False, label="The original’s address, archived here or not"
    )
    blog = forms.CharField(
        required=False,
        max_length=300,
        label="Or the original’s blog, where that address is not known",
        help_text="Its name or address. One that is not here is added as only known.",
    )
    attribution = forms.CharField(
        max_length=500,
        label="How the article says so: readers see it",
        help_text="Such as “This is a cross-post from …”.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for an address or a blog."""
        values = super().clean() or {}
        if not (values.get("original") or values.get("blog") or self.errors):
            message = "Give the original’s address, or the name of its blog."
            raise forms.ValidationError(message)
        return values


class MailForm(forms.Form):
    """A mail that tells of a comment, pasted or as a file."""

    text = forms.CharField(
        required=False,
        max_length=MOST_MAIL // 2,
        strip=False,
        label="The mail, pasted whole or its text alone",
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    upload = forms.FileField(
        required=False, label="Or the mail as a file (.eml, at most 1 MiB)"
    )

    def clean_upload(self) -> "UploadedFile[Any] | None":
        """Refuse a file that is too large for a mail."""
        return check_size(self.cleaned_data["upload"], MOST_MAIL)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and not (values["upload"] or values["text"].strip()):
            message = "Paste a mail or choose a file."
            raise forms.ValidationError(message)
        return values

    @property
    def data_of_mail(self) -> bytes:
        """Return the bytes of the mail."""
        upload = self.cleaned_data["upload"]
        data: bytes = upload.read() if upload else self.cleaned_data["text"].encode()
        return data


def check_size(
    upload: "UploadedFile[Any] | None", most: int
) -> "UploadedFile[Any] | None":
    """Refuse a file of more than so many bytes."""
    if upload is not None and (upload.size or 0) > most:
        message = f"The file is larger than {most // MEBIBYTE} MiB; nothing was saved."
        raise forms.ValidationError(message)
    return upload


class CommentForm(forms.Form):
    """A comment, as far as it is known, and how it reached the archive."""

    article = ArticleField(max_length=1000, label="Below which article (address)")
    answers = forms.CharField(
        required=False,
        max_length=1000,
        label="Answers which comment (address)",
        help_text="Leave it empty if it answers none, or if that is not known.",
    )
    name = forms.CharField(
        required=False,
        max_length=200,
        label="Name as it was shown",
        help_text="Leave it empty if it is not known.",
    )
    precision = forms.ChoiceField(
        required=False,
        choices=PRECISIONS,
        widget=forms.RadioSelect,
        label="When it was made",
    )
    day = _day("Day")
    clock = forms.TimeField(
        required=False,
        label="Time, by the blog’s clock",
        error_messages=_NO_TIME,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    text = forms.CharField(
        max_length=MOST_WORDS,
        label="Its words",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "A comment has words."},
    )
    state = forms.ChoiceField(choices=STATES, label="What became of it at its blog")
    how = forms.ChoiceField(
        choices=[(key, words) for key, words in REACHED.items() if key != "link"],
        label="How it reached us: readers are told",
    )
    link = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="http",
        label="Website under the name, if shown",
    )
    email = forms.EmailField(required=False, label="E-mail (never shown)")
    ip = forms.GenericIPAddressField(required=False, label="IP address (never shown)")
    upload = forms.FileField(
        required=False,
        label="The mail, picture or document, at most 10 MiB",
        help_text="It is kept as it is, for staff only.",
    )
    token = forms.RegexField(
        r"\A[a-z2-7]{26}\Z", widget=forms.HiddenInput, initial=new_token
    )
    scheme = forms.ChoiceField(
        required=False,
        choices=[(each, each) for each in ("", "wordpress", "blogger")],
        widget=forms.HiddenInput,
    )
    number = forms.RegexField(r"\A\d{1,25}\Z", required=False, widget=forms.HiddenInput)
    # The mail that the form was filled in from: base64, so that no byte is changed.
    mail = forms.CharField(
        required=False, max_length=2 * MOST_MAIL, widget=forms.HiddenInput
    )
    sent_at = forms.CharField(required=False, widget=forms.HiddenInput)
    is_another = forms.BooleanField(
        required=False, label="It is another comment: save it all the same"
    )

    def __init__(self, *args: Any, has_alike: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_alike:
            self.fields["is_another"].widget = forms.HiddenInput()

    def clean_answers(self) -> Comment | None:
        """Return the comment that is answered; it is one of the same article."""
        address = self.cleaned_data["answers"]
        if not address:
            return None
        comment = Comment.objects.filter(ref=last_ref(address, "c")).first()
        if comment is None:
            message = "No comment here has that address."
            raise forms.ValidationError(message)
        post = self.cleaned_data.get("article")
        if post is not None and comment.post_id != post.pk:
            message = "That comment is below another article."
            raise forms.ValidationError(message)
        return comment

    def clean_day(self) -> date | None:
        """Refuse a day that cannot be."""
        return check_day(self.cleaned_data["day"])

    def clean_upload(self) -> "UploadedFile[Any] | None":
        """Refuse a file that is too large."""
        return check_size(self.cleaned_data["upload"], MOST_BYTES)

    def clean(self) -> dict[str, Any]:
        """Ask for the day and the time that are said to be known."""
        values: dict[str, Any] = super().clean() or {}
        precision = values.get("precision", "")
        if precision and "day" in values and values["day"] is None:
            self.add_error("day", "Say on which day, or that it is not known.")
        if precision == "exact" and "clock" in values and values["clock"] is None:
            self.add_error("clock", "Say at what time, or choose “On that day”.")
        if self.moment and self.moment > timezone.now():
            self.add_error("clock", "That time is still to come.")
        return values

    @property
    def local(self) -> datetime | None:
        """Return the exact time on the blog's clock, where one is known."""
        values = self.cleaned_data
        day, clock = values.get("day"), values.get("clock")
        if values.get("precision") != "exact" or day is None or clock is None:
            return None
        return datetime.combine(day, clock)

    @property
    def moment(self) -> datetime | None:
        """Return the exact time, where one is known."""
        post = self.cleaned_data.get("article")
        if self.local is None or post is None:
            return None
        return self.local.replace(tzinfo=ZoneInfo(post.blog.time_zone))

    @property
    def printed(self) -> str:
        """Return the time in words, as far as it is known."""
        values = self.cleaned_data
        match values["precision"]:
            case "exact":
                return in_words(values["day"], values["clock"])
            case "day":
                return in_words(values["day"])
            case "about":
                return f"about {in_words(values['day'], values['clock'])}"
        return ""
