"""The form by which a reader reports a comment."""

from typing import Any

from django import forms
from django.utils import timezone

from commentarchive.models import Comment, Revision
from moderation.actions.flags import Reported
from moderation.forms.claims import SentForm
from moderation.models import Clause, PolicyVersion


class FlagForm(SentForm):
    """Which rule a comment breaks, as a reader sees it, and in which version."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    clause = forms.ModelChoiceField(
        Clause.objects.none(),
        required=False,
        # Else the choice of no rule would not be among the buttons.
        blank=True,
        label="Which rule does it break?",
        empty_label="another reason",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        required=False,
        max_length=2000,
        label="What is wrong with it",
        help_text="Needed for another reason. For moderators only; it is never "
        "published.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        label="Your e-mail address, if you like",
        help_text="For moderators only. Where this blog has letters switched on, a "
        "receipt and the outcome go to it; you can always look up here what became of "
        "your report.",
        error_messages={"invalid": "That is no e-mail address."},
    )

    def __init__(
        self, *args: Any, comment: Comment, shown: Revision, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._comment, self._shown = comment, shown
        blog = comment.post.blog
        version = PolicyVersion.objects.in_force_at(timezone.now(), blog)
        rules = Clause.objects.filter(policy=version).order_by("place", "number")
        self.fields["clause"].queryset = rules  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_text(self) -> str:
        """Ask for words where no rule is named."""
        text: str = self.cleaned_data["text"].strip()
        if not text and not self.cleaned_data.get("clause"):
            message = "Choose a rule, or say in some words what is wrong."
            raise forms.ValidationError(message)
        return text

    @property
    def reported(self) -> Reported:
        """Return what is reported: the version that was seen, else the one of now."""
        values = self.cleaned_data
        seen = self._comment.revisions.filter(number=values["seen"])
        return Reported(
            comment=self._comment,
            revision=seen.first() or self._shown,
            clause=values["clause"],
            text=values["text"],
            email=values["email"],
        )
