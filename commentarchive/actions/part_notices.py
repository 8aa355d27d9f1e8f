"""Open and close notices on articles, names and threads, as `notices.py` on comments.

They are the only way in which any of these is hidden or shown.
"""

from dataclasses import dataclass

from commentarchive.actions.notices import DecidedNotice
from commentarchive.actions.withheld_names import settle_words
from commentarchive.discussion.renewals import drop_names
from commentarchive.models import Commenter, Part, PartNotice, Post, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """What a decision makes of a part of an article, of a name or of a thread."""

    subject: Post | Commenter
    part: Part
    # What the notice says; "" where none stands any more.
    kind: str
    notice: DecidedNotice
    # Whether the notice that stands goes on standing, or none does.
    keeps: bool = False
    # The version of an article that readers are to see; None leaves that as it is.
    revision: Revision | None = None


# Which column of its row has the kind of a part's open notice, or that there is one.
COLUMN_OF = {
    Part.TEXT: "hidden_text",
    Part.TITLE: "hidden_title",
    Part.THREAD: "is_closed",
    Part.NAME: "hidden_name",
    Part.LINK: "hidden_link",
    Part.BAN: "is_barred",
}


# Parts that are not hidden themselves: it is noted that something was done.
MARKS = (Part.THREAD, Part.BAN)


def set_part(change: PartChange) -> None:
    """Hide or show a part by a decision, which no import undoes.

    The caller holds the locks of the articles, and of the name.
    """
    columns = [] if change.keeps else _exchange(change)
    subject, part = change.subject, change.part
    if isinstance(subject, Post) and part is not Part.THREAD:
        columns += _keep_version(subject, change)
    if columns:
        subject.save(update_fields=columns)
    if isinstance(subject, Commenter) and part is Part.NAME and not change.keeps:
        # In every thread in which it stands, and above what answers it.
        drop_names([subject, *settle_words(subject)], change.notice.entry_index)


def _exchange(change: PartChange) -> list[str]:
    """Close the notice that stands and open another; return the changed columns."""
    subject, notice = change.subject, change.notice
    of_it = {"post" if isinstance(subject, Post) else "commenter": subject}
    PartNotice.objects.filter(**of_it, part=change.part, is_open=True).update(
        until_not_before=notice.since,
        until_not_after=notice.since,
        closed_entry=notice.entry_index,
        closing_path=notice.statement_path,
        is_open=False,
    )
    if change.kind:
        PartNotice.objects.create(
            **of_it,
            part=change.part,
            kind=change.kind,
            grade=notice.grade,
            since_not_before=notice.since,
            since_not_after=notice.since,
            actor_label=notice.actor_label,
            clause_label=notice.clause_label,
            statement_path=notice.statement_path,
            opened_entry=notice.entry_index,
        )
    column = COLUMN_OF[change.part]
    is_mark = change.part in MARKS
    setattr(subject, column, change.kind != "" if is_mark else change.kind)
    return [column]


def _keep_version(post: Post, change: PartChange) -> list[str]:
    """Note the decision against imports, and which version readers see by it."""
    told = post.told_revision_id
    if change.revision is not None:
        post.current_revision = change.revision
    post.news_revision_id = None if told == post.current_revision_id else told
    post.decided_entry, post.has_phrases = change.notice.entry_index, False
    return ["current_revision", "news_revision", "decided_entry", "has_phrases"]


# The columns that `show_version` sets.
VERSIONS = ("current_revision", "news_revision", "has_phrases")


def show_version(post: Post, revision: int | None) -> None:
    """Let readers see what a copy tells of an article, or keep it for the desk.

    While a decision stands on its text or its title, no copy changes what they see.
    """
    if post.decided_entry is None:
        post.current_revision_id = revision
    else:
        is_news = revision != post.current_revision_id
        post.news_revision_id = revision if is_news else None
        post.has_phrases = False
