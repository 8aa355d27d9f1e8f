"""The form by which places of a comment are blacked out, each under a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils import timezone

from commentarchive.models import Blog, Redaction, Revision
from commentarchive.text.blacking_out import (
    MOST_SPANS,
    Sentence,
    seen_text,
    sentences,
)
from moderation.actions.judgements import Blackened, Judgement
from moderation.actions.places import BadPlaces
from moderation.actions.redactions import redaction
from moderation.forms.decisions import MAX_WORDS, SeenForm, on_clock, until_field
from moderation.forms.interests import InterestForm
from moderation.models import Clause, PolicyVersion

# Digits of a number that a form sends.
_LONGEST = 7


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence of a text, or other words, and the rule to black them out under."""

    sentence: Sentence
    # Which sentence it is, counted from 1; 0 for what is no whole sentence.
    number: int
    # The rule's number, 0 while it is not chosen.
    rule: int
    is_chosen: bool

    @property
    def place(self) -> str:
        """Return its place as the form sends it."""
        return f"{self.sentence.start}-{self.sentence.end}"


class RedactionForm(SeenForm, InterestForm):
    """What is said of it, and which text was looked at; its places are beside it."""

    places_of = forms.CharField(max_length=43, widget=forms.HiddenInput)
    facts = forms.CharField(
        max_length=MAX_WORDS,
        required=False,
        label="Facts, for readers",
        help_text="Say what was wrong without repeating the words.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = until_field("Black it out until, by the blog’s clock")
    note = forms.CharField(
        max_length=MAX_WORDS,
        required=False,
        label="Note, for staff only",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: Any, blog: Blog, ends: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._zone = ZoneInfo(blog.time_zone)
        if not ends:
            del self.fields["until"]

    def clean_until(self) -> datetime | None:
        """Read the end by the blog's clock."""
        moment: datetime | None = self.cleaned_data["until"]
        return on_clock(moment, self._zone) if moment else None


def judgement_of(form: RedactionForm, places: list[Blackened]) -> Judgement:
    """Return what a form that is valid wants decided."""
    values = form.cleaned_data
    return redaction(
        places,
        of=values["places_of"],
        facts=values["facts"],
        note=values["note"],
        override=form.declared,
        override_reason=values["override_reason"],
        until=values.get("until"),
    )


def rules_of(blog: Blog) -> list[Clause]:
    """Return the house rules that are in force at a blog."""
    version = PolicyVersion.objects.in_force_at(timezone.now(), blog)
    if version is None:
        return []
    found = version.clauses.select_related("policy")
    return list(found.order_by("place", "number"))


def read_places(sent: QueryDict, rules: Sequence[Clause]) -> list[Blackened]:
    """Return the places that a form chooses, each `place` with its `rule-` field.

    Raise BadPlaces for what cannot be read.
    """
    chosen = sent.getlist("place")
    if not chosen:
        message = "Choose what to black out."
        raise BadPlaces(message)
    if len(chosen) > MOST_SPANS:
        message = f"At most {MOST_SPANS} places of a text can be blacked out at once."
        raise BadPlaces(message)
    by_number = {str(rule.number): rule for rule in rules}
    return [
        _place(each, by_number.get(sent.get(f"rule-{each}", ""))) for each in chosen
    ]


def sent_places(sent: QueryDict) -> dict[tuple[int, int], int]:
    """Return the places of a form with their rules' numbers, 0 for none, as sent."""
    found = {}
    for each in sent.getlist("place")[:MOST_SPANS]:
        if place := _numbers(each):
            rule = sent.get(f"rule-{each}", "")
            is_number = rule.isascii() and rule.isdigit() and len(rule) < _LONGEST
            found[place] = int(rule) if is_number else 0
    return found


def page_of_places(
    source: Revision | None, blog: Blog, chosen: Mapping[tuple[int, int], int]
) -> dict[str, object]:
    """Return what a page shows on which places of a text are chosen."""
    cleaned = source.text.html if source is not None else ""
    choices = choices_of(cleaned, chosen)
    return {
        "source": source,
        "rules": rules_of(blog),
        "choices": [each for each in choices if each.number],
        "parts": [each for each in choices if not each.number],
        "seen": seen_text(cleaned),
    }


def standing_places(
    shown: int | None, source: Revision | None
) -> dict[tuple[int, int], int]:
    """Return the places that are blacked out by now, with their rules' numbers.

    `shown` is the version that readers see, by its primary key.
    """
    of_it = Redaction.objects.filter(revision=shown, source=source)
    return {(span.start, span.end): span.rule for each in of_it for span in each.places}


def choices_of(cleaned: str, chosen: Mapping[tuple[int, int], int]) -> list[Choice]:
    """Return the sentences of a text, then what else of it is chosen.

    `chosen` has the rule's number of each place.
    """
    whole = sentences(cleaned)
    text = "".join(each.words for each in whole)
    rules = {_without_blanks(text, place): rule for place, rule in chosen.items()}
    found = []
    for number, each in enumerate(whole, 1):
        place = _without_blanks(text, (each.start, each.end))
        is_chosen = place in rules
        rule = rules.pop(place, 0)
        found.append(Choice(each, number=number, rule=rule, is_chosen=is_chosen))
    for (start, end), rule in sorted(rules.items()):
        if start < end <= len(text):
            part = Sentence(start, end, text[start:end])
            found.append(Choice(part, number=0, rule=rule, is_chosen=True))
    return found


def _without_blanks(text: str, place: tuple[int, int]) -> tuple[int, int]:
    start, end = place
    if end > len(text):
        return place
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return start, start + len(words.strip())


def _place(written: str, rule: Clause | None) -> Blackened:
    place = _numbers(written)
    if place is None:
        message = "Those places are not in the text."
        raise BadPlaces(message)
    if rule is None:
        message = "Say under which rule each place is blacked out, one in force today."
        raise BadPlaces(message)
    return Blackened(start=place[0], end=place[1], clause=rule)


def _numbers(written: str) -> tuple[int, int] | None:
    """Return where a place begins and ends, None for what is none."""
    start, dash, end = written.partition("-")
    digits = start.isascii() and end.isascii() and start.isdigit() and end.isdigit()
    if not dash or not digits or max(len(start), len(end)) > _LONGEST:
        return None
    return int(start), int(end)
