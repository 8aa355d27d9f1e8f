"""Hold what a blog's own records tell against its copies, whichever came first.

Of several that tell of one comment the last in time counts. It stands until a copy of
a later time shows the comment otherwise; from then on copies are followed again, and
what was told is a part of the comment's past. A decision taken here outranks both.
"""

import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched

from django.db.models import QuerySet

from commentarchive.actions.followed_again import AsCopied, Ending, follow_copies
from commentarchive.actions.notices import (
    DecidedNotice,
    VisibilityAtSource,
    VisibilityChange,
    has_waited_here,
    set_visibility,
)
from commentarchive.captures.history import all_copies, find_vanished
from commentarchive.captures.vanished import as_vanished, source_state_of
from commentarchive.models import Capture, Comment, Grade, Manifest, Visibility
from commentarchive.models.comment import GONE, CommentQuerySet
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import long_write
from commentarchive.threads.capture_diff import Copy, Gone
from moderation.actions.history import Lines, contradicting_copy, find_later
from moderation.actions.subjects import Subject, lock_subjects, read_subjects
from moderation.models import HIDING, Action, Decision

# Comments that are read at once.
_MANY = 500
_NEVER = datetime.min.replace(tzinfo=UTC)


def give_way(refs: Collection[str]) -> None:
    """Bring comments that are told of up to copies which were just read or dated.

    Those as well that an older version of this program left to the desk. The import
    lock is held. May be repeated at any time.
    """
    given = tuple(refs)
    by_post: dict[int, set[int]] = {}
    for post_pk, pk in (*_told_of_in_copies(given), *_left_to_the_desk(given)):
        by_post.setdefault(post_pk, set()).add(pk)
    for _post_pk, pks in sorted(by_post.items()):
        with long_write():
            settle_told(Comment.objects.filter(pk__in=pks).order_by("pk"))


def settle_told(comments: Iterable[Comment]) -> None:
    """Let what stands of some comments stand; the caller is in a transaction."""
    followed, shown = list[AsCopied](), list[VisibilityChange]()
    for subject, copies, before, told in _unsettled(lock_subjects(list(comments))):
        # A removal stands as soon as it is told: what outranks one never goes away.
        if told is not None and not _hides(told):
            shown.append(_shown(subject, told, copies))
        elif told is None and before is not None:
            followed += copies.without(subject, before)
    follow_copies(followed)
    set_visibility(shown)


def shown_against_what_was_told() -> Iterator[tuple[Comment, Decision]]:
    """Yield comments on which a removal that was told should stand, and nothing does.

    That something stands which gives way by now may be from an older version of this
    program; the next copy settles it.
    """
    for some in batched(_told_and_undecided.stream(), _MANY):
        try:
            found = list(_unsettled(read_subjects(some)))
        except (struct.error, LookupError):
            # What is stored of a copy is damaged; its root tells.
            continue
        for subject, _copies, _before, told in found:
            if told is not None and _hides(told):
                yield subject.comment, told


def _told_of() -> CommentQuerySet:
    told = Decision.objects.filter(grade=Grade.IMPORTED, comment__isnull=False)
    return Comment.objects.filter(pk__in=told.values("comment")).exclude(
        visibility=Visibility.ERASED
    )


@Prepared
def _told_of_in_copies(refs: tuple[str, ...]) -> QuerySet[Comment, tuple[int, int]]:
    captures = Capture.objects.filter(ref__in=refs)
    posts = Manifest.objects.filter(capture__in=captures).values("post")
    return _told_of().in_copies_of(posts).values_list("post", "pk")


@Prepared
def _left_to_the_desk(refs: tuple[str, ...]) -> QuerySet[Comment, tuple[int, int]]:
    blogs = Capture.objects.filter(ref__in=refs).values("blog")
    left = _told_of().filter(has_news=True, post__blog__in=blogs)
    return left.values_list("post", "pk")


@Prepared
def _told_and_undecided() -> QuerySet[Comment]:
    return _told_of().filter(decided_entry=None).order_by("post", "pk")


type _Unsettled = tuple[Subject, "_Copies", Decision | None, Decision | None]


def _unsettled(subjects: Iterable[Subject]) -> Iterator[_Unsettled]:
    """Yield comments that are not settled, with what stands on each and what should.

    A decision that was taken here stands, whatever is told.
    """
    by_post: dict[int, _Copies] = {}
    for subject in subjects:
        post, now = subject.comment.copied_below_id, subject.comment.decided_entry
        before = next((d for d in subject.decisions if d.entry_index == now), None)
        if now is not None and (before is None or before.grade != Grade.IMPORTED):
            continue
        if post not in by_post:
            by_post = {post: _Copies.of(post)}
        told = by_post[post].what_stands(subject)
        if told != before:
            yield subject, by_post[post], before, told


def _hides(told: Decision) -> bool:
    return told.action in {*HIDING, Action.HOLD}


@dataclass(frozen=True, slots=True)
class _Copies:
    """The copies of one article, and what they tell of its comments together."""

    lines: Lines
    vanished: Mapping[int, Gone]
    captures: Mapping[int, Capture]

    @classmethod
    def of(cls, post_pk: int) -> "_Copies":
        lines = all_copies(post_pk)
        keys = {copy.key for line in lines.values() for copy in line}
        vanished = find_vanished(post_pk, lines)
        return cls(lines, vanished, Capture.objects.in_bulk(keys))

    def last_with(self, comment: Comment) -> Copy | None:
        """Return the last copy that holds a comment."""
        line = self.lines.get(comment.scheme, ())
        return next((each for each in reversed(line) if comment.pk in each.held), None)

    def what_stands(self, subject: Subject) -> Decision | None:
        """Return what the blog's records tell last, unless a later copy outranks it.

        None as well where staff here have decided, and where it would only show what
        the copies show anyway.
        """
        told = _told_last(subject.decisions)
        if told is None:
            return None
        comment, hides = subject.comment, _hides(told)
        if contradicting_copy(comment, self.lines, told.decided_at, hides=hides):
            return None
        last = self.last_with(comment)
        is_shown = last is not None and comment.pk in last.shown
        if not hides and is_shown and comment.pk not in self.vanished:
            return None
        return told

    def without(self, subject: Subject, told: Decision) -> Iterable[AsCopied]:
        """Return a comment as the copies have it without what was told of it."""
        comment, last = subject.comment, self.last_with(subject.comment)
        if last is None:
            return
        held, gone = last.held[comment.pk], self.vanished.get(comment.pk)
        was_public = any(
            comment.pk in copy.shown for copy in self.lines[comment.scheme]
        )
        kind = Visibility(held.state)
        found = VisibilityAtSource(
            *(comment.pk, kind, comment.posted_at, was_public),
            waits_here=has_waited_here(comment, kind, held.source_state),
        )
        key, state = last.key, source_state_of(held)
        if gone is not None:
            found, key, state = as_vanished(gone), gone.missed.key, GONE
        later = find_later(subject, told.decided_at, hides=_hides(told))
        ending = later.decision if later else None
        yield AsCopied(
            comment=comment,
            found=found,
            capture=self.captures[key],
            revision=held.revision or None,
            source_state=state,
            ending=Ending(
                copy=later.copy if later else None,
                ended_at=ending.decided_at if ending else None,
                ended_entry=ending.entry_index if ending else None,
                closing_path=ending.get_absolute_url() if ending else "",
            ),
        )


def _told_last(decisions: Sequence[Decision]) -> Decision | None:
    """Return what a blog's own records tell last, unless staff here have decided."""
    acts = [each for each in decisions if each.action != Action.NO_ACTION]
    if not acts or any(each.grade == Grade.DECIDED for each in acts):
        return None
    last = max(acts, key=lambda told: (told.decided_at or _NEVER, told.entry_index))
    return None if any(each.undoes_id == last.pk for each in decisions) else last


def _shown(subject: Subject, told: Decision, copies: _Copies) -> VisibilityChange:
    """Return the change by which a comment is shown that a copy from before hid."""
    last = copies.last_with(subject.comment)
    versions = {each.pk: each for each in subject.comment.revisions.all()}
    held = last.held[subject.comment.pk].revision if last else 0
    return VisibilityChange(
        comment=subject.comment,
        visibility=Visibility.PUBLISHED,
        notice=DecidedNotice(
            grade=Grade.IMPORTED,
            entry_index=told.entry_index,
            since=told.decided_at,
            actor_label="",
            statement_path=told.get_absolute_url(),
        ),
        revision=versions.get(held) or told.judged,
    )
