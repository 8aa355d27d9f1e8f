"""Queries put together once: they bring what the queryset brings, for other values."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Value
from django.db.transaction import TransactionManagementError
from django.test import Client

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment, Post, Visibility
from commentarchive.storage.prepared import LONGEST, Prepared, _unwrapped
from tests.addresses import every_address


@Prepared
def comments_of(post, kinds):
    return Comment.objects.filter(post=post, visibility__in=kinds).order_by("pk")


def counted(build):
    times = []

    def counting(*values):
        times.append(values)
        return build(*values)

    return Prepared(counting), times


@pytest.mark.in_turn
def test_each_page_reads_what_it_would_read_without_them(demo, monkeypatch):
    asked = {}
    plain = Prepared.__call__

    def compare(self, *values):
        found = plain(self, *values)
        anew = self._build(*values)
        same = list(anew) if anew.ordered else sorted(anew, key=repr)
        in_order = found if anew.ordered else sorted(found, key=repr)
        assert in_order == same, (self.__qualname__, values)
        name = f"{self.__module__}.{self.__qualname__}"
        asked.setdefault(name, set()).add(values)
        return found

    monkeypatch.setattr(Prepared, "__call__", compare)
    reader = Client()
    for address in every_address().values():
        reader.get(address)
    for post in Post.objects.public():
        reader.get(post.get_absolute_url())
    for comment in Comment.objects.public()[:25]:
        reader.get(comment.get_absolute_url())
    assert len(asked) > 15
    assert sum(len(values) > 5 for values in asked.values()) > 8


def test_it_is_put_together_once_for_all_values(demo, django_assert_num_queries):
    query, times = counted(lambda pk: Post.objects.filter(pk=pk).titled())
    posts = Post.objects.titled().in_bulk()
    assert len(posts) > 3
    with django_assert_num_queries(len(posts)):
        for pk, post in posts.items():
            [found] = query(pk)
            assert (found, found.title, found.blog) == (post, post.title, post.blog)
    assert len(times) == 2
    assert query.first(0) is None


def test_lists_of_near_lengths_are_one_query(demo):
    query, times = counted(lambda pks: Comment.objects.filter(pk__in=pks))
    pks = tuple(Comment.objects.order_by("pk").values_list("pk", flat=True)[:9])
    for length in range(10):
        assert {each.pk for each in query(pks[:length])} == set(pks[:length])
    # Of none, one, two, four, eight and sixteen.
    assert len(times) == 2 * 6
    many = tuple(range(1, LONGEST + 2))
    assert len(query(many)) == Comment.objects.filter(pk__in=many).count()
    assert times[-1] == (many,)


def test_what_cannot_be_in_the_database_is_asked_for_in_vain(demo):
    post = Post.objects.first().pk
    assert comments_of(post, ()) == []
    assert Prepared(lambda pk: Post.objects.filter(pk=pk))(1 << 80) == []
    assert comments_of(-1, ("published",)) == []
    assert comments_of(post, ("no such", "published"))


def test_tuples_in_tuples_are_asked_anew(demo):
    query = Prepared(lambda pairs: Comment.objects.filter(pk__in=pairs[0]))
    pks = Comment.objects.order_by("pk").values_list("pk", flat=True)
    one, two, three, four = pks[:4]
    assert {each.pk for each in query(((one, two),))} == {one, two}
    assert {each.pk for each in query(((three, four),))} == {three, four}


def test_moments_are_bound_to_the_microsecond(demo):
    query, times = counted(
        lambda first, after: Comment.objects.filter(
            posted_at__gte=first, posted_at__lt=after
        )
    )
    for comment in Comment.objects.exclude(posted_at=None)[:3]:
        first = comment.posted_at.astimezone(ZoneInfo("Asia/Tokyo"))
        after = comment.posted_at + timedelta(microseconds=1)
        assert set(query(first, after)) == set(Comment.objects.filter(posted_at=first))
        assert query(after, after) == []
    assert len(times) == 2


def test_choices_and_flags_are_part_of_the_query(demo):
    query, times = counted(
        lambda kind, is_shown: (
            Comment.objects.filter(visibility=kind)
            if is_shown
            else Comment.objects.exclude(visibility=kind)
        )
    )
    for kind in (Visibility.PUBLISHED, Visibility.HELD):
        shown = set(Comment.objects.filter(visibility=kind))
        assert set(query(kind, True)) == shown
        assert set(query(kind, False)) == set(Comment.objects.all()) - shown
    assert len(times) == 8


def test_what_was_fetched_beside_a_model_costs_no_more(demo, django_assert_num_queries):
    query = Prepared(
        lambda slug: Blog.objects.filter(slug=slug).prefetch_related("posts")
    )
    for blog in Blog.objects.all():
        with django_assert_num_queries(2):
            [found] = query(blog.slug)
            list(found.posts.all())
        assert set(found.posts.all()) == set(Post.objects.filter(blog=blog))


@pytest.mark.parametrize(
    "build",
    [
        lambda number: Post.objects.filter(pk=number + 1),
        lambda number: Post.objects.order_by("pk")[:number],
        lambda number: Post.objects.filter(pk__gt=0) if number else Post.objects.all(),
        lambda number: Post.objects.filter(source_id=f"no. {number}"),
        lambda number: Post.objects.filter(source_id__contains=number),
        lambda number: Post.objects.annotate(n=Value(f"{number}")).filter(pk=number),
    ],
)
def test_a_query_that_makes_something_of_its_values_is_refused(db, build):
    with pytest.raises(TypeError):
        Prepared(build)(1)


def test_names_of_texts_that_are_marked_safe_are_words_too(db):
    from django.utils.safestring import SafeString

    query, times = counted(lambda slug: Blog.objects.filter(slug=slug))
    for slug in ("one", SafeString("two"), SafeString("three")):
        assert query(slug) == []
    assert len(times) == 2


def test_reconcile_asks_what_it_would_ask_without_them(demo, monkeypatch):
    asked = set()
    plain = Prepared._bound

    def compare(self, *values):
        found = plain(self, *values)
        if not values:
            asks, would_ask = (
                (sql, list(map(_unwrapped, params)))
                for sql, params in (
                    rows.query.get_compiler("default").as_sql()
                    for rows in (found, self._build())
                )
            )
            assert asks == would_ask
            asked.add(self)
        return found

    monkeypatch.setattr(Prepared, "_bound", compare)
    for _each in range(2):
        assert list(reconcile()) == []
    assert len(asked) > 50


def test_much_is_read_in_parts(demo, monkeypatch):
    pks = sorted(Comment.objects.values_list("pk", flat=True))
    everything = Prepared(lambda: Comment.objects.order_by("pk"))
    monkeypatch.setattr("commentarchive.storage.prepared.CHUNK", 2)
    assert [comment.pk for comment in everything.stream()] == pks
    nothing = Prepared(Comment.objects.none)
    assert list(nothing.stream()) == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_where_it_would_be_let_go_at_once():
    locked = Prepared(
        lambda pk: Post.objects.select_for_update(no_key=True).filter(pk=pk)
    )
    with transaction.atomic():
        assert locked(1) == []
    with pytest.raises(TransactionManagementError, match="outside of a transaction"):
        locked(1)
