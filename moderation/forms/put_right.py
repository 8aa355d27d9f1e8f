"""The form by which a wrong rule or wrong facts of a decision are put right."""

from typing import Any

from django import forms

from moderation.forms.decisions import RewordForm
from moderation.models import Clause, Decision, PolicyVersion


class PutRightForm(RewordForm):
    """Another rule, of the version in force when it was decided, and other facts."""

    clause = forms.ModelChoiceField(
        Clause.objects.none(),
        required=False,
        label="Under which rule",
        empty_label="the same as now",
        help_text="Of the house rules in force when it was decided.",
        error_messages={
            "invalid_choice": "That rule was not in force when this was decided."
        },
    )
    field_order = ("seen_number", "clause", "facts", "override_reason")

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        wordings, rule = decision.wordings, decision.rule
        kwargs.setdefault(
            "initial",
            {
                "seen_number": len(wordings),
                "facts": decision.facts,
                "clause": rule.pk if rule else None,
            },
        )
        super().__init__(*args, **kwargs)
        decided_at = decision.decided_at
        version = (
            PolicyVersion.objects.in_force_at(decided_at, decision.post.blog)
            if decided_at
            else None
        )
        clauses = Clause.objects.filter(policy=version).order_by("number")
        self.fields["clause"].queryset = clauses  # type: ignore[attr-defined]  # a ModelChoiceField
