"""A thread from two sources whose leading article readers do not see any more."""

import pytest
from django.db.models import F
from django.test import Client

from commentarchive.integrity.search_rows import compare_search
from commentarchive.models import Blog, Comment, Post, PublicWords
from commentarchive.search.index import catch_up
from tests.same_threads import exported, pasted, tie

pytestmark = pytest.mark.django_db


def hide_the_leading_article(leader):
    Post.objects.filter(pk=leader.pk).update(is_public=False)


def hide_its_blog(leader):
    Blog.objects.filter(pk=leader.blog_id).update(visibility="staff")


@pytest.mark.parametrize("hide", [hide_the_leading_article, hide_its_blog])
def test_below_an_article_that_readers_do_not_see_nothing_is_shown(tmp_path, hide):
    """Neither what another source holds there, nor the title and the address of it."""
    one, other = pasted(tmp_path, slug="weir"), exported(tmp_path)
    tie(one, other)
    leader = Post.objects.get(pk=F("leader"))
    below = Comment.objects.shown().exclude(post=leader).get()
    catch_up()
    client = Client()
    pages = (
        *("/search/?q=anglers", "/", f"/api/v1/comments/{below.ref}/"),
        *("/api/v1/gaps/", "/log/missing/", "/api/v1/log/", "/sitemap.xml"),
        below.get_absolute_url(),
        below.in_thread_url,
    )
    assert "forty years" in client.get(pages[0]).text
    hide(leader)
    catch_up()
    for address in pages:
        answer = client.get(address)
        shown = answer.text + answer.headers.get("Location", "")
        assert "forty years" not in shown, address
        assert leader.title not in shown, address
        assert leader.ref not in shown, address
    assert not PublicWords.objects.filter(subject_id=below.pk).exists()
    assert list(compare_search()) == []
