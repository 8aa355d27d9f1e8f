"""The desk's forms: what a decision needs, and how a rule version is published."""

from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from commentarchive.ledger.models import Role
from commentarchive.models import Comment, Visibility
from moderation.actions.judgements import Judgement, Record, Seen
from moderation.actions.subjects import has_new_text
from moderation.models import Action, Clause
from moderation.rules.transitions import allowed_actions

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


def offered_actions(
    visibility: Visibility, *, has_new_text: bool
) -> list[tuple[str, str]]:
    """List the verbs that the desk offers for a comment in a state."""
    allowed = allowed_actions(visibility, has_new_text=has_new_text)
    verbs = dict(_VERBS)
    if visibility is Visibility.PUBLISHED:
        verbs[Action.APPROVE] = "Approve the new text: readers see the latest version"
    elif Action.APPROVE in allowed:
        allowed.remove(Action.RESTORE)
    return [(action.value, verbs[action]) for action in allowed]


class DecisionForm(forms.Form):
    """One decision on one comment, with what the moderator had seen of it."""

    seen_revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen_decision = forms.CharField(
        max_length=27, required=False, widget=forms.HiddenInput
    )
    action = forms.ChoiceField(widget=forms.RadioSelect)
    clause = forms.ModelChoiceField(
        Clause.objects.none(), required=False, label="Under which rule"
    )
    ready = forms.ChoiceField(
        required=False,
        label="Ready sentence",
        help_text="Added in front of the facts.",
    )
    facts = forms.CharField(
        required=False,
        max_length=MAX_WORDS,
        label="Facts, for readers",
        help_text="Say what was wrong without repeating the comment.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        required=False,
        max_length=MAX_WORDS,
        label="Note, for staff only",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    from_records = forms.BooleanField(
        required=False,
        label="This decision is from the blog’s own records",
        help_text="It was made there, not by you; say what the records say.",
    )
    decided_at = forms.DateTimeField(
        required=False,
        label="Decided at, by the blog’s clock",
        help_text="Leave it empty where the records do not say.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    decided_by_role = forms.ChoiceField(
        required=False,
        label="Decided by",
        choices=[
            ("", "the records do not say"),
            (Role.OWNER.value, "the owner of the blog"),
            (Role.MODERATOR.value, "a moderator of the blog"),
        ],
    )

    details: ClassVar = ("from_records", "decided_at", "decided_by_role")

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.comment = comment
        clauses = offered_clauses()
        self.fields["action"].choices = offered_actions(  # type: ignore[attr-defined]  # a ChoiceField
            Visibility(comment.visibility),
            has_new_text=has_new_text(
                comment, comment.revisions.order_by("-number").first()
            ),
        )
        self.fields["clause"].queryset = clauses  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["clause"].label_from_instance = _clause_label  # type: ignore[attr-defined]  # as above
        sentences = [
            (sentence, f"Rule {clause.number}: {sentence}")
            for clause in clauses
            if clause.policy.is_in_force
            for sentence in clause.sentences
        ]
        self.fields["ready"].choices = [("", "none"), *sentences]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Read the time by the blog's clock; only the blog's own records have one."""
        values = super().clean() or {}
        from_records = values.get("from_records")
        if values.get("decided_at") and values["decided_at"].year < FIRST_YEAR:
            self.add_error("decided_at", "No blog decided anything as early as that.")
        elif values.get("decided_at"):
            zone = ZoneInfo(self.comment.post.blog.time_zone)
            naive = timezone.make_naive(values["decided_at"])
            values["decided_at"] = naive.replace(tzinfo=zone)
        dated = values.get("decided_at") or values.get("decided_by_role")
        if dated and not from_records:
            message = (
                "A date or role is for decisions from the blog’s own records only."
            )
            self.add_error("from_records", message)
        return values

    @property
    def seen(self) -> Seen:
        """Return what the moderator had before them."""
        return Seen(
            revision=self.cleaned_data["seen_revision"],
            decision=self.cleaned_data["seen_decision"],
        )

    @property
    def judgement(self) -> Judgement:
        """Return what is to be decided."""
        values = self.cleaned_data
        record = None
        if values["from_records"]:
            role = values["decided_by_role"]
            record = Record(
                decided_at=values["decided_at"], role=Role(role) if role else None
            )
        facts = " ".join(part for part in (values["ready"], values["facts"]) if part)
        return Judgement(
            action=Action(values["action"]),
            clause=values["clause"],
            facts=facts,
            note=values["note"],
            record=record,
        )


def _clause_label(clause: Clause) -> str:
    return f"{clause} (rules of {clause.policy.in_force_at:%-d %B %Y})"


def offered_clauses() -> QuerySet[Clause]:
    """List every published rule, those of the newest version first."""
    return Clause.objects.select_related("policy").order_by("-policy__number", "number")


class PublishForm(forms.Form):
    """The date from which a new version of the house rules is in force."""

    in_force_at = forms.DateTimeField(
        required=False,
        label="In force from",
        help_text="Empty: from now. An earlier date puts a blog’s old rules on record.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def clean_in_force_at(self) -> datetime | None:
        """Refuse a date that is too long ago or too far ahead."""
        moment: datetime | None = self.cleaned_data["in_force_at"]
        latest = timezone.now().year + YEARS_AHEAD
        if moment and not FIRST_YEAR <= moment.year <= latest:
            message = f"House rules begin between {FIRST_YEAR} and {latest}."
            raise forms.ValidationError(message)
        return moment


class GapForm(forms.Form):
    """How many comments somebody says were blocked, and below which article."""

    article = forms.CharField(max_length=1000, label="Below which article (address)")
    number = forms.IntegerField(min_value=1, max_value=1000, label="How many comments")


class AddressForm(forms.Form):
    """Any comment, by its address or reference."""

    address = forms.CharField(max_length=1000, label="A comment’s address")


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
