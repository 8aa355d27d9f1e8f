"""Where the fields of a comment in Movable Type's text end, and its words begin."""

import re
from collections.abc import Collection, Iterable, Sequence

from commentarchive.importers.state_names import hides

NAME = r"[A-Z][A-Z0-9_ /-]*"
FIELD = re.compile(rf"({NAME}):[ \t]?(.*)")
_any_field = re.compile(NAME.encode() + rb":")
# Of comments, trackbacks and articles, and what begins them.
_known = re.compile(
    rb"(?:COMMENT|PING|AUTHOR|EMAIL|IP|URL|DATE|TITLE|BLOG NAME|BASENAME|STATUS"
    rb"|CATEGORY|UNIQUE URL|TAGS|NO ENTRY|ALLOW COMMENTS|ALLOW PINGS|CONVERT BREAKS"
    rb"|PRIMARY CATEGORY):"
)
# How far from a warning the lines around it are looked for.
_REACH = 1 << 10
# With these, in capitals and before a colon, people begin what they say.
_SPEECH = frozenset(
    {
        *("NOTE", "NB", "PS", "PPS", "EDIT", "EDITED", "UPDATE", "UPDATED", "RE", "TO"),
        *("FYI", "BTW", "IMO", "IMHO", "ETA", "TLDR", "OT", "PLEASE", "WARNING", "TIP"),
        *("SPOILER", "ATTENTION", "IMPORTANT", "QUESTION", "ANSWER", "CORRECTION", "I"),
        *("DISCLAIMER", "FACT", "OK", "YES", "YOU", "SOURCE", "HINT", "REMEMBER", "WE"),
    }
)
_MOST_WORDS = 3


def header_end(lines: Sequence[str], known: Collection[str]) -> int:
    """Return how many lines of a comment are fields; its text begins after them.

    Its date is the last field that systems write: until there any line may be one.
    After it, or where there is none, fields go on until a blank line, a field that
    stood before, or what people begin to speak with. A text is not empty, so where
    nothing else is left, unknown fields are the text.
    """
    number = dated = _last_date(lines) + 1
    seen = set(fields_of(lines[:dated])) & set(known)
    told, is_hiding = dated, False
    for line in lines[dated:]:
        found = FIELD.fullmatch(line)
        if found is None or _is_speech(*found.groups()) or found[1] in seen:
            break
        number += 1
        is_hiding |= hides(*found.groups())
        if found[1] in known:
            seen.add(found[1])
            told = number
    has_text = is_hiding or any(map(str.strip, lines[number:]))
    return number if seen and has_text else told


def _is_speech(name: str, value: str) -> bool:
    """Return whether a line like a field is rather somebody's text."""
    words = name.split()
    is_short = len(words) == 1 and len(name) == 1
    return (
        is_short
        or len(words) > _MOST_WORDS
        or not _SPEECH.isdisjoint(words)
        or value.startswith("//")
    )


def fields_of(lines: Iterable[str]) -> dict[str, str]:
    """Return the fields in some lines; of one that stands twice, the first."""
    values: dict[str, str] = {}
    for line in lines:
        if found := FIELD.fullmatch(line):
            values.setdefault(found[1], found[2].strip())
    return values


def _last_date(lines: Sequence[str]) -> int:
    """Return the number of the first line DATE among the fields and blanks; or -1."""
    for number, line in enumerate(lines):
        if line.startswith("DATE:"):
            return number
        if line.strip() and not FIELD.fullmatch(line):
            break
    return -1


def is_among_fields(warning: re.Match[bytes]) -> bool:
    """Return whether a warning stands where a file has fields and nobody's words."""
    data, start, end = warning.string, warning.start(), warning.end()
    before = data[max(0, start - _REACH) : start].rstrip().rpartition(b"\n")[2].strip()
    after = data[end : end + _REACH].lstrip().partition(b"\n")[0].strip()
    if before in {b"", b"-----", b"--------"}:
        begins = after in {b"", b"--------"} or _any_field.match(after) is not None
        return begins and (before != b"" or start < _REACH)
    return _known.match(before) is not None and _known.match(after) is not None
