"""Names as readers see them: addresses and telephone numbers in them are cut.

And what nobody would see in them is named (`unseen`). Some people type their e-mail
address where a form asks for their name, and some systems show it in a name's place.
Staff see such names whole.
"""

import re
from functools import lru_cache

from commentarchive.text.unseen import marked

_AT = r"\s?(?:[@＠﹫]|[(\[{]\s?at\s?[)\]}])\s?"
_DOT = r"\s?(?:[.．。]|[(\[{]\s?(?:dot|\.)\s?[)\]}])\s?"  # look alike
# What every name has that is cut: a sign of an address, or seven digits. Each begins
# with a character of its own, so that most names are passed over in one walk.
_may_be = re.compile(r"[@＠﹫(\[{]|\d(?:\D*\d){6}")  # look alike
# A first letter, the rest before the sign, and a host with dots.
_local = r"[^\s@<>(){}\[\]\",;:]"
_mail = re.compile(
    rf"({_local}){_local}{{0,64}}{_AT}\w[\w-]*(?:{_DOT}\w[\w-]*)+", re.IGNORECASE
)
_BETWEEN = r"[\s./()–‐‑-]{0,3}"  # dashes
_YEARS = r"(?!(?:1\d|20)\d\d\W?(?:1\d|20)\d\d(?!\d))"
# Seven to fifteen digits, with what people set between them.
_telephone = re.compile(
    rf"(?<!\w){_YEARS}((?:\+|00)?\s?\(?\d\)?{_BETWEEN}\d)"
    rf"(?:{_BETWEEN}\d){{5,13}}(?!\w)"
)
_invisible = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


# The same few people write most of what a thread shows.
@lru_cache(maxsize=4096)
def shown_name(name: str) -> str:
    """Return a name cut as by `cut_name`, with its unseen characters named."""
    return marked(cut_name(name))


def cut_name(name: str) -> str:
    """Return a name with e-mail addresses cut to "a…@…", and telephone numbers."""
    if not _may_be.search(name):
        return name
    seen = _invisible.sub("", name)
    cut = _telephone.sub(r"\1…", _mail.sub(r"\1…@…", seen))
    return name if cut == seen else cut
