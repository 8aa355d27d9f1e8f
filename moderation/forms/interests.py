"""What whoever decides has to do with a comment, and their names, as forms."""

from typing import Any

from django import forms

from commentarchive.ledger.models import Actor
from moderation.actions.own_names import LONGEST
from moderation.actions.refusals import ConflictOfInterest
from moderation.models import Conflict

_OF_MINE = {
    Conflict.OWN_COMMENT: "I wrote it",
    Conflict.NAMED_IN_IT: "I am named in it",
    Conflict.TOOK_PART: "I took part in this part of the discussion",
    Conflict.OWN_ARTICLE: "I wrote the article",
}


class InterestForm(forms.Form):
    """A conflict of interest, and the public reason to decide in spite of it."""

    override = forms.ChoiceField(
        required=False,
        label="What I have to do with it",
        choices=[("", "nothing"), *((kind.value, _OF_MINE[kind]) for kind in Conflict)],
    )
    override_reason = forms.CharField(
        required=False,
        max_length=500,
        label="Why I decide all the same, for readers",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_override_reason(self) -> str:
        """Refuse a reason for no conflict."""
        reason: str = self.cleaned_data["override_reason"].strip()
        if reason and not self.cleaned_data.get("override"):
            message = "Say as well what you have to do with it."
            raise forms.ValidationError(message)
        return reason

    @property
    def declared(self) -> Conflict | None:
        """Return the conflict that was chosen."""
        chosen = self.cleaned_data["override"]
        return Conflict(chosen) if chosen else None

    def show_conflict(self, error: ConflictOfInterest) -> None:
        """Choose the conflict that was found in a form that was sent, and say it."""
        self.data: Any = self.data.copy()
        self.data[self.add_prefix("override")] = error.conflict.value
        self.add_error("override_reason", str(error))


class OwnNameForm(forms.Form):
    """A name under which one of the staff comments."""

    name = forms.CharField(max_length=LONGEST, label="Name")
    # Owners alone choose; everybody else adds names of their own.
    whose = forms.ModelChoiceField(
        Actor.objects.filter(link__isnull=False).order_by("handle"),
        to_field_name="ref",
        required=False,
        empty_label="mine",
        label="Whose",
    )
