"""Outside references: one letter for the kind and 128 random bits.

The letter is followed by 26 characters of lower-case base32 (RFC 4648 section 6,
without padding). Nothing about a row can be learnt from its reference.
"""

import base64
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
    "x": "crosspost",
}
PATTERN = r"[a-z][a-z2-7]{26}"
_shape = re.compile(PATTERN)


def new_refs(letter: str, count: int) -> list[str]:
    """Make `count` references of one kind. Raise KeyError for an unknown letter."""
    LETTERS[letter]
    encoded = base64.b32encode(
        b"".join(os.urandom(16) + b"\0\0\0\0" for _ in range(count))
    )
    text = encoded.decode("ascii").lower()
    return [letter + text[start : start + 26] for start in range(0, 32 * count, 32)]


def new_ref(letter: str) -> str:
    """Make one reference."""
    return new_refs(letter, 1)[0]


def is_ref(value: object, letters: str = "") -> bool:
    """Tell whether a value is a reference, of one of the letters where given."""
    return (
        isinstance(value, str)
        and _shape.fullmatch(value) is not None
        and value[0] in (letters or LETTERS)
    )
