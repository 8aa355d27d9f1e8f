"""Which earlier comments of its thread a comment quotes, or whether its article."""

from typing import NamedTuple

from commentarchive.discussion.article_places import plain_of
from commentarchive.discussion.comment_history import Quote, quotes
from commentarchive.discussion.query import thread_rows
from commentarchive.models import Comment
from commentarchive.text.references import quoted_runs
from commentarchive.text.similar import bare_words
from commentarchive.threads.thread_rows import ThreadRow

# So many of the comments before it are looked at, the nearest first.
MOST = 1000


class Quoted(NamedTuple):
    """What a comment quotes, as far as readers see it."""

    comments: list[Quote]
    is_of_article: bool
    # Whether it quotes words that stand in none of these.
    is_of_others: bool


def quoted_by(comment: Comment, row: ThreadRow) -> Quoted | None:
    """Find what a shown comment quotes: earlier comments, else its article.

    Looked for at each request among what readers see, so that what is hidden is linked
    from nowhere. Of several who say the same words the nearest is meant; who only
    quotes them is not. Two queries where it quotes anything, else none, and None.
    """
    open_runs = set(quoted_runs(row.html)) if row.is_shown else set()
    if not open_runs:
        return None
    found: list[int] = []
    earlier = (
        Comment.objects.shown()
        .filter(post=comment.post_id, position__lt=comment.position)
        .order_by("-position")
    )
    texts = earlier.values_list(
        *("pk", "current_revision__text__plain", "current_revision__text__html")
    )
    for pk, plain, html in texts[:MOST]:
        said = _said(open_runs, plain or "", html or "")
        if said:
            found.append(pk)
            open_runs -= said
            if not open_runs:
                break
    article = bare_words(plain_of(comment.post)) if open_runs else ""
    of_article = {run for run in open_runs if run in article}
    open_runs -= of_article
    zone = comment.post.blog.time_zone
    rows = thread_rows(earlier.filter(pk__in=found), zone) if found else []
    return Quoted(quotes(rows), bool(of_article), bool(open_runs))


def _said(runs: set[str], plain: str, html: str) -> set[str]:
    """Return the runs of bare words that a text has and does not quote itself."""
    words = bare_words(plain)
    held = {run for run in runs if run in words}
    if not held:
        return held
    quoted = quoted_runs(html)
    return {run for run in held if not any(run in each for each in quoted)}
