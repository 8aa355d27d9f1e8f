"""Check copies against rows: comments, versions and notices as the copies held them."""

import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from commentarchive.actions.notices import BY_THE_BLOG, grade_and_actor
from commentarchive.captures.history import (
    best_versions,
    find_vanished,
    retold_anywhere,
)
from commentarchive.captures.tree import recompute_root
from commentarchive.importers.parsed import UNKNOWN_STATUS
from commentarchive.integrity.copied_threads import CopiedThread
from commentarchive.integrity.copies_followed import (
    Sighting,
    last_articles,
    may_be_last,
    standing_texts,
)
from commentarchive.integrity.corrections import comments_with_a_corrected
from commentarchive.integrity.removals import moments_of, saw_it_vanish
from commentarchive.ledger.comparison import Difference
from commentarchive.ledger.models import Entry
from commentarchive.models import (
    Aspect,
    Capture,
    CaptureState,
    Comment,
    Grade,
    Post,
    Revision,
    Tombstone,
    TombstoneKind,
    Visibility,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.capture_diff import Gone


def compare_captures() -> Iterator[Difference]:
    """Report rows that no copy held, and rows that differ from what copies held."""
    captures = {capture.pk: capture for capture in _captures()}
    for capture in captures.values():
        if capture.state != CaptureState.READING and not _has_its_root(capture):
            reason = f"what is stored of copy {capture.ref} does not lead to its root"
            yield Difference(capture.entry_index, reason)
    best = best_versions(retold_anywhere())
    corrected = comments_with_a_corrected(Aspect.PARENT, Aspect.ARTICLE)
    for pk, ref, status, revision, copies in _articles.stream():
        thread = CopiedThread(pk, captures, best)
        if not thread.articles:
            yield Difference(None, f"no copy held article {ref}")
        elif not _is_as_copied(thread, status, revision or 0):
            index = thread.articles[-1].capture.entry_index
            yield Difference(index, f"article {ref} is not as its last copy held it")
        if thread.is_sound and copies != thread.summary():
            reason = f"what article {ref} says of its copies is not what they held"
            yield Difference(None, reason)
        yield from _comments(pk, thread, corrected)
        yield from _versions(pk, thread)
        yield from _notices(pk, thread)


@Prepared
def _captures() -> QuerySet[Capture]:
    return Capture.objects.all()


@Prepared
def _articles() -> QuerySet[Post, tuple[int, str, str, int | None, Any]]:
    return Post.objects.order_by("pk").values_list(
        *("pk", "ref", "status", Coalesce("news_revision", "current_revision")),
        "copies",
    )


def _is_as_copied(thread: CopiedThread, status: str, revision: int) -> bool:
    """Return whether status and text are those of a copy that may have been applied."""
    telling = [each for each in thread.articles if each.status != UNKNOWN_STATUS]
    statuses = {each.status for each in last_articles(telling)} or {UNKNOWN_STATUS}
    return status in statuses and revision in standing_texts(thread.articles)


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
    # What a decision keeps from readers: the version that copies told last.
    told: int | None
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


def _comments(
    post_pk: int, thread: CopiedThread, corrected: Collection[int]
) -> Iterator[Difference]:
    own = {row.pk: row for row in map(_Row._make, _rows(post_pk))}
    answered = {row.parent for row in own.values()}
    gone_ones = find_vanished(post_pk, thread.lines())
    for row in own.values():
        history = thread.seen.get(row.pk)
        if history is not None:
            is_corrected = row.pk in corrected
            if not is_corrected and not _answers_as_told(row, thread, own):
                index = history[-1].capture.entry_index
                reason = f"comment {row.ref} answers another than in the copy"
                yield Difference(index, reason)
            standing = thread.standing(row.pk)
            gone = gone_ones.get(row.pk)
            yield from _comment(row, standing, gone, thread.versions(row.pk))
            continue
        # What nothing answers any more is kept out of sight.
        untold = {Visibility.UNKNOWN}
        if row.pk not in answered:
            untold.add(Visibility.INTERNAL)
        is_placeholder = row.visibility in untold and row.revision is None
        if row.pk not in thread.parents or not is_placeholder:
            yield Difference(None, f"no copy held comment {row.ref}")
    for pk, history in thread.seen.items():
        if pk not in own:
            yield Difference(history[-1].capture.entry_index, "a comment of it is gone")


@Prepared
def _rows(post_pk: int) -> QuerySet[Comment, tuple[Any, ...]]:
    return Comment.objects.in_copies_of([post_pk]).values_list(
        *("pk", "ref", "visibility", "decided_entry"),
        *("current_revision_id", "told_revision_id"),
        *("parent_id", "post__blog__show_gone_text"),
        *("source_type", "source_state", "post__blog__comment_types"),
    )


def _answers_as_told(row: _Row, thread: CopiedThread, own: Mapping[int, _Row]) -> bool:
    """Return whether a comment's parent is that of a copy that may have been last.

    Parents may form a ring, which is cut. So none is right where what it is told to
    answer stands below it; and a copy that was read as cut may have told one that
    stood below it.
    """
    told = _last_parents(thread.seen[row.pk])
    if (row.parent or 0) in told:
        return True
    if row.parent is None:
        return any(_is_below(parent, row.pk, own) for parent in told)
    return 0 in told and thread.has_stood_below(row.parent, row.pk)


def _is_below(pk: int, top: int, own: Mapping[int, _Row]) -> bool:
    passed = set()
    at: int | None = pk
    while at is not None and at in own and at not in passed:
        passed.add(at)
        at = own[at].parent
    return at == top or top in passed


def _last_parents(history: Sequence[Sighting]) -> set[int]:
    """Return the parents that may stand by the copies which may have been read last."""
    taken_at = history[-1].capture.taken_at
    return {each.held.parent for each in history if may_be_last(each.capture, taken_at)}


def _comment(
    row: _Row,
    history: Sequence[Sighting],
    vanished: Gone | None,
    versions: AbstractSet[int],
) -> Iterator[Difference]:
    """Compare one comment with the last copy that held it."""
    last = history[-1]
    # Two imports that overlapped wrote in another order than they were closed.
    standing = [
        each for each in history if may_be_last(each.capture, last.capture.taken_at)
    ]
    index = last.capture.entry_index
    if row.decided is not None:
        if row.told is not None and row.told not in versions:
            reason = f"of comment {row.ref} another text is noted than the copy tells"
            yield Difference(index, reason)
        return
    states = {each.held.state for each in standing}
    if vanished is not None:
        states = {row.gone_as}
    states |= row.by_type
    if row.visibility not in states and not _waits(row.pk, row.visibility):
        state = last.held.state
        reason = f"comment {row.ref} is {row.visibility}; in the copy it was {state}"
        yield Difference(index, reason)
    if (row.revision or 0) not in versions:
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


def _versions(post_pk: int, thread: CopiedThread) -> Iterator[Difference]:
    """Find versions that came from nowhere."""
    # Two queries: with OR the databases look through the whole table.
    for told in (_versions_of_comments, _versions_of_article):
        for pk, number, ref in told(post_pk):
            if pk not in thread.revisions:
                yield Difference(None, f"no copy held version {number} of {ref}")


@Prepared
def _versions_of_comments(post_pk: int) -> QuerySet[Revision, tuple[int, int, str]]:
    own = Comment.objects.in_copies_of([post_pk])
    told = Revision.objects.filter(comment__in=own).at_source()
    return told.values_list("pk", "number", "comment__ref")


@Prepared
def _versions_of_article(post_pk: int) -> QuerySet[Revision, tuple[int, int, str]]:
    told = Revision.objects.filter(post=post_pk).at_source()
    return told.values_list("pk", "number", "post__ref")


def _notices(post_pk: int, thread: CopiedThread) -> Iterator[Difference]:
    """Compare the notices that imports opened with the states in the copies."""
    # The kinds of notice by comment and copy; a file may hold a comment several times.
    opened: dict[int, dict[int, set[str]]] = {}
    # The copies that missed a comment.
    missed: dict[int, set[int]] = {}
    for notice in _opened_by_copies(post_pk):
        capture, history = notice.opened_capture, thread.seen.get(notice.comment_id, ())
        if capture is None:
            continue
        own = opened.setdefault(notice.comment_id, {})
        own.setdefault(capture.pk, set()).add(notice.kind)
        index, ref = capture.entry_index, notice.comment.ref
        states = {each.held.state for each in history if each.capture.pk == capture.pk}
        is_backed = notice.kind in states or (
            states and _waits(notice.comment_id, notice.kind)
        )
        if notice.seen_capture_id is not None:
            missed.setdefault(notice.comment_id, set()).add(capture.pk)
            is_backed = saw_it_vanish(notice, thread.lines())
        if not is_backed:
            reason = f"a notice of comment {ref} says {notice.kind}; its copy does not"
            yield Difference(index, reason)
        if not _says_what_imports_say(notice, capture):
            yield Difference(index, f"a notice of comment {ref} says more than it did")
    refs = dict(_refs(post_pk))
    yield from _gone_notices(thread, refs, opened, missed)


@Prepared
def _opened_by_copies(post_pk: int) -> QuerySet[Tombstone]:
    found = Tombstone.objects.filter(
        comment__in=Comment.objects.in_copies_of([post_pk]),
        opened_capture__isnull=False,
    )
    return found.select_related("comment", "opened_capture", "seen_capture")


@Prepared
def _refs(post_pk: int) -> QuerySet[Comment, tuple[int, str]]:
    return Comment.objects.in_copies_of([post_pk]).values_list("pk", "ref")


def _gone_notices(
    thread: CopiedThread,
    refs: Mapping[int, str],
    opened: Mapping[int, Mapping[int, Collection[str]]],
    missed: Mapping[int, Collection[int]],
) -> Iterator[Difference]:
    """Find the notices that imports must have opened, and that are not there."""
    hidden = {
        pk: thread.standing(pk)
        for pk, history in thread.seen.items()
        if any(each.held.state in TombstoneKind for each in history)
    }
    decided = _first_entries(refs[pk] for pk in hidden if pk in refs)
    for pk, history in hidden.items():
        ref = refs.get(pk, "")
        for each in _turns(history, decided.get(ref)):
            kinds = opened.get(pk, {})
            if _is_opened(each, history, kinds):
                continue
            if _was_passed_over(each, history, missed.get(pk, ())):
                continue
            if not any(_waits(pk, kind) for kind in set().union(*kinds.values())):
                reason = f"the notice that it opened on comment {ref} is gone"
                yield Difference(each.capture.entry_index, reason)


def _says_what_imports_say(notice: Tombstone, capture: Capture) -> bool:
    """Return whether a notice says no more than an import can know."""
    grade, actor = grade_and_actor(notice.kind, notice.seen_capture_id)
    # Older notices put every deletion, and what waits only here, down to the blog.
    others = {BY_THE_BLOG} if grade == Grade.IMPORTED else set()
    if notice.kind == Visibility.HELD:
        others.add("")
    return (
        (notice.grade, notice.clause_label) == (grade, "")
        and notice.actor_label in {actor, *others}
        and notice.statement_path == ""
        and not notice.shows_name
        and (
            notice.since_not_after in moments_of(capture)
            # Seen to vanish, by the time of one page of an archive.
            or notice.seen_capture_id is not None
        )
    )


def _turns(history: Sequence[Sighting], first: int | None) -> Iterator[Sighting]:
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
    seen: Sighting, history: Sequence[Sighting], opened: Mapping[int, Collection[str]]
) -> bool:
    """Return whether a copy opened the notice, or one that may be as new did."""
    for other in history:
        if other.capture.pk != seen.capture.pk and not (
            may_be_last(other.capture, seen.capture.taken_at)
            and may_be_last(seen.capture, other.capture.taken_at)
        ):
            continue
        kinds = opened.get(other.capture.pk, ())
        if seen.held.state in kinds or Visibility.ERASED in kinds:
            return True
    return False


def _was_passed_over(
    seen: Sighting, history: Sequence[Sighting], missed: Collection[int]
) -> bool:
    """Return whether a copy said otherwise in the end of what was gone until then.

    Whether that is back is judged by what each copy holds at its end.
    """
    last = [each for each in history if each.capture.pk == seen.capture.pk][-1]
    return seen is not last and any(pk < seen.capture.pk for pk in missed)


def _first_entries(refs: Iterable[str]) -> dict[str, int]:
    if not (subjects := list(refs)):
        return {}
    first = Entry.objects.filter(subject__in=subjects, subject_number=1)
    return dict(first.values_list("subject", "index"))
