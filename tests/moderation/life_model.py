"""The life of a comment in plain words: what readers see of it after each step.

Written from the rules, not from the program: no query, no table, no import of it.
"""

from dataclasses import dataclass, field, replace

AT_SOURCE = {"1": "published", "0": "held", "spam": "spam", "trash": "trashed"}
WAITED = {"held", "spam", "trashed"}
# What hides a comment, by the action and the kind of rule.
UNDER = {"spam": "spam", "legal": "withheld"}


@dataclass(frozen=True)
class Shown:
    """What readers see: a state, of which text, and until when it is hidden."""

    state: str
    version: int = 0
    blacked_out: bool = False
    # Whether readers had seen it before it was hidden.
    was_seen: bool = False
    ends: bool = False
    # Which decision blacked it out, and whether that stays in spite of its end.
    marked_by: "Decided | None" = None
    for_good: bool = False

    @property
    def is_shown(self) -> bool:
        return self.state == "published"

    @property
    def mark_ends(self) -> bool:
        made = self.marked_by
        return made is not None and made.mark_ends and not self.for_good


@dataclass(eq=False)
class Decided:
    """A decision of the model: what it found, and on whose doing it stands."""

    before: Shown
    below: "Decided | None"
    at_source: str
    action: str
    undoes: "Decided | None" = None
    is_undone: bool = False
    ends_a_measure: bool = False
    ends: bool = False
    # Whether the words that it blacked out come back by themselves.
    mark_ends: bool = False
    has_ended: bool = False
    batch: int = 0


@dataclass(eq=False)
class Life:
    """One comment, at its blog and here."""

    version: int
    approved: str
    is_there: bool = True
    # What the archive knows of its blog: the last state that was taken over.
    told: str = ""
    now: Shown = Shown("held")
    # The newest text from its blog, and every one that came.
    newest: int = 0
    is_decided: bool = False
    made: list[Decided] = field(default_factory=list)
    # The last decision that changed something.
    stands: Decided | None = None
    # Which decisions blacked out the mark of which version.
    marks: list[tuple[Decided, int]] = field(default_factory=list)
    name: str = ""

    @property
    def is_erased(self) -> bool:
        return self.now.state == "erased"

    @property
    def is_shown(self) -> bool:
        return self.now.state == "published"

    def is_copied(self) -> None:
        """Follow a copy, unless it was decided on."""
        if self.is_erased:
            return
        if not self.is_there:
            if not self.is_decided and self.is_shown:
                self.now = replace(self.now, state="gone_at_source", was_seen=True)
                self.told = "gone"
            return
        was_gone = self.told == "gone"
        self.told, self.newest = self.approved, self.version
        if not self.is_decided:
            state = AT_SOURCE[self.approved]
            seen = self.now.was_seen or state == "published" or was_gone
            self.now = Shown(state, self.version, was_seen=seen)

    def may(self, action: str) -> bool:
        """Return whether somebody may decide so on what readers see."""
        state = self.now.state
        if state == "erased":
            return False
        if action == "approve":
            has_news = state == "published" and self.judged != (
                self.now.version,
                self.now.blacked_out,
            )
            return (state in WAITED or has_news) and not self.shows_marked
        if action == "restore":
            return state != "published" and not self.shows_marked
        if action == "redact":
            return state in {"published", "held"}
        return True

    @property
    def judged(self) -> tuple[int, bool]:
        """The text that is judged: what stands blacked out counts until news come."""
        is_black = self.now.blacked_out and self.now.version == self.newest
        return (self.newest, is_black)

    @property
    def shows_marked(self) -> bool:
        """Return whether the text to be judged has words that are blacked out."""
        version, is_black = self.judged
        if is_black:
            return False
        standing = (
            v
            for made, v in self.marks
            if made is self.now.marked_by or not (made.is_undone or made.has_ended)
        )
        return any(mark_of(v) == mark_of(version) for v in standing)

    def decide(
        self, action: str, rule: str = "", *, ends: bool = False, batch: int = 0
    ):
        """Take a decision that may be taken."""
        before, version = self.now, self.judged[0]
        made = self._made(action, ends=ends, batch=batch)
        if action in {"approve", "restore", "redact"}:
            is_black = action == "redact" or self.judged[1]
            self.now = Shown("published", version, is_black, was_seen=True)
            if action == "redact":
                made.ends, made.mark_ends = False, ends
                self.now = replace(self.now, marked_by=made)
            elif is_black:
                now = replace(before, state="published", was_seen=True, ends=False)
                self.now = now
        elif action == "hold":
            if before.state != "held":
                self.now = replace(before, state="held", ends=ends)
        elif action in {"block", "remove", "withhold"}:
            seen = before.was_seen
            state = UNDER.get(rule, "removed" if seen else "blocked")
            self.now = replace(before, state=state, ends=ends)
            if not self.judged[1]:
                self.now = replace(self.now, marked_by=None)
        if action == "redact":
            self.marks.append((made, version))
        if action != "no_action":
            self.stands = made

    def _made(self, action: str, **values) -> Decided:
        made = Decided(self.now, self.stands, self.told, action, **values)
        self.made.append(made)
        self.is_decided = True
        return made

    def undo(self, batch: int = 0) -> None:
        """Bring back what was before the last decision."""
        last = self.made[-1]
        made = self._made("undo", undoes=last, batch=batch)
        last.is_undone = True
        if last.action != "no_action":
            was = last.before
            self.now = replace(was, ends=was.ends and not last.ends_a_measure)
            if last.ends_a_measure and was.is_shown:
                self.now = replace(self.now, for_good=True)
        made.ends = self.now.ends
        self.stands = made if last.ends_a_measure else last.below

    def is_due(self) -> bool:
        """Return whether a measure may end: its blog told nothing else since."""
        if self.is_shown:
            made = self.now.marked_by
            return bool(
                made
                and self.now.mark_ends
                and made.at_source == self.told
                and self.newest == self.now.version
            )
        found = self.now.ends and self.made and self._measure()
        return bool(found and found.at_source == self.told)

    def _measure(self) -> Decided | None:
        """Return the last decision that hid it, or that brought the hiding back."""
        return next((m for m in reversed(self.made) if m.ends), None)

    def end(self) -> None:
        if self.is_shown:
            self._end_mark()
            return
        first = self.stands
        while first and first.below and first.below.ends:
            first = first.below
        assert first is not None
        self._made("end", ends_a_measure=True)
        self.now = replace(first.before, ends=False)
        self.stands = first.below

    def _end_mark(self) -> None:
        first = self.now.marked_by
        assert first is not None
        while first.before.mark_ends:
            first = first.before.marked_by
            assert first is not None
        for made, _version in self.marks:
            made.has_ended |= made.mark_ends
        self._made("end", ends_a_measure=True)
        self.now, self.stands = first.before, None

    def erase(self) -> None:
        self.now = Shown("erased")


def mark_of(version: int) -> int:
    """Return which marked word a version has: the first two have the same."""
    return max(version, 2)


@dataclass(frozen=True)
class Words:
    """The texts of one comment, each word of which stands nowhere else."""

    letter: str
    quotes: str = ""

    def head(self, version: int) -> str:
        return f"zh{self.letter}{'ijk'[version - 1]}eadq"

    def mark(self, version: int) -> str:
        return f"zm{self.letter}{'xxy'[version - 1]}arkq"

    def sentence(self, version: int) -> str:
        return f"Crooked {self.mark(version)} stole it."

    def text(self, version: int) -> str:
        own = f"The {self.head(version)} sailed past the weir. {self.sentence(version)}"
        quoted = f"<blockquote>{self.quotes}</blockquote>\n\n" if self.quotes else ""
        return quoted + own if version == 1 else own

    def shown(self, life: Life) -> set[str]:
        """Return the words of it that readers find, those that it quotes as well."""
        if not life.is_shown:
            return set()
        version = life.now.version
        found = {self.head(version)}
        if not life.now.blacked_out:
            found.add(self.mark(version))
        if self.quotes and version == 1:
            found |= {word for word in self.quotes.split() if word.startswith("z")}
        return found

    @property
    def every(self) -> set[str]:
        return {w for v in (1, 2, 3) for w in (self.head(v), self.mark(v))}
