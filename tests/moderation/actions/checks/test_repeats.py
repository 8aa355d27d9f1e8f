"""What the public words of a decision may not repeat, wherever it is hidden."""

import pytest

from commentarchive.models import Comment, CrossPost, Post
from commentarchive.search.index import catch_up
from moderation.actions.decisions import (
    Judgement,
    LeaksHiddenWords,
    Refused,
    decide,
)
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
SECRET = "The miller waters his flour on Thursdays"
QUOTING = "It says that the miller waters his flour somehow."


def hide(one, by, facts):
    clause = Clause.objects.get(number=2)
    return decide(
        one, Judgement(action=Action.BLOCK, clause=clause, facts=facts), by=by
    )


def the(source_id):
    return Comment.objects.get(source_id=source_id)


def test_another_hidden_comment_of_the_article_is_not_repeated(by, tmp_path):
    load(tmp_path, item(comment(1, "Hm"), comment(2, SECRET, approved="spam")))
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, QUOTING)
    decide(the("2"), Judgement(action=Action.APPROVE), by=by)
    assert hide(the("1"), by, QUOTING)


def test_an_older_version_is_hidden_as_well(by, tmp_path):
    load(tmp_path, item(comment(1, "Hm"), comment(2, SECRET), body=f"{SECRET}!"))
    load(
        tmp_path,
        item(comment(1, "Hm"), comment(2, "Corrected"), body="Corrected"),
        name="2.xml",
    )
    with pytest.raises(LeaksHiddenWords) as refused:
        hide(the("1"), by, QUOTING)
    assert len(refused.value.leaks) == 1


@pytest.mark.parametrize("says_so", ["this one", "the other one"])
def test_the_same_article_elsewhere_hides_texts_too(by, tmp_path, says_so):
    load(
        tmp_path,
        item(comment(1, "Hm", author="Ann", email="a@mail.example")),
        item(comment(2, SECRET, approved="trash"), number=2, title="Elsewhere"),
    )
    one, other = the("1").post, the("2").post
    here, there = (one, other) if says_so == "this one" else (other, one)
    hide(the("1"), by, "It has nothing to do with the article.")
    CrossPost.objects.create(
        ref="x" + "a" * 26,
        post=here,
        other_address="https://other.example/",
        normal_address="other.example",
        other_post=there,
    )
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, QUOTING)


def test_what_the_same_name_left_elsewhere_is_not_repeated(by, tmp_path):
    load(
        tmp_path,
        item(comment(1, "Hm")),
        item(comment(2, SECRET, approved="spam"), number=2, title="Elsewhere"),
    )
    assert Post.objects.count() == 2
    with pytest.raises(LeaksHiddenWords):
        hide(the("1"), by, QUOTING)


def test_a_word_that_somebody_else_left_stops_nobody(by, tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "Crook!"),
            comment(2, "This", approved="spam"),
            comment(3, "Well said", approved="spam"),
        ),
    )
    for facts in ("It calls him a crook.", "It was well said by nobody."):
        with pytest.raises(LeaksHiddenWords):
            hide(the("1"), by, facts)
    assert hide(the("1"), by, "This insults somebody.")


@pytest.mark.parametrize("facts", [".", "\u200b", " \u00ad ", "–", "\u3164"])
def test_words_in_which_there_is_nothing_to_read_are_refused(by, tmp_path, facts):
    load(tmp_path, item(comment(1)))
    with pytest.raises(Refused):
        hide(the("1"), by, facts)
    with pytest.raises(Refused):
        decide(the("1"), Judgement(action=Action.HOLD, facts=facts), by=by)


def test_many_decisions_read_the_hidden_texts_of_an_article_once(
    by, tmp_path, django_assert_max_num_queries
):
    load(tmp_path, item(*(comment(number, f"No. {number}") for number in range(1, 9))))
    from moderation.actions.decisions import Case, decide_all

    judgement = Judgement(
        action=Action.BLOCK, clause=Clause.objects.get(number=2), facts="It is rude."
    )
    catch_up()
    with django_assert_max_num_queries(75):
        decide_all(
            [Case(comment=one, judgement=judgement) for one in Comment.objects.all()],
            by=by,
        )
