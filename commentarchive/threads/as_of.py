"""What stood in a place of a thread at a moment: plain values, nothing hidden.

Of much that happened only bounds are known. What cannot be told is never told.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from commentarchive.threads.notice_words import (
    day,
    interval,
    notice_facts,
    notice_title,
)
from commentarchive.threads.thread_rows import THEN, NoticeRow, ThenRow, ThreadRow

# What became of a comment that stood, by the kind of the notice that came.
_BECAME = {
    "held": "taken back to be looked at",
    "blocked": "taken down",
    "removed": "taken down",
    "spam": "taken down as spam",
    "trashed": "put into the blog’s trash",
    "deleted_by_author": "deleted by its author",
    "gone_at_source": "seen to be gone from its blog",
    "withheld": "withheld on legal grounds; no view is taken on the complaint",
    "erased": "erased",
}
UNCERTAIN = "Uncertain"
UNDATED = ThenRow(
    "Not known whether a comment stood here yet",
    "It has no date, and no copy made by this day holds it.",
)
UNDATED_NOTICE = ThenRow(
    "Not known whether anything stood here yet",
    "What stands here today has no date, and no copy made by this day holds it.",
)


def has_happened(
    early: datetime | None, late: datetime | None, moment: datetime
) -> bool | None:
    """Return whether something had happened before a moment; None if not known.

    It happened between two bounds, of which either may be unknown.
    """
    if late is not None and late < moment:
        return True
    if early is not None and early >= moment:
        return False
    return None


class PastNotice(NamedTuple):
    """A notice with the bounds of its beginning and of its end."""

    notice: NoticeRow
    is_open: bool
    since: tuple[datetime | None, datetime | None]
    until: tuple[datetime | None, datetime | None]

    def stood(self, moment: datetime) -> bool | None:
        """Return whether it stood just before a moment; None if not known."""
        began = has_happened(*self.since, moment)
        ended = False if self.is_open else has_happened(*self.until, moment)
        if began is False or ended is True:
            return False
        return True if began and ended is False else None


class PastText(NamedTuple):
    """The text that stood at a moment: HTML where it is public, else None.

    `between` has the bounds of a change that may have come before the moment.
    """

    html: str | None
    is_current: bool
    is_earlier: bool
    between: tuple[datetime | None, datetime | None] | None


def row_then(
    row: ThreadRow,
    notices: Sequence[PastNotice],
    text: PastText | None,
    moment: datetime,
) -> ThreadRow:
    """Return a place that was there at a moment as the public saw it then.

    It shows nothing that the place does not show today.
    """
    standing = [each for each in notices if each.stood(moment)]
    if standing:
        return _under_notice(row, standing[-1])
    perhaps = [each for each in notices if each.stood(moment) is None]
    if perhaps:
        return _perhaps_under_notice(row, perhaps[-1])
    if row.is_shown:
        return _with_text(row._replace(notice=None), text)
    return row if row.notice is None else _stood_once(row, row.notice)


def _under_notice(row: ThreadRow, past: PastNotice) -> ThreadRow:
    if past.is_open:
        return row
    # As it stood: a name that is shown today was not shown below it.
    return row._replace(
        visibility=past.notice.kind, notice=past.notice, name="", html=""
    )


def _perhaps_under_notice(row: ThreadRow, past: PastNotice) -> ThreadRow:
    known = [notice_title(past.notice), notice_facts(past.notice)]
    if not past.is_open:
        known.append(f"It ended {interval(*past.until)}.")
    how = (
        "It is not known whether this notice stood here at the end of the day. "
        f"{known[0]}: {' '.join(known[1:])}"
    )
    if row.is_shown:
        return row._replace(notice=None, then=ThenRow(UNCERTAIN, how))
    return _in_place(row, f"{UNCERTAIN}: a comment or a notice stood here", how)


def _stood_once(row: ThreadRow, notice: NoticeRow) -> ThreadRow:
    """Return the place of a comment that was seen then, and is hidden today."""
    became = _BECAME[notice.kind]
    return _in_place(
        row, f"A comment stood here; it was {became}", notice_facts(notice)
    )


def _with_text(row: ThreadRow, text: PastText | None) -> ThreadRow:
    """Return a shown comment with the text that it had."""
    if text is None:
        return row
    how = ""
    if text.between is not None:
        how = f"Its text was changed {interval(*text.between)}."
    uncertain = ThenRow(UNCERTAIN, how) if how else None
    if text.is_current:
        return row._replace(then=uncertain)
    if text.html is not None:
        return row._replace(html=text.html, is_edited=False, then=uncertain)
    which = "An earlier" if text.is_earlier else "Another"
    return row._replace(
        html="",
        is_edited=False,
        then=ThenRow(f"{which} version stood here; it is not shown", how),
    )


def not_held(row: ThreadRow, made: datetime) -> ThreadRow:
    """Mark a comment that a whole copy does not hold though it is older than that."""
    how = f"The copy that was made on {day(made)} does not hold it."
    if row.is_shown and not row.then:
        return row._replace(then=ThenRow(UNCERTAIN, how))
    return row


def undated(row: ThreadRow) -> ThreadRow:
    """Return the place of what has no date, without text and name."""
    then = UNDATED if row.is_shown else UNDATED_NOTICE
    return row._replace(visibility=THEN, notice=None, name="", html="", then=then)


def _in_place(row: ThreadRow, what: str, how: str) -> ThreadRow:
    return row._replace(visibility=THEN, notice=None, html="", then=ThenRow(what, how))
