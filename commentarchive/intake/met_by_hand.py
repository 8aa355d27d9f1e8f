"""Comments that were entered by hand, found again in a copy that a program made.

The same name, the same minute and the same words are the same comment. The same words
alone are only likely: that is said, and both are kept. Without a name nothing is sure.
"""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from commentarchive.importers.formats.by_hand import OWN_ID
from commentarchive.importers.parsed import ParsedComment, ParsedPost
from commentarchive.intake.moved_comments import moment_of, names_of, plains_of
from commentarchive.intake.stored import StoredComment
from commentarchive.matching import Key
from commentarchive.models import Visibility
from commentarchive.text.similar import bare_words

_MINUTE = 60


class Met(NamedTuple):
    """By the number in a copy: the own id and key of what is here; and what may be."""

    sure: dict[str, tuple[str, int]]
    # By the number in the copy; "" where naming it would tell words that are hidden.
    likely: list[str]


def find_entered(parsed: ParsedPost, stored: Mapping[Key, StoredComment]) -> Met:
    """Find those comments of a copy that were entered by hand before.

    No look-up unless some were.
    """
    met = Met({}, [])
    entered = {
        each.pk: (key.source_id, each)
        for key, each in stored.items()
        if key.source_id.startswith(OWN_ID)
        and key.scheme == parsed.scheme
        and not each.is_placeholder
    }
    if not entered:
        return met
    names, plains = names_of(entered), plains_of(entered)
    by_words: dict[str, list[int]] = {}
    for pk, texts in plains.items():
        for words in {bare_words(text) for text in texts} - {""}:
            by_words.setdefault(words, []).append(pk)
    for read in parsed.comments:
        is_here = Key(parsed.scheme, read.source_id, 0) in stored
        if is_here or not read.source_id:
            continue
        alike = by_words.get(bare_words(read.plain), ())
        taken = {pk for _own, pk in met.sure.values()}
        sure = [
            pk
            for pk in alike
            if pk not in taken and _is_same(read, names[pk], entered[pk][1].when)
        ]
        if len(sure) == 1:
            met.sure[read.source_id] = (entered[sure[0]][0], sure[0])
        elif others := set(alike) - taken:
            is_public = read.state == "live" and all(
                entered[pk][1].visibility == Visibility.PUBLISHED for pk in others
            )
            met.likely.append(read.source_id if is_public else "")
    return met


def _is_same(read: ParsedComment, name: str, when: float) -> bool:
    """Return whether name and minute are the same; nothing typed has seconds."""
    moment = moment_of(read)
    is_same_name = bool(name) and name == read.name
    if not is_same_name or moment is None or when == inf:
        return False
    return moment // _MINUTE == when // _MINUTE
