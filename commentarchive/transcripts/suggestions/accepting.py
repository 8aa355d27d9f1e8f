"""Suggestions that are accepted or refused: what becomes of the marks."""

from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import replace

from commentarchive.transcripts.marks import (
    CannotMark,
    CommentFacts,
    Mark,
    Marks,
    Role,
)
from commentarchive.transcripts.paragraphs import Place
from commentarchive.transcripts.suggestions.suggestion import Proposal, Suggestion

# What stays what it is when a suggestion proposes another role.
_STAYS = {
    Role.MORE: tuple(Role),
    Role.ARTICLE: tuple(Role),
    Role.QUOTATION: (Role.START,),
    Role.SIGNATURE: (Role.START,),
}
_BEGINS = frozenset({Role.START, Role.ARTICLE})


def accepted(marks: Marks, taken: Suggestion) -> Marks:
    """Decide what a suggestion proposes. Raise CannotMark where that cannot be.

    What was decided since it was made stays, so that several can be accepted together:
    a quotation may start a comment, and what goes on may be a quotation.
    """
    changing = _Changing(marks)
    changing.take(taken)
    return changing.marks()


def all_accepted(marks: Marks, wanted: Iterable[Suggestion]) -> Marks:
    """Decide what several suggestions propose; one that cannot be is left open.

    Raise CannotMark if that is every one.
    """
    changing = _Changing(marks)
    problem: CannotMark | None = None
    for each in wanted:
        try:
            changing.take(each)
        except CannotMark as error:
            problem = error
    if problem and changing.accepted == marks.accepted:
        raise problem
    return changing.marks()


def refused(marks: Marks, left: Suggestion) -> Marks:
    """Note that a suggestion was refused; what was decided stays."""
    return replace(
        marks, refused=marks.refused | {left.id}, accepted=marks.accepted - {left.id}
    )


class _Changing:
    """Marks that several suggestions change, one after another, in place."""

    def __init__(self, marks: Marks) -> None:
        self._before = marks
        self._paragraphs = list(marks.paragraphs)
        self._number_of = {place: n for n, place in enumerate(marks.places)}
        # The paragraphs at which the article or a comment begins, in order.
        self._begins = [
            n for n, each in enumerate(self._paragraphs) if each.role in _BEGINS
        ]
        self._article = marks.article
        self.accepted = {*marks.accepted}

    def marks(self) -> Marks:
        """Return the marks as they are by now."""
        return replace(
            self._before,
            paragraphs=tuple(self._paragraphs),
            article=self._article,
            accepted=frozenset(self.accepted),
            refused=self._before.refused - self.accepted,
        )

    def take(self, taken: Suggestion) -> None:
        """Accept one. Raise CannotMark, with nothing changed."""
        proposal = taken.proposal
        was = [(self._number(place), place) for place, _role in proposal.roles]
        before = [self._paragraphs[number] for number, _place in was]
        for (number, _place), (_same, role) in zip(was, proposal.roles, strict=True):
            standing = self._paragraphs[number].role
            if standing is None or standing not in _STAYS.get(role, ()):
                self._set(number, _with_role(self._paragraphs[number], role))
        try:
            self._take_facts(proposal)
        except CannotMark:
            for (number, _place), mark in zip(was, before, strict=True):
                self._set(number, mark)
            raise
        if proposal.cross_post is not None:
            self._article = replace(self._article, cross_post=proposal.cross_post)
        self.accepted.add(taken.id)

    def _take_facts(self, proposal: Proposal) -> None:
        if proposal.comment is not None:
            self._comment(proposal.comment, proposal)
        if proposal.lacks_quotation is not None:
            number = self._number(proposal.lacks_quotation)
            lost = replace(self._paragraphs[number], lacks_quotation=True)
            self._paragraphs[number] = lost
        if proposal.claim is not None:
            place, claim = proposal.claim
            number = self._number(place)
            self._paragraphs[number] = replace(self._paragraphs[number], claim=claim)

    def _comment(self, place: Place, proposal: Proposal) -> None:
        """Decide facts of the comment around a paragraph. Raise CannotMark outside."""
        found = bisect_right(self._begins, self._number(place)) - 1
        number = self._begins[found] if found >= 0 else -1
        if number < 0 or self._paragraphs[number].role is not Role.START:
            message = f"line {place.line}: decide first where its comment starts"
            raise CannotMark(message)
        mark = self._paragraphs[number]
        facts = mark.facts or CommentFacts()
        facts = replace(
            facts,
            name=proposal.name or facts.name,
            time=proposal.time or facts.time,
            answers=facts.answers if proposal.answers is None else proposal.answers,
        )
        self._paragraphs[number] = replace(mark, facts=facts)

    def _number(self, place: Place) -> int:
        if place not in self._number_of:
            message = f"no paragraph begins at line {place}"
            raise CannotMark(message)
        return self._number_of[place]

    def _set(self, number: int, mark: Mark) -> None:
        began, begins = self._paragraphs[number].role in _BEGINS, mark.role in _BEGINS
        if begins and not began:
            insort(self._begins, number)
        if began and not begins:
            self._begins.remove(number)
        self._paragraphs[number] = mark


def _with_role(mark: Mark, role: Role) -> Mark:
    """Return a mark in another role; only what starts a comment has its facts."""
    facts = (mark.facts or CommentFacts()) if role is Role.START else None
    return replace(mark, role=role, facts=facts)
