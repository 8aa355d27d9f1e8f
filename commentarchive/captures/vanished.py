"""Hide what vanished between two copies behind a notice that names both."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Count, QuerySet

from commentarchive.actions.notices import (
    VisibilityAtSource,
    close_observed,
    has_waited_here,
    open_imported,
)
from commentarchive.captures.history import all_copies, find_vanished, summary
from commentarchive.discussion.stored_pages import drop_segments, store_missing
from commentarchive.models import (
    Blog,
    Capture,
    Comment,
    Manifest,
    Post,
    TombstoneKind,
    Visibility,
)
from commentarchive.models.comment import GONE
from commentarchive.storage.bulk_insert import Rows
from commentarchive.storage.import_tables import TABLES
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import long_write
from commentarchive.threads.capture_diff import CapturedComment, Copy, Gone

# The source's word for each state, as far as copies without such words tell it.
_SOURCE_STATE = {
    "published": "live",
    "held": "pending",
    "spam": "spam",
    "trashed": "trashed",
    "internal": "internal",
    "gone_at_source": "deleted",
    "deleted_by_author": "deleted",
    "removed": "deleted",
}


def source_state_of(held: CapturedComment) -> str:
    """Return what the source said of a comment in a copy that holds it."""
    return held.source_state or _SOURCE_STATE.get(held.state, "live")


def mark_vanished(refs: Collection[str]) -> None:
    """Hide what vanished between two copies, and show what is back.

    Looks at the articles of these copies that other copies hold as well. The import
    lock is held. May be repeated at any time. Nothing changes where a decision stands.
    """
    given = tuple(refs)
    # Articles of these copies of which there are several copies. A web archive alone
    # may hold an article at several times.
    again = sorted({*_in_several_readings(given), *_seen_at_times(given)})
    blogs = {pk for post_pk in again if (pk := _compare_article(post_pk))}
    for blog in Blog.objects.filter(pk__in=blogs) if blogs else ():
        store_missing(blog)


@Prepared
def _in_several_readings(refs: tuple[str, ...]) -> QuerySet[Manifest, int]:
    these = _read_with(refs).values("post")
    of_them = Manifest.objects.filter(post__in=these).values("post")
    counted = of_them.annotate(readings=Count("capture__reading", distinct=True))
    return counted.filter(readings__gt=1).values_list("post", flat=True)


@Prepared
def _seen_at_times(refs: tuple[str, ...]) -> QuerySet[Manifest, int]:
    dated = _read_with(refs).filter(seen_at__isnull=False)
    return dated.values_list("post", flat=True)


def _read_with(refs: tuple[str, ...]) -> QuerySet[Manifest]:
    readings = Capture.objects.filter(ref__in=refs).values("reading")
    return Manifest.objects.filter(capture__reading__in=readings)


def _compare_article(post_pk: int) -> int | None:
    """Open and close the notices of one article, and count what its copies changed.

    Return its blog if any notice was opened or closed.
    """
    copies = all_copies(post_pk)
    found, changes = find_vanished(post_pk, copies), summary(copies)
    with long_write():
        [post] = _locked(post_pk)
        if post.copies != changes:
            post.copies = changes
            post.save(update_fields=["copies"])
        rows = Rows(TABLES)
        is_changed = _hide(post, found, rows)
        is_changed = _show_last_texts(found) or is_changed
        is_changed = _bring_back(post, copies, found, rows) or is_changed
        rows.flush()
        if is_changed:
            stand = Comment.objects.filter(told_below=post_pk)
            drop_segments({post_pk, *stand.values_list("post", flat=True)})
    return post.blog_id if is_changed else None


@Prepared
def _locked(post_pk: int) -> QuerySet[Post]:
    return Post.objects.select_for_update(no_key=True).filter(pk=post_pk)


def as_vanished(gone: Gone) -> VisibilityAtSource:
    """Return how a comment is found that was in one copy and not in a later one."""
    return VisibilityAtSource(
        gone.comment,
        Visibility.GONE_AT_SOURCE,
        gone.seen.time.not_before,
        was_public=True,
        seen_capture=gone.seen.key,
        not_after=gone.missed.time.not_after,
    )


def _hide(post: Post, found: Mapping[int, Gone], rows: Rows) -> bool:
    """Open a notice on each shown comment that has vanished."""
    if not found:
        return False
    shown = Comment.objects.filter(
        pk__in=found, visibility=Visibility.PUBLISHED, decided_entry=None
    ).exclude(source_state=GONE)
    pks = list(shown.values_list("pk", flat=True))
    by_copy: dict[int, list[VisibilityAtSource]] = defaultdict(list)
    for pk in pks:
        by_copy[found[pk].missed.key].append(as_vanished(found[pk]))
    captures = Capture.objects.in_bulk(by_copy)
    for capture_pk, hidden in by_copy.items():
        open_imported(hidden, capture=captures[capture_pk], rows=rows)
    values = {"source_state": GONE}
    if not Blog.objects.get(pk=post.blog_id).show_gone_text:
        values["visibility"] = Visibility.GONE_AT_SOURCE
    Comment.objects.filter(pk__in=pks).update(**values)
    return bool(pks)


def _show_last_texts(found: Mapping[int, Gone]) -> bool:
    """Let each comment that has vanished stand with the text that was seen last.

    Imports pass it over, also where they read a later copy that still held it. Where
    a decision stands, that text is noted for the desk.
    """
    if not found:
        return False
    gone_ones = Comment.objects.filter(pk__in=found, source_state=GONE)
    last = {pk: gone.seen.held[pk].revision for pk, gone in found.items()}
    is_changed = False
    for column, own in (
        ("current_revision", gone_ones.filter(decided_entry=None)),
        ("told_revision", gone_ones.filter(decided_entry__isnull=False)),
    ):
        for pk, stands in own.values_list("pk", column):
            if last[pk] not in {0, stands}:
                Comment.objects.filter(pk=pk).update(**{f"{column}_id": last[pk]})
                is_changed = is_changed or column == "current_revision"
    return is_changed


@Prepared
def _gone_but(post_pk: int, found: tuple[int, ...]) -> QuerySet[Comment]:
    gone = Comment.objects.in_copies_of([post_pk]).filter(source_state=GONE)
    return gone.exclude(pk__in=found)


def _bring_back(
    post: Post,
    copies: Mapping[str, Sequence[Copy]],
    found: Mapping[int, Gone],
    rows: Rows,
) -> bool:
    """Close the notices of comments that are no longer gone.

    Each becomes what the last copy that holds it says: shown, or hidden there.
    """
    held_last = {
        (scheme, pk): copy
        for scheme, line in copies.items()
        for copy in line
        for pk in copy.held
    }
    gone = _gone_but(post.pk, tuple(found))
    back = [each for each in gone if (each.scheme, each.pk) in held_last]
    lasts = [held_last[each.scheme, each.pk] for each in back]
    captures = Capture.objects.in_bulk({last.key for last in lasts})
    for comment, last in zip(back, lasts, strict=True):
        held, capture = last.held[comment.pk], captures[last.key]
        comment.source_state = source_state_of(held)
        comment.has_news = comment.decided_entry is not None
        if comment.decided_entry is not None:
            comment.told_revision_id = held.revision or comment.told_revision_id
        else:
            close_observed(comment, capture=capture, not_after=last.time.not_after)
            comment.visibility = held.state
            comment.current_revision_id = held.revision or None
            if held.state in TombstoneKind:
                since, kind = last.time.not_before, Visibility(held.state)
                hidden = VisibilityAtSource(
                    *(comment.pk, kind, since),
                    was_public=True,
                    waits_here=has_waited_here(comment, kind, held.source_state),
                )
                open_imported([hidden], capture=capture, rows=rows)
        comment.save(
            update_fields=[
                *("source_state", "visibility", "current_revision", "has_news"),
                "told_revision",
            ]
        )
    return bool(back)
