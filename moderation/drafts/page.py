"""What the page of a draft shows: paragraphs, suggestions, and the thread so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import ClassVar, NamedTuple

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.utils.safestring import SafeString, mark_safe

from commentarchive.importers.plain_text import PlainText
from commentarchive.text.clean_html import clean
from commentarchive.transcripts.differences import answers_in_words, time_in_words
from commentarchive.transcripts.faults import Fault, faults
from commentarchive.transcripts.marks import (
    ROLE_LABELS,
    THE_ARTICLE,
    TIME_LABELS,
    Mark,
    Marks,
    Role,
)
from commentarchive.transcripts.paragraphs import Paragraph, Place, paragraphs
from commentarchive.transcripts.reading import Part, discussion, html_of
from commentarchive.transcripts.suggestions.every import suggestions
from commentarchive.transcripts.suggestions.suggestion import (
    KIND_LABELS,
    Kind,
    Proposal,
    Suggestion,
)

# Paragraphs a page: its fields stay below what a form may have.
ROWS = 80
WORDS = 60
MOST_FAULTS = 20
# How far replies are set in.
DEEPEST = 5


class Hint(NamedTuple):
    """A suggestion as it stands beside its paragraph, with its words there.

    Some only point at something: nothing would be `decided` by accepting them.
    """

    id: str
    label: str
    reason: str
    first_line: int
    last_line: int
    cue: str
    decides: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One paragraph on the page."""

    mark: Mark
    text: str
    suggestions: list[Hint]
    faults: list[Fault]
    answered: list[tuple[str, str]]

    @property
    def at(self) -> str:
        """Return its place as it is written in the names of fields."""
        return f"{self.mark.place}"

    @property
    def answers(self) -> str:
        """Return what it answers, as the form has it."""
        answers = self.mark.facts.answers if self.mark.facts else None
        return f"{answers or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A comment as the preview shows it."""

    place: Place
    name: str
    time: str
    answers: str
    depth: int
    html: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How many suggestions of a kind are open, accepted and refused.

    And how many of the open ones decide something if they are accepted.
    """

    kind: Kind
    label: str
    open: int
    deciding: int
    accepted: int
    refused: int


class DraftPage:
    """A text with what was decided about it, ready to be shown a page at a time."""

    roles: ClassVar = [(role.value, label) for role, label in ROLE_LABELS.items()]
    times: ClassVar = list(TIME_LABELS.items())

    def __init__(self, text: PlainText, marks: Marks, number: int) -> None:
        self.marks = marks
        self._lines = text.lines
        self.blocks = paragraphs(text.lines, marks.places, marks.width)
        try:
            self.page = Paginator(list(marks.paragraphs), ROWS).page(number)
        except InvalidPage as error:
            raise Http404(str(error)) from error

    @cached_property
    def suggested(self) -> list[Suggestion]:
        """Return every suggestion, those that were answered included."""
        return suggestions(self.blocks, self.marks)

    @cached_property
    def faults(self) -> list[Fault]:
        """Return what has to be put right before it can be confirmed."""
        return faults(self.marks, datetime.now(UTC))

    @cached_property
    def left(self) -> list[tuple[Fault, str]]:
        """Return the first faults, each with a link to its line."""
        first = self.faults[:MOST_FAULTS]
        wanted = {fault.line for fault in first if fault.line}
        links: dict[int, str] = {}
        for number, place in enumerate(self.marks.places):
            if place.line in wanted:
                links.setdefault(place.line, f"?page={number // ROWS + 1}#l{place}")
        return [(fault, links.get(fault.line, "")) for fault in first]

    @cached_property
    def rows(self) -> list[Row]:
        """Return the paragraphs of this page."""
        text_of = {each.place: each.text for each in self.blocks}
        open_at: dict[Place, list[Hint]] = {}
        for each in self.suggested:
            if self._is_open(each):
                open_at.setdefault(each.place, []).append(_hint(each, text_of))
        wrong_at: dict[int, list[Fault]] = {}
        for fault in self.faults:
            wrong_at.setdefault(fault.line, []).append(fault)
        # One comment may answer any that starts before it.
        starts = [
            each.place for each in self.marks.paragraphs if each.role is Role.START
        ]
        return [
            Row(
                mark=mark,
                text=text_of[mark.place],
                suggestions=open_at.get(mark.place, []),
                faults=wrong_at.get(mark.place.line, []) if mark.role else [],
                answered=self._answered(mark, starts, text_of),
            )
            for mark in self.page.object_list
        ]

    @cached_property
    def kinds(self) -> list[KindCount]:
        """Count the suggestions by kind."""
        taken, left = self.marks.accepted, self.marks.refused
        found = []
        for kind in Kind:
            made = [each for each in self.suggested if each.kind is kind]
            ids = {each.id for each in made}
            still_open = [each for each in made if self._is_open(each)]
            count = KindCount(
                kind=kind,
                label=KIND_LABELS[kind],
                open=len(still_open),
                deciding=sum(each.decides for each in still_open),
                accepted=len(ids & taken),
                refused=len(ids & left),
            )
            if count.open or count.accepted or count.refused:
                found.append(count)
        return found

    def _is_open(self, made: Suggestion) -> bool:
        """Return whether a suggestion waits for an answer that would change marks."""
        if made.id in self.marks.accepted | self.marks.refused:
            return False
        if not made.decides:
            # It may help as long as nothing was decided there.
            return self._role_at[made.place] is None
        roles = made.proposal.roles
        return made.proposal != Proposal(roles=roles) or any(
            self._role_at[place] is not role for place, role in roles
        )

    @cached_property
    def _role_at(self) -> dict[Place, Role | None]:
        return {each.place: each.role for each in self.marks.paragraphs}

    @cached_property
    def article(self) -> SafeString:
        """Return the article's text so far."""
        return _html(discussion(self._lines, self.marks).article)

    @cached_property
    def comments(self) -> list[Shown]:
        """Return this page's comments as they will stand, in reading order."""
        read = discussion(self._lines, self.marks)
        depth_of: dict[Place, int] = {}
        shown = []
        on_page = {each.place for each in self.page.object_list}
        for comment in read.comments:
            answers = comment.facts.answers
            above = depth_of.get(answers, 0) if isinstance(answers, Place) else 0
            depth_of[comment.place] = above + 1
            if comment.place in on_page:
                one = Shown(
                    place=comment.place,
                    name=comment.facts.name,
                    time=time_in_words(comment.facts.time),
                    answers=answers_in_words(answers) if answers else "",
                    depth=min(above, DEEPEST),
                    html=_html(comment.parts),
                )
                shown.append(one)
        return shown

    @staticmethod
    def _answered(
        mark: Mark, starts: Sequence[Place], text_of: dict[Place, str]
    ) -> list[tuple[str, str]]:
        if mark.role is not Role.START:
            return []
        nearest = [each for each in reversed(starts) if each < mark.place][:ROWS]
        offered = [(THE_ARTICLE, "the article")]
        chosen = mark.facts.answers if mark.facts else None
        if isinstance(chosen, Place) and chosen not in nearest:
            offered.append((f"{chosen}", f"line {chosen}"))
        return offered + [
            (f"{place}", f"line {place}: {text_of[place][:WORDS]}") for place in nearest
        ]


def _hint(made: Suggestion, text_of: dict[Place, str]) -> Hint:
    cue = text_of[made.place][made.start : made.end]
    cue = cue if len(cue) <= WORDS else f"{cue[:WORDS]}…"
    label = KIND_LABELS[made.kind]
    lines = (made.first_line, made.last_line)
    return Hint(made.id, label, made.reason, *lines, cue, made.decides)


def _html(parts: Sequence[Part]) -> SafeString:
    cleaned = clean(html_of(parts), "page").html
    return mark_safe(cleaned)  # noqa: S308  # it was cleaned just now


def blocks_of(text: PlainText, marks: Marks) -> list[Paragraph]:
    """Return the paragraphs of a text as they are divided."""
    return paragraphs(text.lines, marks.places, marks.width)
