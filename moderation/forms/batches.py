"""The desk's form for many comments at once: one action, rule, facts and note."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.utils import timezone

from commentarchive.models import Blog, Comment
from moderation.actions.judgements import Case, Judgement, Seen
from moderation.actions.subjects import Subject, read_subjects, state_of
from moderation.forms.decisions import MAX_WORDS, RESTORE_SENTENCES
from moderation.models import Action, Clause, PolicyVersion

VERBS = {
    Action.APPROVE: "Approve or put back: readers see them",
    Action.HOLD: "Hold: hide them now, decide within 72 hours",
    Action.BLOCK: "Block: do not publish them, or take them down",
    Action.WITHHOLD: "Withhold them on legal grounds",
    Action.NO_ACTION: "Leave them as they are",
}
PARTS = 4


class DamagedForm(ValueError):
    """What a page had sent along did not come back whole."""


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

    def __init__(self, *args: Any, blogs: Collection[Blog], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of several blogs, the rules that all go by; one with its own refuses them.
        blog = next(iter(blogs)) if len(blogs) == 1 else None
        version = PolicyVersion.objects.in_force_at(timezone.now(), blog)
        clauses = Clause.objects.filter(policy=version).order_by("number")
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
    def digest(self) -> str:
        """Return what tells whether it was changed since its outcome was shown."""
        return sha256(repr(sorted(self.cleaned_data.items())).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A comment of a list, and what was seen of it when the list was shown."""

    comment: Comment
    seen: Seen

    @property
    def token(self) -> str:
        """Return it as a page sends it along."""
        seen = self.seen
        parts = (self.comment.ref, str(seen.revision), seen.decision, seen.state)
        return "|".join(parts)

    def case(self, judgement: Judgement) -> Case:
        """Return it with what is to be decided on it."""
        return Case(comment=self.comment, judgement=judgement, seen=self.seen)


def choose(comments: list[Comment]) -> list[Chosen]:
    """Return comments with what is seen of them now."""
    return [_as_seen(subject) for subject in read_subjects(comments)]


def _as_seen(subject: Subject) -> Chosen:
    seen = Seen(
        revision=subject.newest.number if subject.newest else 0,
        decision=subject.latest.ref if subject.latest else "",
        state=state_of(subject.comment),
    )
    return Chosen(subject.comment, seen)


def read_chosen(tokens: list[str]) -> list[Chosen]:
    """Read what a page had sent along. Raise DamagedForm for what no page sends."""
    parts = [token.split("|") for token in dict.fromkeys(tokens)]
    if any(len(each) != PARTS or not _is_number(each[1]) for each in parts):
        raise DamagedForm
    comments = Comment.objects.in_bulk([each[0] for each in parts], field_name="ref")
    if len({each[0] for each in parts}) < len(parts) or len(comments) < len(parts):
        raise DamagedForm
    return [
        Chosen(
            comments[ref], Seen(revision=int(revision), decision=latest, state=state)
        )
        for ref, revision, latest, state in parts
    ]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len("999999")
