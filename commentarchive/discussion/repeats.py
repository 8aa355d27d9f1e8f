"""Where a passage is said again: in comments, quotations, articles, titles and names.

What is kept of each text finds those that may say it (`search/passages.py`); they are
read and compared (`repeated_texts.py`). A passage of two to seven words is also looked
for as a phrase, as searches do, since a longer text may hold it inside a sentence. The
number of queries is the same however large the archive is. Hidden texts are found too:
it is for staff, who are told how many texts are still to be folded.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.db.models import Q

from commentarchive.discussion.repeated_texts import (
    Kind,
    Place,
    first_seen,
    names_with,
    places_in,
)
from commentarchive.models import CommenterName
from commentarchive.search.index import AUTHOR, folded
from commentarchive.search.look_up import (
    LOOKED_AT,
    Asked,
    Hit,
    newest_hits,
    oldest_among,
)
from commentarchive.search.passages import ASKED, digest_words, rows_with
from commentarchive.search.triggers import ARTICLES, PUBLIC, SEALED
from commentarchive.text.alike_names import name_look
from commentarchive.text.passages import Passage
from commentarchive.text.search_words import words_of

# Texts that are looked at of each digest, newest first, and in all, likeliest first.
MOST, READ = 500, 1000
# The longest passage that is looked for in names, in words.
NAME_WORDS = 12


class Places(NamedTuple):
    """Where a passage is said again, likeliest first; and whether these are all."""

    found: Sequence[Place]
    is_all: bool

    @property
    def public(self) -> int:
        """Return how many of them readers see."""
        return sum(place.is_public for place in self.found)


def find_places(passage: Passage, *, but: Collection[int] = ()) -> Places:
    """Find where a passage is said again, but in some comments."""
    if not passage.says_something:
        return Places((), is_all=True)
    digests = digest_words(passage.phrases(ASKED))
    is_all = True
    found: list[Place] = []
    for table in (PUBLIC, SEALED, ARTICLES):
        keys, is_whole = _likeliest(table, digests)
        is_all &= is_whole
        if passage.is_short:
            hits, is_whole = _with_phrase(table, words_of(passage.text))
            is_all &= is_whole
            keys += sorted({hit.key for hit in hits} - set(keys))
        found += places_in(table, dict.fromkeys(keys, (0,)), {0: passage})
    names, is_whole = _names(passage)
    is_all &= is_whole
    found += names_with(names, passage)
    places = [each for each in first_seen(found) if not _is_one_of(each, but)]
    places.sort(key=lambda each: (not each.is_public, -each.likeness.share, -each.pk))
    return Places(places, is_all=is_all)


def public_places(passages: Mapping[int, Passage]) -> Places:
    """Return the public places that say any of some passages again, each once.

    By the versions that stand. Passages of fewer than five words are left out:
    strangers share them by chance.
    """
    owners: dict[str, set[int]] = {}
    for number, passage in passages.items():
        for digest in digest_words(passage.phrases(ASKED)) if passage.rows else ():
            owners.setdefault(digest, set()).add(number)
    is_all = True
    found: list[Place] = []
    for table in (PUBLIC, ARTICLES):
        asked: dict[int, set[int]] = {}
        each_has: Counter[str] = Counter()
        for digest, key in rows_with(table, list(owners), MOST + 1):
            each_has[digest] += 1
            asked.setdefault(key, set()).update(owners[digest])
        is_all &= all(each <= MOST for each in each_has.values())
        found += places_in(table, asked, passages)
    return Places([each for each in first_seen(found) if each.is_public], is_all=is_all)


def _likeliest(table: str, digests: Sequence[str]) -> tuple[list[int], bool]:
    """Return the rows with the most of these digests first; whether these are all."""
    has: Counter[int] = Counter()
    each_has: Counter[str] = Counter()
    for digest, key in rows_with(table, digests, MOST + 1):
        each_has[digest] += 1
        has[key] += 1
    is_all = len(has) <= READ and all(number <= MOST for number in each_has.values())
    return sorted(has, key=lambda key: (-has[key], -key))[:READ], is_all


def _is_one_of(place: Place, comments: Collection[int]) -> bool:
    return place.kind in {Kind.COMMENT, Kind.QUOTATION} and place.pk in comments


def _with_phrase(table: str, words: Sequence[str]) -> tuple[list[Hit], bool]:
    """Return the newest rows that have some words one after another; whether all.

    None for a single word, or for more than a name has.
    """
    if not 1 < len(words) < NAME_WORDS:
        return [], True
    asked = Asked(
        table=table,
        shown=None,
        needed=sorted(set(words)),
        unwanted=(),
        phrases=[(folded(words), True)],
        since=None,
        until=None,
        weighed=(),
    )
    oldest = oldest_among(asked, LOOKED_AT)
    hits = newest_hits(replace(asked, oldest=oldest), MOST)
    return hits, oldest is None and len(hits) < MOST


def _names(passage: Passage) -> tuple[list[CommenterName], bool]:
    """Return the names that look like a passage or have it as a part; whether all."""
    words = words_of(passage.text)
    if not 0 < len(words) < NAME_WORDS:
        return [], True
    by = [f"{AUTHOR}{word}" for word in words]
    each = [_with_phrase(table, by) for table in (PUBLIC, SEALED)]
    said = {hit.subject for hits, _is_all in each for hit in hits}
    look = Q(looks=name_look(passage.text).looks)
    found = CommenterName.objects.filter(look | Q(commenter__comments__in=said))
    return list(found.distinct()), all(is_all for _hits, is_all in each)
