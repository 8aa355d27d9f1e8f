"""Feeds: valid, complete from page to page, and followed by readers' copies."""

import gzip
from datetime import datetime

import pytest
from django.test import Client
from lxml import etree

from commentarchive.feeds.atom import feed_id
from commentarchive.feeds.newest import read_cut
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment, Commenter, Post
from commentarchive.text.sound_xml import sound
from moderation.actions.decisions import Judgement, decide, undo
from moderation.actions.wordings import reword
from moderation.models import Action, Decision
from tests.feeds.atom import A, T, links, read
from tests.private_words import private_words
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
ALL = "/feeds/all.atom"


def get(address, **headers):
    return Client().get(address, headers=headers)


def pages(address):
    """Follow a feed from page to page; return all of its entries."""
    found = []
    while address:
        answer = get(address)
        assert answer.status_code == 200, address
        found.append(read(answer.content))
        address = (
            links(answer.content).get("next", "").removeprefix("http://127.0.0.1:8000")
        )
    return found


def every_feed():
    one = Comment.objects.shown().exclude(commenter=None).first()
    return (
        *(ALL, f"/feeds/blogs/{one.post.blog.slug}.atom"),
        *(f"/feeds/posts/{one.post.ref}.atom", "/moderation/log.atom"),
        f"/feeds/commenters/{one.commenter.ref}.atom",
    )


def test_every_page_of_every_feed_is_valid_and_hides_what_is_hidden(demo):
    hidden = [word for word in private_words() if len(word) > 3]
    for post in Post.objects.public():
        read(get(f"/feeds/posts/{post.ref}.atom").content)
    for address in every_feed():
        after = address
        while after:
            answer = get(after)
            read(answer.content)
            assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
            texts = "\n".join(etree.fromstring(answer.content).itertext())
            for word in hidden:
                assert word not in texts, (address, word)
            after = links(answer.content).get("next", "")[
                len("http://127.0.0.1:8000") :
            ]


def test_pages_leave_out_nothing_and_repeat_nothing(demo):
    found = pages(ALL)
    assert [len(page) for page in found[:-1]] == [50] * (len(found) - 1)
    ids = [each for page in found for each in page]
    assert len(ids) == len(set(ids))
    shown = {
        feed_id(ref) for ref in Comment.objects.shown().values_list("ref", flat=True)
    }
    assert shown <= set(ids)
    extra = Comment.objects.filter(
        ref__in=[each.rpartition(":")[2] for each in set(ids) - shown]
    )
    assert extra.count() == len(ids) - len(shown)
    for each in extra:
        assert each.tombstones.get(is_open=True).was_public
    times = [
        datetime.fromisoformat(entry.findtext(A + "updated"))
        for page in found
        for entry in page.values()
    ]
    assert times == sorted(times, reverse=True)


def test_many_changes_and_many_comments_of_one_second_page_without_a_loss(tmp_path):
    none = "0000-00-00 00:00:00"
    some = [comment(n, f"Remark {n}.") for n in range(1, 131)]
    undated = [comment(n, gmt=none, local=none) for n in range(131, 200)]
    load(tmp_path, item(*some, *undated))
    for one in Comment.objects.order_by("pk")[:60]:
        decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
    found = pages(ALL)
    assert [len(page) for page in found] == [50, 50, 50, 49]
    assert len({each for page in found for each in page}) == 199


def test_a_comment_taken_down_stays_the_same_entry_and_so_does_one_put_back(
    tmp_path, by
):
    load(
        tmp_path,
        item(comment(1, "First <b>words</b>."), comment(2, "An answer.", parent=1)),
    )
    first, answer = Comment.objects.order_by("source_id")
    of_post = f"/feeds/posts/{first.post.ref}.atom"
    before = read(get(of_post).content)
    refs = sorted((first.ref, answer.ref), reverse=True)
    assert list(before) == [feed_id(ref) for ref in (*refs, first.post.ref)]
    mine = before[feed_id(first.ref)]
    assert mine.findtext(A + "published") == "2012-04-01T10:00:00+01:00"
    assert mine.findtext(A + "updated") == "2012-04-01T09:00:00+00:00"
    assert mine.findtext(A + "content") == "<p>First <b>words</b>.</p>"
    parent = before[feed_id(answer.ref)].find(T + "in-reply-to")
    assert parent.get("ref") == feed_id(first.ref)
    article = before[feed_id(first.post.ref)]
    assert article.find(f"{A}link[@rel='replies']").get(T + "count") == "2"

    taken = decide(first, Judgement(action=Action.HOLD), by=by)
    for address in (ALL, of_post, f"/feeds/blogs/{first.post.blog.slug}.atom"):
        after = read(get(address).content)
        mine = after[feed_id(first.ref)]
        assert next(iter(after)) == feed_id(first.ref)
        assert mine.findtext(A + "updated") > "2026"
        assert "waiting to be looked at" in mine.findtext(A + "title")
        assert "waiting to be looked at" in mine.findtext(A + "content")
        assert mine.findtext(f"{A}author/{A}name") == "name not shown"
        assert b"words" not in get(address).content
        assert b"Nell" in get(address).content  # who wrote the other one
    assert feed_id(first.ref) not in read(
        get(f"/feeds/commenters/{answer.commenter.ref}.atom").content
    )

    hidden_at = mine.findtext(A + "updated")
    undo(taken, by=by)
    mine = read(get(ALL).content)[feed_id(first.ref)]
    assert mine.findtext(A + "content") == "<p>First <b>words</b>.</p>"
    # Within the same minute, too.
    assert mine.findtext(A + "updated") > hidden_at


def test_what_readers_never_saw_is_in_no_feed(tmp_path):
    load(
        tmp_path,
        item(comment(1), comment(2, "Buy!", approved="spam"), comment(3, kind="note")),
    )
    assert list(read(get(ALL).content)) == [feed_id(Comment.objects.shown().get().ref)]


def test_odd_characters_leave_a_feed_sound(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "A ]]&gt; &amp; <i>b</i> \u202e x"),
            title="T &amp; \u2028 &lt;b&gt;",
        ),
    )
    for text in ("\x00", "\x0b", "\ud800", "\ufffe", "\x1f", "\x7f"):
        assert etree.fromstring(f"<a>{sound(text)}</a>".encode()) is not None
    entry = next(iter(read(get(ALL).content).values()))
    assert "<i>b</i>" in entry.findtext(A + "content")


def test_feeds_are_tagged_packed_and_kept_from_search_engines(demo):
    for address in every_feed():
        plain, packed = get(address), get(address, **{"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.content) == plain.content
        assert get(address, **{"If-None-Match": plain["ETag"]}).status_code == 304
        assert plain["X-Robots-Tag"] == "noindex"
    Blog.objects.update(visibility="public")
    for address in every_feed():
        is_always = address.endswith("/log.atom") or "commenters" in address
        assert get(address).has_header("X-Robots-Tag") == is_always, address


def test_blogs_for_staff_are_in_no_feed(demo):
    one = Comment.objects.shown().exclude(commenter=None).first()
    feeds = every_feed()
    Blog.objects.filter(pk=one.post.blog.pk).update(visibility="staff")
    for address in feeds:
        answer = get(address)
        assert answer.status_code == (200 if address in {ALL, feeds[3]} else 404)
        assert one.ref not in answer.content.decode()
    Blog.objects.update(visibility="staff")
    assert read(get(ALL).content) == {}
    assert read(get("/moderation/log.atom").content) == {}


def test_feeds_cost_a_constant_number_of_queries(demo, django_assert_num_queries):
    for address, queries in zip(every_feed(), (7, 7, 8, 5, 8), strict=True):
        with django_assert_num_queries(queries):
            assert get(address).status_code == 200, address


@pytest.mark.parametrize(
    "cut",
    [
        *("", "1", "...", "812..", ".c.20120401T000000.", "x.y.z.w"),
        f"1.c{'a' * 26}..c{'a' * 26}",
        f"..20129901T000000.c{'a' * 26}",
        f"-1.c{'a' * 26}..",
        f"{'9' * 16}.c{'a' * 26}..",
    ],
)
def test_a_page_that_no_feed_names_is_not_found(db, cut):
    assert read_cut(cut) is None
    assert get(ALL + f"?before={cut}").status_code == 404
    assert get(f"/moderation/log.atom?before={cut}").status_code == 404


def test_a_name_shows_what_is_hidden_only_where_its_notice_names_it(tmp_path, by):
    load(tmp_path, item(comment(1, "Mine."), comment(2, "Mine too.")))
    first = Comment.objects.order_by("source_id").first()
    address = f"/feeds/commenters/{Commenter.objects.get().ref}.atom"
    decide(first, Judgement(action=Action.HOLD), by=by)
    assert len(read(get(address).content)) == 1
    Blog.objects.update(show_hidden_names=True)
    shows = first.tombstones.get(is_open=True).shows_name
    assert len(read(get(address).content)) == 1 + shows


def test_the_logs_feed_follows_wordings_filters_and_undoings(demo):
    log = "/moderation/log.atom"
    found = read(get(log).content)
    assert len(found) == Decision.objects.public().count()
    some = read(get(f"{log}?action=remove").content)
    assert {each.find(A + "category").get("term") for each in some.values()} == {
        "remove"
    }
    assert 0 < len(some) < len(found)
    assert get(f"{log}?action=odd").status_code == 400
    one = Comment.objects.shown().first()
    first = decide(
        one, Judgement(action=Action.HOLD, facts="Said at first."), by=SYSTEM
    )
    assert "Said at first." in entry_of(first).findtext(A + "content")
    reword(first, "Said again.", by=SYSTEM)
    after = entry_of(first)
    assert "Said again." in after.findtext(A + "content")
    assert "Said at first." not in get(log).content.decode()
    undo(first, by=SYSTEM)
    after = entry_of(first)
    assert "No longer in force" in after.findtext(A + "content")
    assert after.findtext(A + "published") <= after.findtext(A + "updated")


def entry_of(decision):
    return read(get("/moderation/log.atom").content)[feed_id(decision.ref)]


def test_the_log_pages_by_what_changed_last(demo, monkeypatch):
    from moderation.log import feed as log_feed

    monkeypatch.setattr(log_feed, "PAGE", 7)
    found = pages("/moderation/log.atom")
    assert len(found) == 4
    ids = [each for page in found for each in page]
    assert len(set(ids)) == len(ids) == Decision.objects.public().count()
    oldest = Decision.objects.order_by("entry_index").first()
    reword(oldest, "Other words.", by=SYSTEM)
    assert next(iter(pages("/moderation/log.atom")[0])) == feed_id(oldest.ref)
