"""The exact bytes that entries may have, as one pattern for each kind of entry.

Canonical form puts an entry's members into one order (RFC 8785 section 3.2.3), and the
registry says what each may be: so a single match tells at once that an entry is
canonical, of the registry, and about which subject. What does not match is looked at
member by member, which can say why.
"""

import re
from collections.abc import Collection, Mapping
from functools import cache

from commentarchive.ledger.merkle.events import EVENTS, ROLES, VERSION
from commentarchive.ledger.merkle.fields import (
    Choice,
    Digest,
    Field,
    Flag,
    IfAny,
    Maybe,
    Minute,
    Number,
    Ref,
)
from commentarchive.ledger.merkle.refs import LETTERS

_REST = "[a-z2-7]{26}"
_DIGEST = '"[A-Za-z0-9_-]{43}"'
_MINUTE = '"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:00Z"'
# Longer numbers are left to the check that can count.
_NUMBER = "[1-9][0-9]{0,14}"


def _value(field: Field) -> str:
    """Write the pattern of one member's value."""
    match field:
        case Choice(words):
            return f'"(?:{"|".join(map(re.escape, words))})"'
        case Number(least):
            return _NUMBER if least else f"(?:0|{_NUMBER})"
        case Flag():
            return "(?:true|false)"
        case Ref(letters):
            return f'"[{letters}]{_REST}"'
        case Digest():
            return _DIGEST
        case Minute():
            return _MINUTE
        case Maybe(kind):
            return f"(?:null|{_value(kind)})"
        case IfAny(kind):
            return _value(kind)


def _object(members: Mapping[str, str], may_be_left_out: Collection[str] = ()) -> str:
    """Write the pattern of an object, its members in the order of their names."""
    inner, has_one = "", False
    for name in sorted(members):
        # Until some member is sure to stand before it, a comma depends on whether
        # the object has only just begun.
        comma = "," if has_one else r"(?:(?<=\{)|(?<!\{),)"
        member = f'{comma}"{re.escape(name)}":{members[name]}'
        if name in may_be_left_out:
            inner += f"(?:{member})?"
        else:
            inner += member if has_one or inner else member.removeprefix(comma)
            has_one = True
    return rf"\{{{inner}\}}"


@cache
def form(event: str, letter: str) -> re.Pattern[bytes] | None:
    """Return the pattern of an event about one kind of subject, or None.

    Its groups are the number of the event among its subject's, and the subject.
    """
    found = EVENTS.get(event)
    if found is None or not letter or letter not in found.subjects:
        return None
    said = _object(
        {
            "actor": _object({"k": f'(?:null|"a{_REST}")', "r": _value(Choice(ROLES))}),
            "c": _object(
                dict.fromkeys((*found.committed, *found.committed_if_any), _DIGEST),
                found.committed_if_any,
            ),
            "d": _object(
                {name: _value(kind) for name, kind in found.public.items()},
                [
                    name
                    for name, kind in found.public.items()
                    if isinstance(kind, IfAny)
                ],
            ),
            "id": f'"e{_REST}"',
            "re": r"\[\]",
            "subj": _object(
                {
                    "k": f'"{LETTERS[letter]}"',
                    "n": f"({_NUMBER})",
                    "r": f'"({letter}{_REST})"',
                }
            ),
            "t": f'"{re.escape(event)}"',
            "thread": f'(?:null|"p{_REST}")',
            "ts": _MINUTE,
            "v": f"{VERSION}",
        }
    )
    return re.compile(said.encode())
