"""References as arguments: by themselves, or in the address of a page."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from commentarchive.ledger.merkle.refs import PATTERN

_reference = re.compile(rf"(?:.*/)?({PATTERN})/?(?:[?#].*)?")
_LETTERS = {
    "comment": "c",
    "commenter": "n",
    "claim": "e",
    "complaint": "e",
    "request": "e",
}


def add_subject(parser: CommandParser, *names: str) -> None:
    """Let a command take one subject of some kinds."""
    which = parser.add_mutually_exclusive_group(required=True)
    for name in names:
        which.add_argument(f"--{name}", metavar="REF", help="or its page's address")


def reference(options: Mapping[str, Any]) -> str:
    """Return the reference of the subject. Raise CommandError for none."""
    for name, letter in _LETTERS.items():
        given = options.get(name)
        if given is None:
            continue
        return in_argument(given, letter, f"a {name}")
    message = "Name a comment or a commenter."
    raise CommandError(message)


def in_argument(given: str, letter: str, what: str) -> str:
    """Return the reference in an argument. Raise CommandError for another kind's."""
    found = _reference.fullmatch(given)
    if found is None or found[1][0] != letter:
        message = f"{given!r} is no reference of {what}, nor its page's address."
        raise CommandError(message)
    return found[1]
