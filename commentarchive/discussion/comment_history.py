"""What happened to one comment, as one list: each event with its date, oldest first."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from commentarchive.discussion.corrections import CorrectionLine
from commentarchive.discussion.query import HistoricalNotice
from commentarchive.discussion.same_thread import HeldElsewhere
from commentarchive.models import Capture, Comment, Gap, Revision
from commentarchive.models.times import printed_time
from commentarchive.text.plain import plain_text
from commentarchive.text.shown_names import shown_name
from commentarchive.threads.notice_words import day, interval, notice_title
from commentarchive.threads.thread_rows import ThreadRow

QUOTED = 120
_NO_DATE = "date not known"
_FIRST = datetime.min.replace(tzinfo=UTC)


class Happening(NamedTuple):
    """One event: its kind, its date in words, and what the page tells of it."""

    kind: str
    when: str
    about: object
    # By which it stands in the list.
    at: datetime


class Told(NamedTuple):
    """All that is known of a comment, each kind in its own order."""

    versions: Sequence[Revision]
    notices: Sequence[HistoricalNotice]
    corrections: Sequence[CorrectionLine]
    claims: Sequence[Gap]
    elsewhere: Sequence[HeldElsewhere]
    proof: tuple[Revision, Capture, int] | None


def happenings(comment: Comment, told: Told) -> list[Happening]:
    """Return what happened to a comment, oldest first; no query.

    What has no date stands where it is known from: what a comment says with the
    comment itself, a notice without a date at the copy that tells of it.
    """
    found = [*_posted(comment, told.claims), *_copies(comment, told)]
    found += [
        _dated("correction", each.made_at, each)
        for each in told.corrections
        if each.made_at
    ]
    for notice in told.notices:
        found += _of_notice(notice)
    # Sorting keeps the order of events of one moment.
    found.sort(key=lambda each: each.at)
    if told.proof:
        capture = told.proof[1]
        moment = printed_time(capture.taken_at, None, comment.post.blog.time_zone)
        found.append(_dated("proof", moment, told.proof))
    return found


def _dated(kind: str, moment: datetime | None, about: object) -> Happening:
    when = day(moment) if moment else _NO_DATE
    return Happening(kind, when, about, moment or _FIRST)


def _posted(comment: Comment, claims: Iterable[Gap]) -> Iterator[Happening]:
    made = comment.local_time
    yield _dated("posted", made, comment)
    for claim in claims:
        yield _dated("claim", made, claim)


def _copies(comment: Comment, told: Told) -> Iterator[Happening]:
    zone = comment.post.blog.time_zone
    if comment.capture:
        yield _copied("first_copy", comment.capture, zone, comment.capture)
    for version in told.versions:
        if version.number > 1:
            yield _copied("version", version.capture, zone, version)
    for each in told.elsewhere:
        yield _copied("elsewhere", each.comment.capture, zone, each)


def _copied(kind: str, capture: Capture | None, zone: str, about: object) -> Happening:
    """Return what a copy shows; of one of a day, it stands at the end of that."""
    made = _dated(kind, capture.held_at(zone) if capture else None, about)
    return made._replace(at=capture.moment) if capture else made


def _of_notice(notice: HistoricalNotice) -> Iterator[Happening]:
    """Yield the beginning of a notice, and its end if it has one."""
    began = notice.since_late or notice.since_early or notice.known_at or _FIRST
    since = interval(notice.since_early, notice.since_late)
    yield Happening("notice", _upper(since), notice, began)
    if not notice.is_open:
        ended = max(notice.until_late or notice.until_early or began, began)
        yield Happening("notice_end", _upper(notice.until), notice, ended)


def _upper(words: str) -> str:
    words = words.removeprefix("on ")
    return words[:1].upper() + words[1:]


class Quote(NamedTuple):
    """One line of a comment above: its page, whose it is, and how it begins."""

    ref: str
    name: str
    words: str
    is_shown: bool


def quotes(rows: Iterable[ThreadRow]) -> list[Quote]:
    """Return each row as one line; of what is hidden, what its notice says."""
    return [_quote(row) for row in rows]


def _quote(row: ThreadRow) -> Quote:
    if row.is_shown:
        words = " ".join(plain_text(row.html).split())
        cut = words[:QUOTED].rstrip() + "…" if len(words) > QUOTED else words
        return Quote(row.ref, shown_name(row.name), cut, is_shown=True)
    what = notice_title(row.notice) if row.notice else "A comment never seen here"
    return Quote(row.ref, row.name, what, is_shown=False)
