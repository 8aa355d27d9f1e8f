"""Store the rendered windows of threads, and drop or renew those that change.

They are derived: a page whose windows are not all stored is rendered from rows, to
the same bytes. Dropping them is always safe.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import batched

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from commentarchive.discussion.look_alikes import posts_with_look_alikes
from commentarchive.discussion.stored_threads import (
    COLUMNS,
    PackedWindow,
    StoredThread,
    is_stored,
    key_of,
    pack_window,
    window_rows,
)
from commentarchive.discussion.windows import (
    page_of,
    pages_in,
    places_of,
    render_threads,
    render_windows,
)
from commentarchive.models import (
    Blog,
    Comment,
    Gap,
    Post,
    Segment,
    Visibility,
)
from commentarchive.models.renewal import AT_WORK as RENEWAL_AT_WORK
from commentarchive.storage import bulk_insert
from commentarchive.storage.import_tables import TABLES as IMPORT_TABLES
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import long_write

# What one transaction stores at most: places, articles, windows of a long thread.
# A moderator's decision waits for it.
PLACES, POSTS, WINDOWS = 1000, 200, 5
# Of the columns of `StoredThread`, the sums of what all windows hold are the last.
_SUMS = "shown", "hidden", "notices", "size"
_NOTE = f"""
    UPDATE commentarchive_post
    SET ({", ".join(COLUMNS[2:])}) = (
        SELECT {", ".join(f"coalesce(sum({each}), 0)" for each in _SUMS)}
        FROM commentarchive_segment WHERE post_id = %s
    ), {COLUMNS[0]} = %s, {COLUMNS[1]} = %s
    WHERE id = %s
"""  # noqa: S608  # names alone
# How often to try a thread that changes meanwhile before it is left unstored.
TRIES = 3


def drop_segments(posts: Iterable[int]) -> None:
    """Drop the windows of articles, in the transaction that changes the articles.

    With those of other articles about which their comments claim something.
    """
    keys = list(posts)
    keys.extend(_told_of_by(tuple(keys)))
    _drop(Post.objects.filter(pk__in=keys))


@Prepared
def _told_of_by(posts: tuple[int, ...]) -> QuerySet[Gap, int]:
    claimed = Gap.objects.filter(said_in__post__in=posts, post__isnull=False)
    return claimed.values_list("post", flat=True)


def drop_blog(blog: Blog) -> None:
    """Drop the windows of every article of a blog that is shown differently now."""
    _drop(Post.objects.filter(blog=blog))


def drop_told_of(blog: Blog) -> None:
    """Drop the windows that lead to comments of a blog which others see now."""
    told = Gap.objects.filter(said_in__post__blog=blog, post__isnull=False)
    _drop(Post.objects.filter(pk__in=told.values("post")))


def _drop(posts: QuerySet[Post]) -> None:
    Segment.objects.filter(post__in=posts).delete()
    posts.filter(stored_places__isnull=False).update(stored_places=None)


def rewrite_around(comments: Sequence[Comment]) -> None:
    """Render again the windows that show comments, or name them above what they tell.

    That is a reply, or a notice of what they claim. Each window once. The caller
    holds the locks of the articles.
    """
    places: dict[int, list[int]] = {}
    for comment in comments:
        places.setdefault(comment.post_id, []).append(comment.position)
    pks = tuple(comment.pk for comment in comments)
    for post, position in _replies(pks, tuple(places)):
        places[post].append(position)
    for post, above in _claimed_in(pks):
        places.setdefault(post, []).append(above or 0)
    for post_pk, positions in sorted(places.items()):
        rewrite_places(post_pk, positions)


@Prepared
def _replies(
    comments: tuple[int, ...], posts: tuple[int, ...]
) -> QuerySet[Comment, tuple[int, int]]:
    replies = Comment.objects.filter(parent__in=comments, post__in=posts)
    return replies.values_list("post", "position")


@Prepared
def _claimed_in(comments: tuple[int, ...]) -> QuerySet[Gap, tuple[int, int | None]]:
    """Ask where something is claimed by comments: below what, in which article."""
    claimed = Gap.objects.filter(said_in__in=comments, post__isnull=False)
    return claimed.values_list("post", "after__position")


def rewrite_places(post_pk: int, places: Iterable[int]) -> None:
    """Render again the windows that hold some places; as `rewrite_around`."""
    post = _public.first(post_pk)
    if post is None:
        drop_segments([post_pk])
        return
    numbers = {page_of(position) - 1 for position in places}
    _insert_made(post, _taken_out(post_pk, numbers))
    if is_stored(post):
        _note_stored(post, post.stored_places)


@Prepared
def _public(post_pk: int) -> QuerySet[Post]:
    return Post.objects.public().filter(pk=post_pk).select_related("blog")


def _taken_out(post_pk: int, numbers: Collection[int]) -> list[int]:
    """Delete some windows of a thread; return those of them that were stored."""
    marks = ", ".join(["%s"] * len(numbers))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM commentarchive_segment WHERE post_id = %s"  # noqa: S608  # marks alone
            f" AND number IN ({marks}) RETURNING number",
            [post_pk, *numbers],
        )
        return sorted(number for (number,) in cursor.fetchall())


def store_missing(blog: Blog, *, is_renewal: bool = False) -> None:
    """Store the missing windows of a blog's public articles.

    Where a worker is to make the blog's pages anew, that is left to it. In many short
    transactions, so that no decision waits long: each stores some short
    threads, or a few windows of a long one. A thread from several sources is made from
    rows each time: whatever hides a comment in one of them hides it at once.
    """
    # Nor where a name may pose as another one, which may be hidden at any time.
    apart = posts_with_look_alikes(blog.pk)
    if apart:
        with long_write():
            drop_segments(apart)
    waiting: list[int] = []
    places = 0
    for pk, number in _not_stored(blog.pk, key_of(blog), tuple(apart), is_renewal):
        if number > PLACES:
            _store_long(pk)
            continue
        if waiting and (places + number > PLACES or len(waiting) == POSTS):
            _store_short(waiting, blog)
            waiting, places = [], 0
        waiting.append(pk)
        places += number
    # Mostly the pages were stored with their articles.
    if waiting:
        _store_short(waiting, blog)


@Prepared
def _not_stored(
    blog_pk: int,
    key: int,
    apart: tuple[int, ...],
    is_renewal: bool,
) -> QuerySet[Post, tuple[int, int]]:
    """Ask for articles without all of their windows, and how many comments each has."""
    # All are given by place: a query that is asked by name is put together each time.
    fresh = Q(stored_places__isnull=False, stored_key=key)
    missing = Post.objects.public().filter(~fresh, blog=blog_pk, leader=None)
    missing = missing.exclude(pk__in=apart)
    if not is_renewal:
        missing = missing.exclude(blog__renewal__state__in=RENEWAL_AT_WORK)
    counted = missing.annotate(number=Count("comments")).order_by("pk")
    return counted.values_list("pk", "number")


def _store_short(post_pks: Sequence[int], blog: Blog) -> None:
    """Store some threads whole, in one transaction."""
    with long_write():
        zone = _locked_blog(blog.pk).time_zone
        _lock(tuple(post_pks))
        posts = {post.pk: post for post in _public_among(tuple(post_pks))}
        ends = dict(_ends_of(tuple(posts)))
        rendered = render_threads(list(posts), zone)
        packed = {
            pk: [pack_window(window) for window in windows]
            for pk, windows in rendered.items()
        }
        Segment.objects.filter(post__in=post_pks).delete()
        _insert((pk, enumerate(windows)) for pk, windows in packed.items())
        stored = []
        for pk, post in posts.items():
            end = ends[pk]
            places = 0 if end is None else end + 1
            made = StoredThread.of(places, key_of(post.blog), packed[pk])
            stored.append((*made, pk))
        bulk_insert.update(Post, COLUMNS, stored)


@Prepared
def _lock(posts: tuple[int, ...]) -> QuerySet[Post, int]:
    locked = Post.objects.select_for_update(no_key=True).filter(pk__in=posts)
    return locked.order_by("pk").values_list("pk", flat=True)


@Prepared
def _public_among(posts: tuple[int, ...]) -> QuerySet[Post]:
    public = Post.objects.public().filter(pk__in=posts).order_by("pk")
    return public.select_related("blog")


@Prepared
def _ends_of(posts: tuple[int, ...]) -> QuerySet[Post, tuple[int, int | None]]:
    last = Max(
        "comments__position", filter=~Q(comments__visibility=Visibility.INTERNAL)
    )
    found = Post.objects.filter(pk__in=posts).annotate(last=last)
    return found.values_list("pk", "last")


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
                _note_stored(post, places)
                return


def _note_stored(post: Post, places: int | None) -> None:
    """Note that every window of a thread is stored, and what they hold together."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [post.pk, places, key_of(post.blog), post.pk])


def _locked(post_pk: int) -> Post:
    blog_pk = Post.objects.values_list("blog", flat=True).get(pk=post_pk)
    _locked_blog(blog_pk)
    Post.objects.select_for_update(no_key=True).get(pk=post_pk)
    return Post.objects.select_related("blog").get(pk=post_pk)


def _locked_blog(pk: int) -> Blog:
    """Lock a blog, so that nobody changes how it is shown until its pages are stored.

    New articles and comments still refer to it.
    """
    [blog] = _locking_blog(pk)
    return blog


@Prepared
def _locking_blog(pk: int) -> QuerySet[Blog]:
    return Blog.objects.select_for_update(no_key=True).filter(pk=pk)


def _write(post: Post, numbers: Sequence[int]) -> None:
    """Render some windows from rows, and store them in place of the old ones."""
    Segment.objects.filter(post=post, number__in=numbers).delete()
    _insert_made(post, numbers)


def _insert_made(post: Post, numbers: Sequence[int]) -> None:
    """Render some windows, of which none is stored, from rows, and store them."""
    if not numbers:
        return
    made = [
        (number, window)
        for number in numbers
        for window in render_windows(post, number, number + 1)
    ]
    if any(window.has_look_alikes for _number, window in made):
        drop_segments([post.pk])
        post.stored_places = None
        return
    _insert([(post.pk, [(number, pack_window(window)) for number, window in made])])


def _insert(
    threads: Iterable[tuple[int, Iterable[tuple[int, PackedWindow]]]],
) -> None:
    rows = [row for pk, windows in threads for row in window_rows(pk, windows)]
    bulk_insert.insert(Segment, IMPORT_TABLES[Segment], rows)
