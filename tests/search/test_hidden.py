"""Whatever hides a text, no search finds or counts it from that moment on."""

import pytest
from django.db import transaction
from django.test import Client

from commentarchive.models import (
    Blog,
    Comment,
    Commenter,
    CommenterName,
    Post,
    PublicWords,
    RevisionText,
    SealedWords,
    SearchChange,
    TitleWords,
)
from commentarchive.search import triggers
from commentarchive.search.find import find_comments, find_sealed, find_titles
from commentarchive.search.index import catch_up
from commentarchive.search.query import parse
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def blog(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "A zeppelin over the wall."),
            comment(2, "No zeppelin for me.", approved="trash", author="Ted"),
            title="Zeppelins aloft",
        ),
    )
    catch_up()
    return Blog.objects.get()


def counts(word="zeppelin"):
    query = parse(word)
    return len(find_comments(query).hits), len(find_sealed(query).hits)


def test_what_is_hidden_is_in_the_sealed_table_alone(blog):
    assert counts() == (1, 1)
    assert not SearchChange.objects.exists()


def test_the_same_comment_hides_all_that_are_tied_to_it(blog):
    """Of one comment from two sources, what either hides is not found."""
    one, other = Comment.objects.order_by("pk")
    Comment.objects.update(visibility="published", leader=one)
    catch_up()
    assert counts() == (1, 1)
    Comment.objects.filter(pk=other.pk).update(visibility="removed")
    assert counts()[0] == 0
    assert not PublicWords.objects.exists()
    Comment.objects.update(visibility="published")
    catch_up()
    assert counts() == (1, 1)
    triggers.remove()
    Comment.objects.filter(pk=other.pk).update(visibility="removed")
    assert counts()[0] == 0
    triggers.install()


@pytest.mark.parametrize(
    "hide",
    [
        lambda: Comment.objects.filter(source_id="1").update(visibility="removed"),
        lambda: Comment.objects.filter(source_id="1").update(current_revision=None),
        lambda: Comment.objects.filter(source_id="1").update(visibility="internal"),
        lambda: Post.objects.update(is_public=False),
        lambda: Blog.objects.update(visibility="staff"),
        lambda: RevisionText.objects.filter(revision__comment__source_id="1").delete(),
    ],
)
def test_nothing_is_found_in_the_very_moment_that_it_is_hidden(blog, hide):
    hide()
    assert counts()[0] == 0
    catch_up()
    assert not PublicWords.objects.exists()
    assert counts()[0] == 0


def test_a_row_that_is_left_over_shows_and_counts_nothing(blog):
    triggers.remove()
    Comment.objects.update(visibility="removed")
    assert PublicWords.objects.exists()
    assert counts()[0] == 0
    assert "0 comments" in Client().get("/search/?q=zeppelin").text
    Post.objects.update(is_public=False)
    assert not find_titles(parse("zeppelins")).hits
    assert triggers.missing()
    triggers.install()
    assert not triggers.missing()


def test_a_blog_comes_and_goes_with_its_titles(blog):
    assert find_titles(parse("zeppelins")).hits
    for who, number in (("staff", 0), ("public", 1)):
        blog.visibility = who
        Blog.objects.filter(pk=blog.pk).update(visibility=who)
        catch_up()
        assert PublicWords.objects.count() == TitleWords.objects.count() == number
        assert counts() == (number, 2 - number)


def test_a_short_write_folds_what_it_changed(blog):
    from commentarchive.storage.write_locks import short_write

    with short_write():
        Comment.objects.filter(source_id="2").update(visibility="published")
    assert not SearchChange.objects.exists()
    assert counts() == (2, 0)


def test_a_name_that_is_erased_is_no_longer_looked_for(blog):
    assert counts("author:nell")[0] == 1
    nell = Commenter.objects.get(comments__source_id="1")
    CommenterName.objects.filter(commenter=nell).delete()
    assert not PublicWords.objects.filter(words__contains="\ue000nell").exists()
    catch_up()
    assert counts("author:nell")[0] == 0
    assert counts() == (1, 1)


def test_what_was_rolled_back_is_still_found(blog):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Comment.objects.update(visibility="removed")
        1 / 0  # noqa: B018
    assert counts() == (1, 1)


def test_a_day_is_one_of_the_blogs_own_clock(tmp_path):
    load(
        tmp_path,
        item(
            comment(
                1, "Midnight.", local="2012-07-01 00:30:00", gmt="2012-06-30 23:30:00"
            )
        ),
    )
    catch_up()
    for typed, number in (
        ("midnight after:2012-07", 1),
        ("midnight before:2012-07", 0),
    ):
        assert len(find_comments(parse(typed)).hits) == number


def test_sealed_texts_are_in_no_public_table_of_words(demo):
    sealed = set(SealedWords.objects.values_list("revision_id", flat=True))
    public = set(PublicWords.objects.values_list("revision_id", flat=True))
    shown = Comment.objects.shown().values_list("current_revision", flat=True)
    assert public == set(shown)
    assert not sealed & public
