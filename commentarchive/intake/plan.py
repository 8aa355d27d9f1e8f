"""What a reading changes in one article: worked out before anything is written."""

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
from commentarchive.intake.stored import Known, Version, is_untold, same_versions
from commentarchive.matching import Key, comment_id, fingerprint
from commentarchive.models import Post, Visibility
from commentarchive.threads.tree import reading_order

# What the public sees of a comment by what its source says; a decision here outranks
# it. What no source calls live is hidden.
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
    """Say what the public is to see of a comment by its source alone."""
    if parsed.state == "deleted" and parsed.is_by_author:
        return Visibility.DELETED_BY_AUTHOR
    return VISIBILITY[parsed.state]


_NEVER = When()
_ABSENT: tuple[None, bytes] = (None, b"")

type Change = Literal["new", "changed", "unchanged", "absent"]


class Guarded(NamedTuple):
    """What decisions stand on in a blog, by the ids of its comments."""

    decided: frozenset[str] = frozenset()
    # Keyed digests of every text of what was erased.
    erased: Mapping[str, frozenset[bytes]] = {}


@dataclass(slots=True, kw_only=True)
class Step:
    """One comment in reading order: what is known, what was read, what to do."""

    key: Key
    parsed: ParsedComment | None
    known: Known | None
    parent: Key | None
    position: int
    depth: int
    change: Change
    when: When
    fingerprint: bytes
    # The parent's id as the source tells it, or told it before.
    source_parent: str
    # The stored version that it reads as; None for a text that is new.
    version: Version | None
    # What the public is to see of it by its source alone.
    visibility: Visibility
    # Its words were erased here: neither text nor name nor address is taken in.
    is_suppressed: bool = False
    # Its id was decided on under another article: it waits, whatever its source says.
    is_guarded: bool = False

    @property
    def is_moved(self) -> bool:
        """Tell whether a known row's place has to be rewritten."""
        known = self.known
        return known is not None and (
            (known.position, known.depth) != (self.position, self.depth)
        )

    @property
    def has_new_text(self) -> bool:
        """Tell whether a text is to be stored: it differs from the last one read."""
        if self.parsed is None or is_untold(self.parsed):
            return False
        return self.version is None and not self.is_suppressed


@dataclass(slots=True, kw_only=True)
class PostPlan:
    """One article's steps, its counts and what there is to remark."""

    parsed: ParsedPost
    post: Post | None
    ordinal: int
    steps: list[Step]
    change: Change
    duplicates: int = 0
    orphans: list[Key] = field(default_factory=list)
    max_depth: int = 0
    remarks: list[Remark] = field(default_factory=list)

    @property
    def newest_at(self) -> datetime | None:
        """Give the time of the newest comment that the copy holds."""
        times = (step.when.utc for step in self.steps if step.parsed)
        return max((each for each in times if each), default=None)


def make_plan(
    parsed: ParsedPost,
    *,
    post: Post | None,
    known: dict[Key, Known],
    guarded: Guarded,
    zone: str,
    ordinal: int,
) -> PostPlan:
    """Compare one article as read with what is known of it. Writes nothing.

    What is new under an id that a decision stands on, in this article or another,
    waits for the desk; what was erased is not taken in again.
    """
    plan = PostPlan(parsed=parsed, post=post, ordinal=ordinal, steps=[], change="new")
    read = _keyed(parsed, known, plan, guarded)
    times = {key: settle(each.when, zone) for key, (each, _print) in read.items()}
    versions = same_versions(read, known)
    told = _told_parents(read, known, parsed)
    parents = _parents(read, known, told, plan)
    order = reading_order(parents, _rank(parents, known, times))
    for key in order.cut:
        byte = read[key][0].byte if key in read else parsed.byte
        reason = f"comment {key.source_id}: its parents form a ring; cut before it"
        plan.remarks.append(Remark(f"byte {byte}", reason))
        parents[key] = None
    own_depth: dict[Key, int] = {}
    for position, (key, depth) in enumerate(order.places):
        each, digest = read.get(key, _ABSENT)
        known_row, parent = known.get(key), parents[key]
        own_depth[key] = 1 + own_depth.get(parent, 0) if parent in read else 1
        plan.steps.append(
            Step(
                key=key,
                parsed=each,
                known=known_row,
                parent=parent,
                position=position,
                depth=depth,
                change=_change(each, versions.get(key), known_row, told.get(key, "")),
                when=times.get(key, _NEVER),
                fingerprint=digest,
                source_parent=told.get(key, ""),
                version=versions.get(key),
                visibility=visibility_of(each) if each else Visibility.UNKNOWN,
            )
        )
    plan.max_depth = max((own_depth[key] for key in read), default=0)
    if guarded.decided:
        guard(plan, guarded)
    return plan


def guard(plan: PostPlan, guarded: Guarded) -> None:
    """Let comments wait whose ids were decided on; take in nothing that was erased.

    May be done again when somebody has decided since.
    """
    for step in plan.steps:
        source_id, known = step.key.source_id, step.known
        if step.parsed is None or source_id not in guarded.decided:
            continue
        is_new = known is None or known.is_placeholder
        was_erased = step.fingerprint in guarded.erased.get(source_id, ())
        step.is_guarded = not is_new
        if known is not None and known.visibility == Visibility.ERASED:
            if not was_erased and not step.is_suppressed:
                reason = (
                    f"comment {source_id} was erased here; its new text is left out"
                )
                plan.remarks.append(Remark(f"byte {step.parsed.byte}", reason))
            step.is_suppressed = True
        elif was_erased:
            step.is_suppressed = True
            if is_new:
                step.visibility = Visibility.ERASED
        elif is_new and step.visibility is Visibility.PUBLISHED:
            step.visibility = Visibility.HELD
            reason = f"comment {source_id} was decided on here before; it waits"
            plan.remarks.append(Remark(f"byte {step.parsed.byte}", reason))


def _keyed(
    parsed: ParsedPost, known: dict[Key, Known], plan: PostPlan, guarded: Guarded
) -> dict[Key, tuple[ParsedComment, bytes]]:
    """Give each comment its key; the same id with another text becomes a twin."""
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
        erased = guarded.erased.get(source_id, frozenset())
        numbers = _twins(Key(parsed.scheme, source_id, 0), list(seen), known, erased)
        for digest, each in seen.items():
            read[Key(parsed.scheme, source_id, numbers[digest])] = (each, digest)
    return read


def _twins(
    first: Key,
    digests: list[bytes],
    known: dict[Key, Known],
    erased: frozenset[bytes],
) -> dict[bytes, int]:
    """Give the texts of one id their numbers: the known ones, else the lowest free.

    Texts that were erased take the numbers of what was erased.
    """
    if len(digests) == 1 and first._replace(twin=1) not in known:
        return {digests[0]: 0}
    numbers: dict[bytes, int] = {}
    gone: set[int] = set()
    twin = 0
    while known_row := known.get(first._replace(twin=twin)):
        for digest in digests:
            if digest in known_row.versions and digest not in numbers:
                numbers[digest] = twin
                break
        if known_row.visibility == Visibility.ERASED:
            gone.add(twin)
        twin += 1
    free = sorted(set(range(twin + len(digests))) - set(numbers.values()))
    # What was erased comes first; what is left may be an edit of it, and is taken so.
    for digest in sorted(digests, key=lambda each: each not in erased):
        if digest not in numbers:
            fitting = [number for number in free if number in gone]
            numbers[digest] = fitting[0] if digest in erased and fitting else free[0]
            free.remove(numbers[digest])
    return numbers


def _told_parents(
    read: dict[Key, tuple[ParsedComment, bytes]],
    known: dict[Key, Known],
    parsed: ParsedPost,
) -> dict[Key, str]:
    """Give the ids of parents: what a page flattens or leaves out undoes nothing."""
    told: dict[Key, str] = {}
    for key, (each, _digest) in read.items():
        row = known.get(key)
        before = row.source_parent if row and not row.is_placeholder else ""
        told[key] = each.parent_id
        if parsed.parents != "told":
            told[key] = before or each.parent_id
    return told


def _parents(
    read: dict[Key, tuple[ParsedComment, bytes]],
    known: dict[Key, Known],
    told: dict[Key, str],
    plan: PostPlan,
) -> dict[Key, Key | None]:
    """Tie every comment to its parent; a missing one becomes a placeholder."""
    by_pk = {each.pk: key for key, each in known.items()}
    parents: dict[Key, Key | None] = {}
    for key, each in known.items():
        parents[key] = by_pk.get(each.parent_pk) if each.parent_pk else None
    for key in read:
        parent: Key | None = None
        if told[key]:
            parent = Key(key.scheme, told[key], 0)
        if parent and parent not in read:
            if parent not in known:
                parents.setdefault(parent, None)
            if parent not in known or known[parent].is_placeholder:
                plan.orphans.append(parent)
        parents[key] = parent
    return parents


def _rank(
    parents: dict[Key, Key | None],
    known: dict[Key, Known],
    times: dict[Key, When],
) -> dict[Key, tuple[float, int, str, int]]:
    """Order siblings by time, then by id; a placeholder goes by its first reply."""
    moments = {key: each.when for key, each in known.items() if key in parents}
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


def _change(
    each: ParsedComment | None,
    version: Version | None,
    known: Known | None,
    source_parent: str,
) -> Change:
    if each is None:
        return "absent"
    if known is None or known.is_placeholder:
        return "new"
    same = (
        version is not None
        and version.pk == (known.told_pk or known.last.pk)
        and known.source_state == each.state
        and known.source_parent == source_parent
    )
    return "unchanged" if same else "changed"
