"""A suggestion: what it proposes, where, and why."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from commentarchive.transcripts.marks import (
    Answers,
    Claim,
    CrossPost,
    Role,
    Time,
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

    @property
    def decides(self) -> bool:
        """Return whether accepting it decides anything; else it only points."""
        return self.proposal != Proposal(quotes=self.proposal.quotes)


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
