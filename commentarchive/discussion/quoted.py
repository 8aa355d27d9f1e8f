"""Which earlier comments of its thread a comment quotes."""

from commentarchive.discussion.comment_history import Quote, quotes
from commentarchive.discussion.query import thread_rows
from commentarchive.models import Comment
from commentarchive.text.references import quoted_runs
from commentarchive.text.similar import bare_words
from commentarchive.threads.thread_rows import ThreadRow

# So many of the comments before it are looked at, the nearest first.
MOST = 1000


def quoted_by(comment: Comment, row: ThreadRow) -> list[Quote]:
    """Find the earlier comments that a shown one quotes, as lines in their order.

    Looked for at each request among what readers see, so that what is hidden is linked
    from nowhere. Of several with the same words the nearest is meant. Two queries
    where it quotes anything, else none.
    """
    open_runs = set(quoted_runs(row.html)) if row.is_shown else set()
    if not open_runs:
        return []
    earlier = (
        Comment.objects.shown()
        .filter(post=comment.post_id, position__lt=comment.position)
        .order_by("-position")
    )
    found: list[int] = []
    texts = earlier.values_list("pk", "current_revision__text__plain")
    for pk, plain in texts[:MOST]:
        words = bare_words(plain or "")
        held = {run for run in open_runs if run in words}
        if held:
            found.append(pk)
            open_runs -= held
            if not open_runs:
                break
    if not found:
        return []
    zone = comment.post.blog.time_zone
    return quotes(thread_rows(earlier.filter(pk__in=found), zone))
