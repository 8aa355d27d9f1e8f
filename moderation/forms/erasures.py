"""The desk's forms of erasures and of holds on them."""

from typing import Any

from django import forms
from django.utils import timezone

from commentarchive.erasure.erase import Subject
from commentarchive.erasure.requests import Asked
from commentarchive.models import (
    Comment,
    ErasureAsker,
    ErasureBasis,
    ErasureRefusal,
    IdentityCheck,
    Post,
)
from moderation.named_places import NoSuchPlace, place_named

MOST_WORDS = 2000


def _choice(
    label: str, choices: "list[tuple[str, str]]", missing: str
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[("", "choose"), *choices],
        error_messages={"required": missing},
    )


class SubjectField(forms.CharField):
    """A comment or a name, by address, reference or old number."""

    def clean(self, value: Any) -> Any:
        """Return the comment or the name."""
        words = super().clean(value)
        if not words:
            return None
        try:
            found = place_named(words)
        except NoSuchPlace as error:
            raise forms.ValidationError(str(error)) from error
        if isinstance(found, Post):
            message = "An article is not erased here: name a comment or a name."
            raise forms.ValidationError(message)
        return found


def _subject() -> SubjectField:
    return SubjectField(
        max_length=1000,
        label="Which comment, or which name with all its comments",
        help_text="Its address here or at its blog, or its reference.",
        error_messages={"required": "Name a comment or a name."},
        widget=forms.TextInput(attrs={"autocapitalize": "none"}),
    )


class SubjectForm(forms.Form):
    """What somebody thinks of erasing."""

    subject = _subject()


class AskForm(forms.Form):
    """Why something is to be erased, who asked, and how that was checked."""

    subject = SubjectField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    basis = _choice("Why", ErasureBasis.choices, "Say why.")
    asked_for = _choice("Who asked for it", ErasureAsker.choices, "Say who asked.")
    identity = _choice(
        "How it was checked that they are who they say",
        IdentityCheck.choices,
        "Say how it was checked.",
    )
    asker = forms.CharField(
        required=False,
        max_length=MOST_WORDS,
        label="Who they are, and how they are reached",
        help_text="Sealed: only who decides reads it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        required=False,
        max_length=MOST_WORDS,
        label="Note, for staff only",
        help_text="The record holds a digest of it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself: nobody asked, and somebody was checked."""
        values = super().clean() or self.cleaned_data
        asked, identity = values.get("asked_for"), values.get("identity")
        if not asked or not identity:
            return values
        nobody, needless = ErasureAsker.NOBODY, IdentityCheck.NOT_NEEDED
        if (asked == nobody) != (identity == needless):
            message = "Where somebody asked, who they are is checked, and else not."
            self.add_error("identity", message)
        if asked == nobody and values.get("basis") == ErasureBasis.SUBJECT_REQUEST:
            self.add_error("basis", "You say that nobody asked for it.")
        return values

    @property
    def asked(self) -> Asked:
        """Return the request. The form is valid."""
        values = self.cleaned_data
        subject: Subject = values["subject"]
        return Asked(
            subject=subject,
            basis=ErasureBasis(values["basis"]),
            asked_for=ErasureAsker(values["asked_for"]),
            identity=IdentityCheck(values["identity"]),
            asker=values["asker"],
            note=values["note"],
        )


class RefuseForm(forms.Form):
    """Why an erasure is refused."""

    refusal = _choice("Because of", ErasureRefusal.choices, "Say why.")
    note = forms.CharField(
        required=False,
        max_length=MOST_WORDS,
        label="The reason in words, for staff only",
        help_text="The record holds a digest of it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class HoldForm(forms.Form):
    """A hold on a comment or a name, why, and when to look at it again."""

    subject = _subject()
    reason = forms.CharField(
        max_length=MOST_WORDS,
        label="Why it must not be erased yet",
        error_messages={"required": "Give the reason."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    review_on = forms.DateField(
        label="To be reviewed on",
        error_messages={
            "required": "Give the day on which somebody looks at it again.",
            "invalid": "There is no such day.",
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_review_on(self) -> Any:
        """Refuse a day that nobody waits for."""
        day = self.cleaned_data["review_on"]
        if day.year > timezone.localdate().year + 30:
            message = "That is more than thirty years ahead."
            raise forms.ValidationError(message)
        return day


def same_subject(subject: Subject) -> str:
    """Return what a form names a subject by."""
    return subject.ref if isinstance(subject, Comment) else f"/names/{subject.ref}/"
