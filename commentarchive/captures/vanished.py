"""What vanished between two copies: hidden behind a notice that names them both."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from commentarchive.actions.notices import Hidden, close_observed, open_imported
from commentarchive.captures.history import all_copies, summary, vanished
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
from commentarchive.storage.write_locks import import_batch
from commentarchive.threads.capture_diff import Copy, Gone

# What a source calls a comment that a copy held in some state.
_TOLD = {
    "published": "live",
    "held": "pending",
    "spam": "spam",
    "trashed": "trashed",
    "internal": "internal",
    "gone_at_source": "deleted",
    "deleted_by_author": "deleted",
}


def mark_vanished(refs: Collection[str]) -> None:
    """Hide what vanished between two copies, and show what is back.

    Looks at the articles in the copies of these references that other copies held
    before; the import lock is held. May be done again at any time. Where a decision
    stands nothing changes.
    """
    blogs = {pk for post_pk in _read_again(refs) if (pk := _settle(post_pk))}
    for blog in Blog.objects.filter(pk__in=blogs):
        store_missing(blog)


def _read_again(refs: Collection[str]) -> Iterable[int]:
    """List the articles in these copies that copies of another reading held, too."""
    readings = Capture.objects.filter(ref__in=refs).values("reading")
    these = Manifest.objects.filter(capture__reading__in=readings)
    others = Manifest.objects.filter(post__in=these.values("post"))
    again = others.exclude(capture__reading__in=readings)
    # One file may hold an article at several times.
    dated = these.filter(seen_at__isnull=False)
    return sorted(
        {pk for each in (again, dated) for pk in each.values_list("post", flat=True)}
    )


def _settle(post_pk: int) -> int | None:
    """Open and close the notices of one article, and count what its copies changed.

    Give its blog if there were any to open or to close.
    """
    copies = all_copies(post_pk)
    found, told = vanished(post_pk, copies), summary(copies)
    with import_batch():
        post = Post.objects.select_for_update().get(pk=post_pk)
        if post.copies != told:
            post.copies = told
            post.save(update_fields=["copies"])
        rows = Rows(TABLES)
        is_changed = _hide(post, found, rows)
        is_changed = _bring_back(post, copies, found, rows) or is_changed
        rows.flush()
        if is_changed:
            drop_segments([post_pk])
    return post.blog_id if is_changed else None


def _hide(post: Post, found: Mapping[int, Gone], rows: Rows) -> bool:
    """Open a notice on each comment that is shown and gone."""
    shown = Comment.objects.filter(
        pk__in=found, visibility=Visibility.PUBLISHED, decided_entry=None
    ).exclude(source_state=GONE)
    pks = list(shown.values_list("pk", flat=True))
    by_copy: dict[int, list[Hidden]] = defaultdict(list)
    for pk in pks:
        seen, missed = found[pk].seen, found[pk].missed
        by_copy[missed.key].append(
            Hidden(
                pk,
                Visibility.GONE_AT_SOURCE,
                seen.time.not_before,
                was_public=True,
                seen_capture=seen.key,
                not_after=missed.time.seen_at,
            )
        )
    captures = Capture.objects.in_bulk(by_copy)
    for capture_pk, hidden in by_copy.items():
        open_imported(hidden, capture=captures[capture_pk], rows=rows)
    values = {"source_state": GONE}
    if not Blog.objects.get(pk=post.blog_id).show_gone_text:
        values["visibility"] = Visibility.GONE_AT_SOURCE
    Comment.objects.filter(pk__in=pks).update(**values)
    return bool(pks)


def _bring_back(
    post: Post,
    copies: Mapping[str, Sequence[Copy]],
    found: Mapping[int, Gone],
    rows: Rows,
) -> bool:
    """Let comments that are gone no longer stand as the last copy had them."""
    held_last = {
        (scheme, pk): copy
        for scheme, line in copies.items()
        for copy in line
        for pk in copy.held
    }
    gone = Comment.objects.filter(post=post, source_state=GONE).exclude(pk__in=found)
    back = [each for each in gone if (each.scheme, each.pk) in held_last]
    lasts = [held_last[each.scheme, each.pk] for each in back]
    captures = Capture.objects.in_bulk({last.key for last in lasts})
    for comment, last in zip(back, lasts, strict=True):
        held, capture = last.held[comment.pk], captures[last.key]
        close_observed(comment, capture=capture, not_after=last.time.seen_at)
        comment.source_state = _TOLD.get(held.state, "live")
        if comment.decided_entry is None:
            comment.visibility = held.state
            comment.current_revision_id = held.revision or None
            if held.state in TombstoneKind:
                since, kind = last.time.not_before, Visibility(held.state)
                hidden = Hidden(comment.pk, kind, since, was_public=True)
                open_imported([hidden], capture=capture, rows=rows)
        comment.save(update_fields=["source_state", "visibility", "current_revision"])
    return bool(back)
