"""What became of each rule from one version of the house rules to another."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from commentarchive.text.word_differences import Piece, differences
from moderation.models.policy import RuleText

_FIELDS = {
    "title": "Title",
    "text": "The rule",
    "against": "Examples of what is against it",
    "allowed": "Examples of what is not",
    "ready_sentences": "Ready sentences of decisions under it",
}


class FieldDifference(NamedTuple):
    """What a part of a rule said before and says after, piece by piece."""

    label: str
    pieces: list[Piece]


class RuleDifference(NamedTuple):
    """One rule that is new, is no longer there, or reads otherwise."""

    number: int
    title: str
    before: RuleText | None
    after: RuleText | None
    fields: list[FieldDifference]
    # Marks before and after, where these are others.
    marks: tuple[str, str] | None

    @property
    def only(self) -> RuleText | None:
        """Return the rule that is new or no longer there."""
        return self.after or self.before


class Differences(NamedTuple):
    """All that differs between two versions."""

    rules: list[RuleDifference]
    is_reordered: bool

    @property
    def is_any(self) -> bool:
        return bool(self.rules) or self.is_reordered


def rule_differences(
    before: Sequence[RuleText], after: Sequence[RuleText]
) -> Differences:
    """Compare two sets of rules; what is no longer there stands last."""
    was, now = ({rule.number: rule for rule in rules} for rules in (before, after))
    in_both = [
        [n for n in these if n in those] for these, those in ((was, now), (now, was))
    ]
    return Differences(list(_rules(was, now)), in_both[0] != in_both[1])


def _rules(
    was: dict[int, RuleText], now: dict[int, RuleText]
) -> Iterator[RuleDifference]:
    for number, rule in now.items():
        known = was.get(number)
        if known is None:
            yield RuleDifference(number, rule.title, None, rule, [], None)
        elif known.words != rule.words:
            marks = None
            if known.marks != rule.marks:
                marks = _in_words(known.marks), _in_words(rule.marks)
            fields = list(_fields(known, rule))
            yield RuleDifference(number, rule.title, known, rule, fields, marks)
    for number, rule in was.items():
        if number not in now:
            yield RuleDifference(number, rule.title, rule, None, [], None)


def _fields(known: RuleText, rule: RuleText) -> Iterator[FieldDifference]:
    for name, label in _FIELDS.items():
        one, other = getattr(known, name), getattr(rule, name)
        if one != other:
            yield FieldDifference(label, pieces_of(one, other))


def pieces_of(one: str, other: str) -> list[Piece]:
    """Return two texts that differ as pieces; whole where only signs or case do."""
    pieces = differences(one, other)
    if all(piece.is_same for piece in pieces):
        return [Piece(False, one, other)]
    return pieces


def _in_words(marks: Sequence[str]) -> str:
    return ", ".join(marks) or "none"
