"""A comment that was entered by hand is met by the copies that come later."""

from datetime import datetime

import pytest

from commentarchive.actions.blogs import BlogFacts, add_blog
from commentarchive.erasure.erase import erase
from commentarchive.erasure.replay import replay
from commentarchive.intake.by_hand import Typed, enter_article, enter_comment
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Blog,
    Comment,
    ErasedWords,
    OtherNumber,
    Post,
    RevisionText,
)
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
TEXT = "The “ferry” was late.\n\nTwice, and nobody said why."
LINK = "https://test.example/1/"
EXACT = {
    "printed": "12 May 2012, 14:32",
    "local": datetime(2012, 5, 12, 14, 32),  # noqa: DTZ001  # on the blog's clock
}
DAY = {"printed": "12 May 2012"}
ABOUT = {"printed": "about 12 May 2012, 15:30"}


@pytest.fixture
def post(by):
    """Return an article of a blog of which nothing was ever imported."""
    facts = BlogFacts(title="Test blog", address="https://test.example")
    add_blog(facts, source="named in a letter", by=by)
    return enter_article(Blog.objects.get(), title="An article", address=LINK, by=by)


@pytest.fixture
def enter(post, by):
    def enter(token="t", **changes):
        usual = {"state": "live", "how": "screenshot", "name": "Ada Reed", **EXACT}
        told = Typed(post=post, **{"text": TEXT, **usual, **changes}, token=token * 26)
        return enter_comment(told, by=by)

    return enter


def told(number=57, text=TEXT, *, author="Ada Reed", minute=32, day=12, **more):
    return comment(
        number,
        text.replace("“", '"').replace("”", '"'),
        author=author,
        local=f"2012-05-{day} 14:{minute}:09",
        gmt=f"2012-05-{day} 13:{minute}:09",
        **more,
    )


def export(folder, *comments, name="b.xml"):
    return load(folder, item(*comments), name=name)


def plains():
    return list(RevisionText.objects.filter(plain__contains="ferry"))


@pytest.mark.parametrize(
    "time",
    [
        EXACT,
        DAY,
        ABOUT,
        {"printed": "about 13 May 2012"},
        {"printed": "about 12 May 2012"},
    ],
)
def test_an_export_meets_it_by_name_words_and_time(enter, tmp_path, time):
    one = enter(**{"local": None, **time})
    assert one.scheme == "hand"
    for name in ("b.xml", "c.xml"):
        report = export(tmp_path, told(), told(58, "Indeed.", parent=57), name=name)
        assert Comment.objects.count() == 2
        assert not any("by hand" in each.reason for each in report.problems)
    one.refresh_from_db()
    assert f"{one.posted_at:%d %H:%M}" == "12 13:32"
    assert Comment.objects.get(source_id="58").parent == one
    assert OtherNumber.objects.get(comment=one).source_id == "57"
    assert Post.objects.count() == 1
    assert list(reconcile()) == []


@pytest.mark.parametrize(
    ("entered", "read"),
    [
        ({"name": ""}, {}),
        ({"name": ""}, {"author": ""}),
        ({"name": "Ada R."}, {}),
        ({"printed": "", "local": None}, {}),
        ({"printed": "30 Mayember 2012", "local": None}, {}),
        ({"printed": "12 May 2012, 14:32", "local": None}, {}),
        ({"local": None, **DAY}, {"day": 13}),
        ({"local": None, **ABOUT}, {"day": 13}),
        ({"local": None, "printed": "about 12 May 2012"}, {"day": 16}),
        ({}, {"minute": 33}),
    ],
)
def test_what_is_not_sure_is_kept_twice_and_pointed_out(enter, tmp_path, entered, read):
    enter(**entered)
    report = export(tmp_path, told(**read))
    assert Comment.objects.count() == 2
    assert any("entered by hand" in each.reason for each in report.problems)
    assert list(reconcile()) == []


def test_other_words_are_another_comment(enter, tmp_path):
    enter()
    report = export(tmp_path, told(text="The ferry was early."))
    assert Comment.objects.count() == 2
    assert not any("by hand" in each.reason for each in report.problems)


def test_comments_by_hand_that_answer_one_another_are_both_met(enter, tmp_path):
    one = enter()
    two = enter("u", text="Indeed, twice.", name="Bo", answers=one)
    for name in ("b.xml", "c.xml"):
        export(
            tmp_path,
            *(told(), told(58, "Indeed, twice.", author="Bo", parent=57)),
            name=name,
        )
        assert Comment.objects.count() == 2
        two.refresh_from_db()
        assert (two.parent, two.depth) == (one, 1)
    assert list(reconcile()) == []


def test_one_that_only_its_reply_is_met_with_stays_its_parent(enter, tmp_path):
    one = enter()
    two = enter("u", text="Indeed, twice.", name="Bo", answers=one)
    export(tmp_path, told(58, "Indeed, twice.", author="Bo"))
    assert set(Comment.objects.all()) == {one, two}
    assert list(reconcile()) == []


@pytest.mark.parametrize(
    ("entered", "form"),
    [
        ({}, TEXT),
        ({}, f"<p>{TEXT}</p>"),
        ({}, TEXT.replace("\n\n", "<br />")),
        ({"name": ""}, TEXT),
        ({"local": None, **ABOUT}, f"<p>{TEXT}</p>"),
        ({"printed": "", "local": None}, TEXT),
        ({"name": "", "printed": "", "local": None}, TEXT.replace("\n\n", "<br />")),
    ],
)
def test_what_was_erased_before_comes_back_in_no_words(
    enter, tmp_path, client, entered, form
):
    one = enter(**entered)
    erase(one, basis="subject_request", note="")
    for name in ("b.xml", "c.xml"):
        export(tmp_path, told(text=form), told(58, "Indeed.", parent=57), name=name)
        assert plains() == []
        one.refresh_from_db()
        assert one.visibility == "erased"
        assert Comment.objects.count() == 2
    assert "ferry" not in client.get(one.post.get_absolute_url()).text
    replay()
    assert list(reconcile()) == []


@pytest.mark.parametrize("read", [{"author": "Bo"}, {"day": 20}])
def test_somebody_elses_same_words_are_not_erased(enter, tmp_path, read):
    erase(enter(), basis="subject_request", note="")
    export(tmp_path, told(**read))
    assert len(plains()) == 1
    assert list(reconcile()) == []


def test_only_digests_of_what_was_typed_are_kept(enter, tmp_path):
    export(tmp_path, told(8))
    erase(Comment.objects.get(source_id="8"), basis="subject_request", note="")
    assert not ErasedWords.objects.exists()
    one = enter("u", text="Something else altogether.")
    erase(one, basis="subject_request", note="")
    erase(one, basis="subject_request", note="")
    assert ErasedWords.objects.get(is_name=False).comment == one
