"""Where a passage is said again, whatever its letters look like."""

from base64 import b32encode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentarchive.discussion import repeats
from commentarchive.discussion.repeated_texts import Kind
from commentarchive.discussion.repeats import find_places, public_places
from commentarchive.matching import fingerprints
from commentarchive.models import Comment, Post
from commentarchive.search.index import catch_up, note_everything, number_behind
from commentarchive.search.passages import BYTES, digest_words
from commentarchive.search.passages import SAID as SAID_BY
from commentarchive.text.passages import Passage
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db

SAID = "The treasurer of the rowing club kept the raffle money for himself."


@pytest.mark.once
def test_digests_are_written_in_base_32():
    phrases = [f"passage {number}" for number in range(300)]
    wanted = [
        b32encode(each[:BYTES]) for each in fingerprints(phrases, after="passage")
    ]
    assert digest_words(phrases) == [f"{SAID_BY}{w.decode().lower()}" for w in wanted]


@pytest.fixture
def blog(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, f"I saw it. {SAID}", author="Ann"),
            comment(2, f"<blockquote>{SAID}</blockquote>Surely not?"),
            comment(3, SAID.upper().replace("O", "0"), approved="trash"),
            comment(4, "Nothing of that kind happened at our club, as far as I know."),
            comment(5, "The treasurer was ill."),
            title="Regatta",
        ),
        item(
            comment(11, "Hm."),
            number=2,
            title="The treasurer of the rowing club kept the raffle money",
            body=f"We all know by now. {SAID} What else?",
        ),
    )
    load(
        tmp_path,
        item(comment(21, SAID.replace("a", "а")), link="https://other.example/1/"),
        name="other.xml",
        blog_slug="other",
    )
    catch_up()


def places(text, **more):
    found = find_places(Passage(text), **more)
    assert found.is_all
    return {(each.kind, _of(each), each.is_public) for each in found.found}


def _of(place):
    if place.kind in {Kind.TITLE, Kind.ARTICLE}:
        return Post.objects.get(pk=place.pk).source_id
    if place.kind is Kind.NAME:
        return place.text
    return Comment.objects.get(pk=place.pk).source_id


def test_every_kind_of_place_is_found(blog):
    assert places(SAID) == {
        (Kind.COMMENT, "1", True),
        (Kind.QUOTATION, "2", True),
        (Kind.COMMENT, "3", False),
        (Kind.COMMENT, "21", True),
        (Kind.ARTICLE, "2", True),
        (Kind.TITLE, "2", True),
    }


def test_comments_can_be_left_out_and_articles_of_the_same_key_are_not(blog):
    own = Comment.objects.get(source_id="1")
    # Keys of articles too, which are no keys of comments.
    keys = {
        *Comment.objects.values_list("pk", flat=True),
        *Post.objects.values_list("pk", flat=True),
    }
    found = places(SAID, but=keys)
    assert found == {(Kind.ARTICLE, "2", True), (Kind.TITLE, "2", True)}
    assert (Kind.COMMENT, "1", True) not in places(SAID, but=[own.pk])


def test_a_short_passage_is_found_inside_a_sentence(blog):
    assert (Kind.COMMENT, "1", True) in places("kept the raffle money")
    assert places("The treasurer was ill") == {(Kind.COMMENT, "5", True)}
    assert places("balloon raffle club") == set()
    assert places("…") == set()


def test_names_are_found_by_their_looks_and_by_a_part(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "Hello there.", author="Ted is a thief"),
            comment(2, "Hello again.", author="Old Ted is a thief"),
            comment(3, "Hello once more.", author="Τed іs a thief", approved="trash"),
        ),
    )
    catch_up()
    assert places("Ted is a thief") == {
        (Kind.NAME, "Ted is a thief", True),
        (Kind.NAME, "Old Ted is a thief", True),
        (Kind.NAME, "Τed іs a thief", False),
    }


@pytest.mark.parametrize(
    ("hide", "gone"),
    [
        (lambda: Comment.objects.update(visibility="removed"), {"1", "2", "21"}),
        (lambda: Post.objects.filter(source_id="2").update(is_public=False), set()),
        (lambda: Post.objects.update(hidden_text="withheld"), set()),
        (lambda: Post.objects.update(hidden_title="withheld"), set()),
    ],
)
@pytest.mark.unreconciled
def test_what_is_hidden_is_not_public_from_that_moment_on(blog, hide, gone):
    before = {each for each in places(SAID) if each[2]}
    hide()
    after = {each for each in places(SAID) if each[2]}
    assert after < before
    catch_up()
    assert {each for each in places(SAID) if each[2]} == after
    assert all((kind, of, False) in places(SAID) for kind, of, _ in before - after)


def test_the_number_of_queries_is_the_same_for_many(blog, tmp_path):
    def number():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            find_places(Passage(SAID))
        return len(asked)

    few = number()
    load(
        tmp_path,
        item(*(comment(100 + n, f"{n}: {SAID}") for n in range(40)), number=9),
        name="more.xml",
    )
    catch_up()
    assert number() == few < 20


def test_what_is_not_folded_yet_is_counted(tmp_path):
    load(tmp_path, item(comment(1), comment(2)))
    assert number_behind() == 3
    assert places("A remark.") == set()
    catch_up()
    assert number_behind() == 0
    note_everything()
    assert number_behind() == 3
    assert len(places("A remark.")) == 2


def test_public_places_are_counted_once(blog):
    own = Comment.objects.get(source_id="3")
    passages = {own.pk: Passage(SAID), 0: Passage(f"{SAID} Again."), 1: Passage("Hm.")}
    found = public_places(passages)
    assert found.is_all
    assert found.public == 5


def test_of_words_that_are_everywhere_the_newest_texts_are_looked_at(
    tmp_path, monkeypatch
):
    """And it is said that there may be more."""
    others = [comment(n, "A club, of course: the money.") for n in range(2, 5)]
    load(tmp_path, item(comment(1, "So the money of the club is gone."), *others))
    catch_up()
    passage = Passage("money of the club")
    for most, found, is_all in ((4, {"1"}, True), (3, set(), False)):
        monkeypatch.setattr(repeats, "LOOKED_AT", most)
        answer = find_places(passage)
        assert {_of(each) for each in answer.found} == found
        assert answer.is_all == is_all
