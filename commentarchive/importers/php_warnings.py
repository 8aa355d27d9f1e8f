"""Warnings that a server's PHP printed into an export, known by their form.

People quote such warnings, too: whoever asks says where one can be nobody's words.
"""

import re
from collections.abc import Callable, Iterator

from commentarchive.importers.parsed import Reading

KINDS = (
    rb"(?:User )?(?:Warning|Notice|Deprecated)|Strict Standards"
    rb"|(?:Core|Compile) warning|(?:(?:Recoverable |Catchable )?fatal|Parse) error"
)
# As PHP prints them for browsers and for a terminal, as Xdebug does, and WordPress's
# own about its database.
PATTERN = (
    rb"(?:(?:<br ?/?>\s*)?<b>(?:%s)</b>:[^\n]{0,1000}? on line <b>\d+</b>(?:<br ?/?>)?"
    rb"|(?:PHP )?(?:%s): [^\n]{0,1000}? on line \d+(?=\s)"
    rb"|(?:<br ?/?>\s*)?<font size=.1.><table class=.xdebug-error[\s\S]{0,8000}?"
    rb"</table></font>"
    rb"|<div id=.error.>\s*<p class=.wpdberror.>[\s\S]{0,4000}?</p>\s*</div>)"
    % (KINDS, KINDS)
)
_warnings = re.compile(rb"%s(?:\s*%s)*+" % (PATTERN, PATTERN), re.IGNORECASE)
_token = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|(?P<warning>%s)"
    rb"|<(?P<is_end>/?)(?:[\w.-]+:)?(?P<name>[\w.-]+)[^<>]*?(?P<is_empty>/?)>"
    % PATTERN,
    re.IGNORECASE | re.DOTALL,
)
# Elements that hold fields or records, and no words of anybody.
_HOLDERS = frozenset(
    {
        *(b"", b"item", b"comment", b"channel", b"rss", b"feed", b"entry", b"author"),
        *(b"disqus", b"post", b"thread", b"category", b"commentmeta", b"postmeta"),
    }
)
LEFT_OUT = "a warning of the server's PHP; left out"
# How many elements an end tag may end.
_DEEPEST = 100
# Without any of these there is none.
_signs = re.compile(rb" on line |xdebug-error|wpdberror", re.IGNORECASE)
# One that has no end goes on to the end.
_string = rb"\"[^\"\\]*+(?:\\.[^\"\\]*+)*+(?:\"|\Z)"
_string_or_warning = re.compile(
    _string + rb"|(?P<warning>" + PATTERN + rb")", re.IGNORECASE | re.DOTALL
)


def without(
    data: bytes,
    is_one: Callable[[re.Match[bytes]], bool],
    reading: Reading,
    byte: int = 0,
) -> bytes:
    """Return bytes with white space in the place of warnings, of the same length.

    `is_one` says of each whether it can be nobody's words; each that is left out is
    noted by its place, where `byte` is that of the data in the file.
    """
    if not _signs.search(data):
        return data
    return _blanked(data, filter(is_one, _warnings.finditer(data)), reading, byte)


def without_between_strings(data: bytes, start: int, reading: Reading) -> bytes:
    """Return JSON without the warnings that stand in none of its texts."""
    if not _signs.search(data, start):
        return data
    found = _string_or_warning.finditer(data, start)
    return _blanked(data, (each for each in found if each["warning"]), reading, 0)


def without_between_fields(piece: bytes, byte: int, reading: Reading) -> bytes:
    """Return XML without the warnings that stand in no field of a record."""
    if not _signs.search(piece):
        return piece
    return _blanked(piece, _between_fields(piece), reading, byte)


def _between_fields(piece: bytes) -> Iterator[re.Match[bytes]]:
    opened = [b""]
    for found in _token.finditer(piece):
        if found["warning"]:
            if opened[-1] in _HOLDERS:
                yield found
        elif not (name := found["name"]) or found["is_empty"]:
            continue
        elif not found["is_end"]:
            opened.append(name)
        elif name in opened[-_DEEPEST:]:
            while opened.pop() != name:
                pass


def _blanked(
    data: bytes, found: Iterator[re.Match[bytes]], reading: Reading, byte: int
) -> bytes:
    parts, place = [], 0
    for each in found:
        reading.repair(byte + each.start(), LEFT_OUT)
        parts += [data[place : each.start()], re.sub(rb"[^\n]", b" ", each[0])]
        place = each.end()
    return b"".join((*parts, data[place:])) if parts else data
