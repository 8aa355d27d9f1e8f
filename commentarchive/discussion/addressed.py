"""Whom a comment speaks to by name at its start: a suggestion of what it answers."""

import re
from typing import NamedTuple

from commentarchive.models import Comment, Visibility
from commentarchive.text.shown_names import shown_name

# A name at the start, as in “Ted, …”, “@Ted Vane: …” or “Ted – …”.
_start = re.compile(r"\s*@?\s*([^\W\d_][^\n,:;!?–—]{0,59}?)\s*(?:[,:;!–—]|\s-\s)")
# Names are looked for among so many comments before it.
MOST = 2000


class Addressed(NamedTuple):
    """Whom a comment begins by naming, and the nearest earlier comment of that name."""

    words: str
    name: str
    comment: Comment


def addressed(comment: Comment) -> Addressed | None:
    """Find whom a shown comment speaks to at its start; one query at most.

    By the whole name, or a part of it by which only one name in the thread begins. None
    where it answers that comment already, or speaks to its own name.
    """
    text = comment.current_revision.text.plain if comment.current_revision else ""
    start = _start.match(text)
    if start is None or comment.visibility != Visibility.PUBLISHED:
        return None
    words = start[1].strip()
    earlier = Comment.objects.shown().filter(
        post=comment.post_id, position__lt=comment.position, commenter__isnull=False
    )
    by_name: dict[str, Comment] = {}
    for each in earlier.select_related("commenter__name", "post__blog").order_by(
        "-position"
    )[:MOST]:
        by_name.setdefault(each.commenter.name.name, each)  # type: ignore[union-attr]  # has a name
    named = [name for name in by_name if name.casefold() == words.casefold()]
    begun = [n for n in by_name if n.casefold().startswith(f"{words.casefold()} ")]
    fitting = named or begun
    if len(fitting) != 1:
        return None
    found = by_name[fitting[0]]
    is_own = comment.commenter_id == found.commenter_id
    if is_own or comment.parent_id == found.pk:
        return None
    return Addressed(words, shown_name(fitting[0]), found)
