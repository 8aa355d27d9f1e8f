"""The demo's copied-out page: decided once, and every grade in one discussion."""

import pytest

from commentarchive.intake.by_hand import article_at
from commentarchive.models import Comment, Gap, Grade, Tombstone
from moderation.demo import by_hand as demo_by_hand
from moderation.demo.by_hand import ARTICLE, FOLDER, HEADLAND_TITLE, TEXT


@pytest.mark.pure
def test_the_suggestions_add_facts_and_change_no_role():
    by_keys, read = demo_by_hand.decided((FOLDER / TEXT).read_bytes())
    assert [each.role for each in by_keys.paragraphs] == [
        each.role for each in read.paragraphs
    ]
    names = {each.facts.name for each in read.paragraphs if each.facts} - {""}
    assert names == {"Lottie C.", "Tea Kettle", "Peg L"}
    assert {each.facts.time.kind for each in read.paragraphs if each.facts} == {
        "unknown"
    }
    lost = [each.place.line for each in read.paragraphs if each.lacks_quotation]
    claims = [each.claim for each in read.paragraphs if each.claim]
    assert lost == [49, 50]
    assert [(each.blog, each.number) for each in claims] == [(HEADLAND_TITLE, 2)]


def test_one_discussion_shows_every_grade(demo):
    post = article_at(ARTICLE.address)
    notices = Tombstone.objects.filter(comment__post=post, is_open=True)
    grades = set(notices.values_list("grade", flat=True))
    grades |= set(Gap.objects.filter(post=post).values_list("grade", flat=True))
    said = Gap.objects.filter(said_in__post=post)
    grades |= set(said.values_list("grade", flat=True))
    assert grades == set(Grade)
    mailed = Comment.objects.get(post=post, scheme="wordpress")
    assert mailed.capture.importer == "mail"
    assert mailed.corrections.get().aspect == "time"
    assert post.comments.filter(scheme="transcript").count() == 22
    assert post.comments.filter(commenter=None).count() == 19


def test_a_comment_says_which_lines_it_was_read_from(demo, client):
    comments = article_at(ARTICLE.address).comments
    for mark, words in ((":L44-", ", line 44."), (":L22-", ", lines 22–28.")):
        one = comments.get(source_id__contains=mark)
        assert words in client.get(one.get_absolute_url()).text
    mailed = comments.get(scheme="wordpress")
    assert ", line" not in client.get(mailed.get_absolute_url()).text
