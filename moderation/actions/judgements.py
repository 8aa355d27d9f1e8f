"""What somebody wants to decide, before it is checked and recorded."""

from dataclasses import dataclass
from datetime import datetime

from commentarchive.ledger.models import Role
from commentarchive.models import Comment
from moderation.actions.parts import Target
from moderation.models import Action, Clause, Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the moderator had before them: text, last decision, state."""

    revision: int
    decision: str
    # As `subjects.state_of` returns it; "" where nobody looked at it.
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """When and by whom a decision was made, as a blog's own records tell it."""

    decided_at: datetime | None
    role: Role | None
    # Which record tells it, in public words.
    known_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """Which rule of which version of the automatic rules decided."""

    rules: str
    rule: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blackened:
    """A place of a text that is to be blacked out, and the rule that it breaks."""

    start: int
    end: int
    clause: Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is to be decided, with its public and its private words."""

    action: Action
    clause: Clause | None = None
    facts: str = ""
    note: str = ""
    record: Record | None = None
    automatic: Automatic | None = None
    # A conflict of interest, and the public reason to decide in spite of it.
    override: Conflict | None = None
    override_reason: str = ""
    # When what it hides comes back by itself; None for good.
    until: datetime | None = None
    # What is to be blacked out, and in which text: the commitment to that.
    places: tuple[Blackened, ...] = ()
    places_of: str = ""

    @property
    def public_facts(self) -> str:
        """Return the facts as readers get them, with their source if told."""
        facts = self.facts.strip()
        if self.record is None:
            return facts
        return f"{facts} (Known from: {self.record.known_from.strip()})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCase:
    """As `Case`, of a part of an article, of a name or of a thread."""

    target: Target
    judgement: Judgement
    seen: Seen | None = None

    @property
    def key(self) -> str:
        """Return by what a list tells it from others."""
        return self.target.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One comment, what is to be decided on it, and what had been seen of it."""

    comment: Comment
    judgement: Judgement
    seen: Seen | None = None

    @property
    def key(self) -> str:
        """Return by what a list tells it from others."""
        return self.comment.ref
