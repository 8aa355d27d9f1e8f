from collections import Counter
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentarchive.discussion.cross_posts import naming_line
from commentarchive.intake import cross_post_search
from commentarchive.intake.cross_post_search import (
    CrossPostSearch,
    search_all,
)
from commentarchive.models import (
    ArticlePhrase,
    Blog,
    Capture,
    CrossPost,
    RepeatedComment,
)
from tests.cross_posts import WORDS, blog, confirm, lantern_and_quay
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def found():
    ties = CrossPost.objects.order_by("post__blog__slug", "other_post__blog__slug")
    return [
        (
            tie.post.blog.slug,
            tie.other_post and tie.other_post.blog.slug,
            tie.is_proposal,
            sorted(tie.cues.values_list("kind", "score")),
        )
        for tie in ties
    ]


PLACES = {
    "lantern": ("2012-03-31", WORDS),
    "quay": ("2012-04-02", "With thanks to a friend of the house. " + WORDS),
    "watch": ("2012-04-01", "Nothing of the kind. " * 40),
}


@pytest.mark.parametrize("order", list(permutations(PLACES)))
def test_alike_articles_are_found_in_any_order(tmp_path, order):
    for name in order:
        day, body = PLACES[name]
        blog(tmp_path, name, body=body, day=day)
        search_all()
    [(copy, original, is_proposal, cues)] = found()
    assert (copy, original, is_proposal) == ("quay", "lantern", True)
    [(kind, score)] = cues
    assert (kind, score > 90) == ("alike", True)


def test_articles_of_one_blog_are_not_compared(tmp_path):
    blog(tmp_path, "lantern")
    blog(tmp_path, "lantern", number=2)
    search_all()
    assert found() == []


def test_a_line_and_a_likeness_are_two_cues_of_one_proposal(tmp_path):
    tie = lantern_and_quay(tmp_path)
    assert sorted(tie.cues.values_list("kind", flat=True)) == ["alike", "line"]
    assert naming_line(tie) == "Cross-posted from The Lantern."


def test_a_blog_that_is_named_without_an_address_is_proposed(tmp_path):
    for name in ("lantern", "quay"):
        blog(tmp_path, name)
    Blog.objects.filter(slug="lantern").update(title="The Tall Lantern")
    blog(tmp_path, "watch", body="<p>First appeared on The Tall Lantern.</p>")
    search_all()
    tie = CrossPost.objects.get(post__blog__slug="watch")
    assert (tie.other_blog.slug, tie.other_address) == ("lantern", "")
    assert tie.is_proposal
    assert naming_line(tie) == "First appeared on The Tall Lantern."


def test_a_search_that_was_cut_short_finds_the_same(tmp_path):
    for name in PLACES:
        blog(tmp_path, name, body=PLACES[name][1], day=PLACES[name][0])
    cut = CrossPostSearch()
    for _step in range(3):
        assert cut.step()
    search_all()
    before = found(), ArticlePhrase.objects.count()
    assert len(before[0]) == 1
    Capture.objects.update(is_searched=False)
    search_all()
    assert (found(), ArticlePhrase.objects.count()) == before
    assert not CrossPostSearch().step()


def test_what_a_blog_prints_below_every_article_makes_no_work(tmp_path, monkeypatch):
    monkeypatch.setattr(cross_post_search, "MOST_SHARING", 3)
    imprint = " ".join(f"imprint{n}" for n in range(60))
    rows = [item(number=n, body=f"{imprint} {n}") for n in range(1, 12)]
    load(tmp_path, *rows)
    search_all()
    digests = Counter(ArticlePhrase.objects.values_list("digest", flat=True))
    assert max(digests.values()) == 3


def test_nothing_waits_costs_one_query(tmp_path):
    blog(tmp_path, "lantern")
    search_all()
    search = CrossPostSearch()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert not search.step()
    assert len(queries) == 1


LONG = "The sum was read aloud, twice, and I wrote it on my hand."


def test_comments_at_both_places_are_paired_by_name_and_words(tmp_path):
    theirs = (
        comment(1, LONG, author="Ann"),
        comment(2, "Thanks!", author="Bob"),
        comment(3, "A remark of nobody's at all here.", author=""),
        comment(4, LONG, author="Cass"),
    )
    ours = (
        comment(7, f"<b>{LONG}</b>", author="ann", local="2012-04-03 10:00:00"),
        comment(
            8,
            "Thanks!",
            author="Bob",
            local="2012-04-03 10:00:00",
            gmt="2012-04-03 09:00:00",
        ),
        comment(9, "A remark of nobody's at all here.", author=""),
    )
    tie = lantern_and_quay(tmp_path, theirs, ours)
    assert not RepeatedComment.objects.exists()
    confirm(tie)
    pairs = RepeatedComment.objects.values_list(
        "comment__source_id", "other__source_id"
    )
    assert list(pairs) == [("1", "7")]


def test_later_copies_bring_later_pairs(tmp_path):
    tie = lantern_and_quay(tmp_path, (comment(1, LONG),))
    confirm(tie)
    blog(tmp_path, "quay", comment(5, LONG), day="2012-04-02")
    search_all()
    assert RepeatedComment.objects.count() == 1
