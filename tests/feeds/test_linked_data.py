"""What search engines are told of an article: what its page shows, and no more."""

import json
import re

import pytest
from django.db.models import F
from django.test import Client

from commentarchive.feeds.linked_data import COMMENTS, IN_ALL, LONGEST, shortened
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment, Post
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.same_threads import exported, pasted, tie
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
_BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def body_of(address):
    return Client().get(address).content.decode()


def data_of(post):
    [block] = _BLOCK.findall(body_of(post.get_absolute_url()))
    return json.loads(block)


def every_comment(data):
    for each in data.get("comment", ()):
        yield each
        yield from every_comment(each)


def test_an_article_and_its_first_comments(tmp_path):
    load(
        tmp_path,
        item(comment(1, "One."), comment(2, "Two.", parent=1), comment(3, "Three.")),
    )
    post = Post.objects.get()
    data = data_of(post)
    assert data["@type"] == "DiscussionForumPosting"
    assert data["headline"] == "An article"
    assert data["author"]["name"] == "ed"
    assert data["datePublished"] == "2012-03-31T12:00:00+01:00"
    assert data["commentCount"] == 3
    first, third = data["comment"]
    assert (first["text"], third["text"]) == ("One.", "Three.")
    assert first["author"] == {"@type": "Person", "name": "Nell"}
    assert [each["text"] for each in first["comment"]] == ["Two."]
    assert first["url"].endswith(Comment.objects.get(source_id="1").get_absolute_url())


def test_nothing_hidden_and_no_name_of_it(tmp_path):
    load(
        tmp_path,
        item(
            *(comment(1, "Secret one.", author="Ruth"), comment(2, "Two.", parent=1)),
            *(comment(3, "Spammy.", approved="spam"), comment(4, "N.", kind="note")),
        ),
    )
    one = Comment.objects.get(source_id="1")
    decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
    data = data_of(one.post)
    assert [each["text"] for each in every_comment(data)] == ["Two."]
    assert data["commentCount"] == 1
    assert "Ruth" not in body_of(one.post.get_absolute_url())


def test_a_text_cannot_end_the_block(tmp_path):
    words = (
        "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &lt;!-- &amp; \u2028 x"
    )
    load(tmp_path, item(comment(1, words), title="&lt;/script&gt; it"))
    post = Post.objects.get()
    assert body_of(post.get_absolute_url()).count("<script") == 3
    [one] = every_comment(data_of(post))
    assert one["text"].startswith("</script><script>alert(1)</script> <!-- &")


def test_long_discussions_are_cut(tmp_path):
    load(
        tmp_path, item(*(comment(n, "word " * 400, parent=n - 1) for n in range(1, 60)))
    )
    found = list(every_comment(data_of(Post.objects.get())))
    assert 1 < len(found) <= COMMENTS
    assert sum(len(each["text"]) for each in found) <= IN_ALL
    assert all(len(each["text"]) <= LONGEST + 2 for each in found)


@pytest.mark.pure
def test_texts_are_cut_at_words():
    assert shortened("a  b\n c", 10) == "a b c"
    assert shortened("one two three", 9) == "one two …"
    assert shortened("x" * 30, 10).endswith("…")


def test_each_page_has_its_own_address(tmp_path):
    load(tmp_path, item(*(comment(n) for n in range(1, 202))))
    post = Post.objects.get()
    own = f"http://127.0.0.1:8000{post.get_absolute_url()}"
    for query, canonical in (
        *(("", own), ("?page=1", own), ("?all=1", own), ("?order=thread", own)),
        ("?page=2", f"{own}?page=2"),
    ):
        body = body_of(post.get_absolute_url() + query)
        assert body.count('rel="canonical"') == 1
        assert f'<link rel="canonical" href="{canonical}">' in body
        assert f'<meta property="og:url" content="{canonical}">' in body
        assert bool(_BLOCK.search(body)) == (query != "?page=2")


def test_the_site_map_lists_what_search_engines_may_list(demo, monkeypatch):
    assert "/posts/" not in body_of("/sitemap.xml")
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in body_of("/robots.txt")
    listed, staff, unlisted, *_more = Blog.objects.order_by("pk")
    Blog.objects.filter(pk=listed.pk).update(visibility="public")
    Blog.objects.filter(pk=staff.pk).update(visibility="staff")
    body = body_of("/sitemap.xml")
    shown = {f"<loc>http://127.0.0.1:8000{post.get_absolute_url()}</loc>"
             for post in Post.objects.filter(blog=listed, is_public=True)}  # fmt: skip
    assert set(re.findall(r"<loc>[^<]*/posts/[^<]*</loc>", body)) == shown
    assert listed.get_absolute_url() in body
    assert staff.slug not in body
    assert unlisted.slug not in body
    assert "<loc>http://127.0.0.1:8000/</loc>" not in body
    for address in re.findall(r"<loc>http://127.0.0.1:8000([^<]*)</loc>", body):
        assert 'content="noindex"' not in body_of(address)

    from commentarchive.feeds import site_map

    monkeypatch.setattr(site_map, "PART", 2)
    index = body_of("/sitemap.xml")
    parts = re.findall(r"<loc>http://127.0.0.1:8000([^<]*)</loc>", index)
    assert len(parts) == -(-len(shown) // 2)
    found = [body_of(part.replace("&amp;", "&")) for part in parts]
    assert {each for part in found for each in shown if each in part} == shown
    assert Client().get("/sitemap.xml?page=99").status_code == 404


@pytest.mark.once
def test_a_thread_that_is_told_in_an_unlisted_blog_too_is_not_in_the_site_map(tmp_path):
    tie(pasted(tmp_path, slug="weir"), exported(tmp_path))
    Blog.objects.update(visibility="public")
    leader = Post.objects.get(pk=F("leader"))
    assert leader.get_absolute_url() in body_of("/sitemap.xml")
    told_too = Post.objects.exclude(pk=leader.pk).get()
    Blog.objects.filter(pk=told_too.blog_id).update(visibility="unlisted")
    assert leader.get_absolute_url() not in body_of("/sitemap.xml")
