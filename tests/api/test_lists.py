"""Every list and every thing in it, against the demo; the queries that each costs."""

import json

import pytest

from commentarchive.api import answers as api_answers
from commentarchive.discussion.query import thread_rows
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import (
    Blog,
    Capture,
    Comment,
    CrossPost,
    Gap,
    GapKind,
    Grade,
    Post,
)
from commentarchive.views.limits import Limit
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action, Decision
from moderation.reports.faces import FACES
from tests.api.walk import LISTS, everything, get, items_of, one_of
from tests.report_numbers import report_on

pytestmark = pytest.mark.django_db
# Queries of a page of each list, of one with a cursor, and of one thing of it: the
# state of the archive first.
COSTS = {
    "blogs": (4, 5, 4),
    "posts": (4, 5, 3),
    "comments": (3, 4, 5),
    "captures": (2, 3, 2),
    # The second one is of an article that is not here: nothing to look up.
    "cross-posts": (4, 4, 4),
    "gaps": (3, 4, 3),
    "log": (6, 7, 6),
}
STORED = {
    "blogs": Blog,
    "posts": Post,
    "comments": Comment,
    "captures": Capture,
    "cross-posts": CrossPost,
    "gaps": Gap,
    "log": Decision,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_all_that_is_public_once(demo, name, monkeypatch):
    monkeypatch.setattr(api_answers, "REQUESTS", Limit(10_000, 60))
    refs = list(
        STORED[name].objects.public().order_by("pk").values_list("ref", flat=True)
    )
    assert refs
    singly, _answers = items_of(f"{name}/?limit=1&order=oldest", most=40)
    assert [item["id"] for item in singly] == refs[:40]
    for limit in (7, 200):
        items, answers = items_of(f"{name}/?limit={limit}&order=oldest")
        assert [item["id"] for item in items] == refs
        assert len(answers) == -(-len(refs) // limit)
    newest, _answers = items_of(f"{name}/?limit=7&order=newest")
    assert [item["id"] for item in newest] == refs[::-1]
    for item in items[:20]:
        whole = get(one_of(name, item)).json()
        assert item.items() <= whole.items()


@pytest.mark.parametrize("name", LISTS)
def test_a_page_costs_the_same_number_of_queries_however_long(
    demo, name, django_assert_num_queries
):
    first = get(f"{name}/?limit=1&order=oldest").json()
    of_page, with_cursor, of_one = COSTS[name]
    for limit in (1, 200):
        with django_assert_num_queries(of_page):
            get(f"{name}/?limit={limit}")
    if first["next"]:
        for limit in (1, 200):
            with django_assert_num_queries(with_cursor):
                get(first["next"].replace("limit=1", f"limit={limit}"))
    with django_assert_num_queries(of_one):
        get(one_of(name, first["items"][0]))


def test_a_thread_is_read_in_reading_order(demo, django_assert_num_queries):
    for post in Post.objects.public():
        rows = thread_rows(Comment.objects.public().filter(post=post), "UTC")
        for limit in (9, 200):
            items, _answers = items_of(f"posts/{post.ref}/thread/?limit={limit}")
            assert [item["id"] for item in items] == [row.ref for row in rows]
        for item, row in zip(items, rows, strict=True):
            assert item["parent"] == (row.parent_ref or None)
            assert (item["html"] or "") == row.html
            assert bool(item["notice"]) == bool(row.notice)
            assert item["name"] is None or item["name"]["name"] == row.name
    address = f"posts/{post.ref}/thread/"
    for limit in (2, 200):
        with django_assert_num_queries(7):
            get(f"{address}?limit={limit}")
    following = get(f"{address}?limit=2").json()["next"]
    with django_assert_num_queries(8):
        get(following)


def gap(post, after, ref):
    from django.utils import timezone

    return Gap.objects.create(
        ref=f"g{ref * 26}",
        post=post,
        after=after,
        at_least=1,
        grade=Grade.CLAIMED,
        kind=GapKind.SAID,
        recorded_at=timezone.now(),
        entry_index=1,
    )


def test_gaps_stand_after_the_place_above_them_on_whatever_page(demo):
    post = Post.objects.public().first()
    places = list(Comment.objects.public().filter(post=post).order_by("position"))
    unseen = places[2]
    Comment.objects.filter(pk=unseen.pk).update(visibility="internal")
    for after, ref in ((None, "a"), (places[1], "b"), (unseen, "c"), (places[-1], "d")):
        gap(post, after, ref)
    for limit in (1, 2, 3, 200):
        found = []
        address = f"posts/{post.ref}/thread/?limit={limit}"
        while address:
            page = get(address).json()
            found += [each["id"][1] for each in page["gaps_before"]]
            for item in page["items"]:
                found.append(item["id"])
                found += [each["id"][1] for each in item["gaps_after"]]
            address = page["next"]
        assert found[0] == "a"
        assert found[3:5] == ["b", "c"]
        assert found[-1] == "d"
        assert unseen.ref not in found
    said = get(f"gaps/g{'c' * 26}/").json()
    assert said["after"] is None


def test_a_page_goes_on_where_it_was_whatever_happened_meanwhile(demo):
    page = get("comments/?limit=40").json()
    rest, _answers = items_of(page["next"])
    last = Comment.objects.get(ref=page["items"][-1]["id"])
    # It is not even in the list any more.
    Comment.objects.filter(pk=last.pk).update(visibility="internal")
    again, _answers = items_of(page["next"])
    assert [item["id"] for item in again] == [item["id"] for item in rest]
    newest = get("log/?limit=2").json()
    decide(Comment.objects.shown().first(), Judgement(action=Action.HOLD), by=SYSTEM)
    older = get(newest["next"]).json()
    assert newest["items"][-1]["record"] > older["items"][0]["record"]


def test_times_are_in_utc_beside_what_was_printed(demo):
    summer = next(
        item
        for item in items_of("comments/?limit=200")[0]
        if item["posted_at"] and item["posted_at"] > "2012-04-01"
    )
    comment = Comment.objects.get(ref=summer["id"])
    assert summer["posted_at"] == f"{comment.posted_at:%Y-%m-%dT%H:%M:%S}Z"
    assert summer["printed_at"] == comment.printed_at
    assert comment.printed_at[11:] != f"{comment.posted_at:%H:%M:%S}"


def test_filters_keep_what_they_name(demo):
    slug = Blog.objects.public().first().slug
    for name in ("posts", "captures", "gaps", "log"):
        everywhere, _answers = items_of(f"{name}/?limit=200")
        there, _answers = items_of(f"{name}/?limit=2&blog={slug}")
        assert there == [item for item in everywhere if item["blog"] == slug]
    ties, _answers = items_of("cross-posts/")
    blog_of = dict(Post.objects.values_list("ref", "blog__slug"))
    there = blog_of[ties[0]["post"]]
    assert items_of(f"cross-posts/?blog={there}")[0] == [
        tie for tie in ties if blog_of[tie["post"]] == there
    ]
    held, _answers = items_of("log/?action=remove&limit=2")
    assert held
    assert {item["action"] for item in held} == {"remove"}
    assert items_of("log/?rule=4&limit=1")[0]
    assert not items_of("log/?since=2013-01-01&until=2013-12-31")[0]


@pytest.mark.once
def test_reports_are_the_documents_of_their_pages(demo):
    months, _answers = items_of("reports/")
    total = sum(received_in(get(each["report"]).json()) for each in months)
    year = get("reports/2012/").json()
    assert received_in(year) == total
    assert year == json.loads(FACES["json"](report_on("2012")))
    blog = Blog.objects.public().first()
    assert get(f"reports/2012/?blog={blog.slug}").json()["blog"] == blog.ref


def received_in(report):
    [figure] = [one for one in report["figures"] if one["key"] == "comments-received"]
    return figure["lines"][0]["now"]


def test_what_is_not_public_is_not_there(demo):
    comment = Comment.objects.shown().exclude(commenter=None).first()
    post, blog = comment.post, comment.post.blog
    capture = blog.captures.first()
    decision = Decision.objects.filter(post__blog=blog).first()
    Blog.objects.filter(pk=blog.pk).update(visibility="staff")
    for address in (
        f"blogs/{blog.slug}/",
        f"posts/{post.ref}/",
        f"posts/{post.ref}/thread/",
        f"comments/{comment.ref}/",
        f"captures/{capture.ref}/",
        f"decisions/{decision.ref}/",
    ):
        answer = get(address)
        assert answer.status_code == 404, address
        assert answer.json()["detail"] == "There is nothing public at this address."
    for address, answer in everything().items():
        for word in (blog.ref, blog.slug, post.ref, comment.ref, capture.ref):
            assert word not in answer.content.decode(), (address, word)
    assert get(f"posts/?blog={blog.slug}").status_code == 400


def test_the_digest_of_a_file_is_gone_once_words_were_erased_from_it(demo):
    capture = Capture.objects.public().first()
    Capture.objects.filter(pk=capture.pk).update(kept_sha256="f" * 64)
    answer = get(f"captures/{capture.ref}/").json()
    assert (answer["sha256"], answer["kept_sha256"]) == (None, "f" * 64)
    Capture.objects.filter(pk=capture.pk).update(kept_sha256="none")
    answer = get(f"captures/{capture.ref}/").json()
    assert (answer["sha256"], answer["kept_sha256"]) == (None, None)
