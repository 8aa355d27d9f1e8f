"""Render rows in reading order as HTML, in windows of 200.

The reader sees nested lists down to LEVELS; deeper replies stay at the last level and
say whom they answer. Without recursion or a template per comment, which would take
seconds for a long thread. A window depends on its rows only, never on reader, clock or
language, so that it can be stored; `join` makes windows into a whole list.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple, Protocol

from commentarchive.threads.days import in_words
from commentarchive.threads.fold import fold
from commentarchive.threads.long_texts import in_list
from commentarchive.threads.notice_words import (
    GRADES,
    day,
    notice_facts,
    notice_title,
    notice_words,
)
from commentarchive.threads.thread_rows import THEN, Alike, GapRow, ThreadRow
from commentarchive.threads.window_links import WindowLinks, bdi

WINDOW_SIZE = 200
# To be changed with whatever changes the bytes: stored windows of another format are
# not used any more.
FORMAT = 5
LEVELS = 5

_SHORT = {
    "held": "waiting",
    "blocked": "not published",
    "spam": "spam",
    "trashed": "in the trash",
}
# What a comment claims of another place than its own thread.
ELSEWHERE = "elsewhere"
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
_CURRENT = ' aria-current="true"'
_CLOSE_REPLIES = "</ol></details></li>"


def level_of(depth: int) -> int:
    """Return the level of lists at which a depth is shown, from 0."""
    return depth if depth < LEVELS else LEVELS - 1


class WindowCounts(NamedTuple):
    """How many comments a window shows, how many places are without text, and notices.

    A comment whose text is still shown may stand under a notice as well.
    """

    shown: int
    hidden: int
    notices: int


class RenderedWindow(NamedTuple):
    """Rendered rows as UTF-8, and the levels of the first and the last row.

    The last item is left open: `stitch` closes it or continues below it.
    """

    html: bytes
    first_level: int
    last_level: int
    counts: WindowCounts
    # Whether a name in it poses as another one, which may be hidden at any time.
    has_look_alikes: bool = False

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing in it for readers."""
        return not self.html


EMPTY = RenderedWindow(b"", 0, 0, WindowCounts(0, 0, 0))


class Window(Protocol):
    """What `stitch` has to know of a window, in whatever form its bytes are."""

    @property
    def first_level(self) -> int: ...
    @property
    def last_level(self) -> int: ...
    @property
    def is_empty(self) -> bool: ...


def stitch[W: Window](windows: Iterable[W]) -> Iterator[bytes | W]:
    """Yield windows that follow one another, and the tags that make them one list.

    Each window ends inside an open item: only the next one knows how many levels up
    it begins.
    """
    level = -1
    for window in windows:
        if window.is_empty:
            continue
        if level < 0:
            yield b'<ol class="thread">'
        if tags := _change_level(level, window.first_level):
            yield tags.encode()
        yield window
        level = window.last_level
    if level >= 0:
        yield f"</li>{_CLOSE_REPLIES * level}</ol>".encode()


def join(windows: Iterable[RenderedWindow]) -> bytes:
    """Join windows that follow one another into one list, as UTF-8."""
    return b"".join(
        part if isinstance(part, bytes) else part.html for part in stitch(windows)
    )


def _change_level(level: int, target: int, replies: str = "Replies") -> str:
    """Return the tags from an open item at one level to a new one at another.

    `replies` is what the list below the open item is called, if one begins.
    """
    if target <= level:
        return "</li>" + _CLOSE_REPLIES * (level - target)
    above = f'<li class="above">{_open("Replies")}'
    if level < 0:
        return above * target
    # More than one level down: the rows between are notes, which no reader gets.
    return _open(replies) + above * (target - level - 1)


def _open(replies: str) -> str:
    return f'<details class="replies" open><summary><b>{replies}</b></summary><ol>'


def render_window(
    rows: Sequence[ThreadRow],
    *,
    after: ThreadRow | None = None,
    gaps: Mapping[int, Sequence[GapRow]] | None = None,
    whole_ref: str = "",
    is_flat: bool = False,
    folds: bool = True,
) -> RenderedWindow:
    """Render at least one row, all in reading order.

    `after` is the row that follows them, or None at the end. Long texts are cut,
    except that of the comment called `whole_ref`, which its page is
    about. In a flat list every comment says
    whom it answers, and none leads to the next thread. `folds` is whether neighbouring
    notices of what was never public become one line.
    """
    made: list[str] = []
    level = first_level = level_of(rows[0].depth)
    window = WindowLinks(rows, after, is_flat=is_flat)
    gaps = gaps or {}
    above = rows[0]
    items = fold(rows, depth_after=after.depth if after else None) if folds else rows
    for item in items:
        folded = item if isinstance(item, list) else [item]
        target = level_of(folded[0].depth)
        if made:
            replies = window.replies(above) if target > level else ""
            made.append(_change_level(level, target, replies))
        level = target
        if isinstance(item, list):
            made.append(_folded(item))
        elif item.is_shown:
            is_whole = item.ref == whole_ref
            text = item.html if is_whole else in_list(item.html, item.ref)
            made.append(_comment(item, text, window, is_current=is_whole))
        else:
            made.append(_hidden(item, window, is_current=item.ref == whole_ref))
        if gaps:
            for row in folded:
                made += [_gap(each) for each in gaps.get(row.position, ())]
        above = folded[-1]
    html = "".join(made).encode()
    has_look_alikes = any(row.alike for row in rows)
    return RenderedWindow(html, first_level, level, _counts(rows), has_look_alikes)


def _counts(rows: Sequence[ThreadRow]) -> WindowCounts:
    notices = [row.notice for row in rows if row.visibility == "published"]
    hidden = len(rows) - len(notices)
    under_notice = len(notices) - notices.count(None)
    return WindowCounts(len(notices), hidden, hidden + under_notice)


def _comment(
    row: ThreadRow, text: str, window: WindowLinks, *, is_current: bool
) -> str:
    kind = f' <span class="kind">{row.kind}</span>' if row.kind.endswith("back") else ""
    edited = ' <span class="kind">edited</span>' if row.is_edited else ""
    new = ' <b class="kind new">new</b>' if row.is_new else ""
    next_new = (
        f' <a class="next-new" href="{escape(row.next_new)}">next new</a>'
        if row.next_new
        else ""
    )
    return (
        f'<li id="{row.ref}"><article class="comment"{_CURRENT * is_current} '
        f'aria-labelledby="by-{row.ref}">'
        f'<p class="by" id="by-{row.ref}">{_name(row)} {_when(row)}{kind}{edited}'
        f"{new}{window.links(row)}{window.quotes(row)}{row.place}{next_new}</p>"
        f'<div class="text"><bdi dir="auto">{text}</bdi></div>'
        f"{_shown_notice(row)}</article>"
    )


def _shown_notice(row: ThreadRow) -> str:
    """Render the notice of a shown comment: gone at its blog, or of an earlier day."""
    if row.then:
        return (
            f'<div class="notice then"><p class="what">{row.then.what}</p>'
            f'<p class="how">{row.then.how}</p></div>'
        )
    if row.notice is None:
        return ""
    return f'<div class="notice {row.notice.kind}">{notice_words(row.notice)}</div>'


def _name(row: ThreadRow) -> str:
    if not row.name:
        return '<span class="name unknown">name not known</span>'
    name = bdi(row.name)
    link = f'<a class="name" href="/commenters/{row.name_ref}/">{name}</a>'
    return f"{link} {_alike(row.alike)}" if row.alike else link


def _alike(alike: Alike) -> str:
    return (
        f'<a class="alike" href="/about/#look-alikes">looks like another name here: '
        f"{bdi(alike.name)}, {alike.by}</a>"
    )


def _when(row: ThreadRow) -> str:
    """Link a comment's own page by its date."""
    if row.when is None:
        words = f"“{escape(row.printed)}”" if row.printed else "date not known"
    else:
        when = row.when
        words = f'<time datetime="{when.isoformat()}">{in_words(when)}</time>'
    return f'<a class="when" href="/comments/{row.ref}/">{words}</a>'


def _hidden(row: ThreadRow, window: WindowLinks, *, is_current: bool) -> str:
    if row.then:
        kind, what, how = THEN, row.then.what, row.then.how
    elif row.notice is None:
        kind, what = "never-seen", "A comment that was never seen here"
        how = "It is known only from the replies to it."
    else:
        kind, what = row.notice.kind, notice_title(row.notice)
        how = notice_facts(row.notice)
        if row.name:
            how += f" Comment by {bdi(row.name)}."
    return (
        f'<li id="{row.ref}"><article class="notice {kind}"{_CURRENT * is_current} '
        f'aria-labelledby="by-{row.ref}"><p class="by" id="by-{row.ref}">'
        f'<a class="what" href="/comments/{row.ref}/">{what}</a>'
        f"{window.links(row)}{row.place}</p>"
        f'<p class="how">{how}</p></article>'
    )


def _folded(run: Sequence[ThreadRow]) -> str:
    counts: dict[str, int] = {}
    for row in run:
        counts[row.visibility] = counts.get(row.visibility, 0) + 1
    said = ", ".join(f"{number} {_SHORT[kind]}" for kind, number in counts.items())
    items = "".join(_folded_item(row) for row in run)
    return (
        f'<li class="folded"><details class="notice"><summary>{len(run)} comments here '
        f"were never published: {said}</summary><ul>{items}</ul></details>"
    )


def _folded_item(row: ThreadRow) -> str:
    notice = row.notice
    what = notice_title(notice) if notice else "A comment that was never published"
    how = f'<p class="how">{notice_facts(notice)}</p>' if notice else ""
    return f'<li id="{row.ref}"><a href="/comments/{row.ref}/">{what}</a>{how}</li>'


def render_gaps(gaps: Iterable[GapRow]) -> str:
    """Render gaps that come before the first comment."""
    return "".join(_gap(gap) for gap in gaps)


def _gap(gap: GapRow) -> str:
    if gap.kind == ELSEWHERE:
        return _claim_elsewhere(gap)
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
    how = "someone said so, and a copy proves it" if gap.proof_ref else _GAPS[gap.kind]
    known = GRADES[gap.grade]
    reason = f"{how}." if how == known else f"{how}. Known: {known}."
    return (
        f'<aside class="gap" id="{gap.ref}" aria-label="Something may be missing here">'
        f"<p>Something may be missing here: {number} "
        f"comment{'' if gap.at_most == 1 else 's'}; {reason}{said}</p></aside>"
    )


def _claim_elsewhere(gap: GapRow) -> str:
    number = "a comment was" if gap.at_least == 1 else f"{gap.at_least} comments were"
    return (
        f'<aside class="gap" id="{gap.ref}" aria-label="A claim about another place">'
        f"<p>This comment says that {number} blocked at another place. "
        f'Known: {GRADES[gap.grade]}. <a href="/comments/{gap.said_in_ref}/">'
        f"What is on record of it</a></p></aside>"
    )
