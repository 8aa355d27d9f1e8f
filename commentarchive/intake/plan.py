"""What a capture changes in one article, worked out before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from commentarchive.importers.dates import settle
from commentarchive.importers.parsed import (
    ParsedComment,
    ParsedPost,
    Remark,
    SourceState,
    When,
)
from commentarchive.intake.article_versions import (
    ArticleMatch,
    is_same_article,
    match_article,
)
from commentarchive.intake.other_copies import OtherCopies
from commentarchive.intake.sibling_order import made_of, sibling_ranks, unanswered
from commentarchive.intake.stored import (
    Match,
    StoredComment,
    StoredVersion,
    lacks_text,
    match_versions,
)
from commentarchive.intake.twins import keyed
from commentarchive.intake.weighing import (
    FileRead,
    Weighed,
    facts_of_article,
    is_better,
    parent_id,
    told_of_article,
    weigh,
    weigh_comments,
)
from commentarchive.matching import Key, parent_key
from commentarchive.models import Post, Visibility
from commentarchive.threads.evidence import Copy, Told
from commentarchive.threads.tree import reading_order

# What the public sees of a comment by its state at the source. Whatever no source
# calls live stays hidden, and a decision taken here outranks this table.
VISIBILITY: dict[SourceState, Visibility] = {
    "live": Visibility.PUBLISHED,
    "pending": Visibility.HELD,
    "spam": Visibility.SPAM,
    "trashed": Visibility.TRASHED,
    "deleted": Visibility.GONE_AT_SOURCE,
    "internal": Visibility.INTERNAL,
    "unknown": Visibility.HELD,
}


def visibility_of(parsed: ParsedComment) -> Visibility:
    """Return what the public is to see of a comment, going by its source alone."""
    if parsed.state == "deleted" and parsed.is_by_author:
        return Visibility.DELETED_BY_AUTHOR
    if parsed.state == "deleted" and parsed.is_by_blog:
        return Visibility.REMOVED
    return VISIBILITY[parsed.state]


# What the public may see of a comment that no copy holds, if nobody has decided on it.
UNTOLD = frozenset({Visibility.UNKNOWN, Visibility.INTERNAL})


def untold(*, is_outweighed: bool) -> Visibility:
    """Return what the public is to see of a comment that no copy holds."""
    return Visibility.INTERNAL if is_outweighed else Visibility.UNKNOWN


def waits_here(visibility: str, state: str) -> bool:
    """Return whether a comment waits only here: its source does not say that it does.

    Its state there is not understood, or a decision taken here keeps it back.
    """
    return visibility == Visibility.HELD and state != "pending"


_NEVER = When()
_ABSENT: tuple[None, bytes] = (None, b"")

type Change = Literal["new", "changed", "unchanged", "absent"]


class DecisionSnapshot(NamedTuple):
    """The ids of a blog's comments that were decided on or erased here."""

    decided: frozenset[str] = frozenset()
    # Keyed digests of every version of the erased ones.
    erased: Mapping[str, frozenset[bytes]] = {}


@dataclass(slots=True, kw_only=True)
class PlannedComment:
    """One comment in reading order: what is stored, what was read, what to do."""

    key: Key
    parsed: ParsedComment | None
    stored: StoredComment | None
    parent: Key | None
    position: int
    depth: int
    change: Change
    when: When
    fingerprint: bytes
    # The parent's id as the best evidence tells it.
    source_parent: str
    # The stored version with its text; None if the text is new.
    version: StoredVersion | None
    # The best version of the same words, and whether this text is a better one still.
    best: StoredVersion | None = None
    is_better: bool = False
    # What this copy changes in the facts as they stand; None if it tells the same.
    weighed: Weighed | None = None
    # What the public is to see of it, going by its source alone.
    visibility: Visibility
    # Erased here before: neither text nor name nor address is stored again.
    is_suppressed: bool = False
    # A decision stands on its id: its source cannot publish it past the desk.
    needs_review: bool = False

    @property
    def is_repositioned(self) -> bool:
        """Whether the place of a stored row has to be rewritten."""
        stored = self.stored
        return stored is not None and (
            (stored.position, stored.depth) != (self.position, self.depth)
        )

    @property
    def has_new_text(self) -> bool:
        """Whether its text is to be stored as a new version."""
        if self.parsed is None or lacks_text(self.parsed):
            return False
        is_new = self.version is None or self.is_better
        return is_new and not self.is_suppressed

    @property
    def has_new_facts(self) -> bool:
        """Whether better evidence changes facts of a stored row."""
        return (
            self.stored is not None
            and self.weighed is not None
            and self.weighed.facts != self.stored.facts
        )


@dataclass(slots=True, kw_only=True)
class ArticlePlan:
    """What one capture changes in one article, with its counts and remarks."""

    parsed: ParsedPost
    post: Post | None
    ordinal: int
    comments: list[PlannedComment]
    change: Change
    # What the copy holds of the article's own text, and what it tells of the article.
    match: ArticleMatch | None = None
    weighed: Weighed | None = None
    duplicates: int = 0
    missing_parents: list[Key] = field(default_factory=list)
    max_depth: int = 0
    remarks: list[Remark] = field(default_factory=list)

    @property
    def newest_at(self) -> datetime | None:
        """The time of the newest comment that the capture holds."""
        times = (each.when.utc for each in self.comments if each.parsed)
        return max((each for each in times if each), default=None)


def plan_article(
    parsed: ParsedPost,
    *,
    post: Post | None,
    stored: dict[Key, StoredComment],
    decisions: DecisionSnapshot,
    zone: str,
    ordinal: int,
    file: FileRead | None = None,
) -> ArticlePlan:
    """Compare one article as read with what is stored of it; write nothing.

    1. Give each comment its key; two texts under one id in this file are twins.
    2. Match each text to its stored version, if there is one.
    3. Weigh what it tells of each stored comment against what other copies told.
    4. Tie each comment to its parent; a parent that is missing gets a placeholder.
    5. Order the thread, stored and read comments together, and cut rings of parents.
    6. Hold what decisions stand on: a new text under such an id waits for the desk,
       and what was erased is not stored again.
    """
    plan = ArticlePlan(
        parsed=parsed, post=post, ordinal=ordinal, comments=[], change="new"
    )
    found = keyed(parsed, stored, decisions.erased)
    read, plan.remarks, plan.duplicates = found.read, found.remarks, found.duplicates
    times = {key: settle(each.when, zone) for key, (each, _print) in read.items()}
    matches = match_versions(read, stored)
    newest_at = max((when.utc for when in times.values() if when.utc), default=None)
    copy = (file or FileRead()).copy(parsed, newest_at, ordinal)
    others = OtherCopies(post.pk if post else 0, (copy.capture, copy.ordinal))
    if post:
        _compare_article(plan, post, copy, others, settle(parsed.when, zone))
    weighed = weigh_comments(read, stored, times, copy, others)
    source_parents = {
        key: parent_id(each, stored.get(key), weighed.get(key))
        for key, (each, _digest) in read.items()
    }
    parents = _parents(read, stored, source_parents, plan)
    made = made_of(stored)
    outweighed = unanswered(parents, made, read)
    order = reading_order(parents, sibling_ranks(parents, made, times, weighed))
    for key in order.cut:
        byte = read[key][0].byte if key in read else parsed.byte
        reason = f"comment {key.source_id}: its parents form a ring; cut before it"
        plan.remarks.append(Remark(f"byte {byte}", reason))
        parents[key] = None
    # A text that a decision stands on is left as it is.
    better = {
        key
        for key, match in matches.items()
        if not stored[key].is_decided and is_better(read[key][0], match, copy, others)
    }
    own_depth: dict[Key, int] = {}
    for position, (key, depth) in enumerate(order.places):
        each, digest = read.get(key, _ABSENT)
        stored_row, parent = stored.get(key), parents[key]
        match = matches.get(key)
        own_depth[key] = 1 + own_depth.get(parent, 0) if parent in read else 1
        plan.comments.append(
            PlannedComment(
                key=key,
                parsed=each,
                stored=stored_row,
                parent=parent,
                position=position,
                depth=depth,
                change=_change(each, match, stored_row, source_parents.get(key, "")),
                when=times.get(key, _NEVER),
                fingerprint=digest,
                source_parent=source_parents.get(key, ""),
                version=match.version if match else None,
                best=match.best if match else None,
                is_better=key in better,
                weighed=weighed.get(key),
                visibility=visibility_of(each)
                if each
                else untold(is_outweighed=key in outweighed),
            )
        )
    plan.max_depth = max((own_depth[key] for key in read), default=0)
    if decisions.decided:
        hold_decided(plan, decisions)
    return plan


def _compare_article(
    plan: ArticlePlan, post: Post, copy: Copy, others: OtherCopies, when: When
) -> None:
    """Compare the article itself with what is stored of it."""
    parsed = plan.parsed
    plan.match = match_article(post, parsed, copy, others)
    is_same = is_same_article(post, parsed, plan.match)
    plan.change = "unchanged" if is_same else "changed"
    stands = facts_of_article(post)
    told = Told(copy, told_of_article(parsed, when))
    if told.facts != stands:
        known = [*others.of_article(stands, post.capture_id), told]
        is_retitled = plan.match.stands is not False and parsed.title != ""
        title = parsed.title if is_retitled else stands.title
        corrections = others.corrections_of_article()
        plan.weighed = weigh(stands, known, corrections, title=title)


def hold_decided(plan: ArticlePlan, decisions: DecisionSnapshot) -> None:
    """Hold back what decisions stand on, and leave out what was erased.

    Safe to repeat when somebody has decided since the plan was made.
    """
    for planned in plan.comments:
        source_id, stored = planned.key.source_id, planned.stored
        if planned.parsed is None or source_id not in decisions.decided:
            continue
        is_new = stored is None or stored.is_placeholder
        was_erased = planned.fingerprint in decisions.erased.get(source_id, ())
        planned.needs_review = not is_new
        if stored is not None and stored.visibility == Visibility.ERASED:
            if not was_erased and not planned.is_suppressed:
                reason = (
                    f"comment {source_id} was erased here; its new text is left out"
                )
                plan.remarks.append(Remark(f"byte {planned.parsed.byte}", reason))
            planned.is_suppressed = True
        elif was_erased:
            planned.is_suppressed = True
            if is_new:
                planned.visibility = Visibility.ERASED
        elif is_new and planned.visibility is Visibility.PUBLISHED:
            planned.visibility = Visibility.HELD
            reason = f"comment {source_id} was decided on here before; it waits"
            plan.remarks.append(Remark(f"byte {planned.parsed.byte}", reason))


def _parents(
    read: dict[Key, tuple[ParsedComment, bytes]],
    stored: dict[Key, StoredComment],
    source_parents: dict[Key, str],
    plan: ArticlePlan,
) -> dict[Key, Key | None]:
    """Return each key's parent; a parent that is missing becomes a placeholder."""
    by_pk = {each.pk: key for key, each in stored.items()}
    parents: dict[Key, Key | None] = {}
    for key, each in stored.items():
        # One that was cut from its parent may not be in a ring any more.
        told = parent_key(key.scheme, each.source_parent)
        cut_from = told if each.source_parent and told in stored else None
        parents[key] = by_pk.get(each.parent_pk) if each.parent_pk else cut_from
    for key in read:
        parent: Key | None = None
        if source_parents[key]:
            parent = parent_key(key.scheme, source_parents[key])
        if parent and parent not in read:
            if parent not in stored:
                parents.setdefault(parent, None)
            if parent not in stored or stored[parent].is_placeholder:
                plan.missing_parents.append(parent)
        parents[key] = parent
    return parents


def _changes_sides(each: ParsedComment, stored: StoredComment) -> bool:
    """Return whether its type is let through now, or no longer; not if decided on."""
    was_internal = stored.visibility == Visibility.INTERNAL
    is_followed = bool(stored.shown_pk) and not stored.is_decided
    return is_followed and was_internal != (each.state == "internal")


def _change(
    each: ParsedComment | None,
    match: Match | None,
    stored: StoredComment | None,
    source_parent: str,
) -> Change:
    """Return what the capture does to a comment.

    A changed one has other words, another state or parent; better evidence of the same
    is no change.
    """
    if each is None:
        return "absent"
    if stored is None or stored.is_placeholder:
        return "new"
    same = (
        match is not None
        and match.version.words == stored.shown.words
        and stored.source_state == each.source_state
        and not _changes_sides(each, stored)
        and stored.source_parent == source_parent
    )
    return "unchanged" if same else "changed"
