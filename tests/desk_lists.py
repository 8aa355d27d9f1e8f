"""What the desk's lists hold, as tests ask for it."""

from commentarchive.models import Comment
from moderation.desk.queue import BY_KEY, Selection


def in_list(key: str, **asked: object) -> list[Comment]:
    """Return the comments of a list of the desk in its order."""
    selection = Selection(BY_KEY[key], asked)
    rows = selection.rows().in_order(selection.order).select_related("comment")
    return [row.comment for row in rows]
