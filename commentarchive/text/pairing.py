"""Which comments of two sources of one thread are the same, by their words.

First the same words in another rendering, then nearly the same ones; where several
comments read alike, their writers and the order of the thread decide, and where those
leave it open nothing is proposed. No comment is in two pairs. Plain values.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from commentarchive.text.compared_words import compared_words
from commentarchive.text.similar import bare_words

# Below so many words a text is said by anybody ("Thanks!"), and only exact ones count.
TELLING = 5
# How much of their words two texts share: enough by itself, enough where the order of
# the thread speaks for it, and enough under two different names.
ALIKE, ALIKE_IN_ORDER, ALIKE_UNDER_TWO_NAMES = 0.8, 0.6, 0.9
# How much of a text stands in a longer one, where the order speaks for it: a page that
# was reduced to plain text may have lost a quotation.
HELD_IN_ORDER = 0.9
# A better match than the next one, where the order does not decide.
MARGIN = 0.1
# Runs of three words that more comments share tell nothing.
MOST_SHARING = 30


class Remark(NamedTuple):
    """A comment of one side: every version of its text, and its name as shown."""

    texts: tuple[str, ...]
    name: str = ""
    # The copy that first held it, by any key: nameless comments of one copy are two.
    copy: object = None


class Pair(NamedTuple):
    """Two comments by their places in either thread, and how alike, in per cent."""

    one: int
    other: int
    score: int


def may_pair(one: Remark, other: Remark) -> bool:
    """Return whether two comments may be one: not two nameless ones of one copy."""
    return bool(one.name or other.name or one.copy != other.copy or one.copy is None)


def propose(ones: Sequence[Remark], others: Sequence[Remark]) -> list[Pair]:
    """Return the pairs of two threads, each given in its own order."""
    search = _Search(ones, others)
    search.pair_unique()
    search.pair_repeated()
    search.pair_near()
    return sorted(search.pairs.values())


@dataclass(slots=True)
class _Search:
    ones: Sequence[Remark]
    others: Sequence[Remark]
    pairs: dict[int, Pair] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)

    def _add(self, one: int, other: int, score: int) -> None:
        self.pairs[one] = Pair(one, other, score)
        self._taken.add(other)

    def _alike(self) -> Iterator[tuple[str, list[int], list[int]]]:
        """Yield the unpaired comments of both sides that have the same words."""
        left, right = _by_words(self.ones), _by_words(self.others)
        for words in sorted(left.keys() & right.keys()):
            ones = [one for one in left[words] if one not in self.pairs]
            others = [other for other in right[words] if other not in self._taken]
            if ones and others:
                yield words, ones, others

    def pair_unique(self) -> None:
        """Pair what only one comment of either side says."""
        for words, ones, others in list(self._alike()):
            if len(ones) == len(others) == 1 and self._fits(ones[0], others[0], words):
                one, other = ones[0], others[0]
                if one not in self.pairs and other not in self._taken:
                    self._add(one, other, 100)

    def pair_repeated(self) -> None:
        """Pair what several say, by their names, then by their order."""
        for words, ones, others in list(self._alike()):
            for name in sorted({_folded(self.ones[one].name) for one in ones} - {""}):
                by_name = [i for i in ones if _folded(self.ones[i].name) == name]
                theirs = [j for j in others if _folded(self.others[j].name) == name]
                self._in_turn(by_name, theirs, words)
            left = [one for one in ones if one not in self.pairs]
            spans: dict[tuple[int, int], list[int]] = defaultdict(list)
            for one in left:
                spans[self._span(one)].append(one)
            for (low, high), group in spans.items():
                free = [j for j in others if low < j < high and j not in self._taken]
                self._in_turn(group, free, words)

    def _in_turn(self, ones: list[int], others: list[int], words: str) -> None:
        """Pair as many as there are on the other side, in their order."""
        if len(ones) != len(others):
            return
        for one, other in zip(ones, others, strict=True):
            if self._fits(one, other, words):
                self._add(one, other, 100)

    def _fits(self, one: int, other: int, words: str) -> bool:
        """Return whether two comments with the same words may be one."""
        mine, theirs = self.ones[one], self.others[other]
        if not may_pair(mine, theirs):
            return False
        is_telling = any(len(compared_words(text)) >= TELLING for text in mine.texts)
        return bool(words) and (is_telling or not _differ(mine, theirs))

    def pair_near(self) -> None:
        """Pair texts that were edited, cut or badly copied, the most alike first."""
        found = []
        for one, other, shared in self._sharing():
            likeness, held = shared
            low, high = self._span(one)
            is_in_order = low < other < high
            if self._is_near(one, other, likeness, held, is_in_order=is_in_order):
                found.append((max(likeness, held * ALIKE), is_in_order, one, other))
        found.sort(key=lambda each: (-each[0], not each[1], each[2], each[3]))
        rivals: dict[tuple[str, int], list[tuple[float, bool, int, int]]] = defaultdict(
            list
        )
        for each in found:
            rivals["one", each[2]].append(each)
            rivals["other", each[3]].append(each)
        for near in found:
            likeness, is_in_order, one, other = near
            if one in self.pairs or other in self._taken:
                continue
            around = (*rivals["one", one], *rivals["other", other])
            if not any(
                each != near
                and each[2] not in self.pairs
                and each[3] not in self._taken
                and each[0] > likeness - MARGIN
                and each[1] >= is_in_order
                for each in around
            ):
                self._add(one, other, min(99, int(likeness * 100)))

    def _is_near(
        self, one: int, other: int, likeness: float, held: float, *, is_in_order: bool
    ) -> bool:
        mine, theirs = self.ones[one], self.others[other]
        if not may_pair(mine, theirs):
            return False
        if _differ(mine, theirs):
            return likeness >= ALIKE_UNDER_TWO_NAMES
        if is_in_order:
            return likeness >= ALIKE_IN_ORDER or held >= HELD_IN_ORDER
        return likeness >= ALIKE

    def _sharing(self) -> Iterator[tuple[int, int, tuple[float, float]]]:
        """Yield unpaired comments that share a run of three words, and how alike."""
        ones = _counted(self.ones, set(self.pairs))
        others = _counted(self.others, self._taken)
        holding: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for other, versions in others.items():
            for words in versions:
                for run in _runs(words):
                    holding[run].add(other)
        for one, versions in ones.items():
            runs = {run for words in versions for run in _runs(words)}
            near = {
                other
                for run in runs
                if len(holding.get(run, ())) <= MOST_SHARING
                for other in holding.get(run, ())
            }
            for other in sorted(near):
                alike = [_likeness(a, b) for a in versions for b in others[other]]
                yield one, other, max(alike)

    def _span(self, one: int) -> tuple[int, int]:
        """Return the places on the other side between which a comment belongs."""
        known = sorted(self.pairs)
        at = bisect_left(known, one)
        low = self.pairs[known[at - 1]].other if at else -1
        high = self.pairs[known[at]].other if at < len(known) else len(self.others)
        return low, high


def _by_words(remarks: Sequence[Remark]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, remark in enumerate(remarks):
        for words in {bare_words(text) for text in remark.texts} - {""}:
            found[words].append(place)
    return found


def _counted(
    remarks: Sequence[Remark], paired: set[int]
) -> Mapping[int, list[list[str]]]:
    """Return the words of each version of what is not paired, if they tell enough."""
    found = {}
    for place, remark in enumerate(remarks):
        versions = [compared_words(text) for text in remark.texts]
        telling = [words for words in versions if len(words) >= TELLING]
        if place not in paired and telling:
            found[place] = telling
    return found


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], strict=False)


def _likeness(one: list[str], other: list[str]) -> tuple[float, float]:
    """Return how much of both texts is common, and how much of the shorter one."""
    common = (Counter(one) & Counter(other)).total()
    return 2 * common / (len(one) + len(other)), common / min(len(one), len(other))


def _folded(name: str) -> str:
    return bare_words(name)


def _differ(one: Remark, other: Remark) -> bool:
    """Return whether two names are known and are not one."""
    mine, theirs = _folded(one.name), _folded(other.name)
    return bool(mine and theirs and mine != theirs)
