"""The forms of one rule of a draft, and of its publication."""

from datetime import datetime

from django import forms
from django.utils import timezone

from moderation.clocks import FIRST_YEAR
from moderation.models import ClauseDraft

# How far ahead rules may be dated.
YEARS_AHEAD = 2
MOST = 4000
LARGEST = 32_767


def _lines(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=MOST,
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RuleForm(forms.Form):
    """What a rule says, and the mark of what its page showed."""

    number = forms.IntegerField(
        min_value=1,
        max_value=LARGEST,
        label="Number",
        help_text="It means this rule for ever, in the rules of every blog here: "
        "another title or another mark needs a number that was never used.",
    )
    title = forms.CharField(max_length=80, label="Title")
    text = forms.CharField(
        max_length=MOST,
        label="The rule, in plain words for readers",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    against = _lines("What is against it", "Examples for readers, one a line.")
    allowed = _lines("What is not against it", "Examples for readers, one a line.")
    ready_sentences = _lines(
        "Ready sentences",
        "Public words for decisions under this rule, one a line.",
    )
    is_spam = forms.BooleanField(
        required=False, label="Spam: what it hides is shown as spam"
    )
    is_legal = forms.BooleanField(
        required=False,
        label="Legal: its notices print no name and take no view on the complaint",
    )
    is_automatic = forms.BooleanField(
        required=False, label="Automatic: programs decide under it"
    )
    seen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean_title(self) -> str:
        """Refuse a title of more than one line, or of signs that nobody sees."""
        title: str = " ".join(self.cleaned_data["title"].split())
        if not title.isprintable():
            message = "A title is one line of letters that can be read."
            raise forms.ValidationError(message)
        return title

    def clean_text(self) -> str:
        """Return the text with plain line ends."""
        return _with_plain_ends(self.cleaned_data["text"])

    def clean_against(self) -> str:
        """Return the examples, one a line, without empty lines."""
        return _listed(self.cleaned_data["against"])

    def clean_allowed(self) -> str:
        """Return the examples, one a line, without empty lines."""
        return _listed(self.cleaned_data["allowed"])

    def clean_ready_sentences(self) -> str:
        """Return the sentences, one a line, without empty lines."""
        return _listed(self.cleaned_data["ready_sentences"])

    @property
    def rule(self) -> ClauseDraft:
        """Return the rule as it was typed, not stored."""
        values = {name: self.cleaned_data[name] for name in WRITTEN}
        return ClauseDraft(**values)


WRITTEN = (
    *("number", "title", "text", "against", "allowed", "ready_sentences"),
    *("is_spam", "is_legal", "is_automatic"),
)


def _with_plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _listed(text: str) -> str:
    lines = map(str.strip, _with_plain_ends(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _near(moment: datetime | None, why: str) -> datetime | None:
    """Return a time; raise ValidationError, `why` and the last year, if it is far."""
    latest = timezone.now().year + YEARS_AHEAD
    if moment and not FIRST_YEAR <= moment.year <= latest:
        message = f"{why} {latest}."
        raise forms.ValidationError(message)
    return moment


class EndForm(forms.Form):
    """The time at which a blog's own rules end, and the version that was looked at."""

    ends_at = forms.DateTimeField(
        required=False,
        label="They end on",
        help_text="Empty: now.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def clean_ends_at(self) -> datetime | None:
        """Refuse a time that is too far ahead."""
        return _near(self.cleaned_data["ends_at"], "Choose a time before the end of")


class PublishForm(forms.Form):
    """The date from which a new version of the house rules is in force."""

    in_force_at = forms.DateTimeField(
        required=False,
        label="In force from",
        help_text="Empty: from now.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    as_told = forms.BooleanField(
        required=False,
        label="As the blog says they read then",
        help_text="For a date before this archive’s record begins.",
    )

    def clean_in_force_at(self) -> datetime | None:
        """Refuse a date that is too long ago or too far ahead."""
        why = f"House rules begin between {FIRST_YEAR} and"
        return _near(self.cleaned_data["in_force_at"], why)
