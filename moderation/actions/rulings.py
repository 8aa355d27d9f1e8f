"""What was checked and is about to be recorded."""

from dataclasses import dataclass

from commentarchive.models import Grade, PartNotice, Revision, Tombstone, Visibility
from commentarchive.text.blacking_out import Span
from moderation.actions.history import Later
from moderation.actions.judgements import Judgement
from moderation.actions.parts import PartSubject
from moderation.actions.subjects import Subject
from moderation.models import HIDING, Action, Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A judgement that was checked, with what it makes of its subject."""

    subject: Subject | PartSubject
    judgement: Judgement
    after: Visibility
    # The version that was looked at, and which readers see if the comment is shown.
    judged: Revision | None
    undoes: Decision | None = None
    # The notice that comes back because the decision that closed it is undone.
    closed: Tombstone | PartNotice | None = None
    # It tells of the past only: what readers saw then, and what outranks it since.
    is_history: bool = False
    then: Visibility | None = None
    # What is blacked out in the text that was looked at, and the version made of it.
    spans: tuple[Span, ...] = ()
    redacted: Revision | None = None
    # The decision's reference, where its text has to name it.
    ref: str = ""
    later: Later | None = None

    @property
    def had_been_seen(self) -> bool:
        """Return whether readers see the comment, or saw it before it was hidden."""
        return isinstance(self.subject, Subject) and self.subject.had_been_seen

    @property
    def restored(self) -> Tombstone | None:
        """Return the notice that stands again as it was.

        One that a decision taken here had opened begins anew, with this decision.
        """
        closed = self.closed
        is_own = closed is None or closed.grade == Grade.DECIDED
        return None if is_own or not isinstance(closed, Tombstone) else closed

    @property
    def changes_page(self) -> bool:
        """Return whether readers see something else after it."""
        if self.is_history:
            return False
        if self.after is not self.subject.visibility or self.restored:
            return True
        # The same state under another rule, or with another text.
        shows = self.after is Visibility.PUBLISHED
        action, is_told = self.judgement.action, self.judgement.record is not None
        return (
            (shows and action is not Action.NO_ACTION)
            or action in HIDING
            # Nobody's hold is renewed by it: it tells who had put it on hold, and when.
            or (is_told and action is Action.HOLD)
        )

    @property
    def shown(self) -> Revision | None:
        """Return the version that readers see afterwards."""
        if self.after is not Visibility.PUBLISHED:
            return None
        if self.changes_page:
            return self.redacted or self.judged
        return self.subject.current
