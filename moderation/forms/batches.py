"""The desk's form for many comments at once: one action, rule, facts and note."""

from collections.abc import Collection
from hashlib import sha256
from typing import Any

from django import forms
from django.utils import timezone

from commentarchive.models import Blog
from moderation.actions.judgements import Judgement
from moderation.forms.decisions import MAX_WORDS, RESTORE_SENTENCES
from moderation.models import Action, Clause, PolicyVersion

VERBS = {
    Action.APPROVE: "Approve or put back: readers see them",
    Action.HOLD: "Hold: hide them now, decide within 72 hours",
    Action.BLOCK: "Block: do not publish them, or take them down",
    Action.WITHHOLD: "Withhold them on legal grounds",
    Action.NO_ACTION: "Leave them as they are",
}
BLACK_OUT = {Action.REDACT: "Black these words out, and show the rest"}


class BatchForm(forms.Form):
    """What is to be decided on all comments of a list."""

    action = forms.ChoiceField(
        label="What to do",
        choices=[(action.value, words) for action, words in VERBS.items()],
        widget=forms.RadioSelect,
    )
    clause = forms.ModelChoiceField(
        Clause.objects.none(),
        required=False,
        label="Under which rule",
        error_messages={"invalid_choice": "That rule’s version is not in force."},
    )
    ready = forms.ChoiceField(
        required=False, label="Ready sentence", help_text="Added in front of the facts."
    )
    facts = forms.CharField(
        required=False,
        max_length=MAX_WORDS,
        label="Facts, for readers",
        help_text="The same for all of them; say it without repeating any of them.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        required=False,
        max_length=MAX_WORDS,
        label="Note, for staff only",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        blogs: Collection[Blog],
        blacks_out: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if blacks_out:
            verbs = {**BLACK_OUT, **VERBS}
            choices = [(action.value, words) for action, words in verbs.items()]
            self.fields["action"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        # Of several blogs, the rules that all go by; one with its own refuses them.
        blog = next(iter(blogs)) if len(blogs) == 1 else None
        version = PolicyVersion.objects.in_force_at(timezone.now(), blog)
        clauses = (
            Clause.objects.filter(policy=version)
            .select_related("policy")
            .order_by("number")
        )
        sentences = [
            (sentence, f"Rule {clause.number}: {sentence}")
            for clause in clauses
            for sentence in clause.sentences
        ]
        reasons = [(each, f"To put them back: {each}") for each in RESTORE_SENTENCES]
        self.fields["clause"].queryset = clauses  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["ready"].choices = [("", "none"), *reasons, *sentences]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def judgement(self) -> Judgement:
        """Return what is to be decided on each."""
        values = self.cleaned_data
        return Judgement(
            action=Action(values["action"]),
            clause=values["clause"],
            facts=" ".join(part for part in (values["ready"], values["facts"]) if part),
            note=values["note"],
        )

    @property
    def rules(self) -> dict[int, Clause]:
        """Return the rules that places may be blacked out under, by their numbers."""
        return {each.number: each for each in self.fields["clause"].queryset}  # type: ignore[attr-defined]  # a ModelChoiceField

    @property
    def digest(self) -> str:
        """Return what tells whether it was changed since its outcome was shown."""
        return sha256(repr(sorted(self.cleaned_data.items())).encode()).hexdigest()
