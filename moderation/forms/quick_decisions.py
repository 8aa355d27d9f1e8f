"""Decisions of one tap: the buttons of a card, and the form that each fills."""

from collections.abc import Sequence
from typing import NamedTuple

from django.http import QueryDict

from moderation.forms.decisions import RESTORE_SENTENCES, DecisionForm
from moderation.models import Action, Clause

# What one tap does without a rule, and which verb its rules go with. What waits is not
# left as it is by one tap: it would be in no list any more, and still be hidden.
_QUICK = (
    (Action.APPROVE.value, "Approve"),
    (Action.NO_ACTION.value, "Leave it"),
    (Action.HOLD.value, "Hold"),
)
_QUICK_BLOCKS = (Action.BLOCK.value, Action.REMOVE.value)


class Button(NamedTuple):
    """A decision that one tap records: its value, and what stands on it."""

    value: str
    words: str
    more: str = ""


class Deck(NamedTuple):
    """The buttons of a card: without a rule, one a ready sentence, to put it back."""

    plain: list[Button]
    rules: list[Button]
    reasons: list[Button]


def quick_buttons(form: DecisionForm) -> Deck:
    """Return the buttons for what a form offers."""
    offered = [value for value, _words in form.fields["action"].choices]  # type: ignore[attr-defined]  # a ChoiceField
    waits = Action.APPROVE.value in offered
    plain = [
        Button(value, words)
        for value, words in _QUICK
        if value in offered and not (waits and value == Action.NO_ACTION.value)
    ]
    blocks = next((value for value in _QUICK_BLOCKS if value in offered), None)
    clauses = form.fields["clause"].queryset if blocks else ()  # type: ignore[attr-defined]  # a ModelChoiceField
    rules = [
        Button(f"{blocks}:{clause.pk}:{number}", str(clause), sentence)
        for clause in clauses
        for number, sentence in enumerate(clause.sentences)
    ]
    sentences = RESTORE_SENTENCES if Action.RESTORE.value in offered else ()
    reasons = [
        Button(f"{Action.RESTORE.value}::{number}", "Put back", sentence)
        for number, sentence in enumerate(sentences)
    ]
    return Deck(plain, rules, reasons)


def as_pressed(sent: QueryDict) -> QueryDict:
    """Return a form as it would have been filled by hand, whose button says it all."""
    action, _, rule = sent.get("do", "").partition(":")
    if not action:
        return sent
    filled = sent.copy()
    filled["action"] = action
    if rule:
        pk, _, number = rule.partition(":")
        sentences: Sequence[str] = RESTORE_SENTENCES
        if pk:
            found = Clause.objects.filter(pk=pk) if pk.isdecimal() else None
            clause = found.first() if found else None
            filled["clause"] = pk
            sentences = clause.sentences if clause else ()
        ready = dict(enumerate(sentences))
        filled["ready"] = ready.get(int(number) if number.isdecimal() else -1, "")
    return filled
