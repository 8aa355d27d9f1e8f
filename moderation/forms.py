"""The desk's forms: decisions, what a blog's own records tell, house rules."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from commentarchive.ledger.models import Role
from commentarchive.models import Comment, Visibility
from moderation.actions.judgements import Judgement, Record, Seen
from moderation.actions.subjects import has_new_text, latest_decision, state_of
from moderation.interest_forms import InterestForm
from moderation.models import Action, Clause, PolicyVersion
from moderation.rules.transitions import TOLD, allowed_actions

MAX_WORDS = 2000
FIRST_YEAR = 1990
# How far ahead rules may be dated.
YEARS_AHEAD = 2
_VERBS = {
    Action.APPROVE: "Approve: readers see it",
    Action.HOLD: "Hold: hide it now, decide within 72 hours",
    Action.BLOCK: "Block: do not publish it",
    Action.REMOVE: "Block: take it down",
    Action.WITHHOLD: "Withhold on legal grounds",
    Action.RESTORE: "Put it back",
    Action.NO_ACTION: "Leave it as it is",
}
# What one tap does without a rule, and which verb its rules go with.
_QUICK = (
    (Action.APPROVE.value, "Approve"),
    (Action.RESTORE.value, "Put back"),
    (Action.NO_ACTION.value, "Leave it"),
    (Action.HOLD.value, "Hold"),
)
_QUICK_BLOCKS = (Action.BLOCK.value, Action.REMOVE.value)
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
    revision = comment.revisions.order_by("-number").first()
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


class DecisionForm(SeenForm, InterestForm):
    """One decision on one comment, under the rules that are in force."""

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
    facts = _words(
        "Facts, for readers", 3, "Say what was wrong without repeating the comment."
    )
    note = _words("Note, for staff only", 2)

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = PolicyVersion.objects.in_force_at(timezone.now())
        clauses = _clauses().filter(policy=version)
        newest = comment.revisions.order_by("-number").first()
        _set_choices(
            self.fields["action"],
            offered_actions(
                Visibility(comment.visibility),
                has_new_text=has_new_text(comment, newest),
            ),
        )
        _offer(self.fields["clause"], clauses)
        sentences = [
            (sentence, f"Rule {clause.number}: {sentence}")
            for clause in clauses
            for sentence in clause.sentences
        ]
        _set_choices(self.fields["ready"], [("", "none"), *sentences])

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
        )


class Button(NamedTuple):
    """A decision that one tap records: its value, and what stands on it."""

    value: str
    words: str
    more: str = ""


def quick_buttons(form: DecisionForm) -> tuple[list[Button], list[Button]]:
    """Return the buttons of a card: those without a rule, and one a ready sentence."""
    offered = [value for value, _words in form.fields["action"].choices]  # type: ignore[attr-defined]  # a ChoiceField
    plain = [Button(value, words) for value, words in _QUICK if value in offered]
    blocks = next((value for value in _QUICK_BLOCKS if value in offered), None)
    clauses = form.fields["clause"].queryset if blocks else ()  # type: ignore[attr-defined]  # a ModelChoiceField
    return plain, [
        Button(f"{blocks}:{clause.pk}:{number}", str(clause), sentence)
        for clause in clauses
        for number, sentence in enumerate(clause.sentences)
    ]


def as_pressed(sent: QueryDict) -> QueryDict:
    """Return a form as it would have been filled by hand, whose button says it all."""
    action, _, rule = sent.get("do", "").partition(":")
    if not action:
        return sent
    filled = sent.copy()
    filled["action"] = action
    if rule:
        pk, _, number = rule.partition(":")
        found = Clause.objects.filter(pk=pk) if pk.isdecimal() else ()
        for clause in found:
            filled["clause"] = pk
            ready = dict(enumerate(clause.sentences))
            filled["ready"] = ready.get(int(number) if number.isdecimal() else -1, "")
    return filled


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
        _offer(self.fields["clause"], _clauses())

    def clean_decided_at(self) -> datetime | None:
        """Read the time by the blog's clock."""
        moment: datetime | None = self.cleaned_data["decided_at"]
        if moment is None:
            return None
        if moment.year < FIRST_YEAR:
            message = "No blog decided anything as early as that."
            raise forms.ValidationError(message)
        return timezone.make_naive(moment).replace(tzinfo=self._zone)

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


def _clauses() -> QuerySet[Clause]:
    return Clause.objects.select_related("policy").order_by("-policy__number", "number")


def _set_choices(field: forms.Field, choices: Sequence[tuple[str, str]]) -> None:
    field.choices = choices  # type: ignore[attr-defined]  # a ChoiceField


def _offer(field: forms.Field, clauses: QuerySet[Clause]) -> None:
    field.queryset = clauses  # type: ignore[attr-defined]  # a ModelChoiceField
    field.label_from_instance = _clause_label  # type: ignore[attr-defined]  # as above


def _clause_label(clause: Clause) -> str:
    policy = clause.policy
    told = ", as the blog says" if policy.as_told else ""
    return (
        f"{clause} (in force from {policy.in_force_at:%-d %B %Y}{told}; "
        f"published {policy.published_at:%-d %B %Y})"
    )


class RewordForm(forms.Form):
    """Other public words for a decision, and how many wordings it had."""

    seen_number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    facts = _words("Facts, for readers", 3)


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
        moment: datetime | None = self.cleaned_data["in_force_at"]
        latest = timezone.now().year + YEARS_AHEAD
        if moment and not FIRST_YEAR <= moment.year <= latest:
            message = f"House rules begin between {FIRST_YEAR} and {latest}."
            raise forms.ValidationError(message)
        return moment


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
