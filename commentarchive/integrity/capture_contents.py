"""Check copies against rows: comments, versions and notices as the copies held them."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from commentarchive.actions.notices import BY_THE_BLOG, grade_and_actor
from commentarchive.captures.history import find_vanished, joined, summary
from commentarchive.captures.tree import recompute_root
from commentarchive.importers.parsed import UNKNOWN_STATUS
from commentarchive.integrity.removals import moments_of, saw_it_vanish
from commentarchive.ledger.comparison import Difference
from commentarchive.ledger.models import Entry
from commentarchive.models import (
    Capture,
    CaptureState,
    Comment,
    Grade,
    Manifest,
    Post,
    Revision,
    Tombstone,
    TombstoneKind,
    Visibility,
)
from commentarchive.threads.capture_diff import (
    CapturedComment,
    Copy,
    CopyTime,
    Gone,
    later_than,
)


class _Sighting(NamedTuple):
    """A comment in one copy: the copy, its time, and what it held."""

    capture: Capture
    time: CopyTime
    held: CapturedComment


class _Article(NamedTuple):
    """An article as one copy held it: its id space, status and version."""

    capture: Capture
    scheme: str
    status: str
    revision: int
    time: CopyTime


class _Thread:
    """What all copies of one article held, in the order of the record."""

    def __init__(self, post_pk: int, captures: Mapping[int, Capture]) -> None:
        self.seen: dict[int, list[_Sighting]] = {}
        self.parents: set[int] = set()
        self.revisions: set[int] = set()
        # The article's own state and version, copy by copy.
        self.articles: list[_Article] = []
        # Manifests that can be compared, by id space.
        self.copies: dict[str, list[Manifest]] = {}
        self.is_sound = True
        self.times: dict[str, set[CopyTime]] = {}
        self.schemes: dict[tuple[int, int], str] = {}
        for manifest in Manifest.objects.filter(post=post_pk).order_by(
            "capture", "ordinal", "part"
        ):
            capture = captures[manifest.capture_id]
            manifest.capture = capture
            time, text = manifest.time, manifest.post_revision_id or 0
            self.times.setdefault(manifest.scheme, set()).add(time)
            self.schemes[time.turn] = manifest.scheme
            self.articles.append(
                _Article(capture, manifest.scheme, manifest.post_status, text, time)
            )
            self.revisions.add(text)
            try:
                rows = list(manifest.unpack())
            except (struct.error, LookupError):
                # Its copy's root tells.
                self.is_sound = False
                continue
            if capture.state != CaptureState.READING:
                self.copies.setdefault(manifest.scheme, []).append(manifest)
            for row in rows:
                sighting = _Sighting(capture, time, row)
                self.seen.setdefault(row.comment, []).append(sighting)
                self.parents.add(row.parent)
                self.revisions.add(row.revision)

    def standing(self, comment_pk: int) -> list[_Sighting]:
        """Return the sightings of a comment that imports followed."""
        history = self.seen[comment_pk]
        scheme = self.schemes[history[0].capture.pk, history[0].time.turn[1]]
        return _standing(history, self.times[scheme])

    def lines(self) -> dict[str, list[Copy]]:
        """Return the comparable copies by id space, in order; none if there is one."""
        if sum(map(len, self.times.values())) == 1:
            return {}
        return {scheme: joined(several) for scheme, several in self.copies.items()}

    def summary(self) -> list[dict[str, Any]]:
        """Count what each copy changed, in the form of `Post.copies`."""
        several = {
            manifest.capture.reading for m in self.copies.values() for manifest in m
        }
        is_one = len(self.times) == 1 and len(several) == 1
        dated = any(each.seen_at for m in self.copies.values() for each in m)
        return [] if is_one and not dated else summary(self.lines())


def _standing[T: (_Sighting, _Article)](
    history: Sequence[T], times: Iterable[CopyTime]
) -> list[T]:
    """Return the part of a history that imports followed.

    An import does not follow a copy that is older than one read before it. `times` are
    those of all copies of the article in the id space.
    """
    line = sorted(set(times), key=lambda time: time.turn)
    followed: list[T] = []
    held: set[CopyTime] = set()
    for each in history:
        read_before = line[: line.index(each.time)] if each.time in line else line
        later = later_than(each.time, read_before)
        if not held & set(later):
            followed.append(each)
        # A copy that does not hold the article itself does not make others older.
        if not isinstance(each, _Article) or each.status != UNKNOWN_STATUS:
            held.add(each.time)
    return followed


def compare_captures() -> Iterator[Difference]:
    """Report rows that no copy held, and rows that differ from what copies held."""
    captures = {capture.pk: capture for capture in Capture.objects.all()}
    for capture in captures.values():
        if capture.state != CaptureState.READING and not _has_its_root(capture):
            reason = f"what is stored of copy {capture.ref} does not lead to its root"
            yield Difference(capture.entry_index, reason)
    posts = Post.objects.order_by("pk").values_list(
        "pk", "ref", "status", "current_revision_id", "copies"
    )
    for pk, ref, status, revision, copies in posts.iterator():
        thread = _Thread(pk, captures)
        if not thread.articles:
            yield Difference(None, f"no copy held article {ref}")
        elif not _is_as_copied(thread, status, revision or 0):
            index = thread.articles[-1].capture.entry_index
            yield Difference(index, f"article {ref} is not as its last copy held it")
        if thread.is_sound and copies != thread.summary():
            reason = f"what article {ref} says of its copies is not what they held"
            yield Difference(None, reason)
        yield from _comments(pk, thread)
        yield from _versions(pk, thread)
        yield from _notices(pk, thread)


def _is_as_copied(thread: _Thread, status: str, revision: int) -> bool:
    """Return whether status and text are those of a copy that may have been applied."""
    telling = [each for each in thread.articles if each.status != UNKNOWN_STATUS]
    statuses = {each.status for each in _last_articles(telling)} or {UNKNOWN_STATUS}
    return status in statuses and revision in {
        each.revision for each in _last_articles(thread.articles)
    }


def _of_scheme(articles: Sequence[_Article], scheme: str) -> list[_Article]:
    own = [each for each in articles if each.scheme == scheme]
    return _standing(own, [each.time for each in own])


def _last_articles(articles: Sequence[_Article]) -> list[_Article]:
    """Keep the copies of an article that may have been written last."""
    schemes = {each.scheme for each in articles}
    followed = [each for scheme in schemes for each in _of_scheme(articles, scheme)]
    if not followed:
        return []
    last = max(followed, key=lambda each: each.time.turn)
    return [
        each
        for each in followed
        if each is last or _may_be_last(each.capture, last.capture.taken_at)
    ]


def _has_its_root(capture: Capture) -> bool:
    try:
        return capture.root == recompute_root(capture)
    except (struct.error, LookupError):
        return False


class _Row(NamedTuple):
    """A comment as it is stored: keys, states, text and parent."""

    pk: int
    ref: str
    visibility: str
    decided: int | None
    revision: int | None
    parent: int | None
    # Whether its blog goes on showing what is gone there.
    shows_gone: bool
    # Its type, if that is not known here, and the types that are let through.
    source_type: str
    source_state: str
    let_through: str

    @property
    def gone_as(self) -> str:
        """Return its visibility here once it is gone at its blog."""
        return "published" if self.shows_gone else "gone_at_source"

    @property
    def by_type(self) -> set[str]:
        """Return what its type makes of it since it was copied."""
        if not self.source_type:
            return set()
        if self.source_type not in self.let_through.split():
            return {"internal"}
        return {"published"} if self.source_state == "live" else set()


def _comments(post_pk: int, thread: _Thread) -> Iterator[Difference]:
    rows = Comment.objects.filter(post=post_pk).values_list(
        *("pk", "ref", "visibility", "decided_entry"),
        *("current_revision_id", "parent_id", "post__blog__show_gone_text"),
        *("source_type", "source_state", "post__blog__comment_types"),
    )
    there = set()
    gone_ones = find_vanished(post_pk, thread.lines())
    for row in map(_Row._make, rows):
        there.add(row.pk)
        history = thread.seen.get(row.pk)
        if history is not None:
            yield from _comment(row, thread.standing(row.pk), gone_ones.get(row.pk))
            continue
        is_placeholder = row.visibility == Visibility.UNKNOWN and row.revision is None
        if row.pk not in thread.parents or not is_placeholder:
            yield Difference(None, f"no copy held comment {row.ref}")
    for pk, history in thread.seen.items():
        if pk not in there:
            yield Difference(history[-1].capture.entry_index, "a comment of it is gone")


def _comment(
    row: _Row, history: Sequence[_Sighting], vanished: Gone | None
) -> Iterator[Difference]:
    """Compare one comment with the last copy that held it."""
    last = history[-1]
    # Two imports that overlapped wrote in another order than they were closed.
    standing = [
        each for each in history if _may_be_last(each.capture, last.capture.taken_at)
    ]
    index = last.capture.entry_index
    if (row.parent or 0) not in {each.held.parent for each in standing}:
        yield Difference(index, f"comment {row.ref} answers another than in the copy")
    if row.decided is not None:
        return
    states = {each.held.state for each in standing}
    if vanished is not None:
        states = {row.gone_as}
    states |= row.by_type
    if row.visibility not in states and not _waits(row.pk, row.visibility):
        state = last.held.state
        reason = f"comment {row.ref} is {row.visibility}; in the copy it was {state}"
        yield Difference(index, reason)
    if (row.revision or 0) not in {each.held.revision for each in standing}:
        yield Difference(index, f"comment {row.ref} shows another text than the copy")


def _waits(comment_pk: int, state: str) -> bool:
    """Return whether it waits or is erased since its id was decided on elsewhere."""
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
    """Compare the notices that imports opened with the states in the copies."""
    opened: dict[int, dict[int, str]] = {}
    found = Tombstone.objects.filter(
        comment__post=post_pk, opened_capture__isnull=False
    ).select_related("comment", "opened_capture", "seen_capture")
    for notice in found:
        capture, history = notice.opened_capture, thread.seen.get(notice.comment_id, ())
        if capture is None:
            continue
        opened.setdefault(notice.comment_id, {})[capture.pk] = notice.kind
        index, ref = capture.entry_index, notice.comment.ref
        states = {each.held.state for each in history if each.capture.pk == capture.pk}
        is_backed = notice.kind in states or (
            states and _waits(notice.comment_id, notice.kind)
        )
        if notice.seen_capture_id is not None:
            is_backed = saw_it_vanish(notice, thread.lines())
        if not is_backed:
            reason = f"a notice of comment {ref} says {notice.kind}; its copy does not"
            yield Difference(index, reason)
        if not _says_what_imports_say(notice, capture):
            yield Difference(index, f"a notice of comment {ref} says more than it did")
    refs = dict(Comment.objects.filter(post=post_pk).values_list("pk", "ref"))
    hidden = {
        pk: thread.standing(pk)
        for pk, history in thread.seen.items()
        if any(each.held.state in TombstoneKind for each in history)
    }
    decided = _first_entries(refs[pk] for pk in hidden if pk in refs)
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
    """Return whether a notice says no more than an import can know."""
    grade, actor = grade_and_actor(notice.kind, notice.seen_capture_id)
    # Older notices put every deletion down to the blog.
    older = BY_THE_BLOG if grade == Grade.IMPORTED else actor
    return (
        (notice.grade, notice.clause_label) == (grade, "")
        and notice.actor_label in {actor, older}
        and notice.statement_path == ""
        and not notice.shows_name
        and (
            notice.since_not_after in moments_of(capture)
            # Seen to vanish, by the time of one page of an archive.
            or notice.seen_capture_id is not None
        )
    )


def _turns(history: Sequence[_Sighting], first: int | None) -> Iterator[_Sighting]:
    """Yield the sightings that made an import open a notice, before any decision."""
    before = ""
    for each in history:
        index = each.capture.entry_index
        is_decided = first is not None and (index is None or first < index)
        state = each.held.state
        if state != before and state in TombstoneKind and not is_decided:
            yield each
        before = state


def _is_opened(
    seen: _Sighting, history: Sequence[_Sighting], opened: Mapping[int, str]
) -> bool:
    """Return whether a copy opened the notice, or one imported meanwhile did."""
    for other in history:
        if other.capture.pk != seen.capture.pk and not (
            _may_be_last(other.capture, seen.capture.taken_at)
            and _may_be_last(seen.capture, other.capture.taken_at)
        ):
            continue
        if opened.get(other.capture.pk) in {seen.held.state, Visibility.ERASED}:
            return True
    return False


def _first_entries(refs: Iterable[str]) -> dict[str, int]:
    first = Entry.objects.filter(subject__in=list(refs), subject_number=1)
    return dict(first.values_list("subject", "index"))
