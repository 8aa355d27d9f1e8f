"""What a comment claims of another place stands in its own thread, and on its page."""

import pytest
from django.test import Client

from commentarchive.actions.blogs import add_known_blog
from commentarchive.actions.claimed_gaps import answer_claim, claim_gap, end_claim
from commentarchive.discussion import gaps
from commentarchive.discussion.stored_pages import drop_segments
from commentarchive.models import Answer, Blog, Comment, Post
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
SAID = "This comment says that 2 comments were blocked at another place."
NAMED = "Elsewhere</bdi></a>. Known: someone says so"


@pytest.fixture
def said_in(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "Before."), comment(2, "They blocked both."), comment(3, "No.")
        ),
        item(comment(4, "Of another article."), number=2),
    )
    return Comment.objects.get(source_id="2")


@pytest.fixture
def claim(said_in, by):
    about = add_known_blog("https://elsewhere.example", title="Elsewhere", by=by)
    return claim_gap(about, number=2, said_in=said_in, by=by)


def thread(comment):
    """Return a thread as it is stored; from rows it reads the same."""
    post = Post.objects.get(pk=comment.post_id)
    stored = Client().get(post.get_absolute_url()).text
    drop_segments([post.pk])
    assert Client().get(post.get_absolute_url()).text == stored
    return stored


def page(comment):
    return Client().get(comment.get_absolute_url()).text


def test_a_claim_stands_below_the_comment_that_makes_it(claim, said_in):
    assert thread(said_in).count(SAID) == 1
    # What programs read of the article stands above it.
    words = thread(said_in).partition("</head>")[2]
    assert words.index("They blocked both.") < words.index(SAID) < words.index("No.")
    # Its thread does not name the other place: it may not be for readers.
    assert "Elsewhere" not in words
    assert NAMED in page(said_in)


def test_an_answer_is_told_and_an_ended_claim_is_not(claim, said_in, by):
    answer_claim(claim, Answer.DENIED, answered_at=None, text="", by=by)
    assert "The blog denied it" in page(said_in)
    end_claim(claim, is_refused=True, reason="It was a joke.", by=by)
    assert SAID not in thread(said_in)
    assert NAMED not in page(said_in)


def test_a_hidden_comment_claims_nothing(claim, said_in, by):
    rule = Clause.objects.filter(number=5).first()
    decide(
        said_in,
        Judgement(action=Action.REMOVE, clause=rule, facts="Off the subject."),
        by=by,
    )
    assert SAID not in thread(said_in)
    assert NAMED not in page(said_in)


@pytest.mark.unreconciled
def test_a_blog_for_staff_only_is_not_named(claim, said_in):
    Blog.objects.filter(pk=claim.blog_id).update(visibility="staff")
    assert "Elsewhere" not in page(said_in)


def test_a_claim_of_another_article_stands_in_both_threads(said_in, by):
    other = Comment.objects.get(source_id="4")
    claim_gap(other.post, number=1, said_in=said_in, by=by)
    assert "says that a comment was blocked at another place" in thread(said_in)
    assert "Something may be missing here: 1 comment" in thread(other)


def test_a_claim_of_its_own_article_stands_there_once(said_in, by):
    claim_gap(said_in.post, number=2, said_in=said_in, by=by)
    assert thread(said_in).count('class="gap"') == 1
    assert SAID not in thread(said_in)


def test_the_cost_does_not_grow(claim, said_in, by, django_assert_num_queries):
    def cost():
        drop_segments([said_in.post_id])
        with django_assert_num_queries(11):
            page(said_in)

    cost()
    for number in range(3, 6):
        more = add_known_blog(f"https://other-{number}.example", by=by)
        claim_gap(more, number=number, said_in=said_in, by=by)
    cost()


@pytest.mark.once
def test_gaps_of_other_threads_are_not_read(said_in):
    for asked in (gaps._kinds_in, gaps._gaps):
        plan = asked.__wrapped__((said_in.post_id,)).explain()
        # Of comments, those that were moved by hand are gone through.
        assert "SCAN" not in plan.replace("SCAN U0 USING COVERING INDEX moved", "")
