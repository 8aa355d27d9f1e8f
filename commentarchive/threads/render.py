"""Render rows in reading order as HTML, in windows of 200.

The reader sees nested lists down to LEVELS; deeper replies stay at the last level and
say whom they answer. Without recursion or a template per comment, which would take
seconds for a long thread. A window depends on its rows only, never on reader, clock or
language, so that it can be stored; `join` makes windows into a whole list.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import NamedTuple

from commentarchive.threads.capture_diff import PAGES
from commentarchive.threads.fold import fold
from commentarchive.threads.long_texts import in_list
from commentarchive.threads.thread_rows import GapRow, NoticeRow, ThreadRow

WINDOW_SIZE = 200
LEVELS = 5

KINDS = {
    "held": "Comment waiting to be looked at",
    "blocked": "Comment not published",
    "removed": "Comment taken down",
    "spam": "Comment not published: spam",
    "trashed": "Comment in the blog’s trash",
    "deleted_by_author": "Comment deleted by its author",
    "gone_at_source": "Comment gone at its blog",
    "withheld": "Comment withheld on legal grounds; no view is taken on the complaint",
    "erased": "Comment erased",
}
# Sources whose exports leave out what is marked as spam.
_WITHOUT_SPAM = frozenset({"wordpress", "blogger"})
_SHORT = {
    "held": "waiting",
    "blocked": "not published",
    "spam": "spam",
    "trashed": "in the trash",
}
GRADES = {
    "decided": "decided here",
    "imported": "from the blog’s own records",
    "observed": "seen to vanish",
    "inferred": "probably missing",
    "claimed": "someone says so",
}
_GAPS = {
    "missing_parent": "a reply answers a comment that is not there",
    "id_range": (
        "numbers are left out, which were never used, or belong to spam or to what "
        "was deleted"
    ),
    "printed_count": "a printed count is higher",
    "quoted": "somebody is quoted with words that are not there",
    "said": "someone says so",
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_OPEN_REPLIES = '<details class="replies" open><summary>Replies</summary><ol>'
_CLOSE_REPLIES = "</ol></details></li>"


def day(moment: datetime) -> str:
    """Format a date as pages do: 3 May 2012."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def level_of(depth: int) -> int:
    """Return the level of lists at which a depth is shown, from 0."""
    return depth if depth < LEVELS else LEVELS - 1


class RenderedWindow(NamedTuple):
    """Rendered rows as UTF-8, and the levels of the first and the last row.

    The last item is left open: `join` closes it or continues below it.
    """

    html: bytes
    first_level: int
    last_level: int


# A window in which there is nothing for readers.
EMPTY = RenderedWindow(b"", 0, 0)


def join(windows: Iterable[RenderedWindow]) -> bytes:
    """Join windows that follow one another into one list, as UTF-8.

    Each window ends inside an open item: only the next one knows how many levels up
    it begins.
    """
    made, level = [], -1
    for window in windows:
        if not window.html:
            continue
        made += [_change_level(level, window.first_level).encode(), window.html]
        level = window.last_level
    if not made:
        return b""
    closing = f"</li>{_CLOSE_REPLIES * level}</ol>"
    return b"".join([b'<ol class="thread">', *made, closing.encode()])


def _change_level(level: int, target: int) -> str:
    """Return the tags from an open item at one level to a new one at another."""
    if target <= level:
        return "</li>" + _CLOSE_REPLIES * (level - target)
    if level < 0:
        return f'<li class="above">{_OPEN_REPLIES}' * target
    # More than one level down: the rows between are notes, which no reader gets.
    return _OPEN_REPLIES + f'<li class="above">{_OPEN_REPLIES}' * (target - level - 1)


def render_window(
    rows: Sequence[ThreadRow],
    *,
    depth_after: int | None = None,
    previous_ref: str = "",
    next_ref: str = "",
    gaps: Mapping[int, Sequence[GapRow]] | None = None,
    whole_ref: str = "",
) -> RenderedWindow:
    """Render at least one row, all in reading order.

    `depth_after` is the depth of the row that follows them, or None at the end.
    Long texts are cut, except that of the comment called `whole_ref`.
    """
    made: list[str] = []
    level = first_level = level_of(rows[0].depth)
    neighbours = _Neighbours(rows, previous_ref, next_ref)
    gaps = gaps or {}
    for item in fold(rows, depth_after=depth_after):
        folded = item if isinstance(item, list) else [item]
        target = level_of(folded[0].depth)
        if made:
            made.append(_change_level(level, target))
        level = target
        if isinstance(item, list):
            made.append(_folded(item))
        elif item.is_shown:
            is_whole = item.ref == whole_ref
            text = item.html if is_whole else in_list(item.html, item.ref)
            made.append(_comment(item, text, neighbours))
        else:
            made.append(_hidden(item, neighbours))
        for row in folded:
            made += [_gap(each) for each in gaps.get(row.position, ())]
    return RenderedWindow("".join(made).encode(), first_level, level)


class _Neighbours:
    """Links from each comment to the ones before, after and above it."""

    def __init__(
        self, rows: Sequence[ThreadRow], previous: str, following: str
    ) -> None:
        refs = [row.ref for row in rows]
        self._here = set(refs)
        self._before = dict(zip(refs, [previous, *refs], strict=False))
        self._after = dict(zip(refs, [*refs[1:], following], strict=True))

    def href(self, ref: str) -> str:
        """Link into this window, else to wherever the comment is at the time."""
        return f"#{ref}" if ref in self._here else f"/comments/{ref}/in-thread/"

    def links(self, row: ThreadRow) -> str:
        """Link a comment's own page, its parent and its neighbours in reading order."""
        ref = row.ref
        made = [f'<a href="/comments/{ref}/">link to this</a>']
        if row.parent_ref:
            made.append(f'<a href="{self.href(row.parent_ref)}">parent</a>')
        if before := self._before[ref]:
            made.append(f'<a href="{self.href(before)}">previous</a>')
        if after := self._after[ref]:
            made.append(f'<a href="{self.href(after)}">next</a>')
        return f'<p class="links">{" ".join(made)}</p>'


def _comment(row: ThreadRow, text: str, neighbours: _Neighbours) -> str:
    answers = ""
    if (row.depth >= LEVELS or row.is_lifted) and row.parent_ref:
        whom = (
            f"<bdi>{escape(row.parent_name)}</bdi>" if row.parent_name else "a comment"
        )
        href = neighbours.href(row.parent_ref)
        answers = (
            f' <span class="answers">in reply to <a href="{href}">{whom}</a></span>'
        )
    kind = f' <span class="kind">{row.kind}</span>' if row.kind.endswith("back") else ""
    return (
        f'<li id="{row.ref}"><article class="comment" aria-labelledby="by-{row.ref}">'
        f'<p class="by" id="by-{row.ref}">{_name(row)} {_when(row)}{kind}{answers}</p>'
        f'<div class="text"><bdi dir="auto">{text}</bdi></div>'
        f"{_shown_notice(row)}{neighbours.links(row)}</article>"
    )


def _shown_notice(row: ThreadRow) -> str:
    """Render the notice above a shown comment that is gone at its own blog."""
    if row.notice is None:
        return ""
    return f'<div class="notice {row.notice.kind}">{notice_words(row.notice)}</div>'


def _name(row: ThreadRow) -> str:
    if not row.name:
        return '<span class="name unknown">name not known</span>'
    name = f"<bdi>{escape(row.name)}</bdi>"
    return f'<a class="name" href="/commenters/{row.name_ref}/">{name}</a>'


def _when(row: ThreadRow) -> str:
    if row.when is None:
        printed = f"“{escape(row.printed)}”" if row.printed else "date not known"
        return f'<span class="when">{printed}</span>'
    when = row.when
    return (
        f'<time class="when" datetime="{when.isoformat()}">'
        f"{when.day} {MONTHS[when.month - 1]} {when.year}, "
        f"{when.hour:02}:{when.minute:02}</time>"
    )


def _hidden(row: ThreadRow, neighbours: _Neighbours) -> str:
    if row.notice is None:
        words = (
            '<p class="what">A comment that was never seen here</p>'
            '<p class="how">It is known only from the replies to it.</p>'
        )
    else:
        words = notice_words(row.notice)
        if row.name:
            words += f'<p class="how">Comment by <bdi>{escape(row.name)}</bdi></p>'
    kind = row.notice.kind if row.notice else "never-seen"
    return (
        f'<li id="{row.ref}"><article class="notice {kind}" aria-label="Notice">{words}'
        f"{neighbours.links(row)}</article>"
    )


def notice_words(notice: NoticeRow) -> str:
    """Render what happened, when, by whom, under which rule and how it is known."""
    said = [interval(notice.not_before, notice.not_after)]
    if notice.actor:
        said.append(f"by {escape(notice.actor)}")
    elif (notice.kind, notice.grade) == ("gone_at_source", "imported"):
        said.append("by whom is not known")
    if notice.clause:
        said.append(f"under {escape(notice.clause)}")
    how = GRADES[notice.grade]
    where = ""
    if notice.statement_path:
        path = escape(notice.statement_path)
        where = f' <a href="{path}">Statement of reasons</a>'
    elif notice.seen_ref:
        where = _vanished(notice)
    elif notice.capture_ref:
        where = f' <a href="/captures/{notice.capture_ref}/">The copy that shows it</a>'
    when = ", ".join(part for part in said if part)
    first = when[:1].upper() + when[1:]
    return (
        f'<p class="what">{_kind(notice)}</p>'
        f'<p class="how">{first}{". " if first else ""}Known: {how}.{where}</p>'
    )


def _vanished(notice: NoticeRow) -> str:
    """Render the two copies between which a comment vanished, and what is uncertain."""
    says = "It is no longer in the export."
    if notice.importer in _WITHOUT_SPAM:
        says = (
            "It is no longer in the export: deleted or marked as spam, the export "
            "cannot tell."
        )
    elif notice.importer in PAGES:
        says = "It is no longer on the page."
    return (
        f' {says} <a href="/captures/{notice.seen_ref}/">The copy that holds it</a>, '
        f'<a href="/captures/{notice.capture_ref}/">the one that does not</a>.'
    )


def _kind(notice: NoticeRow) -> str:
    if notice.kind == "spam" and notice.was_public:
        return "Comment taken down: spam"
    return KINDS[notice.kind]


def interval(early: datetime | None, late: datetime | None) -> str:
    """Return when something happened, in words no more exact than is known."""
    if late is None:
        return f"some time after {day(early)}" if early else "at a time not known"
    if early is not None and early.date() == late.date():
        return f"on {day(late)}"
    return f"between {day(early)} and {day(late)}" if early else f"before {day(late)}"


def _folded(run: Sequence[ThreadRow]) -> str:
    counts: dict[str, int] = {}
    for row in run:
        counts[row.visibility] = counts.get(row.visibility, 0) + 1
    said = ", ".join(f"{number} {_SHORT[kind]}" for kind, number in counts.items())
    items = "".join(
        f'<li id="{row.ref}">{notice_words(row.notice) if row.notice else ""}'
        f'<p class="links"><a href="/comments/{row.ref}/">link to this</a></p></li>'
        for row in run
    )
    return (
        f'<li class="folded"><details class="notice"><summary>{len(run)} comments here '
        f"were never published: {said}</summary><ul>{items}</ul></details>"
    )


def render_gaps(gaps: Iterable[GapRow]) -> str:
    """Render gaps that come before the first comment."""
    return "".join(_gap(gap) for gap in gaps)


def _gap(gap: GapRow) -> str:
    if gap.at_most is None:
        number = f"{gap.at_least or 'some'} or more"
    elif not gap.at_least:
        number = f"at most {gap.at_most}"
    elif gap.at_least == gap.at_most:
        number = str(gap.at_least)
    else:
        number = f"{gap.at_least} to {gap.at_most}"
    said = ""
    if gap.said_in_ref:
        said = f' <a href="/comments/{gap.said_in_ref}/">Where it is said</a>'
    if gap.proof_ref:
        said += f' <a href="/captures/{gap.proof_ref}/">The copy that proves it</a>'
    if gap.answer and gap.answered:
        said += f" {gap.answer} ({day(gap.answered)})."
    how = _GAPS[gap.kind]
    known = GRADES[gap.grade]
    reason = f"{how}." if how == known else f"{how}. Known: {known}."
    return (
        f'<aside class="gap" id="{gap.ref}" aria-label="Something may be missing here">'
        f"<p>Something may be missing here: {number} "
        f"comment{'' if gap.at_most == 1 else 's'}; {reason}{said}</p></aside>"
    )
