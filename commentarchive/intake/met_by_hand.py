"""Comments that were entered by hand, found again in a copy that a program made.

The same name, the same words and the same time, as well as that is known, are the same
comment. The same words alone are only likely: that is said, and both are kept. Without
a name nothing is sure. Of one that is erased no words may come back: there the same
words are enough, unless name or time contradicts them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import inf
from typing import NamedTuple
from zoneinfo import ZoneInfo

from commentarchive.importers.formats.by_hand import OWN_ID, SCHEME, as_html
from commentarchive.importers.parsed import ParsedComment, ParsedPost
from commentarchive.intake.moved_comments import moment_of, names_of, plains_of
from commentarchive.intake.stored import StoredComment
from commentarchive.matching import (
    Key,
    fingerprint,
    name_fingerprint,
    words_fingerprint,
)
from commentarchive.models import ErasedWords, Visibility
from commentarchive.text.similar import bare_words

_MINUTE = 60
# How far "about then" reaches: around a time of day, and around a day.
_ABOUT_A_TIME, _ABOUT_A_DAY = timedelta(hours=3), timedelta(days=3)
_DAY = timedelta(days=1)
# As `moderation/forms/entering.py` writes what is not known exactly.
_rough = re.compile(r"(about )?(\d{1,2} [A-Z][a-z]+ \d{4})(?:, (\d\d:\d\d))?")


class Met(NamedTuple):
    """By the number in a copy: the own id and key of what is here; and what may be."""

    sure: dict[str, tuple[str, int]]
    # By the number in the copy; "" where naming it would tell words that are hidden.
    likely: list[str]


class _Entered(NamedTuple):
    """A comment that was entered by hand, as far as it is to be compared."""

    own_id: str
    row: StoredComment
    name: str
    zone: str
    # Of a name that is erased, its digest.
    erased_name: bytes | None

    def is_by(self, read: ParsedComment) -> bool:
        return self.name != "" and self.name == read.name

    def is_of_its_time(self, read: ParsedComment) -> bool:
        """Return whether the time is the same, as well as it is known here."""
        moment = moment_of(read)
        if moment is None:
            return False
        if self.row.when != inf:
            # Nothing typed has seconds.
            return moment // _MINUTE == self.row.when // _MINUTE
        span = _span_of(self.row.facts.printed, self.zone)
        return (
            span is not None
            and span[0] <= datetime.fromtimestamp(moment, UTC) < (span[1])
        )

    def is_contradicted(self, read: ParsedComment) -> bool:
        """Return whether another name, or another day, tells that it is another one."""
        moment = moment_of(read)
        if self.name and read.name and self.name != read.name:
            return True
        erased = self.erased_name
        if erased and read.name and erased != name_fingerprint(read.name):
            return True
        if moment is None or self.row.when == inf:
            return False
        return abs(moment - self.row.when) > _DAY.total_seconds()


def as_of_the_copy(
    parsed: ParsedPost, stored: dict[Key, StoredComment]
) -> dict[Key, StoredComment]:
    """Return an article's comments, those by hand in the id space of a copy.

    Where nothing but what was typed is known of a blog, its id space is not known.
    """
    return {
        key._replace(scheme=parsed.scheme) if key.scheme == SCHEME else key: each
        for key, each in stored.items()
    }


def find_entered(
    parsed: ParsedPost, stored: Mapping[Key, StoredComment], zone: str
) -> Met:
    """Find those comments of a copy that were entered by hand before.

    No look-up unless some were. `zone` is the clock of the blog.
    """
    met = Met({}, [])
    rows = {
        each.pk: (key.source_id, each)
        for key, each in stored.items()
        if key.source_id.startswith(OWN_ID)
        and key.scheme == parsed.scheme
        and not each.is_placeholder
    }
    if not rows:
        return met
    names = names_of(rows)
    kept = ErasedWords.objects.filter(comment__in=rows, is_name=True)
    erased = dict(kept.values_list("comment", "digest"))
    entered = {
        pk: _Entered(*row, names[pk], zone, bytes(erased.get(pk, b"")) or None)
        for pk, row in rows.items()
    }
    by_words = _by_words(entered)
    for read in parsed.comments:
        is_here = Key(parsed.scheme, read.source_id, 0) in stored
        if is_here or not read.source_id:
            continue
        taken = {pk for _own, pk in met.sure.values()}
        alike = [pk for pk in _alike(read, by_words) if pk not in taken]
        sure = [
            pk
            for pk in alike
            if entered[pk].is_by(read) and entered[pk].is_of_its_time(read)
        ]
        gone = [
            pk
            for pk in alike
            if _is_erased(entered[pk]) and not entered[pk].is_contradicted(read)
        ]
        found = sure if len(sure) == 1 else gone
        if found:
            met.sure[read.source_id] = (entered[found[0]].own_id, found[0])
        elif alike:
            is_public = read.state == "live" and all(
                entered[pk].row.visibility == Visibility.PUBLISHED for pk in alike
            )
            met.likely.append(read.source_id if is_public else "")
    return met


def _by_words(entered: Mapping[int, _Entered]) -> dict[bytes, list[int]]:
    """Return the comments by the digests of their words, also of those erased."""
    found: dict[bytes, list[int]] = {}
    for pk, texts in plains_of(entered).items():
        for words in {words_fingerprint(each) for each in texts if bare_words(each)}:
            found.setdefault(words, []).append(pk)
    erased = [pk for pk, each in entered.items() if _is_erased(each)]
    if erased:
        of_words = ErasedWords.objects.filter(comment__in=erased, is_name=False)
        kept = of_words.order_by("pk")
        for pk, digest in kept.values_list("comment", "digest"):
            found.setdefault(bytes(digest), []).append(pk)
        # What was erased before digests of words were kept.
        for pk in erased:
            for digest in entered[pk].row.versions:
                found.setdefault(digest, []).append(pk)
    return found


def _alike(read: ParsedComment, by_words: Mapping[bytes, list[int]]) -> list[int]:
    """Return the stored comments that have the same words as one that was read."""
    digests = (
        words_fingerprint(read.plain),
        fingerprint(read.raw),
        fingerprint(as_html(read.raw)),
        fingerprint(as_html(read.plain)),
    )
    found = (pk for digest in digests for pk in by_words.get(digest, ()))
    return list(dict.fromkeys(found))


def _is_erased(entered: _Entered) -> bool:
    return entered.row.visibility == Visibility.ERASED


def _span_of(printed: str, zone: str) -> tuple[datetime, datetime] | None:
    """Return between which moments a time in words is; None where it does not tell."""
    rough = _rough.fullmatch(printed)
    if rough is None or (rough[3] and not rough[1]):
        return None
    written = f"{rough[2]} {rough[3] or '00:00'} +0000"
    try:
        day = datetime.strptime(written, "%d %B %Y %H:%M %z")
    except ValueError:
        return None
    moment = day.replace(tzinfo=ZoneInfo(zone))
    if rough[3]:
        return moment - _ABOUT_A_TIME, moment + _ABOUT_A_TIME
    if rough[1]:
        return moment - _ABOUT_A_DAY, moment + _DAY + _ABOUT_A_DAY
    return moment, moment + _DAY
