"""Whether two texts are the same comment: one as stored, one as a page shows it.

Between the two WordPress bends quotes and dashes, draws smilies, links addresses and
breaks lines (`wptexturize`, `convert_smilies`, `make_clickable`); themes and browsers
do as much again. What is left of a text without these is what its writer wrote.
"""

import re
import unicodedata

_smiley = re.compile(
    r"(?<!\S)(?:[:;8]-?[)(DPpOo?x|!]+|:'-?\(|:-?\?|:[a-z]{2,10}:)(?!\S)"
)
# Quotes, primes and accents that stand for them.
_quotes = re.compile("[\"'`´‘-‟′-‷«»]")
_dashes = re.compile("[-‐-―−]+")
# What WordPress draws for the smilies that it knows.
_drawn = re.compile("[🙂🙁😀😃😄😆😉😛😐😎😮😯😳😡😈😕😥😭👿💡❗❓➡🤨]\ufe0f?")
_dropped = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp", "Sk"})


def same_words(one: str, other: str) -> bool:
    """Return whether two plain texts differ only in typography and line breaks."""
    return one == other or bare_words(one) == bare_words(other)


def bare_words(plain: str) -> str:
    """Return a text without anything that a page may change in it."""
    text = unicodedata.normalize("NFKD", _drawn.sub(" ", _smiley.sub(" ", plain)))
    text = _dashes.sub("-", _quotes.sub("", text)).replace("×", "x")
    kept = [char for char in text if unicodedata.category(char) not in _dropped]
    return "".join(kept).replace("(tm)", "tm").casefold()
