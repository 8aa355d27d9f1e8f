"""Texts reduced to the words that a search compares, alike on every database.

Case, accents, apostrophes, invisible characters and the wide and styled forms of
letters and digits make no difference. Whatever is neither letter, mark nor digit parts
two words. In scripts that are written without spaces each character is a word, so that
several of them are looked for as a phrase.
"""

import unicodedata

from commentarchive.text.lookalikes import spelled

# A word's characters that count, and a text's.
LONGEST_WORD, LONGEST_TEXT = 100, 200_000
# Han, kana, Thai, Lao, Myanmar, Khmer, Tai and what belongs to them.
_UNSPACED = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19DF)),
    *((0x1A20, 0x1AAF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x312F)),
    *((0x31A0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAA60, 0xAADF)),
    *((0xF900, 0xFAFF), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF)),
)


class _Words(dict[int, str | None]):
    """What a search compares of each character; worked out when first met."""

    def __missing__(self, code: int) -> str | None:
        # `str.translate` is many times faster for None than for an empty string.
        self[code] = found = "".join(map(_part, spelled(chr(code)))) or None
        return found


def _part(char: str) -> str:
    if unicodedata.category(char)[0] not in "LMN":
        return " "
    code = ord(char)
    if any(first <= code <= last for first, last in _UNSPACED):
        return f" {char} "
    return char


_words = _Words()


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order."""
    # One character may become many.
    found = text[:LONGEST_TEXT].translate(_words)[:LONGEST_TEXT].split()
    if max(map(len, found), default=0) > LONGEST_WORD:
        found = [word[:LONGEST_WORD] for word in found]
    return found
