"""Names that look alike and are spelled otherwise: a sign that one poses as the other.

Two names are compared by what readers see of them (`lookalikes.looks`, Unicode's UTS
39). That alone accuses nobody: René and Rene, a name in capitals, Marn and Mam are no
signs. A name is pointed out for what only a deception needs: letters of two scripts, a
whole name in another script's letters, characters that nobody sees, signs in the place
of letters.
"""

import re
import unicodedata
from typing import NamedTuple
from zlib import crc32

from commentarchive.text.lookalikes import (
    look_of,
    looks,
    looks_plain,
    scripts_of,
    spelled,
)
from commentarchive.text.unseen import hides_something, without_unseen

# Letters of the shortest name that is pointed out for its script as a whole.
FEWEST_LETTERS = 3
# A one or a bar inside a word, or a capital I behind small letters: each looks like a
# small L. A figure alone at the end, as of "Tom1", is common, and so is McIntyre.
_figure = re.compile(
    r"[A-Za-z][1|]+[A-Za-z]|[A-Za-z][1|]{2,}|(?<!\bMc)(?<!\bMac)(?<!\bFitz)(?<=[a-z])I"
)
_many_words_in_one = re.compile("[a-z][A-HJ-Z]")
# Letters of their own, however much like another one they look.
_OWN_LETTERS = "ıſ"


class NameLook(NamedTuple):
    """How a name looks, as a number, and whether it could pose as another one."""

    looks: int
    is_odd: bool


def name_look(name: str) -> NameLook:
    """Return by what a name's look-alikes are found."""
    return NameLook(crc32(_look(name).encode()), is_odd(name))


def is_odd(name: str) -> bool:
    """Return whether a name has what points it out where another looks like it."""
    if name.isascii():
        return not name.isprintable() or _has_figure(name)
    return (
        hides_something(name)
        or len(scripts_of(name)) > 1
        or looks_plain(name)
        or _has_sign(name)
        or _has_figure(name)
    )


def poses_by(name: str, other: str) -> str:
    """Return by what a name poses as another one, in words; "" where it does not."""
    if name == other or _look(name) != _look(other):
        return ""
    if hides_something(name):
        return "with characters that nobody sees"
    if _has_sign(name) and not _has_sign(other):
        return "with signs that look like letters"
    if spelled(name) == spelled(other):
        return ""
    scripts = scripts_of(name)
    if len(scripts) > 1:
        # The scripts that are not the other's; of the same ones, all.
        apart = sorted(scripts - scripts_of(other) or scripts)
        said = " and ".join(script.capitalize() for script in apart)
        return f"with {said} letters"
    if looks_plain(name) and not looks_plain(other):
        (script,) = scripts
        is_long = sum(char.isalpha() for char in name) >= FEWEST_LETTERS
        return f"in {script.capitalize()} letters" if is_long else ""
    if _has_figure(name):
        return "with a 1 or an I in the place of an l"
    return ""


def _look(name: str) -> str:
    return " ".join(looks(without_unseen(name)).split())


def _has_figure(name: str) -> bool:
    # Most names have none of these, which is found out at once.
    if not ("I" in name or "1" in name or "|" in name):
        return False
    return bool(_figure.search(name)) and not _many_words_in_one.search(name)


def _has_sign(name: str) -> bool:
    """Return whether a name has signs that look like plain letters, and letters."""
    return any(map(_is_sign, name)) and any(map(str.isalpha, name))


def _is_sign(char: str) -> bool:
    if char.isascii() or char in _OWN_LETTERS:
        return False
    if unicodedata.decomposition(char).startswith(("<compat>", "<font>")):
        return look_of(char).isalpha()
    # Phonetic letters and small capitals; not letters with strokes, as of Łukasz.
    name = unicodedata.name(char, "")
    is_plain = name.startswith("LATIN") and " WITH " not in name
    look = look_of(char)
    return is_plain and look.isascii() and look.isalpha() and look != spelled(char)
