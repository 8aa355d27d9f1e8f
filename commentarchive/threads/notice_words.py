"""The words of notices: what happened, when, by whom, and how it is known."""

from datetime import date, datetime
from html import escape

from commentarchive.threads.thread_rows import NoticeRow

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
# What the later copy cannot tell, by what a comment is missing from.
_MISSING = {
    "page": "It is no longer on the page.",
    "export": "It is no longer in the export.",
    "export without spam": (
        "It is no longer in the export: deleted or marked as spam, the export cannot "
        "tell."
    ),
}
_MISSING_SOMEWHERE = "A later copy does not hold it."
GRADES = {
    "decided": "decided here",
    "imported": "from the blog’s own records",
    "observed": "seen to vanish",
    "inferred": "probably missing",
    "claimed": "someone says so",
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def day(moment: date) -> str:
    """Format a date as pages do: 3 May 2012."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def notice_words(notice: NoticeRow) -> str:
    """Render a notice as two paragraphs: what happened, and what is known of it."""
    return (
        f'<p class="what">{notice_title(notice)}</p>'
        f'<p class="how">{notice_facts(notice)}</p>'
    )


def notice_title(notice: NoticeRow) -> str:
    """Return what happened to a comment."""
    if notice.kind == "spam" and notice.was_public:
        return "Comment taken down: spam"
    if _waits_here(notice):
        return "Comment kept back by this archive"
    return KINDS[notice.kind]


def notice_facts(notice: NoticeRow) -> str:
    """Render when it happened, by whom, under which rule and how it is known."""
    if _waits_here(notice):
        return (
            "It is not settled whether readers may see it: no source is known to hide "
            f'it. <a href="/captures/{notice.capture_ref}/">The copy that holds it</a>'
        )
    said = [interval(notice.not_before, notice.not_after)]
    if notice.actor:
        said.append(f"by {escape(notice.actor)}")
    elif (notice.kind, notice.grade) == ("gone_at_source", "imported"):
        said.append("by whom is not known")
    if notice.clause:
        said.append(f"under {escape(notice.clause)}")
    if notice.ends_at:
        said.append(f"until {day(notice.ends_at)}, {notice.ends_at:%H:%M}")
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
    return f"{first}{'. ' if first else ''}Known: {GRADES[notice.grade]}.{where}"


def _waits_here(notice: NoticeRow) -> bool:
    """Return whether an import held a comment back that nobody is said to hide.

    Its state at the source is not understood, or a decision here stands against it.
    """
    return (notice.kind, notice.grade, notice.actor) == ("held", "imported", "")


def _vanished(notice: NoticeRow) -> str:
    """Render the two copies between which a comment vanished, and what is uncertain."""
    says = _MISSING.get(notice.missing_from, _MISSING_SOMEWHERE)
    return (
        f' {says} <a href="/captures/{notice.seen_ref}/">The copy that holds it</a>, '
        f'<a href="/captures/{notice.capture_ref}/">the one that does not</a>.'
    )


def interval(early: datetime | None, late: datetime | None) -> str:
    """Return when something happened, in words no more exact than is known."""
    if late is None:
        return f"some time after {day(early)}" if early else "at a time not known"
    if early is not None and early.date() == late.date():
        return f"on {day(late)}"
    return f"between {day(early)} and {day(late)}" if early else f"before {day(late)}"
