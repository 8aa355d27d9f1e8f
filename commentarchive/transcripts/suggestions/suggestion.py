"""A suggestion: what it proposes, where, and why."""

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum

from commentarchive.transcripts.marks import (
    Answers,
    CannotMark,
    Claim,
    CommentFacts,
    CrossPost,
    Marks,
    Role,
    Time,
    comment_around,
    number_of,
    with_claim,
    with_lost_quotation,
    with_role,
)
from commentarchive.transcripts.paragraphs import Paragraph, Place


class Kind(StrEnum):
    """What a suggestion is about; all of one kind can be accepted together."""

    ATTRIBUTION = "attribution"
    ROWS = "rows"
    LINK = "link"
    QUOTATION = "quotation"
    DIVIDER = "divider"
    SIGNATURE = "signature"
    ENUMERATION = "enumeration"
    ADDRESS = "address"
    EXACT_QUOTATION = "exact_quotation"
    HEADER = "header"
    BUTTON = "button"
    LOST_QUOTATION = "lost_quotation"
    CLAIM = "claim"
    START = "start"


# What people read on screen.
KIND_LABELS = {
    Kind.ATTRIBUTION: "cross-post, with its source",
    Kind.ROWS: "list of results or names",
    Kind.LINK: "link by itself",
    Kind.QUOTATION: "quotation",
    Kind.DIVIDER: "divider",
    Kind.SIGNATURE: "signature",
    Kind.ENUMERATION: "numbered paragraphs that belong together",
    Kind.ADDRESS: "somebody is addressed",
    Kind.EXACT_QUOTATION: "words of an earlier paragraph",
    Kind.HEADER: "header with name or date",
    Kind.BUTTON: "button left over from a page",
    Kind.LOST_QUOTATION: "quotation that is missing",
    Kind.CLAIM: "claim about blocked comments",
    Kind.START: "start of a comment",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What accepting a suggestion decides; what is empty is left as it is."""

    roles: tuple[tuple[Place, Role], ...] = ()
    # A paragraph of the comment that the facts below are of.
    comment: Place | None = None
    name: str = ""
    time: Time | None = None
    answers: Answers = None
    # The earlier paragraph whose words are quoted.
    quotes: Place | None = None
    cross_post: CrossPost | None = None
    # The paragraph after which a quotation is missing.
    lacks_quotation: Place | None = None
    # The paragraph that makes a claim.
    claim: tuple[Place, Claim] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One suggestion; `start` and `end` are of its cue in the text at `place`."""

    id: str
    kind: Kind
    place: Place
    first_line: int
    last_line: int
    start: int
    end: int
    # In words for people.
    reason: str
    proposal: Proposal


def suggestion(
    kind: Kind,
    paragraph: Paragraph,
    span: tuple[int, int],
    reason: str,
    proposal: Proposal,
    *,
    last: Paragraph | None = None,
) -> Suggestion:
    """Return a suggestion; `last` is its last paragraph, where it is about several.

    Its id depends on its kind, its place and its cue alone: a refused one stays so.
    """
    start, end = span
    key = f"{kind} {paragraph.place} {paragraph.text[start:end]}"
    return Suggestion(
        id=hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        kind=kind,
        place=paragraph.place,
        first_line=paragraph.first,
        last_line=(last or paragraph).last,
        start=start,
        end=end,
        reason=reason,
        proposal=proposal,
    )


# What stays what it is when a suggestion proposes another role.
_STAYS = {
    Role.MORE: tuple(Role),
    Role.ARTICLE: tuple(Role),
    Role.QUOTATION: (Role.START,),
    Role.SIGNATURE: (Role.START,),
}


def accepted(marks: Marks, taken: Suggestion) -> Marks:
    """Decide what a suggestion proposes. Raise CannotMark where that cannot be.

    What was decided since it was made stays, so that several can be accepted together:
    a quotation may start a comment, and what goes on may be a quotation.
    """
    proposal = taken.proposal
    for place, role in proposal.roles:
        standing = marks.paragraphs[number_of(marks, place)].role
        if standing is None or standing not in _STAYS.get(role, ()):
            marks = with_role(marks, place, role)
    if proposal.comment is not None:
        marks = _with_facts(marks, proposal.comment, proposal)
    if proposal.cross_post is not None:
        article = replace(marks.article, cross_post=proposal.cross_post)
        marks = replace(marks, article=article)
    if proposal.lacks_quotation is not None:
        marks = with_lost_quotation(marks, proposal.lacks_quotation, is_lost=True)
    if proposal.claim is not None:
        marks = with_claim(marks, *proposal.claim)
    return replace(
        marks,
        accepted=marks.accepted | {taken.id},
        refused=marks.refused - {taken.id},
    )


def refused(marks: Marks, left: Suggestion) -> Marks:
    """Note that a suggestion was refused; what was decided stays."""
    return replace(
        marks, refused=marks.refused | {left.id}, accepted=marks.accepted - {left.id}
    )


def _with_facts(marks: Marks, place: Place, proposal: Proposal) -> Marks:
    """Decide facts of the comment around a paragraph. Raise CannotMark outside one."""
    start = comment_around(marks, place)
    if start is None:
        message = f"line {place.line}: decide first where its comment starts"
        raise CannotMark(message)
    number = number_of(marks, start)
    mark = marks.paragraphs[number]
    facts = mark.facts or CommentFacts()
    facts = replace(
        facts,
        name=proposal.name or facts.name,
        time=proposal.time or facts.time,
        answers=facts.answers if proposal.answers is None else proposal.answers,
    )
    changed = replace(mark, facts=facts)
    before, after = marks.paragraphs[:number], marks.paragraphs[number + 1 :]
    return replace(marks, paragraphs=(*before, changed, *after))
