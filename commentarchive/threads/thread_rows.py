"""What a page shows of comments, notices and gaps: plain values, nothing hidden."""

from datetime import datetime
from typing import NamedTuple

# The visibility of a place whose words of an earlier day stand for the comment.
THEN = "then"
# Kinds of notices that may be folded, if readers never saw the comments.
NEVER_PUBLIC = frozenset({"held", "blocked", "spam", "trashed"})


class NoticeRow(NamedTuple):
    """What a notice says: kind, since when, by whom, under which rule, how known."""

    kind: str
    grade: str
    not_before: datetime | None
    not_after: datetime | None
    actor: str
    clause: str
    statement_path: str
    capture_ref: str
    was_public: bool = False
    # For a comment that was seen to vanish: the copy that held it, and what the later
    # one is that lacks it, as `SourceFacts` calls it.
    seen_ref: str = ""
    missing_from: str = ""
    # When it ends by itself, if it is not for good.
    ends_at: datetime | None = None


class ThenRow(NamedTuple):
    """What is said of one place of a thread as it was on an earlier day.

    Safe words, and none of anybody's text.
    """

    what: str
    how: str


class Alike(NamedTuple):
    """Another name that one poses as, as readers see it, and by what, in words."""

    name: str
    ref: str
    by: str


class Quotes(NamedTuple):
    """What a row quotes of those before it, and whether it may quote more.

    Each by its reference and its name as readers see it, the nearest first.
    """

    leads: tuple[tuple[str, str], ...]
    has_more: bool


class ThreadRow(NamedTuple):
    """One place in a thread; it has text and name only where they are shown.

    A tuple rather than a frozen dataclass: one page may need ten thousand.
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
    # Whether its text was another one before, at its blog.
    is_edited: bool = False
    # Whether it stands at the level of its parent, which is shown elsewhere.
    is_lifted: bool = False
    # Only of a thread as it was on an earlier day: what stood here then, or may have.
    then: ThenRow | None = None
    # The other name that its name poses as.
    alike: Alike | None = None
    # What it quotes of the window that it stands in.
    quotes: Quotes | None = None
    # The kind of the notice that stands for its name, whose words `name` has then.
    name_hidden_as: str = ""
    # Only among comments of several places: where it stands, as HTML.
    place: str = ""
    # Only of a thread since a moment: whether it is newer, and where the next one is.
    is_new: bool = False
    next_new: str = ""

    @property
    def is_shown(self) -> bool:
        """Return whether the public may read its text."""
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
    # For a claim: the copy that proves it, and what the blog answered last, and when.
    proof_ref: str = ""
    answer: str = ""
    answered: datetime | None = None
