"""What a capture changes in one article, worked out before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Literal, NamedTuple

from commentarchive.importers.dates import settle
from commentarchive.importers.parsed import (
    ParsedComment,
    ParsedPost,
    Remark,
    SourceState,
    When,
)
from commentarchive.intake.stored import (
    StoredComment,
    StoredVersion,
    lacks_text,
    match_versions,
)
from commentarchive.matching import Key, comment_id, fingerprint
from commentarchive.models import Post, Visibility
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
    # The parent's id as this source or an earlier one tells it.
    source_parent: str
    # The stored version with its text; None if the text is new.
    version: StoredVersion | None
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
        return self.version is None and not self.is_suppressed


@dataclass(slots=True, kw_only=True)
class ArticlePlan:
    """What one capture changes in one article, with its counts and remarks."""

    parsed: ParsedPost
    post: Post | None
    ordinal: int
    comments: list[PlannedComment]
    change: Change
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
) -> ArticlePlan:
    """Compare one article as read with what is stored of it; write nothing.

    1. Give each comment its key; the same id with another text becomes a twin.
    2. Match each text to its stored version, if there is one.
    3. Tie each comment to its parent; a parent that is missing gets a placeholder.
    4. Order the thread, stored and read comments together, and cut rings of parents.
    5. Hold what decisions stand on: a new text under such an id waits for the desk,
       and what was erased is not stored again.
    """
    plan = ArticlePlan(
        parsed=parsed, post=post, ordinal=ordinal, comments=[], change="new"
    )
    read = _keyed(parsed, stored, plan, decisions)
    times = {key: settle(each.when, zone) for key, (each, _print) in read.items()}
    versions = match_versions(read, stored)
    source_parents = _source_parents(read, stored, parsed)
    parents = _parents(read, stored, source_parents, plan)
    order = reading_order(parents, _rank(parents, stored, times))
    for key in order.cut:
        byte = read[key][0].byte if key in read else parsed.byte
        reason = f"comment {key.source_id}: its parents form a ring; cut before it"
        plan.remarks.append(Remark(f"byte {byte}", reason))
        parents[key] = None
    own_depth: dict[Key, int] = {}
    for position, (key, depth) in enumerate(order.places):
        each, digest = read.get(key, _ABSENT)
        stored_row, parent = stored.get(key), parents[key]
        own_depth[key] = 1 + own_depth.get(parent, 0) if parent in read else 1
        plan.comments.append(
            PlannedComment(
                key=key,
                parsed=each,
                stored=stored_row,
                parent=parent,
                position=position,
                depth=depth,
                change=_change(
                    each, versions.get(key), stored_row, source_parents.get(key, "")
                ),
                when=times.get(key, _NEVER),
                fingerprint=digest,
                source_parent=source_parents.get(key, ""),
                version=versions.get(key),
                visibility=visibility_of(each) if each else Visibility.UNKNOWN,
            )
        )
    plan.max_depth = max((own_depth[key] for key in read), default=0)
    if decisions.decided:
        hold_decided(plan, decisions)
    return plan


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


def _keyed(
    parsed: ParsedPost,
    stored: dict[Key, StoredComment],
    plan: ArticlePlan,
    decisions: DecisionSnapshot,
) -> dict[Key, tuple[ParsedComment, bytes]]:
    """Return comment and digest by key; the same id with another text is a twin."""
    texts: dict[str, dict[bytes, ParsedComment]] = {}
    for each in parsed.comments:
        source_id, digest = comment_id(each), fingerprint(each.raw)
        seen = texts.get(source_id)
        if seen is None:
            texts[source_id] = {digest: each}
            continue
        if digest in seen:
            plan.duplicates += 1
            reason = f"comment {source_id} stands twice with one text; kept once"
        else:
            reason = f"comment {source_id} has two texts under one id; both are kept"
            seen[digest] = each
        plan.remarks.append(Remark(f"byte {each.byte}", reason))
    read = {}
    for source_id, seen in texts.items():
        erased = decisions.erased.get(source_id, frozenset())
        numbers = _twins(Key(parsed.scheme, source_id, 0), list(seen), stored, erased)
        for digest, each in seen.items():
            read[Key(parsed.scheme, source_id, numbers[digest])] = (each, digest)
    return read


def _twins(
    first: Key,
    digests: list[bytes],
    stored: dict[Key, StoredComment],
    erased: frozenset[bytes],
) -> dict[bytes, int]:
    """Assign a number to each text of one id.

    Stored texts keep theirs, others get the lowest free ones. An erased text
    that comes again gets the number of what was erased.
    """
    if len(digests) == 1 and first._replace(twin=1) not in stored:
        return {digests[0]: 0}
    numbers: dict[bytes, int] = {}
    gone: set[int] = set()
    twin = 0
    while stored_row := stored.get(first._replace(twin=twin)):
        for digest in digests:
            if digest in stored_row.versions and digest not in numbers:
                numbers[digest] = twin
                break
        if stored_row.visibility == Visibility.ERASED:
            gone.add(twin)
        twin += 1
    free = sorted(set(range(twin + len(digests))) - set(numbers.values()))
    # Erased texts first, so that the number of what was erased is not given to
    # another text; what is left over may be an edit of it, and is treated as one.
    for digest in sorted(digests, key=lambda each: each not in erased):
        if digest not in numbers:
            fitting = [number for number in free if number in gone]
            numbers[digest] = fitting[0] if digest in erased and fitting else free[0]
            free.remove(numbers[digest])
    return numbers


def _source_parents(
    read: dict[Key, tuple[ParsedComment, bytes]],
    stored: dict[Key, StoredComment],
    parsed: ParsedPost,
) -> dict[Key, str]:
    """Return the id of each parent as sources tell it.

    A page may flatten deep replies, so it never undoes what an export has told.
    """
    source_parents: dict[Key, str] = {}
    for key, (each, _digest) in read.items():
        row = stored.get(key)
        before = row.source_parent if row and not row.is_placeholder else ""
        source_parents[key] = each.parent_id
        if parsed.parents != "told":
            source_parents[key] = before or each.parent_id
    return source_parents


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
        parents[key] = by_pk.get(each.parent_pk) if each.parent_pk else None
    for key in read:
        parent: Key | None = None
        if source_parents[key]:
            parent = Key(key.scheme, source_parents[key], 0)
        if parent and parent not in read:
            if parent not in stored:
                parents.setdefault(parent, None)
            if parent not in stored or stored[parent].is_placeholder:
                plan.missing_parents.append(parent)
        parents[key] = parent
    return parents


def _rank(
    parents: dict[Key, Key | None],
    stored: dict[Key, StoredComment],
    times: dict[Key, When],
) -> dict[Key, tuple[float, int, str, int]]:
    """Rank siblings by time, then by id; a placeholder takes its first reply's time."""
    moments = {key: each.when for key, each in stored.items() if key in parents}
    for key, when in times.items():
        if moments.get(key, inf) == inf:
            moments[key] = when.utc.timestamp() if when.utc else inf
    if len(moments) < len(parents) or inf in moments.values():
        for key, moment in _first_replies(parents, moments).items():
            if moments.get(key, inf) == inf:
                moments[key] = moment
    return {
        key: (
            moments.get(key, inf),
            int(key.source_id) if key.source_id.isdecimal() else 0,
            key.source_id,
            key.twin,
        )
        for key in parents
    }


def _first_replies(
    parents: dict[Key, Key | None], moments: dict[Key, float]
) -> dict[Key, float]:
    first: dict[Key, float] = {}
    for key, parent in parents.items():
        if parent is not None and key in moments:
            first[parent] = min(first.get(parent, inf), moments[key])
    return first


def _changes_sides(each: ParsedComment, stored: StoredComment) -> bool:
    """Return whether its type is let through now, or no longer; not if decided on."""
    was_internal = stored.visibility == Visibility.INTERNAL
    return bool(stored.shown_pk) and was_internal != (each.state == "internal")


def _change(
    each: ParsedComment | None,
    version: StoredVersion | None,
    stored: StoredComment | None,
    source_parent: str,
) -> Change:
    """Return what the capture does to a comment.

    A changed one has another text, state or parent; `PlannedComment.has_new_text`
    tells an edit.
    """
    if each is None:
        return "absent"
    if stored is None or stored.is_placeholder:
        return "new"
    same = (
        version is not None
        and version.pk == (stored.shown_pk or stored.last.pk)
        and stored.source_state == each.source_state
        and not _changes_sides(each, stored)
        and stored.source_parent == source_parent
    )
    return "unchanged" if same else "changed"
