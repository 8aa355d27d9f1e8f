"""Fold texts into what a search looks in, as the notes of triggers ask for it.

What is public is deleted from there by triggers alone; this module adds. So rows may
be missing for a while after an import, and never are too many. A short write brings up
what it changed itself (`settle`); what an import brought is folded after it, by
`run_imports` (`fold_next`) or by the command that imported it (`catch_up`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from commentarchive.models import (
    ArticleWords,
    Blog,
    BlogVisibility,
    Comment,
    Post,
    PublicWords,
    RevisionText,
    SealedWords,
    SearchChange,
    TitleWords,
    Tombstone,
)
from commentarchive.models.times import on_source_clock
from commentarchive.search import triggers
from commentarchive.search.passages import passage_words
from commentarchive.storage import bulk_insert
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import long_write
from commentarchive.text.search_words import words_of
from commentarchive.text.shown_names import cut_name

# Comments of one transaction of the worker, and of what a short write brings up itself.
BATCH, AT_ONCE = 2000, 200
# Who holds this number on PostgreSQL folds; a short write leaves it to them.
_LOCK = 0x5EA2C4
_COLUMNS = ("id", "revision_id", "subject_id", "day", "words")
# In the key: the second counts from 1970, and what has no date comes before all.
_LAST_SECOND, _KEY_BITS = 2**33 - 1, 30
# What stands before words that are no text's: of the name, the blog's key, the
# article's, and where something was decided. No text has these characters.
AUTHOR, BLOG, POST, MODERATED = "\ue000", "\ue001", "\ue002", "\ue003"
# In PostgreSQL's index alone: in which period, of a year and three weeks, a row is.
PERIOD, PERIOD_BITS = "\ue004", _KEY_BITS + 25

type Row = tuple[int, int, int, int | None, str]


def order_key(posted_at: datetime | None, revision_pk: int) -> int:
    """Return the key by which a row stands in the order of time."""
    second = 0
    if posted_at is not None:
        second = min(max(int(posted_at.timestamp()), 1), _LAST_SECOND)
    return second << _KEY_BITS | revision_pk & ((1 << _KEY_BITS) - 1)


def folded(words: Iterable[str]) -> str:
    """Return words as a row keeps them: each between spaces, so that phrases do too."""
    return f" {' '.join(words)} "


def is_behind() -> bool:
    """Return whether something is still to be folded."""
    return _first_change.first() is not None


@Prepared
def _first_change() -> models.QuerySet[SearchChange, int]:
    return SearchChange.objects.order_by().values_list("pk", flat=True)[:1]


def is_behind_for_readers() -> bool:
    """Return whether anything that readers see is still to be folded.

    What only staff see is none of their business, nor that it was imported just now.
    """
    return _first_for_readers.first() is not None


@Prepared
def _first_for_readers() -> models.QuerySet[SearchChange, int]:
    shown, public = Comment.objects.shown(), Post.objects.public()
    seen = (
        ("c", shown.values("pk")),
        ("t", public.values("pk")),
        ("p", public.values("pk")),
        ("n", shown.exclude(commenter=None).values("commenter")),
        ("b", Blog.objects.exclude(visibility=BlogVisibility.STAFF).values("pk")),
    )
    of_readers = Q()
    for kind, keys in seen:
        of_readers |= Q(kind=kind, key__in=keys)
    notes = SearchChange.objects.filter(of_readers).order_by()
    return notes.values_list("pk", flat=True)[:1]


def number_behind() -> int:
    """Return of how many comments and articles something is still to be folded."""
    noted = SearchChange.objects.values_list("key", flat=True)
    posts = Post.objects.filter(
        Q(pk__in=noted.filter(kind="p")) | Q(blog__in=noted.filter(kind="b"))
    )
    alone = noted.filter(kind__in="ct").values("kind", "key").distinct().count()
    of_names = Comment.objects.filter(commenter__in=noted.filter(kind="n"))
    below = Comment.objects.filter(post__in=posts.values("pk"))
    return alone + of_names.count() + posts.count() + below.count()


def settle() -> None:
    """Fold what a short write changed, in its transaction, if that is little."""
    noted = len(_oldest_notes(slice(AT_ONCE + 1)))
    if 0 < noted <= AT_ONCE and _lock(wait=False):
        _advance(AT_ONCE)


def fold_next() -> bool:
    """Fold a part of what was noted, if anything was; return whether it was.

    In a transaction that lets decisions go first.
    """
    if not is_behind():
        return False
    with long_write():
        _lock(wait=True)
        _advance(BATCH)
    return True


def catch_up() -> None:
    """Fold all that was noted, part by part."""
    while fold_next():
        pass


def note_everything() -> None:
    """Note that every blog has to be folded anew."""
    SearchChange.objects.bulk_create(
        [
            SearchChange(kind="b", key=pk)
            for pk in Blog.objects.values_list("pk", flat=True)
        ]
    )


def rebuild() -> None:
    """Empty all that a search looks in and fold it anew."""
    with long_write():
        _lock(wait=True)
        # Row by row the triggers would take longer than all the rest.
        triggers.remove()
        with connection.cursor() as cursor:
            for table in (*triggers.TABLES, triggers.CHANGES):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608  # names of our own
            if connection.vendor == "sqlite":
                for table in triggers.TABLES:
                    cursor.execute(
                        f"INSERT INTO {table}_fts ({table}_fts) VALUES ('delete-all')"  # noqa: S608  # as above
                    )
        triggers.install()
        note_everything()
    catch_up()


def refill_full_text() -> None:
    """Make SQLite's full-text tables anew from rows that came without triggers."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for table in triggers.TABLES:
                cursor.execute(
                    f"INSERT INTO {table}_fts ({table}_fts) VALUES ('rebuild')"  # noqa: S608  # as above
                )


def drop_deleted() -> None:
    """Merge SQLite's full-text tables, which keep deleted words until they merge."""
    with long_write(), connection.cursor() as cursor:
        for table in triggers.TABLES:
            cursor.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('optimize')")  # noqa: S608  # as above


def _lock(*, wait: bool) -> bool:
    if connection.vendor == "sqlite":
        return True
    verb = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {verb}(%s)", [_LOCK])
        return cursor.fetchone()[0] is not False


def _advance(budget: int) -> None:
    """Do what the oldest notes ask for, up to a number of comments."""
    comments: set[int] = set()
    titles: set[int] = set()
    done = []
    for pk, kind, key, after in _oldest_notes(slice(budget)):
        if kind == "c":
            comments.add(key)
        elif kind == "t":
            titles.add(key)
        elif kind == "n":
            comments.update(_pks(Comment.objects.filter(commenter=key)))
        elif kind == "b":
            SearchChange.objects.bulk_create(
                [
                    SearchChange(kind="p", key=post)
                    for post in _pks(Post.objects.filter(blog=key))
                ],
                batch_size=BATCH,
            )
        else:
            titles.add(key)
            last = _add_part(comments, key, after, budget)
            if last is not None:
                SearchChange.objects.filter(pk=pk).update(after=last)
                break
        done.append(pk)
        if len(comments) >= budget:
            break
    SearchChange.objects.filter(pk__in=done).delete()
    _fold_comments(comments)
    _fold_titles(titles)


@Prepared
def _oldest_notes(part: slice) -> models.QuerySet[SearchChange, Any]:
    notes = SearchChange.objects.order_by("pk")[part]
    return notes.values_list("pk", "kind", "key", "after")


def _pks(rows: models.QuerySet[Comment] | models.QuerySet[Post]) -> list[int]:
    return list(rows.order_by().values_list("pk", flat=True))


def _add_part(comments: set[int], post: int, after: int, budget: int) -> int | None:
    """Add an article's next comments; return where to go on, None at its end."""
    found = Comment.objects.filter(post=post, position__gt=after).order_by("position")
    part = list(found.values_list("pk", "position")[:budget])
    comments.update(pk for pk, _position in part)
    return part[-1][1] if len(part) == budget else None


def _fold_comments(pks: Collection[int]) -> None:
    """Fold every text of comments anew, each to where it belongs."""
    if not pks:
        return
    public, sealed = comment_rows(pks)
    for model, rows in ((PublicWords, public), (SealedWords, sealed)):
        model.objects.filter(subject_id__in=pks).delete()
        if rows:
            bulk_insert.insert(model, _COLUMNS, rows)


def comment_rows(pks: Collection[int]) -> tuple[list[Row], list[Row]]:
    """Return the rows of some comments: of what is public, and of what is not."""
    public: list[Row] = []
    sealed: list[Row] = []
    texts: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for comment, revision, plain in _texts_of(tuple(pks)):
        texts[comment].append((revision, plain))
    known = tuple(texts)
    shown = set(_shown_of(known))
    for pk, post, blog, zone, posted_at, *more in _facts_of(known):
        offset, current, name, decided, had_notice, hidden_name = more
        day = _day(posted_at, offset, zone)
        facets = _facets(blog, post)
        if decided is not None or had_notice:
            facets.append(MODERATED)
        for revision, plain in texts[pk]:
            is_public = pk in shown and revision == current
            # Staff see names whole, others without addresses and numbers.
            seen = cut_name(name or "") if is_public else name or ""
            if is_public and hidden_name:
                seen = ""
            by = (f"{AUTHOR}{word}" for word in words_of(seen))
            words = folded((*words_of(plain), *facets, *by, *passage_words(plain)))
            key = order_key(posted_at, revision)
            to = public if is_public else sealed
            to.append((key, revision, pk, day, words))
    return public, sealed


@Prepared
def _texts_of(pks: tuple[int, ...]) -> models.QuerySet[RevisionText, Any]:
    found = RevisionText.objects.filter(revision__comment__in=pks)
    columns = "revision__comment_id", "revision_id", "plain"
    return found.order_by().values_list(*columns)


@Prepared
def _shown_of(pks: tuple[int, ...]) -> models.QuerySet[Comment, int]:
    shown = Comment.objects.filter(pk__in=pks).shown()
    return shown.order_by().values_list("pk", flat=True)


@Prepared
def _facts_of(pks: tuple[int, ...]) -> models.QuerySet[Comment, Any]:
    notices = Tombstone.objects.filter(comment=OuterRef("pk"))
    known = Comment.objects.filter(pk__in=pks).order_by()
    # Readers find it in the article that leads, where one thread has several.
    post_shown = Coalesce("post__leader", "post")
    blog_shown = Coalesce("post__leader__blog", "post__blog")
    return known.annotate(had_notice=Exists(notices)).values_list(
        *("pk", post_shown, blog_shown, "post__blog__time_zone", "posted_at"),
        *("utc_offset", "current_revision_id", "commenter__name__name"),
        *("decided_entry", "had_notice", "commenter__hidden_name"),
    )


def _fold_titles(pks: Collection[int]) -> None:
    """Fold articles anew: the titles of public ones, and what all texts say."""
    if not pks:
        return
    for model, rows in (
        (TitleWords, title_rows(pks)),
        (ArticleWords, article_rows(pks)),
    ):
        model.objects.filter(subject_id__in=pks).delete()
        if rows:
            bulk_insert.insert(model, _COLUMNS, rows)


def title_rows(pks: Collection[int]) -> list[Row]:
    """Return the rows of the public ones of some articles."""
    return [
        (
            order_key(post.published_at, revision),
            *(revision, post.pk),
            _day(post.published_at, post.utc_offset, post.blog.time_zone),
            folded([*words_of(post.known_title), *_facets(post.blog_id, post.pk)]),
        )
        for post in _titled(tuple(pks))
        if (revision := post.current_revision_id)
    ]


@Prepared
def _titled(pks: tuple[int, ...]) -> models.QuerySet[Post]:
    posts = Post.objects.public().with_shown_title().filter(pk__in=pks)
    return posts.exclude(current_revision=None).titled()


def article_rows(pks: Collection[int]) -> list[Row]:
    """Return the rows of articles' texts with their titles, those of today.

    Of the version that readers see or would see, and of one that a decision keeps
    from them.
    """
    return [
        (
            order_key(published_at, revision),
            *(revision, pk, None),
            folded(
                [
                    *words_of(f"{title}\n{put_right or ''}\n{plain}"),
                    *passage_words(title, put_right or "", plain),
                ]
            ),
        )
        for revision, pk, published_at, title, put_right, plain in _articles(tuple(pks))
    ]


@Prepared
def _articles(pks: tuple[int, ...]) -> models.QuerySet[RevisionText, Any]:
    post = "revision__post"
    stands = Q(revision=F(f"{post}__current_revision"))
    texts = RevisionText.objects.filter(
        stands | Q(revision=F(f"{post}__news_revision")), revision__post__in=pks
    )
    return texts.order_by().values_list(
        *("revision_id", f"{post}_id", f"{post}__published_at"),
        *("title", f"{post}__put_right__title", "plain"),
    )


def _facets(blog: int, post: int) -> list[str]:
    return [f"{BLOG}{blog}", f"{POST}{post}"]


def _day(moment: datetime | None, offset: int | None, zone: str) -> int | None:
    local = on_source_clock(moment, offset, zone)
    return None if local is None else local.toordinal()
