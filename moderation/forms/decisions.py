"""The desk's forms: decisions, what a blog's own records tell."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from commentarchive.ledger.models import Role
from commentarchive.models import Blog, Comment, Visibility
from moderation.actions.judgements import Judgement, Record, Seen
from moderation.actions.refusals import ConflictOfInterest
from moderation.actions.subjects import (
    has_new_text,
    latest_decision,
    newest_of,
    state_of,
)
from moderation.clocks import FIRST_YEAR
from moderation.forms.interests import InterestForm
from moderation.models import Action, Clause, PolicyVersion
from moderation.rules.transitions import TOLD, allowed_actions

MAX_WORDS = 2000
_VERBS = {
    Action.APPROVE: "Approve: readers see it",
    Action.HOLD: "Hold: hide it now, decide within 72 hours",
    Action.BLOCK: "Block: do not publish it",
    Action.REMOVE: "Block: take it down",
    Action.WITHHOLD: "Withhold on legal grounds",
    Action.RESTORE: "Put it back",
    Action.NO_ACTION: "Leave it as it is",
}
# Ready reasons to put a comment back; those of rules are for hiding it.
RESTORE_SENTENCES = (
    "It breaks none of the house rules.",
    "It was hidden by mistake.",
    "The complaint about it was withdrawn.",
    "Its author has put right what broke the rule.",
)
_BLOCKED = (Visibility.BLOCKED, Visibility.REMOVED, Visibility.SPAM)
_HAPPENED = {
    Action.BLOCK: "It was not published",
    Action.REMOVE: "It was taken down",
    Action.WITHHOLD: "It was withheld on legal grounds",
    Action.APPROVE: "It was approved",
    Action.RESTORE: "It was put back",
    Action.HOLD: "It was put on hold",
    Action.NO_ACTION: "It was looked at and left as it was",
}


def offered_actions(
    visibility: Visibility, *, has_new_text: bool
) -> list[tuple[str, str]]:
    """List the verbs that the desk offers for a comment in a state."""
    allowed = allowed_actions(visibility, has_new_text=has_new_text)
    # What is blacked out is chosen on a page of its own.
    allowed = [action for action in allowed if action is not Action.REDACT]
    verbs = dict(_VERBS)
    if visibility is Visibility.PUBLISHED:
        verbs[Action.APPROVE] = "Approve the new text: readers see the latest version"
    else:
        # One verb of the desk, under whichever name it is recorded.
        allowed = [action for action in allowed if action is not Action.REMOVE]
        if Action.APPROVE in allowed:
            allowed.remove(Action.RESTORE)
    if visibility is Visibility.HELD:
        verbs[Action.HOLD] = "Hold: decide within 72 hours from now"
    if visibility in _BLOCKED:
        verbs[Action.BLOCK] = "Block under another rule"
    if visibility is Visibility.WITHHELD:
        verbs[Action.WITHHOLD] = "Withhold under another rule"
    return [(action.value, verbs[action]) for action in allowed]


def on_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a time that was typed as the clock of a blog has it."""
    return timezone.make_naive(moment).replace(tzinfo=zone)


class SeenForm(forms.Form):
    """What a moderator had before them when a card was opened."""

    seen_revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen_decision = forms.CharField(
        max_length=27, required=False, widget=forms.HiddenInput
    )
    seen_state = forms.CharField(
        max_length=200, required=False, widget=forms.HiddenInput
    )

    @property
    def seen(self) -> Seen:
        """Return what the moderator had before them."""
        return Seen(
            revision=self.cleaned_data["seen_revision"],
            decision=self.cleaned_data["seen_decision"],
            state=self.cleaned_data["seen_state"],
        )


def what_is_seen(comment: Comment) -> dict[str, Any]:
    """Return the values of a SeenForm for a comment as it is now."""
    revision = newest_of(comment)
    latest = latest_decision(comment)
    return {
        "seen_revision": revision.number if revision else 0,
        "seen_decision": latest.ref if latest else "",
        "seen_state": state_of(comment),
    }


def _words(label: str, rows: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=MAX_WORDS,
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def until_field(label: str) -> forms.DateTimeField:
    """Return the field for when a measure is to end."""
    return forms.DateTimeField(
        required=False,
        label=label,
        help_text="Empty: for good. Otherwise it comes back by itself then, on record.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


class JudgementForm(SeenForm, InterestForm):
    """One decision, under the rules that are in force."""

    action = forms.ChoiceField(widget=forms.RadioSelect)
    clause = forms.ModelChoiceField(
        Clause.objects.none(),
        required=False,
        label="Under which rule",
        error_messages={"invalid_choice": "That rule’s version is not in force."},
    )
    ready = forms.ChoiceField(
        required=False,
        label="Ready sentence",
        help_text="Added in front of the facts.",
    )
    facts = _words("Facts, for readers", 3, "Say what was wrong without repeating it.")
    note = _words("Note, for staff only", 2)

    def __init__(
        self,
        *args: Any,
        actions: Sequence[tuple[str, str]],
        blog: Blog,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        version = PolicyVersion.objects.in_force_at(timezone.now(), blog)
        clauses = _clauses(blog).filter(policy=version)
        _set_choices(self.fields["action"], actions)
        _offer(self.fields["clause"], clauses)
        by_rule = [
            (str(clause), [(sentence, sentence) for sentence in clause.sentences])
            for clause in clauses
            if clause.sentences
        ]
        choices: list[Any] = [("", "none"), *by_rule]
        if Action.RESTORE in dict(self.fields["action"].choices):  # type: ignore[attr-defined]  # a ChoiceField
            reasons = [(each, each) for each in RESTORE_SENTENCES]
            choices.insert(1, ("To put it back", reasons))
        _set_choices(self.fields["ready"], choices)

    def clean(self) -> dict[str, Any]:
        """Refuse a ready sentence of another rule than the one chosen."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        clause, ready = values.get("clause"), values.get("ready")
        if ready and clause and ready not in clause.sentences:
            message = f"That sentence does not belong to rule {clause.number}."
            self.add_error("ready", message)
        return values

    @property
    def judgement(self) -> Judgement:
        """Return what is to be decided."""
        values = self.cleaned_data
        return Judgement(
            action=Action(values["action"]),
            clause=values["clause"],
            facts=" ".join(part for part in (values["ready"], values["facts"]) if part),
            note=values["note"],
            override=self.declared,
            override_reason=values["override_reason"],
            until=values.get("until"),
        )


class DecisionForm(JudgementForm):
    """One decision on one comment."""

    facts = _words(
        "Facts, for readers", 3, "Say what was wrong without repeating the comment."
    )
    until = until_field("Hide it until, by the blog’s clock")

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        newest = newest_of(comment)
        actions = offered_actions(
            Visibility(comment.visibility), has_new_text=has_new_text(comment, newest)
        )
        blog = comment.post.blog
        self._zone = ZoneInfo(blog.time_zone)
        super().__init__(*args, actions=actions, blog=blog, **kwargs)

    def clean_until(self) -> datetime | None:
        """Read the end by the blog's clock."""
        moment: datetime | None = self.cleaned_data["until"]
        return on_clock(moment, self._zone) if moment else None


class RecordForm(SeenForm, InterestForm):
    """What a blog's own records tell of a comment, under any version of the rules."""

    action = forms.ChoiceField(
        label="What was done",
        choices=[(action.value, _HAPPENED[action]) for action in TOLD],
    )
    clause = forms.ModelChoiceField(
        Clause.objects.none(),
        required=False,
        empty_label="the records do not say",
        label="Under which rule",
        help_text="Of the version that was in force then; none where they do not say.",
    )
    facts = _words(
        "What happened, for readers", 3, "As the records tell it, without the comment."
    )
    known_from = forms.CharField(
        required=False,
        max_length=300,
        label="How it is known, for readers",
        help_text="Which record tells it, such as “an e-mail of that day”.",
    )
    decided_at = forms.DateTimeField(
        required=False,
        label="When, by the blog’s clock",
        help_text="Leave it empty where the records do not say.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    decided_by_role = forms.ChoiceField(
        required=False,
        label="By whom",
        choices=[
            ("", "the records do not say"),
            (Role.OWNER.value, "the owner of the blog"),
            (Role.MODERATOR.value, "a moderator of the blog"),
        ],
    )
    note = _words("Note, for staff only", 2)

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = ZoneInfo(comment.post.blog.time_zone)
        _offer(self.fields["clause"], _clauses(comment.post.blog))

    def clean_decided_at(self) -> datetime | None:
        """Read the time by the blog's clock."""
        moment: datetime | None = self.cleaned_data["decided_at"]
        if moment is None:
            return None
        if moment.year < FIRST_YEAR:
            message = "No blog decided anything as early as that."
            raise forms.ValidationError(message)
        return on_clock(moment, self._zone)

    @property
    def judgement(self) -> Judgement:
        """Return what is told."""
        values = self.cleaned_data
        role = values["decided_by_role"]
        return Judgement(
            action=Action(values["action"]),
            clause=values["clause"],
            facts=values["facts"],
            note=values["note"],
            override=self.declared,
            override_reason=values["override_reason"],
            record=Record(
                decided_at=values["decided_at"],
                role=Role(role) if role else None,
                known_from=values["known_from"],
            ),
        )


def _clauses(blog: Blog) -> QuerySet[Clause]:
    """Return the rules that were ever in force at a blog, the newest first."""
    at_it = Clause.objects.filter(Q(policy__blog=None) | Q(policy__blog=blog))
    return at_it.select_related("policy").order_by(
        "-policy__entry_index", "place", "number"
    )


def _set_choices(field: forms.Field, choices: Sequence[tuple[str, Any]]) -> None:
    field.choices = choices  # type: ignore[attr-defined]  # a ChoiceField


def _offer(field: forms.Field, clauses: QuerySet[Clause]) -> None:
    field.queryset = clauses  # type: ignore[attr-defined]  # a ModelChoiceField
    field.label_from_instance = _clause_label  # type: ignore[attr-defined]  # as above


def _clause_label(clause: Clause) -> str:
    policy = clause.policy
    whose = ", the blog’s own" if policy.blog_id else ""
    told = ", as the blog says" if policy.as_told else ""
    return (
        f"{clause} (version {policy.number}{whose}, "
        f"in force from {policy.in_force_at:%-d %B %Y}{told}; "
        f"published {policy.published_at:%-d %B %Y})"
    )


class RewordForm(forms.Form):
    """Other public words for a decision, and how many wordings it had."""

    seen_number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    facts = _words("Facts, for readers", 3)
    # Asked of whoever has to do with the subject.
    override_reason = forms.CharField(
        required=False,
        max_length=500,
        label="Why I replace them myself, for readers",
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get(self.add_prefix("override_reason")):
            self._ask_reason()

    def show_conflict(self, error: ConflictOfInterest) -> None:
        """Ask for the reason that is missing, and say what it is about."""
        self._ask_reason()
        self.add_error("override_reason", str(error))

    def _ask_reason(self) -> None:
        self.fields["override_reason"].widget = forms.Textarea(attrs={"rows": 2})


class AddressForm(forms.Form):
    """Any comment, by its address or reference."""

    address = forms.CharField(max_length=1000, label="A comment’s address")


class NoteForm(forms.Form):
    """A note for staff beside a comment."""

    words = _words("Note, for staff only", 2)

    def clean_words(self) -> str:
        """Refuse a note without words."""
        words: str = self.cleaned_data["words"].strip()
        if not words:
            message = "Write something."
            raise forms.ValidationError(message)
        return words


class ReasonForm(forms.Form):
    """Why something is published that an import had left for staff."""

    reason = forms.CharField(max_length=500, label="Why")


class DateForm(ReasonForm):
    """When a copy was made, and how that is known."""

    made_on = forms.DateField()

    def clean_made_on(self) -> date:
        """Refuse a day before blogs, and one that is still to come."""
        day: date = self.cleaned_data["made_on"]
        if not day.year >= FIRST_YEAR or day > timezone.localdate():
            message = "It is not in the past."
            raise forms.ValidationError(message)
        return day
