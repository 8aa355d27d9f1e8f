"""The words of notices that stand for a part of an article, for a name or a thread."""

from commentarchive.threads.notice_words import notice_facts
from commentarchive.threads.thread_rows import NoticeRow

HELD, REMOVED, SPAM, WITHHELD = "held", "removed", "spam", "withheld"
CLOSED, BARRED = "closed", "barred"
# What of an article, or of a name, a notice stands for.
PARTS = {
    "text": "text",
    "title": "title",
    "name": "shown name",
    "link": "link of the name",
    "thread": "discussion",
    "ban": "name that is barred",
}
KINDS = {
    HELD: "waiting to be looked at",
    REMOVED: "taken down",
    SPAM: "taken down: spam",
    WITHHELD: "withheld on legal grounds",
    CLOSED: "closed",
    BARRED: "barred",
}
_SUBJECTS = {
    "text": "Article",
    "title": "Title",
    "name": "Name",
    "link": "Link of the name",
    "thread": "Discussion",
    "ban": "Name",
}
_NO_VIEW = "; no view is taken on the complaint"
# What is only recorded here, and has no effect at the blog.
_TO_BE_DONE = {
    "thread": (
        "It is recorded here. To take effect it has to be done on the blog itself, "
        "where comments are made."
    ),
    "ban": (
        "It is recorded here. To take effect it has to be done on the blog itself: "
        "this archive takes no comments."
    ),
}


def placeholder(part: str, kind: str) -> str:
    """Return the few words that stand where a title or a name would."""
    return f"{_SUBJECTS[part]} {KINDS[kind]}"


def part_title(part: str, kind: str) -> str:
    """Return what happened to a part, as its notice says it."""
    return placeholder(part, kind) + (_NO_VIEW if kind == WITHHELD else "")


def part_words(part: str, row: NoticeRow) -> str:
    """Render a notice as paragraphs: what happened, and what is known of it."""
    words = (
        f'<p class="what">{part_title(part, row.kind)}</p>'
        f'<p class="how">{notice_facts(row)}</p>'
    )
    to_do = _TO_BE_DONE.get(part)
    return f'{words}<p class="how">{to_do}</p>' if to_do else words
