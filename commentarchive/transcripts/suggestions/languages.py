"""The languages whose words are known here, and which of them a text is in."""

import re
from collections.abc import Sequence

from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.english import ENGLISH
from commentarchive.transcripts.suggestions.once import once
from commentarchive.transcripts.suggestions.words import Words

LANGUAGES = (ENGLISH,)
# The share of a text's words that are the commonest of its language, at least.
SHARE = 0.15
# What is looked at to find out the language.
ENOUGH = 20_000
_word = re.compile(r"[^\W\d_]+")


@once
def language_of(paragraphs: Sequence[Paragraph]) -> Words | None:
    """Return the words of a text's language; None for one that is not known here."""
    found: list[str] = []
    length = 0
    for paragraph in paragraphs:
        found += map(str.lower, _word.findall(paragraph.text[:ENOUGH]))
        length += len(paragraph.text)
        if length > ENOUGH:
            break
    for words in LANGUAGES:
        common = sum(each in words.commonest for each in found)
        if found and common >= SHARE * len(found):
            return words
    return None
