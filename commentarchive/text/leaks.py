"""What a public sentence repeats of the text that it is about to hide."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

# Words in a row that two texts may not share, and digits in one number.
SHARED_WORDS = 5
SHARED_DIGITS = 6

_word = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_number = re.compile(r"\d(?:[\d ().,/-]*\d)?")
_address = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_email = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class Leak:
    """A stretch of a public text that the hidden text has too."""

    start: int
    end: int
    why: str


def find_leaks(public: str, hidden: str) -> list[Leak]:
    """List what both texts have in common and the public one must not repeat.

    Five words in a row, a number of six digits, a web address, an e-mail address.
    """
    return sorted(
        [
            *_shared_words(public, hidden),
            *_shared(public, hidden, _number, _digits, "the number"),
            *_shared(public, hidden, _address, _bare_address, "the address"),
            *_shared(public, hidden, _email, str.casefold, "the e-mail"),
        ],
        key=lambda leak: leak.start,
    )


def names_in(public: str, name: str) -> list[Leak]:
    """Find a name that is not to be shown."""
    words = _word.findall(name)
    if not words or len("".join(words)) < len("Bob"):
        return []
    pattern = r"\b" + r"\W+".join(map(re.escape, words)) + r"\b"
    return [
        Leak(match.start(), match.end(), "the name")
        for match in re.finditer(pattern, public, re.IGNORECASE)
    ]


def _shared_words(public: str, hidden: str) -> list[Leak]:
    theirs = [word.casefold() for word in _word.findall(hidden)]
    rows = {
        tuple(theirs[start : start + SHARED_WORDS])
        for start in range(len(theirs) - SHARED_WORDS + 1)
    }
    found = list(_word.finditer(public))
    said = [match[0].casefold() for match in found]
    starts = [
        start
        for start in range(len(said) - SHARED_WORDS + 1)
        if tuple(said[start : start + SHARED_WORDS]) in rows
    ]
    leaks = []
    while starts:
        last = next(
            (here for here, after in pairwise(starts) if after > here + 1), starts[-1]
        )
        stretch = found[starts[0]].start(), found[last + SHARED_WORDS - 1].end()
        leaks.append(Leak(*stretch, "the words"))
        starts = [start for start in starts if start > last]
    return leaks


def _digits(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return digits if len(digits) >= SHARED_DIGITS else ""


def _bare_address(address: str) -> str:
    bare = re.sub(r"^https?://|^www\.", "", address.casefold())
    return bare.removeprefix("www.").rstrip("/.,;:!?)")


def _shared(
    public: str,
    hidden: str,
    pattern: re.Pattern[str],
    key: Callable[[str], str],
    why: str,
) -> list[Leak]:
    theirs = {key(found) for found in pattern.findall(hidden)} - {""}
    return [
        Leak(match.start(), match.end(), why)
        for match in pattern.finditer(public)
        if key(match[0]) in theirs
    ]
