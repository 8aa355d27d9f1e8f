"""Comments that say the same, or nearly, and on which was decided otherwise.

For review before a report is published: a list for staff, who see the texts. Compared
are the texts that the last decision on each comment judged, as a search folds them:
case, accents and punctuation make no difference.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from heapq import nsmallest
from itertools import combinations
from typing import NamedTuple
from zlib import crc32

from django.db.models import Exists, OuterRef
from rapidfuzz import fuzz

from commentarchive.models import Visibility
from commentarchive.storage.remembered import while_record_stands
from commentarchive.text.search_words import words_of
from moderation.clocks import Days, on_days, public_zones
from moderation.models import HIDING, Action, Decision
from moderation.reports.periods import Period

# How like two texts have to be, of 100, and how many words they have at least: fewer
# are said by chance.
ALIKE, WORDS = 85, 4
# How long before a period others may have been decided on otherwise.
BEFORE = timedelta(days=365)
# Texts that are nearly alike share one of the least digests of their rows of words.
ROW, LEAST = 3, 6
# Of so many texts with one digest all are compared with each other, of more the newest.
TOGETHER = 60
_SHOWN, _CUT, _HIDDEN, _UNDECIDED = "shown", "cut", "hidden", ""


class Judged(NamedTuple):
    """A comment on which was decided, by the entry that stands, and what came of it."""

    comment: int
    entry: int
    outcome: str


class Otherwise(NamedTuple):
    """Groups of comments by their keys, those decided on last first."""

    groups: tuple[tuple[int, ...], ...]
    # False where some texts were too many to compare all of them.
    is_all: bool


def decided_otherwise(period: Period) -> Otherwise:
    """Find the groups in which a decision of a period and another one differ.

    The other was made in the period or in the year before it, at blogs that anybody
    may see. Kept until the record grows.
    """
    subject = f"decided otherwise, {period.first}, {period.after}"
    return while_record_stands(subject, lambda: _find(period))


def _find(period: Period) -> Otherwise:
    since = Days(period.first - BEFORE, period.after)
    said: dict[str, list[Judged]] = {}
    for judged, plain in _judged(since):
        words = words_of(plain)
        if len(words) >= WORDS:
            said.setdefault(" ".join(words), []).append(judged)
    links = _Links(len(said))
    texts, judged_by_text = list(said), list(said.values())
    is_all = _link_alike(texts, judged_by_text, links)
    in_period = {judged.entry for judged, _plain in _judged(period.days)}
    found = []
    for numbers in links.groups():
        group = [judged for n in numbers for judged in judged_by_text[n]]
        if len(_outcomes(group)) > 1 and any(one.entry in in_period for one in group):
            found.append(sorted(group, key=lambda one: -one.entry))
    found.sort(key=lambda group: -group[0].entry)
    keys = tuple(tuple(one.comment for one in group) for group in found)
    return Otherwise(keys, is_all)


def _judged(days: Days) -> Iterator[tuple[Judged, str]]:
    """Yield what the last decisions of some days judged, with its text."""
    later = Decision.objects.filter(
        comment=OuterRef("comment"), entry_index__gt=OuterRef("entry_index")
    )
    last = Decision.objects.public().filter(
        ~Exists(later),
        on_days("decided_at", days, public_zones()),
        comment__isnull=False,
    )
    columns = ("comment", "entry_index", "action", "to_visibility")
    rows = last.order_by("-entry_index").values_list(*columns, "judged__text__plain")
    for comment, entry, action, visibility, plain in rows.iterator():
        outcome = _outcome(action, visibility)
        # An erased text is compared with nothing.
        if outcome != _UNDECIDED and plain:
            yield Judged(comment, entry, outcome), plain


def _outcome(action: str, visibility: str) -> str:
    """Return what became of a comment, by the act: what is told of the past, too."""
    if action in HIDING:
        return _HIDDEN
    if action == Action.HOLD or visibility == Visibility.HELD:
        return _UNDECIDED
    if action == Action.REDACT:
        return _CUT
    return _SHOWN if visibility == Visibility.PUBLISHED else _HIDDEN


def _outcomes(group: Iterable[Judged]) -> frozenset[str]:
    return frozenset(one.outcome for one in group)


def _link_alike(
    texts: Sequence[str], judged: Sequence[Sequence[Judged]], links: "_Links"
) -> bool:
    """Link the texts that are nearly alike and differ in what came of them.

    Return whether all that may be alike were compared.
    """
    came_of = [_outcomes(group) for group in judged]
    digests = _Digests()
    sharing: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        for digest in digests.least_of(text):
            sharing.setdefault(digest, []).append(number)
    is_all = True
    for numbers in sharing.values():
        if len(frozenset().union(*(came_of[n] for n in numbers))) == 1:
            continue
        is_all = is_all and len(numbers) <= TOGETHER
        for one, other in combinations(numbers[:TOGETHER], 2):
            if len(came_of[one]) == 1 and came_of[one] == came_of[other]:
                continue
            if links.are_linked(one, other):
                continue
            if fuzz.ratio(texts[one], texts[other], score_cutoff=ALIKE):
                links.link(one, other)
    return is_all


class _Digests(dict[str, int]):
    """Digests of words, each worked out once."""

    def __missing__(self, word: str) -> int:
        self[word] = found = crc32(word.encode())
        return found

    def least_of(self, text: str) -> list[int]:
        """Return the least digests of the rows of words in a text."""
        words = [self[word] for word in text.split()]
        rows = zip(*(words[n:] for n in range(ROW)), strict=False)
        # Any function that scatters will do; a sum of three would not.
        mixed = {(a * 31 + b * 1_000_003 + c * 7_919) & 0xFFFFFFFF for a, b, c in rows}
        return nsmallest(LEAST, mixed)


class _Links:
    """Which texts belong together, by their numbers: a forest of sets."""

    def __init__(self, number: int) -> None:
        self._above = list(range(number))

    def _top(self, number: int) -> int:
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number

    def are_linked(self, one: int, other: int) -> bool:
        return self._top(one) == self._top(other)

    def link(self, one: int, other: int) -> None:
        self._above[self._top(one)] = self._top(other)

    def groups(self) -> Iterator[list[int]]:
        found: dict[int, list[int]] = {}
        for number in range(len(self._above)):
            found.setdefault(self._top(number), []).append(number)
        return iter(found.values())
