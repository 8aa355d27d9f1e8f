"""Date a copy later, when nobody said at its import when it was made."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from commentarchive.actions.notices import (
    VisibilityAtSource,
    close_imported,
    has_waited_here,
    open_imported,
    was_public,
)
from commentarchive.actions.part_notices import VERSIONS, show_version
from commentarchive.captures.article_texts import best_texts
from commentarchive.captures.gaps import compare_copies
from commentarchive.captures.history import all_copies
from commentarchive.captures.vanished import source_state_of
from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.importers.parsed import UNKNOWN_STATUS, is_for_readers
from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Capture,
    CaptureState,
    Comment,
    Grade,
    Manifest,
    Post,
    PostKind,
    Visibility,
)
from commentarchive.models.comment import GONE
from commentarchive.storage.bulk_insert import Rows
from commentarchive.storage.import_tables import TABLES
from commentarchive.storage.write_locks import long_write
from commentarchive.threads.capture_diff import Copy, ordered
from commentarchive.threads.days import Day, bounds_of
from commentarchive.threads.days import in_words as words_of_time
from commentarchive.threads.evidence import written_time
from commentarchive.threads.notice_words import day


class CannotDate(ValueError):
    """The copy has a date, or cannot have been made then."""


def date_copy(capture: Capture, made_at: date, *, reason: str, by: By) -> None:
    """Record when a copy was made, and compare it with the others anew.

    `made_at` is a time, or a day by the clock of its blog. Files that were given
    together have one date. The import lock is held. Raise CannotDate, before anything
    is changed, for a copy that says itself when it was made, or was dated before, and
    for a time after it was read.
    """
    start, end = _bounds(made_at, capture.blog.time_zone)
    with long_write():
        files = Capture.objects.select_for_update(no_key=True).filter(
            reading=capture.reading
        )
        undated = _to_date(capture, files.order_by("pk"), start)
        for index, each in enumerate(undated, next_index()):
            each.written_at, each.dated_entry = start, index
            # It was there when it was read.
            each.written_until = end and min(end, each.taken_at)
            each.is_compared = False
            each.save(
                update_fields=[
                    *("written_at", "written_until", "dated_entry", "is_compared")
                ]
            )
            append(_statement(each, reason, by))
    posts = Manifest.objects.filter(capture__in=undated).values_list("post", flat=True)
    for pk in sorted(set(posts)):
        _follow_anew(pk)
    with long_write():
        capture.blog.posts.settle_attached()
    compare_copies([each.ref for each in undated])
    store_missing(capture.blog)


def check_date(capture: Capture, made_at: date) -> None:
    """Raise CannotDate where `date_copy` would; nothing is changed or locked."""
    start, _end = _bounds(made_at, capture.blog.time_zone)
    _to_date(capture, Capture.objects.filter(reading=capture.reading), start)


def in_words(made_at: date, zone: str) -> str:
    """Return a day as it is told, or a time by the clock of a blog."""
    if isinstance(made_at, datetime) and not isinstance(made_at, Day):
        return words_of_time(made_at.astimezone(ZoneInfo(zone)))
    return day(made_at)


def _to_date(
    capture: Capture, files: Iterable[Capture], start: datetime
) -> list[Capture]:
    """Return those files of a reading that have no date. Raise CannotDate."""
    known = list(files)
    if any(each.state == CaptureState.READING for each in known):
        message = "This copy is still being read."
        raise CannotDate(message)
    undated = [each for each in known if each.written_at is None]
    if capture.pk not in {each.pk for each in undated}:
        zone = capture.blog.time_zone
        when = in_words(capture.made_at(zone) or capture.taken_at, zone)
        message = f"This copy has a date already, {when}, which stays."
        raise CannotDate(message)
    if any(start > each.taken_at for each in undated):
        message = "It was read before that, so it cannot have been made then."
        raise CannotDate(message)
    return undated


def _bounds(made_at: date, zone: str) -> tuple[datetime, datetime | None]:
    """Return the earliest time that is meant, and the latest one of a day."""
    if isinstance(made_at, datetime):
        return made_at, None
    return bounds_of(made_at, zone)


def _statement(capture: Capture, reason: str, by: By) -> Statement:
    return Statement(
        event="capture.correct",
        subject=capture.ref,
        by=by,
        public={
            "correction": new_ref("e"),
            "field": "made_at",
            "grade": Grade.CLAIMED.value,
            "undoes": None,
        },
        committed={
            "before": "",
            "after": written_time(capture.written_at, day_only=capture.day_only),
            "reason": reason,
        },
    )


def _follow_anew(post_pk: int) -> None:
    """Bring an article and its comments up to the copy that is the newest by now.

    What was decided here stays, and what vanished is judged by comparison.
    """
    lines = all_copies(post_pk)
    with long_write():
        post = Post.objects.select_for_update(no_key=True).get(pk=post_pk)
        changed = _follow_article(post)
        rows = Rows(TABLES)
        for scheme, line in lines.items():
            changed = _follow_comments(post, scheme, line, rows) or changed
        rows.flush()
        if changed:
            drop_segments([post_pk])


def _follow_article(post: Post) -> bool:
    """Set status and text to those of the newest copy, where one system knows it.

    Of the texts, the newest that is told by the best evidence.
    """
    held = list(post.manifests.filter(part=0).select_related("capture"))
    if len({each.scheme for each in held}) > 1:
        return False
    by_time = {each.time: each for each in held}
    line = [by_time[time] for time in ordered(by_time)]
    telling = [each for each in line if each.post_status != UNKNOWN_STATUS] or line
    best, _rank = best_texts([_Held(*each) for each in enumerate(line)])
    status = telling[-1].post_status
    revision = best[-1].revision if best else post.told_revision_id
    before = (post.status, post.told_revision_id)
    if before == (status, revision):
        return False
    post.is_public = _is_shown(post, held[0].scheme, status)
    post.status = status
    show_version(post, revision)
    post.save(update_fields=["status", "is_public", *VERSIONS])
    return True


class _Held(NamedTuple):
    """A copy of an article by its place in their order."""

    place: int
    manifest: Manifest

    @property
    def capture_pk(self) -> int:
        return self.manifest.capture_id

    @property
    def importer(self) -> str:
        return self.manifest.capture.importer

    @property
    def revision(self) -> int:
        return self.manifest.post_revision_id or 0


def _is_shown(post: Post, scheme: str, status: str) -> bool:
    """Return whether readers may see an article that has another status now.

    Staff decide where they have; an attached page goes with its article, and a type
    that is let through counts as an article.
    """
    is_left_to_staff = post.is_held_back or post.released_entry is not None
    if status == post.status or is_left_to_staff or post.live_with:
        return post.is_public
    is_let_through = post.source_type in post.blog.shown_article_types
    kind = PostKind.POST if is_let_through else post.kind
    return is_for_readers(scheme, kind, status)


def _follow_comments(
    post: Post, scheme: str, line: Collection[Copy], rows: Rows
) -> bool:
    """Set state and text of comments to those of the last copy that holds each."""
    last = {pk: copy for copy in line for pk in copy.held}
    comments = Comment.objects.in_copies_of([post.pk]).filter(
        scheme=scheme, decided_entry=None
    )
    captures = Capture.objects.in_bulk({copy.key for copy in last.values()})
    changed = False
    for comment in comments.exclude(source_state=GONE).filter(pk__in=last):
        copy = last[comment.pk]
        held, capture = copy.held[comment.pk], captures[copy.key]
        state = Visibility(held.state)
        revision = held.revision or None
        is_same = comment.visibility == state
        # Copies that keep no word of their source's do not change it.
        word = held.source_state or (
            comment.source_state if is_same else source_state_of(held)
        )
        before = (comment.current_revision_id, comment.source_state)
        if is_same and before == (revision, word):
            continue
        changed = True
        if not is_same or (state is Visibility.HELD and word != comment.source_state):
            waits = has_waited_here(comment, state, held.source_state)
            found = [
                VisibilityAtSource(
                    *(comment.pk, state, comment.posted_at, was_public(comment)),
                    waits_here=waits,
                )
            ]
            close_imported(found, capture=capture)
            open_imported(found, capture=capture, rows=rows)
        comment.source_state = word
        comment.visibility, comment.current_revision_id = state, revision
        comment.save(update_fields=["visibility", "current_revision", "source_state"])
    return changed
