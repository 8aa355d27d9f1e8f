"""Copies against rows: comments, versions and notices are those that copies held."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from commentarchive.import_tree import recompute_root
from commentarchive.ledger.keeper import Difference
from commentarchive.ledger.models import Entry
from commentarchive.models import (
    Capture,
    CaptureState,
    Comment,
    Manifest,
    Post,
    Revision,
    RevisionOrigin,
    Tombstone,
    TombstoneKind,
    Visibility,
)


class _Seen(NamedTuple):
    """A comment as one copy held it: keys, 0 for none, and its state."""

    capture: Capture
    revision: int
    parent: int
    state: str


class _Thread:
    """What all copies, in the record's order, held of one article."""

    def __init__(self, post_pk: int, captures: Mapping[int, Capture]) -> None:
        self.seen: dict[int, list[_Seen]] = {}
        self.parents: set[int] = set()
        self.revisions: set[int] = set()
        self.last: Manifest | None = None
        found = Manifest.objects.filter(post=post_pk)
        for manifest in sorted(
            found,
            key=lambda each: (
                _rank(captures[each.capture_id]),
                each.ordinal,
                each.part,
            ),
        ):
            self.last = manifest
            self.revisions.add(manifest.post_revision_id or 0)
            for row in manifest.unpack():
                known = _Seen(
                    captures[manifest.capture_id], row.revision, row.parent, row.state
                )
                self.seen.setdefault(row.comment, []).append(known)
                self.parents.add(row.parent)
                self.revisions.add(row.revision)


def _rank(capture: Capture) -> int:
    """Order copies by the record; what is still being read comes last."""
    return 2**63 if capture.entry_index is None else capture.entry_index


def compare_copies() -> Iterator[Difference]:
    """Name rows that no copy held, and rows that are not as the copies held them."""
    captures = {capture.pk: capture for capture in Capture.objects.all()}
    for capture in captures.values():
        if capture.state != CaptureState.READING and capture.root != recompute_root(
            capture
        ):
            reason = f"what is stored of copy {capture.ref} does not lead to its root"
            yield Difference(capture.entry_index, reason)
    posts = Post.objects.order_by("pk").values_list(
        "pk", "ref", "status", "current_revision_id"
    )
    for pk, ref, status, revision in posts.iterator():
        thread = _Thread(pk, captures)
        last = thread.last
        if last is None:
            yield Difference(None, f"no copy held article {ref}")
        elif (status, revision or 0) != (last.post_status, last.post_revision_id or 0):
            index = captures[last.capture_id].entry_index
            yield Difference(index, f"article {ref} is not as its last copy held it")
        yield from _comments(pk, thread)
        yield from _versions(pk, thread)
        yield from _notices(pk, thread)


def _comments(post_pk: int, thread: _Thread) -> Iterator[Difference]:
    rows = Comment.objects.filter(post=post_pk).values_list(
        *("pk", "ref", "visibility", "decided_entry"),
        *("current_revision_id", "parent_id"),
    )
    there = set()
    for pk, ref, visibility, decided, revision, parent in rows:
        there.add(pk)
        history = thread.seen.get(pk)
        if history is None:
            is_placeholder = visibility == Visibility.UNKNOWN and revision is None
            if pk not in thread.parents or not is_placeholder:
                yield Difference(None, f"no copy held comment {ref}")
            continue
        last = history[-1]
        # Two imports that overlapped wrote in another order than they were closed.
        standing = [
            each for each in history if _may_be_last(each, last.capture.taken_at)
        ]
        index = last.capture.entry_index
        if (parent or 0) not in {each.parent for each in standing}:
            yield Difference(index, f"comment {ref} answers another than in the copy")
        if decided is not None:
            continue
        states = {each.state for each in standing}
        if visibility not in states and not _waits(pk, visibility):
            reason = f"comment {ref} is {visibility}; in the copy it was {last.state}"
            yield Difference(index, reason)
        if (revision or 0) not in {each.revision for each in standing}:
            yield Difference(index, f"comment {ref} shows another text than the copy")
    for pk, history in thread.seen.items():
        if pk not in there:
            yield Difference(history[-1].capture.entry_index, "a comment of it is gone")


def _waits(comment_pk: int, state: str) -> bool:
    """Tell whether a comment waits because its id was decided on elsewhere."""
    if state != Visibility.HELD:
        return False
    one = Comment.objects.get(pk=comment_pk)
    alike = Comment.objects.filter(
        post__blog__posts=one.post_id, scheme=one.scheme, source_id=one.source_id
    )
    return alike.exclude(pk=one.pk).filter(decided_entry__isnull=False).exists()


def _may_be_last(seen: _Seen, taken_at: datetime) -> bool:
    closed = seen.capture.closed_at
    return closed is None or closed > taken_at


def _versions(post_pk: int, thread: _Thread) -> Iterator[Difference]:
    """Find versions that came from nowhere."""
    # Two queries: with OR the databases look through the whole table.
    for found, owner in (
        (Revision.objects.filter(comment__post=post_pk), "comment__ref"),
        (Revision.objects.filter(post=post_pk), "post__ref"),
    ):
        captured = found.exclude(origin=RevisionOrigin.REDACTED)
        for pk, number, ref in captured.values_list("pk", "number", owner):
            if pk not in thread.revisions:
                yield Difference(None, f"no copy held version {number} of {ref}")


def _notices(post_pk: int, thread: _Thread) -> Iterator[Difference]:
    """Hold the notices that imports opened against the states in the copies."""
    notices: dict[tuple[int, int], list[str]] = {}
    found = Tombstone.objects.filter(
        comment__post=post_pk, opened_capture__isnull=False
    )
    for comment, capture, kind, ref in found.values_list(
        "comment_id", "opened_capture_id", "kind", "comment__ref"
    ):
        notices.setdefault((comment, capture), []).append(kind)
        states = {
            s.state: s.capture
            for s in thread.seen.get(comment, ())
            if s.capture.pk == capture
        }
        if kind not in states and not (states and _waits(comment, kind)):
            indexes = [each.entry_index for each in states.values()]
            reason = f"a notice of comment {ref} says {kind}; its copy does not"
            yield Difference(indexes[0] if indexes else None, reason)
    hidden = {
        pk: history
        for pk, history in thread.seen.items()
        if any(each.state in TombstoneKind for each in history)
    }
    refs = dict(Comment.objects.filter(pk__in=hidden).values_list("pk", "ref"))
    decided = _first_decisions(refs.values())
    for pk, history in hidden.items():
        before = ""
        for each in history:
            index = each.capture.entry_index
            opens = each.state != before and each.state in TombstoneKind
            before = each.state
            first = decided.get(refs.get(pk, ""))
            if not opens or (first is not None and (index is None or first < index)):
                continue
            if each.state not in notices.get((pk, each.capture.pk), ()):
                reason = f"the notice that it opened on comment {refs.get(pk)} is gone"
                yield Difference(index, reason)


def _first_decisions(refs: Iterable[str]) -> dict[str, int]:
    first = Entry.objects.filter(subject__in=list(refs), subject_number=1)
    return dict(first.values_list("subject", "index"))
