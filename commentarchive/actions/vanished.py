"""What vanished between two copies: hidden behind a notice that names them both."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from commentarchive.actions.import_rows import TABLES
from commentarchive.actions.segments import drop_segments, store_missing
from commentarchive.actions.tombstones import Hidden, open_imported
from commentarchive.bulk import Rows
from commentarchive.models import Blog, Capture, Comment, Manifest, Post, Visibility
from commentarchive.models.comment import GONE
from commentarchive.thread_copies import copies_of, pings_of, schemes_of, summary
from commentarchive.threads.copies import Gone, gone
from commentarchive.writers import import_batch


def mark_vanished(refs: Collection[str]) -> None:
    """Hide what a copy held in public and a later whole one does not hold.

    Looks at the articles in the copies of these references that other copies held
    before; the import lock is held. May be done again at any time. Where a decision
    stands nothing changes.
    """
    blogs: set[int] = set()
    for post_pk in _read_again(refs):
        found = [
            each
            for scheme in schemes_of(post_pk)
            for each in gone(copies_of(post_pk, scheme), pings_of(post_pk))
        ]
        if _settle(post_pk, found):
            blogs.add(Post.objects.values_list("blog", flat=True).get(pk=post_pk))
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


def _settle(post_pk: int, found: Iterable[Gone]) -> bool:
    """Open the notices of one article, and count what its copies changed.

    Tell whether there were any to open.
    """
    told = summary(post_pk)
    with import_batch():
        post = Post.objects.select_for_update().get(pk=post_pk)
        if post.copies != told:
            post.copies = told
            post.save(update_fields=["copies"])
        by_pk = {each.comment: each for each in found}
        shown = Comment.objects.filter(
            pk__in=by_pk, visibility=Visibility.PUBLISHED, decided_entry=None
        ).exclude(source_state=GONE)
        pks = list(shown.values_list("pk", flat=True))
        if not pks:
            return False
        by_copy: dict[int, list[Hidden]] = defaultdict(list)
        for pk in pks:
            seen, missed = by_pk[pk].seen, by_pk[pk].missed
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
        rows = Rows(TABLES)
        captures = Capture.objects.in_bulk(by_copy)
        for capture_pk, hidden in by_copy.items():
            open_imported(hidden, capture=captures[capture_pk], rows=rows)
        rows.flush()
        values = {"source_state": GONE}
        if not Blog.objects.get(pk=post.blog_id).show_gone_text:
            values["visibility"] = Visibility.GONE_AT_SOURCE
        Comment.objects.filter(pk__in=pks).update(**values)
        drop_segments([post_pk])
    return True
