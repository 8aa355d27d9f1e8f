"""The public log: its filters, and its rows as plain values."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from commentarchive.importers.dates import FIRST_YEAR, LAST_YEAR
from commentarchive.models import Blog
from moderation.models import Action, Clause, Decision
from moderation.models.decision import DecisionQuerySet


class LogFilter(forms.Form):
    """Date, action, rule and blog. A wrong value is reported and filters nothing."""

    since = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="To", widget=forms.DateInput(attrs={"type": "date"})
    )
    action = forms.ChoiceField(
        required=False, choices=[("", "all actions"), *Action.choices]
    )
    rule = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    blog = forms.ModelChoiceField(
        Blog.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label="all blogs",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = dict(
            Clause.objects.order_by("policy__number").values_list("number", "title")
        )
        self.fields["rule"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", "all rules"),
            *[(number, f"{number} {title}") for number, title in sorted(rules.items())],
        ]
        self.fields["blog"].queryset = Blog.objects.public().order_by("title")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        """Refuse days outside the years that the archive can hold."""
        asked = super().clean() or {}
        for name in ("since", "until"):
            day = asked.get(name)
            if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, "Nothing is on record for that time.")
        return asked

    def apply(self, decisions: DecisionQuerySet) -> DecisionQuerySet:
        """Return the decisions that the filters keep."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("since"):
            decisions = decisions.filter(decided_at__gte=_midnight(asked["since"]))
        if asked.get("until"):
            after = asked["until"] + timedelta(days=1)
            decisions = decisions.filter(decided_at__lt=_midnight(after))
        if asked.get("action"):
            decisions = decisions.filter(action=asked["action"])
        if asked.get("rule"):
            decisions = decisions.filter(clause__number=asked["rule"])
        if asked.get("blog"):
            decisions = decisions.filter(post__blog=asked["blog"])
        return decisions


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def log_rows(decisions: DecisionQuerySet) -> Iterator[tuple[str, ...]]:
    """Return each decision's public values, in the order of the columns."""
    found = decisions.prefetch_related("words").iterator(chunk_size=500)
    for decision in found:
        clause = decision.clause
        yield (
            str(decision.entry_index),
            decision.decided_at.isoformat() if decision.decided_at else "",
            decision.recorded_at.isoformat(),
            decision.get_action_display(),
            str(clause.policy.number) if clause else "",
            str(clause.number) if clause else "",
            clause.title if clause else "",
            decision.facts,
            decision.get_grade_display(),
            decision.decided_by,
            decision.post.blog.title,
            *_places(decision),
            settings.BASE_URL + decision.get_absolute_url(),
        )


def _places(decision: Decision) -> tuple[str, str]:
    """Return the addresses of article and comment; "" for what readers cannot open."""
    post, comment = decision.post, decision.comment
    if not post.is_public:
        return "", ""
    return (
        settings.BASE_URL + post.get_absolute_url(),
        settings.BASE_URL + comment.get_absolute_url() if comment else "",
    )
