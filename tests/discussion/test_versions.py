"""Which earlier texts are public: those that only trivial edits came after."""

from datetime import date

import pytest

from commentarchive.discussion.as_of import thread_as_of
from commentarchive.discussion.versions import public_versions
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Comment, Post
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.discussion.test_as_of import at, read
from tests.wxr import comment

pytestmark = pytest.mark.django_db


def texts():
    """Return each version of the only comment: its HTML if it is public, else None."""
    found = public_versions(Comment.objects.all())
    return [each.html for versions in found.values() for each in versions]


def edited(folder, *wordings, day="04-03", days=("Tue, 10 Apr", "Fri, 20 Apr")):
    for written, words in zip(days, wordings, strict=True):
        read(folder, written, comment(1, words, **at(day)))


def test_a_text_of_one_version_has_no_history(tmp_path):
    edited(tmp_path, "Same words.", "Same words.")
    assert texts() == []


def test_other_words_are_kept_and_not_shown(tmp_path, client):
    edited(tmp_path, "Some words.", "Other words.")
    first, second = texts()
    assert first is None
    assert "Other words." in second
    page = client.get(Comment.objects.get().get_absolute_url()).content.decode()
    assert "Version 1 is kept and not shown" in page
    assert "Some words." not in page


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("See <a href='https://a.example/x'>this</a>.", "See this."),
        ("Sold at 1 000.", "Sold at 1,000."),
        ("A word.", "A word. And one more."),
        ("A word, and a name.", "A word."),
        ("<b>Bold</b> words.", "Bold words."),
    ],
)
def test_no_edit_but_of_white_space_is_trivial(tmp_path, before, after):
    edited(tmp_path, before, after)
    assert [each is None for each in texts()] in ([True, False], [])


def test_an_edit_of_white_space_alone_is_shown(tmp_path, client):
    edited(tmp_path, "Onetwo words.", "One two words.")
    first, second = texts()
    assert "Onetwo words." in first
    assert "One two words." in second
    page = client.get(Comment.objects.get().get_absolute_url()).content.decode()
    assert "Onetwo words." in page
    post = Post.objects.get()
    then = thread_as_of(post, date(2012, 4, 9), 1).html.decode()
    assert "Onetwo words." in then
    assert "edited" not in then


@pytest.mark.parametrize(
    ("hour", "is_public"), [("11:50:00", True), ("11:44:00", False)]
)
def test_an_edit_within_minutes_of_posting_is_shown(tmp_path, hour, is_public):
    when = {"local": f"2012-04-20 {hour}", "gmt": f"2012-04-20 {hour}"}
    # The later copy was made at noon; the earlier one is a draft of the same file.
    for written, words in (("Fri, 20 Apr", "Typo wrods."), ("Fri, 20 Apr ", "Words.")):
        read(tmp_path, written, comment(1, words, **when))
    assert [each is not None for each in texts()] == [is_public, True]


def test_what_came_before_an_edit_that_is_not_trivial_is_not_shown(tmp_path):
    """Though the edit that followed it at once was one of white space."""
    edited(
        tmp_path,
        *("A secretword.", "A secret word.", "A word."),
        days=("Tue, 10 Apr", "Fri, 20 Apr", "Mon, 30 Apr"),
    )
    first, second, third = texts()
    assert (first, second) == (None, None)
    assert "A word." in third


def test_a_hidden_comment_has_no_public_version(tmp_path, client):
    edited(tmp_path, "Onetwo words.", "One two words.")
    decide(Comment.objects.get(), Judgement(action=Action.HOLD), by=SYSTEM)
    assert texts() == []
    post = Post.objects.get()
    for day in (date(2012, 4, 9), date(2012, 4, 25)):
        assert "words" not in thread_as_of(post, day, 1).html.decode()


def test_a_version_that_came_after_the_one_that_stands_is_not_shown(tmp_path):
    """While a decision stands, no import changes the text that is shown."""
    read(tmp_path, "Tue, 10 Apr", comment(1, "Old words.", approved="0", **at("04-03")))
    decide(Comment.objects.get(), Judgement(action=Action.APPROVE), by=SYSTEM)
    read(tmp_path, "Fri, 20 Apr", comment(1, "New text.", **at("04-03")))
    first, second = texts()
    assert "Old words." in first
    assert second is None
    page = thread_as_of(Post.objects.get(), date(2012, 4, 25), 1).html.decode()
    assert "New text." not in page
