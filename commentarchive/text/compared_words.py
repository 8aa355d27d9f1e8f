"""The words by which texts are held against one another: as written, in any case.

Accents tell words apart, and a sentence in a script without spaces is one word: in a
few short words nothing is told apart. What a search looks for is folded further
(`search_words.py`). Digests of these words are stored (`ArticlePhrase`).
"""

import re
from collections.abc import Iterator

_word = re.compile(r"\w+(?:['’‘]\w+)*")


def compared_words(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return _word.findall(_compared(text))


def placed_words(text: str) -> Iterator[tuple[str, int]]:
    """Yield each word as it is compared, and where it begins in the text."""
    for found in _word.finditer(text):
        yield _compared(found[0]), found.start()


def _compared(text: str) -> str:
    return text.casefold().replace("’", "'").replace("‘", "'")
