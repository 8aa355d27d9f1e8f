"""Comments, notices and articles as entries of feeds: nothing hidden, no stale copy."""

from collections.abc import Sequence
from html import escape

from commentarchive.discussion.part_notices import words_of_notices
from commentarchive.discussion.query import rows_by_key
from commentarchive.feeds.atom import FeedEntry, InReplyTo, absolute, feed_id
from commentarchive.feeds.newest import Turn
from commentarchive.models import Post
from commentarchive.text.unseen import isolated
from commentarchive.threads.days import hour_of
from commentarchive.threads.long_texts import in_list
from commentarchive.threads.notice_words import notice_title, notice_words
from commentarchive.threads.thread_rows import ThreadRow

NO_NAME, NOT_SHOWN = "name not known", "name not shown"
# The category of a comment whose name poses as another one.
LOOK_ALIKE = "look-alike"


def comment_entries(page: Sequence[Turn]) -> list[FeedEntry]:
    """Return the entries of some comments, in their order; two queries."""
    rows = rows_by_key([each.pk for each in page])
    posts = Post.objects.reachable().titled().in_bulk({each.post_pk for each in page})
    return [
        _entry(each, rows[each.pk], posts[each.post_pk])
        for each in page
        if each.pk in rows
    ]


def _entry(turn: Turn, row: ThreadRow, post: Post) -> FeedEntry:
    parent = row.parent_ref
    return FeedEntry(
        id=feed_id(row.ref),
        title=_title(row, post),
        page=f"/comments/{row.ref}/",
        author=row.name or (NO_NAME if row.is_shown else NOT_SHOWN),
        author_page=f"/commenters/{row.name_ref}/" if row.name else "",
        html=_html(row),
        # Atom has no days: what has no hour is published at no time, and "updated",
        # which is asked for, is the beginning of its day.
        published=hour_of(row.when),
        updated=turn.at,
        categories=_categories(row),
        in_reply_to=InReplyTo(id=feed_id(parent), page=f"/comments/{parent}/")
        if parent
        else InReplyTo(id=feed_id(post.ref), page=post.get_absolute_url()),
    )


def _categories(row: ThreadRow) -> list[str]:
    """Return why no text is shown, or that the name poses as another one."""
    if not row.is_shown:
        return [row.visibility]
    return [LOOK_ALIKE] if row.alike else []


def _title(row: ThreadRow, post: Post) -> str:
    if row.is_shown:
        return f"{isolated(row.name) or 'A comment'} on {isolated(post.title)}"
    what = notice_title(row.notice) if row.notice else "Comment not shown"
    return f"{what} (on {isolated(post.title)})"


def _html(row: ThreadRow) -> str:
    """Return a comment's text below any notice, or the notice alone.

    Addresses in notices, which are ours, are written whole: not every reader of feeds
    knows `xml:base`.
    """
    notice = _on_the_web(notice_words(row.notice) if row.notice else "")
    # The marks of what is blacked out lead to statements of reasons here.
    text = _on_the_web(in_list(row.html, row.ref)) if row.is_shown else ""
    return notice + _alike(row) + text


def _on_the_web(notice: str) -> str:
    return notice.replace('href="/', f'href="{escape(absolute("/"))}')


def _alike(row: ThreadRow) -> str:
    if row.alike is None:
        return ""
    name = f"<bdi>{escape(row.alike.name)}</bdi>"
    return f"<p>The name looks like another name here: {name}, {row.alike.by}.</p>"


def article_entry(post: Post, *, feed: str, shown: int) -> FeedEntry | None:
    """Return the entry of an article: what its comments answer. None if undated."""
    if post.published_at is None:
        return None
    text = post.shown_text
    return FeedEntry(
        id=feed_id(post.ref),
        title=post.title,
        page=post.get_absolute_url(),
        author=post.shown_author or post.blog.title,
        html=_on_the_web(words_of_notices(post)) + (text.html if text else ""),
        published=None if post.day_only else post.published_at,
        updated=post.published_at,
        replies_feed=feed,
        replies=shown,
    )
