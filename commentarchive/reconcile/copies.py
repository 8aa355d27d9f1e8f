"""Copies against rows: comments, versions and notices are those that copies held."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from commentarchive.actions.tombstones import grade_and_actor
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
        # The article's own state and version, copy by copy.
        self.articles: list[tuple[Capture, str, int]] = []
        found = Manifest.objects.filter(post=post_pk)
        for manifest in sorted(
            found,
            key=lambda each: (
                _rank(captures[each.capture_id]),
                each.ordinal,
                each.part,
            ),
        ):
            capture, text = (
                captures[manifest.capture_id],
                manifest.post_revision_id or 0,
            )
            self.articles.append((capture, manifest.post_status, text))
            self.revisions.add(text)
            try:
                rows = list(manifest.unpack())
            except (struct.error, LookupError):
                # Its copy's root tells.
                continue
            for row in rows:
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
        if capture.state != CaptureState.READING and not _has_its_root(capture):
            reason = f"what is stored of copy {capture.ref} does not lead to its root"
            yield Difference(capture.entry_index, reason)
    posts = Post.objects.order_by("pk").values_list(
        "pk", "ref", "status", "current_revision_id"
    )
    for pk, ref, status, revision in posts.iterator():
        thread = _Thread(pk, captures)
        if not thread.articles:
            yield Difference(None, f"no copy held article {ref}")
        elif (status, revision or 0) not in _last_articles(thread):
            index = thread.articles[-1][0].entry_index
            yield Difference(index, f"article {ref} is not as its last copy held it")
        yield from _comments(pk, thread)
        yield from _versions(pk, thread)
        yield from _notices(pk, thread)


def _last_articles(thread: _Thread) -> set[tuple[str, int]]:
    """Give the states of an article by the copies that may have been written last."""
    taken_at = thread.articles[-1][0].taken_at
    return {
        (status, revision)
        for capture, status, revision in thread.articles
        if _may_be_last(capture, taken_at)
    }


def _has_its_root(capture: Capture) -> bool:
    try:
        return capture.root == recompute_root(capture)
    except (struct.error, LookupError):
        return False


class _Row(NamedTuple):
    """A comment as it is stored: keys, states, and its depth and its parent's."""

    pk: int
    ref: str
    visibility: str
    decided: int | None
    revision: int | None
    parent: int | None
    depth: int
    parent_depth: int | None


def _comments(post_pk: int, thread: _Thread) -> Iterator[Difference]:
    rows = Comment.objects.filter(post=post_pk).values_list(
        *("pk", "ref", "visibility", "decided_entry"),
        *("current_revision_id", "parent_id", "depth", "parent__depth"),
    )
    there = set()
    for row in map(_Row._make, rows):
        there.add(row.pk)
        if row.depth != (0 if row.parent_depth is None else row.parent_depth + 1):
            yield Difference(None, f"comment {row.ref} stands at another depth")
        history = thread.seen.get(row.pk)
        if history is not None:
            yield from _comment(row, history)
            continue
        is_placeholder = row.visibility == Visibility.UNKNOWN and row.revision is None
        if row.pk not in thread.parents or not is_placeholder:
            yield Difference(None, f"no copy held comment {row.ref}")
    for pk, history in thread.seen.items():
        if pk not in there:
            yield Difference(history[-1].capture.entry_index, "a comment of it is gone")


def _comment(row: _Row, history: Sequence[_Seen]) -> Iterator[Difference]:
    """Hold one comment against the last copy that held it."""
    last = history[-1]
    # Two imports that overlapped wrote in another order than they were closed.
    standing = [
        each for each in history if _may_be_last(each.capture, last.capture.taken_at)
    ]
    index = last.capture.entry_index
    if (row.parent or 0) not in {each.parent for each in standing}:
        yield Difference(index, f"comment {row.ref} answers another than in the copy")
    if row.decided is not None:
        return
    states = {each.state for each in standing}
    if row.visibility not in states and not _waits(row.pk, row.visibility):
        reason = (
            f"comment {row.ref} is {row.visibility}; in the copy it was {last.state}"
        )
        yield Difference(index, reason)
    if (row.revision or 0) not in {each.revision for each in standing}:
        yield Difference(index, f"comment {row.ref} shows another text than the copy")


def _waits(comment_pk: int, state: str) -> bool:
    """Tell whether a comment waits or is erased because its id was elsewhere."""
    if state not in {Visibility.HELD, Visibility.ERASED}:
        return False
    one = Comment.objects.get(pk=comment_pk)
    alike = Comment.objects.filter(
        post__blog__posts=one.post_id, scheme=one.scheme, source_id=one.source_id
    )
    others = alike.exclude(pk=one.pk)
    if state == Visibility.ERASED:
        return others.filter(visibility=Visibility.ERASED).exists()
    return others.filter(decided_entry__isnull=False).exists()


def _may_be_last(capture: Capture, taken_at: datetime) -> bool:
    return capture.closed_at is None or capture.closed_at > taken_at


def _versions(post_pk: int, thread: _Thread) -> Iterator[Difference]:
    """Find versions that came from nowhere."""
    # Two queries: with OR the databases look through the whole table.
    for found, owner in (
        (Revision.objects.filter(comment__post=post_pk), "comment__ref"),
        (Revision.objects.filter(post=post_pk), "post__ref"),
    ):
        for pk, number, ref in found.values_list("pk", "number", owner):
            if pk not in thread.revisions:
                yield Difference(None, f"no copy held version {number} of {ref}")


def _notices(post_pk: int, thread: _Thread) -> Iterator[Difference]:
    """Hold the notices that imports opened against the states in the copies."""
    opened: dict[int, dict[int, str]] = {}
    found = Tombstone.objects.filter(
        comment__post=post_pk, opened_capture__isnull=False
    ).select_related("comment", "opened_capture")
    for notice in found:
        capture, history = notice.opened_capture, thread.seen.get(notice.comment_id, ())
        if capture is None:
            continue
        opened.setdefault(notice.comment_id, {})[capture.pk] = notice.kind
        index, ref = capture.entry_index, notice.comment.ref
        states = {each.state for each in history if each.capture.pk == capture.pk}
        is_told = notice.kind in states or (
            states and _waits(notice.comment_id, notice.kind)
        )
        if not is_told:
            reason = f"a notice of comment {ref} says {notice.kind}; its copy does not"
            yield Difference(index, reason)
        if not _says_what_imports_say(notice, capture):
            yield Difference(index, f"a notice of comment {ref} says more than it did")
    refs = dict(Comment.objects.filter(post=post_pk).values_list("pk", "ref"))
    hidden = {
        pk: history
        for pk, history in thread.seen.items()
        if any(each.state in TombstoneKind for each in history)
    }
    decided = _first_decisions(refs[pk] for pk in hidden if pk in refs)
    for pk, history in hidden.items():
        ref = refs.get(pk, "")
        for each in _turns(history, decided.get(ref)):
            own = opened.get(pk, {})
            if _is_opened(each, history, own):
                continue
            if not any(_waits(pk, kind) for kind in own.values()):
                reason = f"the notice that it opened on comment {ref} is gone"
                yield Difference(each.capture.entry_index, reason)


def _says_what_imports_say(notice: Tombstone, capture: Capture) -> bool:
    """Tell whether a notice says no more than an import can know."""
    grade, actor = grade_and_actor(notice.kind)
    said = (notice.grade, notice.actor_label, notice.clause_label)
    return (
        said == (grade, actor, "")
        and notice.statement_path == ""
        and not notice.shows_name
        and notice.since_not_after == capture.moment
    )


def _turns(history: Sequence[_Seen], first: int | None) -> Iterator[_Seen]:
    """Give what made an import open a notice; none after the first decision."""
    before = ""
    for each in history:
        index = each.capture.entry_index
        is_decided = first is not None and (index is None or first < index)
        if each.state != before and each.state in TombstoneKind and not is_decided:
            yield each
        before = each.state


def _is_opened(
    seen: _Seen, history: Sequence[_Seen], opened: Mapping[int, str]
) -> bool:
    """Tell whether a copy opened the notice, or one whose import overlapped with it."""
    for other in history:
        if other.capture.pk != seen.capture.pk and not (
            _may_be_last(other.capture, seen.capture.taken_at)
            and _may_be_last(seen.capture, other.capture.taken_at)
        ):
            continue
        if opened.get(other.capture.pk) in {seen.state, Visibility.ERASED}:
            return True
    return False


def _first_decisions(refs: Iterable[str]) -> dict[str, int]:
    first = Entry.objects.filter(subject__in=list(refs), subject_number=1)
    return dict(first.values_list("subject", "index"))
