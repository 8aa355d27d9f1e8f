"""What a public sentence repeats of the text that it is about to hide."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

from commentarchive.text.lookalikes import looks, placed, spelled

# Words in a row that two texts may not share, and digits in one number.
SHARED_WORDS = 5
SHARED_DIGITS = 6
# From so many words in a row on, one text quotes another, wherever the two stand; and
# from so many digits on, a number is nobody else's.
QUOTED_WORDS = 8
OWN_DIGITS = 9
# Letters of the shortest text, or name, that is looked for as a whole.
FEWEST_LETTERS = 3

# Scripts that set no spaces between words: each character counts as one.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_word = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
# Whatever people set between the digits of one number.
_number = re.compile(r"\d(?:[^\w\n]{0,3}\d)*")
_email = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_address = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']+|(?<![\w@.-])[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}"
    r"(?![\w@])(?:/[^\s<>\"']*)?"
)


@dataclass(frozen=True, slots=True)
class Leak:
    """A stretch of a public text that the hidden text has too."""

    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A word, number or address of the public text: its key and where it stands."""

    key: str
    start: int
    end: int


class Phrases(NamedTuple):
    """By what a text is found where another one repeats it, whoever wrote it."""

    # Every five words in a row.
    rows: frozenset[str]
    # What is enough by itself: an e-mail, a long number, a short text as a whole.
    marks: frozenset[str]


def phrases_of(hidden: str) -> Phrases:
    """Return by what a hidden text is found; nothing where it is too short."""
    rows: set[str] = set()
    marks = _own_marks(hidden)
    for words in _word_readings(hidden):
        rows.update(_joined(words, SHARED_WORDS))
        if SHARED_WORDS <= len(words) < QUOTED_WORDS:
            marks.add("=" + " ".join(words))
    return Phrases(frozenset(rows), frozenset(marks))


def phrases_in(public: str) -> Phrases:
    """Return by what the texts are found that a public one may repeat."""
    rows: set[str] = set()
    marks = _own_marks(public)
    for words in _word_readings(public):
        rows.update(_joined(words, SHARED_WORDS))
        for length in range(SHARED_WORDS, QUOTED_WORDS):
            marks.update("=" + each for each in _joined(words, length))
    return Phrases(frozenset(rows), frozenset(marks))


def words_in_a_row(text: str) -> int:
    """Return how many words a stretch of a text has."""
    return len(words_by_looks(text))


def words_by_looks(text: str) -> list[str]:
    """Return the words of a text as a reader sees them, whatever they are spelled."""
    return _word.findall(looks(text))


def words_with_places(text: str) -> list[tuple[str, int, int]]:
    """Return the words as `words_by_looks` does, and where each begins and ends."""
    found = _find(_word, placed(text, by_looks=True))
    return [(each.key, each.start, each.end) for each in found]


def _word_readings(text: str) -> list[list[str]]:
    """Return the words by their looks, and by their spelling where that may differ."""
    folds = (looks,) if text.isascii() else (looks, spelled)
    return [_word.findall(fold(text)) for fold in folds]


def _joined(words: Sequence[str], length: int) -> Iterator[str]:
    shifted = (words[start:] for start in range(length))
    return map(" ".join, zip(*shifted, strict=False))


def _own_marks(text: str) -> set[str]:
    plain = spelled(text)
    marks = (
        {f"@{looks(each)}" for each in _email.findall(plain)} if "@" in text else set()
    )
    digits = (_digits(each) for each in _number.findall(plain))
    # Two numbers that are one end alike, whatever prefix either has.
    marks.update(f"#{each[-OWN_DIGITS:]}" for each in digits if len(each) >= OWN_DIGITS)
    return marks


class PublicText:
    """A public text, made ready to be compared with many hidden ones.

    Letters that look alike are alike, in any case, form and script.
    """

    def __init__(self, text: str) -> None:
        self._by_looks = placed(text, by_looks=True)
        self._by_spelling = placed(text, by_looks=False)
        # Two letters may look alike in one case only: other scripts are read both ways.
        readings = (
            [self._by_looks] if text.isascii() else [self._by_looks, self._by_spelling]
        )
        self._words = [_find(_word, reading) for reading in readings]
        self._rows = [_rows(words) for words in self._words]
        self._numbers = _find(_number, self._by_spelling, _digits)
        self._addresses = _find(_address, self._by_spelling, _bare_address)
        self._emails = _find(_email, self._by_spelling, looks)

    def leaks(self, hidden: str, *, whole_from: int = 1) -> list[Leak]:
        """List what it has in common with a hidden text and must not repeat.

        Five words in a row, a number of six digits, a web address, an e-mail address;
        and the hidden text whole, if that has at least `whole_from` words.
        """
        found = self._shared_words(hidden, whole_from)
        if any(self._numbers) or self._addresses or self._emails:
            plain = spelled(hidden)
            found += self._shared_numbers(plain)
            for public, pattern, key, why in (
                (self._addresses, _address, _bare_address, "the address"),
                (self._emails, _email, looks, "the e-mail"),
            ):
                if public:
                    theirs = {key(each) for each in pattern.findall(plain)} - {""}
                    found += [
                        Leak(one.start, one.end, why)
                        for one in public
                        if one.key in theirs
                    ]
        return sorted(set(found), key=lambda leak: leak.start)

    def name(self, name: str) -> list[Leak]:
        """Find a name that is not to be shown."""
        return [
            Leak(leak.start, leak.end, "the name")
            for leak in self._whole(_word.findall(looks(name)), self._words[0])
        ]

    def _shared_words(self, hidden: str, whole_from: int) -> list[Leak]:
        found: list[Leak] = []
        folds: Sequence[Callable[[str], str]] = (looks, spelled)
        for fold, words, rows in zip(folds, self._words, self._rows, strict=False):
            text = fold(hidden)
            first = [match[0] for match in islice(_word.finditer(text), SHARED_WORDS)]
            if whole_from <= len(first) < SHARED_WORDS:
                found += self._whole(first, words)
            # Most texts share no row: to look for its words takes far less than to
            # take the text apart.
            elif any(all(word in text for word in row) for row in rows):
                theirs = _word.findall(text)
                found += _stretches(words, rows & set(_in_a_row(theirs)))
        return found

    def _whole(self, theirs: Sequence[str], words: Sequence[_Found]) -> Iterator[Leak]:
        """Find where all the words of a short text stand one after another."""
        if len("".join(theirs)) < FEWEST_LETTERS:
            return
        for start in range(len(words) - len(theirs) + 1):
            stretch = words[start : start + len(theirs)]
            if [word.key for word in stretch] == list(theirs):
                yield Leak(stretch[0].start, stretch[-1].end, "the words")

    def _shared_numbers(self, hidden: str) -> Iterator[Leak]:
        """Find numbers that are one number, with or without a prefix.

        +44 20 …, 0044 (0)20 … and 020 … end in the same digits.
        """
        theirs = [_digits(each) for each in _number.findall(hidden)]
        for one in self._numbers:
            if any(
                one.key and each and (one.key in each or each in one.key)
                for each in theirs
            ):
                yield Leak(one.start, one.end, "the number")


def names_in(public: str, name: str) -> list[Leak]:
    """Find a name that is not to be shown."""
    return PublicText(public).name(name)


def _find(
    pattern: re.Pattern[str],
    reading: tuple[str, list[int]],
    key: Callable[[str], str] = str,
) -> list[_Found]:
    text, places = reading
    return [
        _Found(key(match[0]), places[match.start()], _end_of(match, places))
        for match in pattern.finditer(text)
    ]


def _end_of(match: re.Match[str], places: Sequence[int]) -> int:
    """Return where a find ends, with the second of two letters that look like one.

    And with what cannot be seen behind it; one character may look like several.
    """
    return max(places[match.end() - 1] + 1, places[match.end()])


def _in_a_row(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield every five words that follow one another."""
    return zip(*(words[start:] for start in range(SHARED_WORDS)), strict=False)


def _rows(words: Sequence[_Found]) -> set[tuple[str, ...]]:
    return set(_in_a_row([word.key for word in words]))


def _stretches(words: Sequence[_Found], shared: set[tuple[str, ...]]) -> list[Leak]:
    """Join the shared rows that overlap, and return where they stand."""
    keys = [word.key for word in words]
    starts = [start for start, row in enumerate(_in_a_row(keys)) if row in shared]
    leaks = []
    while starts:
        last = next(
            (here for here, after in pairwise(starts) if after > here + 1), starts[-1]
        )
        end = words[last + SHARED_WORDS - 1].end
        leaks.append(Leak(words[starts[0]].start, end, "the words"))
        starts = [start for start in starts if start > last]
    return leaks


def _digits(number: str) -> str:
    """Return the digits of a number without the zeros before it; "" for a short one."""
    # +44 (0)20: the zero in brackets is dialled in place of the prefix.
    digits = re.sub(r"\D", "", number.replace("(0)", "")).lstrip("0")
    return digits if len(digits) >= SHARED_DIGITS else ""


def _bare_address(address: str) -> str:
    bare = re.sub(r"^https?://", "", address)
    return looks(bare.removeprefix("www.").rstrip("/.,;:!?)"))
