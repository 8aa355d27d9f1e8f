"""A comment as a page shows it: plain values, nothing hidden among them."""

from datetime import datetime
from typing import NamedTuple

# Notices that may be folded together, where readers never saw the comment.
NEVER_PUBLIC = frozenset({"held", "blocked", "spam", "trashed"})


class NoticeRow(NamedTuple):
    """What a notice says: kind, bounds of its beginning, by whom, rule, grade."""

    kind: str
    grade: str
    not_before: datetime | None
    not_after: datetime | None
    actor: str
    clause: str
    statement_path: str
    capture_ref: str
    was_public: bool = False
    # Of one that was seen to vanish: the copy that held it, and what kind of source
    # the later copy came from.
    seen_ref: str = ""
    importer: str = ""


class ThreadRow(NamedTuple):
    """One place in a thread, in reading order; text and name only where shown.

    A tuple rather than a frozen dataclass: ten thousand are made for one page.
    """

    ref: str
    position: int
    depth: int
    kind: str
    visibility: str
    parent_ref: str
    parent_name: str
    when: datetime | None
    printed: str
    name: str
    name_ref: str
    html: str
    notice: NoticeRow | None

    @property
    def is_shown(self) -> bool:
        """Tell whether the public may read its text."""
        return self.visibility == "published"


class GapRow(NamedTuple):
    """Something that may be missing after a place in a thread."""

    ref: str
    after_position: int
    at_least: int
    at_most: int | None
    grade: str
    kind: str
    said_in_ref: str
