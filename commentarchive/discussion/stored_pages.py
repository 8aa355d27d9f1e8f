"""Store the rendered windows of threads, and drop or renew those that change.

They are derived: a page whose windows are not all stored is rendered from rows, to
the same bytes. Dropping them is always safe.
"""

from collections.abc import Iterable, Sequence
from itertools import batched

from django.db.models import Count, Max, Q
from isal import isal_zlib

from commentarchive.discussion.windows import (
    page_of,
    pages_in,
    places_of,
    render_threads,
    render_windows,
)
from commentarchive.models import (
    Blog,
    BlogVisibility,
    Comment,
    Post,
    Segment,
    Visibility,
)
from commentarchive.storage import bulk_insert
from commentarchive.storage.import_tables import TABLES as IMPORT_TABLES
from commentarchive.storage.write_locks import long_write
from commentarchive.threads.render import RenderedWindow

# What one transaction stores at most: places, articles, windows of a long thread.
# A moderator's decision waits for it.
PLACES, POSTS, WINDOWS = 1000, 200, 5
# How often to try a thread that changes meanwhile before it is left unstored.
TRIES = 3
# Compression; isal's levels 0 to 2 take much the same time.
LEVEL = 2


def drop_segments(posts: Iterable[int]) -> None:
    """Drop the windows of articles, in the transaction that changes the articles."""
    keys = list(posts)
    Segment.objects.filter(post__in=keys).delete()
    Post.objects.filter(pk__in=keys, stored_places__isnull=False).update(
        stored_places=None
    )


def drop_blog(blog: Blog) -> None:
    """Drop the windows of every article of a blog that is shown differently now."""
    Segment.objects.filter(post__blog=blog).delete()
    Post.objects.filter(blog=blog, stored_places__isnull=False).update(
        stored_places=None
    )


def rewrite_around(comments: Sequence[Comment]) -> None:
    """Render again the windows that show comments, or name them above a reply.

    Each window once. The caller holds the locks of the articles.
    """
    places: dict[int, list[int]] = {}
    for comment in comments:
        places.setdefault(comment.post_id, []).append(comment.position)
    replies = Comment.objects.filter(parent__in=comments, post__in=places)
    for post, position in replies.values_list("post", "position"):
        places[post].append(position)
    for post_pk, positions in sorted(places.items()):
        rewrite_places(post_pk, positions)


def rewrite_places(post_pk: int, places: Iterable[int]) -> None:
    """Render again the windows that hold some places; as `rewrite_around`."""
    post = Post.objects.public().filter(pk=post_pk).select_related("blog").first()
    if post is None:
        drop_segments([post_pk])
        return
    numbers = {page_of(position) - 1 for position in places}
    stored = Segment.objects.filter(post=post, number__in=numbers)
    _write(post, list(stored.values_list("number", flat=True)))


def store_missing(blog: Blog) -> None:
    """Store the missing windows of a blog's public articles.

    In many short transactions, so that no decision waits long: each stores some short
    threads, or a few windows of a long one. A thread from several sources is made from
    rows each time: whatever hides a comment in one of them hides it at once.
    """
    if blog.visibility == BlogVisibility.STAFF:
        return
    missing = Post.objects.public().filter(blog=blog, stored_places=None, leader=None)
    counted = missing.annotate(number=Count("comments")).order_by("pk")
    waiting: list[int] = []
    places = 0
    for pk, number in counted.values_list("pk", "number"):
        if number > PLACES:
            _store_long(pk)
            continue
        if places + number > PLACES or len(waiting) == POSTS:
            _store_short(waiting, blog.time_zone)
            waiting, places = [], 0
        waiting.append(pk)
        places += number
    _store_short(waiting, blog.time_zone)


def _store_short(post_pks: Sequence[int], zone: str) -> None:
    """Store some threads whole, in one transaction."""
    with long_write():
        list(Post.objects.select_for_update().filter(pk__in=post_pks).order_by("pk"))
        public = Post.objects.public().filter(pk__in=post_pks)
        last = Max(
            "comments__position",
            filter=~Q(comments__visibility=Visibility.INTERNAL),
        )
        ends = list(public.annotate(last=last).values_list("last", "pk"))
        rendered = render_threads([pk for _last, pk in ends], zone)
        Segment.objects.filter(post__in=post_pks).delete()
        _insert((pk, enumerate(windows)) for pk, windows in rendered.items())
        places = [(0 if end is None else end + 1, pk) for end, pk in ends]
        bulk_insert.update(Post, ("stored_places",), places)


def _store_long(post_pk: int) -> None:
    """Store one thread, a few windows at a time."""
    # Between two transactions anybody may change the thread. Only at the end is it
    # marked as stored, and only if every window is still there.
    for _try in range(TRIES):
        with long_write():
            places = places_of(_locked(post_pk))
        for some in batched(range(pages_in(places)), WINDOWS):
            with long_write():
                _write(_locked(post_pk), some)
        with long_write():
            post = _locked(post_pk)
            stored = Segment.objects.filter(post=post).count()
            # A change meanwhile has dropped windows, or moved the end of the thread.
            if places_of(post) == places and stored == pages_in(places):
                Post.objects.filter(pk=post_pk).update(stored_places=places)
                return


def _locked(post_pk: int) -> Post:
    Post.objects.select_for_update().get(pk=post_pk)
    return Post.objects.select_related("blog").get(pk=post_pk)


def _write(post: Post, numbers: Sequence[int]) -> None:
    """Render some windows from rows, and store them in place of the old ones."""
    if not numbers:
        return
    Segment.objects.filter(post=post, number__in=numbers).delete()
    made = [
        (number, window)
        for number in numbers
        for window in render_windows(post, number, number + 1)
    ]
    _insert([(post.pk, made)])


def _insert(
    threads: Iterable[tuple[int, Iterable[tuple[int, RenderedWindow]]]],
) -> None:
    rows = [row for pk, windows in threads for row in window_rows(pk, windows)]
    bulk_insert.insert(Segment, IMPORT_TABLES[Segment], rows)


def window_rows(
    post_pk: int, windows: Iterable[tuple[int, RenderedWindow]]
) -> list[bulk_insert.Row]:
    """Return some numbered windows of an article as rows of their table."""
    return [
        (
            *(post_pk, number, window.first_level, window.last_level),
            isal_zlib.compress(window.html, LEVEL),
        )
        for number, window in windows
    ]
