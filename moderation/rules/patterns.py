"""Patterns of automatic rules: RE2's, which take linear time whatever they are."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import re2

# What one pattern may take up once it is made, and what many as one.
_MEMORY, _MEMORY_TOGETHER = 8 << 20, 64 << 20
LONGEST = 500
_quotation = re.compile(r"(?<!\\)(?:\\\\)*\\Q")
_ESCAPE = "invalid escape sequence"
# What RE2 says, and what it means to whoever wrote the pattern.
_SENTENCES = {
    "missing )": "a bracket is opened here and not closed",
    "unexpected )": "a bracket is closed here that was not opened",
    "missing ]": "a set of characters begins here and does not end",
    "invalid perl operator": "this is not known here, such as looking ahead or back",
    "invalid named capture group": "the name of this group is not one",
    _ESCAPE: "this is not known after a \\, nor is what was found",
    "invalid repetition size": "it repeats more than a thousand times in all",
    "bad repetition operator": "two repetitions follow each other",
    "no argument for repetition operator": "nothing stands before it to be repeated",
    "invalid character class range": "this is no range of characters",
    "invalid character class": "this is no set of characters",
    "trailing \\": "it ends with a \\",
}


class BadPattern(ValueError):
    """A pattern that cannot be used; the message says where and why."""


def _options(memory: int = _MEMORY_TOGETHER) -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = memory
    return options


def check(pattern: str) -> None:
    """Raise BadPattern for what is no pattern, or is found in every text."""
    if len(pattern) > LONGEST:
        message = f"it is longer than {LONGEST} characters"
        raise BadPattern(message)
    try:
        made = re2.compile(pattern, _options(_MEMORY))
    except re2.error as error:
        raise BadPattern(_sentence(pattern, error)) from None
    except UnicodeEncodeError as error:
        message = f"at character {error.start + 1}: this is no character"
        raise BadPattern(message) from None
    if quoted := _quotation.search(pattern):
        # Left open, it would swallow what follows it.
        place = quoted.end() - 1
        message = f"at character {place}, “\\Q”: {_SENTENCES[_ESCAPE]}"
        raise BadPattern(message)
    if made.search(""):
        message = "it is found in every text, also in an empty one"
        raise BadPattern(message)


def _sentence(pattern: str, error: re2.error) -> str:
    told = error.args[0]
    said = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    reason, _colon, fragment = said.partition(": ")
    words = _SENTENCES.get(reason, f"RE2 says “{reason}”")
    if not fragment or fragment not in pattern:
        return words
    return f"at character {pattern.find(fragment) + 1}, “{fragment}”: {words}"


def literal(word: str) -> str:
    """Return the pattern that finds a word as it stands, also within others."""
    return str(re2.escape(word))


class Patterns:
    """The patterns of several rules, looked for in one pass."""

    def __init__(self, of_rules: Mapping[int, Sequence[str]]) -> None:
        self._each = {
            number: list(_put_together(patterns))
            for number, patterns in of_rules.items()
            if patterns
        }
        every = [each for patterns in of_rules.values() for each in patterns]
        self._any = list(_put_together(every)) if len(self._each) > 1 else []

    def __bool__(self) -> bool:
        return bool(self._each)

    def found_in(self, readings: Iterable[str]) -> Iterator[int]:
        """Yield the numbers of the rules that find something in a text's readings."""
        texts = [each.encode("utf-8", "replace") for each in readings]
        if self._any and not _is_in(texts, self._any):
            return
        for number, made in self._each.items():
            if _is_in(texts, made):
                yield number


def _is_in(texts: Sequence[bytes], made: Sequence[Any]) -> bool:
    return any(each.search(text) for text in texts for each in made)


def _put_together(patterns: Sequence[str]) -> Iterator[Any]:
    """Yield the patterns as one; as several where that would be too large."""
    if not patterns:
        return
    try:
        yield re2.compile("|".join(f"(?:{each})" for each in patterns), _options())
    except re2.error:
        if len(patterns) == 1:
            raise
        half = len(patterns) // 2
        yield from _put_together(patterns[:half])
        yield from _put_together(patterns[half:])
