"""Outside references: one letter for the kind and 128 random bits.

The letter is followed by 26 characters of lower-case base32 (RFC 4648 section 6,
without padding). A reference reveals nothing about its row, not even its age.
"""

import os
import re

LENGTH = 27
LETTERS = {
    "a": "actor",
    "b": "blog",
    "c": "comment",
    "d": "decision",
    "e": "event",
    "g": "gap",
    "k": "capture",
    "l": "log",
    "n": "commenter",
    "p": "post",
    "r": "policy",
    "t": "transcript",
    "x": "crosspost",
}
PATTERN = r"[a-z][a-z2-7]{26}"
_shape = re.compile(PATTERN)
_in_words = re.compile(rf"(?<![a-z0-9]){PATTERN}(?![a-z0-9])")
_ALPHABET = b"abcdefghijklmnopqrstuvwxyz234567"
_FIVE_BITS = _ALPHABET * 8
# 128 bits are 25 characters and three bits, which stand highest in the last one.
_THREE_BITS = _ALPHABET[::4] * 32


def new_refs(letter: str, count: int) -> list[str]:
    """Return `count` new references. Raise KeyError for an unknown letter."""
    LETTERS[letter]
    # One character a random byte: 25 of five bits and a last one of three.
    text = os.urandom(26 * count).translate(_FIVE_BITS).decode("ascii")
    last = os.urandom(count).translate(_THREE_BITS).decode("ascii")
    return [
        letter + text[start : start + 25] + last[number]
        for number, start in enumerate(range(0, 26 * count, 26))
    ]


def new_ref(letter: str) -> str:
    """Return a new reference of one kind."""
    return new_refs(letter, 1)[0]


def is_ref(value: object, letters: str = "") -> bool:
    """Return whether a value is a reference, of one of the letters if given."""
    return (
        isinstance(value, str)
        and _shape.fullmatch(value) is not None
        and value[0] in (letters or LETTERS)
    )


def last_ref(words: str, letter: str) -> str:
    """Return the last reference of a kind in some words; "" where there is none."""
    found = [ref for ref in _in_words.findall(words) if ref[0] == letter]
    return found[-1] if found else ""
