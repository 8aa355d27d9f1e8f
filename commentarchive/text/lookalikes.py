"""Texts reduced to what a reader sees, however they are spelled.

`spelled` takes away case, accents, invisible characters and the wide and styled forms
of letters and digits. `looks` also joins the letters of different scripts that look
alike, by Unicode's table of confusables (UTS 39), which the package
`confusable-homoglyphs` carries.
"""

import unicodedata
from functools import cache
from typing import override

from confusable_homoglyphs.confusables import confusables_data

# Format characters (soft hyphens, zero-width spaces), accents that stand alone.
_INVISIBLE = frozenset({"Cf", "Mn", "Me"})
# Fillers that Unicode calls letters although they show nothing.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
_APOSTROPHES = frozenset("'’‘‛ʼʹʻ′`´")  # that is what they are
_EAST = "CJK"
# The reading marks around right-to-left forms in the table.
_MARKS = "\u200e\u200f"


class _Fold(dict[int, str | None]):
    """What stands for each character, None for nothing; worked out when first met."""

    def __missing__(self, code: int) -> str | None:
        # `str.translate` is many times faster for None than for an empty string.
        self[code] = found = self._fold(chr(code)) or None
        return found

    def _fold(self, char: str) -> str:
        return "".join(map(_spell, unicodedata.normalize("NFKD", char)))


class _LookFold(_Fold):
    @override
    def _fold(self, char: str) -> str:
        parts = unicodedata.normalize("NFKD", char)
        return "".join(_look(part) for part in parts if _spell(part))


class _Seen(_Fold):
    @override
    def _fold(self, char: str) -> str:
        is_unseen = char in _FILLERS or unicodedata.category(char) == "Cf"
        return "" if is_unseen else char


_spelled, _looks, _seen = _Fold(), _LookFold(), _Seen()


def spelled(text: str) -> str:
    """Return a text without case, accents, apostrophes and invisible characters."""
    return text.translate(_spelled)


def looks(text: str) -> str:
    """Return a text in which all that looks alike is alike."""
    return text.translate(_looks).replace("rn", "m")


def look_of(char: str) -> str:
    """Return what one character looks like; "" where it cannot be seen."""
    return char.translate(_looks)


def placed(text: str, *, by_looks: bool) -> tuple[str, list[int]]:
    """Return a text as `looks` or `spelled` does, and where each character was.

    Behind the last one stands where the text ends.
    """
    fold = _looks if by_looks else _spelled
    made: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in fold[ord(char)] or "":
            if by_looks and part == "n" and made and made[-1] == "r":
                made[-1] = "m"
            else:
                made.append(part)
                places.append(place)
    places.append(len(text))
    return "".join(made), places


def seen(text: str) -> str:
    """Return a text without invisible characters, its styled forms plain ones."""
    normal = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return normal.translate(_seen)


def scripts_of(text: str) -> frozenset[str]:
    """Return the scripts of a text's letters, as Unicode names them.

    Those that Japanese, Korean and Chinese write together count as one, Latin letters
    among them too.
    """
    letters = unicodedata.normalize("NFKC", text)
    found = {_script(char) for char in letters} - {""}
    return frozenset(found - {"LATIN"} if _EAST in found else found)


def passes_for_plain(text: str) -> bool:
    """Return whether a text mixes scripts, or looks like plain letters throughout."""
    return len(scripts_of(text)) > 1 or (not text.isascii() and looks_plain(text))


def looks_plain(text: str) -> bool:
    """Return whether all letters of a text look like letters of another script.

    Not where they are Latin ones, whatever their accents.
    """
    return looks(text).isascii() and scripts_of(text) - {"LATIN"} != frozenset()


def has_words(text: str) -> bool:
    """Return whether a text says anything: one letter or digit that can be seen."""
    return any(char.isalnum() for char in spelled(text))


@cache
def _script(char: str) -> str:
    """Return the script of a letter, by the beginning of its name; "" of all else."""
    if not unicodedata.category(char).startswith("L"):
        return ""
    first = unicodedata.name(char, "").partition(" ")[0].partition("-")[0]
    if first in {"MODIFIER", "FEMININE", "MASCULINE", "MICRO"}:
        return ""
    return _EAST if first in {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"} else first


def _spell(char: str) -> str:
    if char in _APOSTROPHES or char in _FILLERS:
        return ""
    if unicodedata.category(char) in _INVISIBLE:
        return ""
    digit = unicodedata.decimal(char, None)
    return char.casefold() if digit is None else str(digit)


def _look(char: str) -> str:
    """Return the plain letters that a character looks like, small.

    A letter whose capital looks like a plain one goes with it, so that the two cases
    of a letter stay one.
    """
    for form in (char, char.upper()):
        plain = _prototypes().get(form, form)
        if plain.isascii():
            break
    else:
        plain = _prototypes().get(char.casefold(), char.casefold())
    # A capital I is an l in the table, and a small i is not.
    return "".join(map(_spell, plain)).replace("i", "l")


@cache
def _prototypes() -> dict[str, str]:
    """Return the form that the table reduces each look-alike to.

    The package's table holds every pair both ways: a look-alike has one partner, the
    form that it is reduced to has many.
    """
    found = {}
    for char, partners in confusables_data.items():
        source = char.strip(_MARKS)
        target = partners[0]["c"].strip(_MARKS)
        is_source = len(partners) == 1 and not _is_plain(source)
        if (len(source) == 1 and is_source) or source in {"I", "1", "0", "|"}:
            found[source] = target
    return found


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isalnum()
