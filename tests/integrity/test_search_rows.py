"""What a search looks in is compared with the texts."""

import pytest

from commentarchive.integrity.search_rows import compare_search, left_over
from commentarchive.models import (
    Comment,
    Post,
    PublicWords,
    RevisionText,
    SealedWords,
    SearchChange,
    TitleWords,
)
from commentarchive.search import triggers
from commentarchive.search.index import catch_up, rebuild
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db, pytest.mark.unreconciled]


@pytest.fixture(autouse=True)
def blog(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "A zeppelin over the wall."),
            comment(2, "No zeppelin for me.", approved="trash"),
        ),
    )
    catch_up()


def damaged(*damage):
    """Damage the tables behind the triggers' back, and return what is said of it."""
    triggers.remove()
    for each in damage:
        each()
    triggers.install()
    said = [str(difference) for difference in compare_search()]
    assert all("`rebuild_search` makes them anew" in each for each in said)
    return said


def test_what_is_as_it_should_be_is_not_mentioned():
    assert damaged() == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda: Comment.objects.update(visibility="trashed"), "is not shown so"),
        (lambda: Post.objects.update(is_public=False), "is not shown so"),
        (lambda: PublicWords.objects.all().delete(), "in other words than those"),
        (lambda: SealedWords.objects.all().delete(), "of staff looks in other words"),
        (lambda: PublicWords.objects.update(words=" balloon "), "in other words"),
        (lambda: PublicWords.objects.update(day=1), "in other words"),
        (lambda: TitleWords.objects.update(words=" else "), "looks in another title"),
        (lambda: TitleWords.objects.all().delete(), "looks in another title"),
    ],
)
def test_whatever_differs_is_found_and_made_anew(damage, said):
    found = damaged(damage)
    assert found
    assert any(said in each for each in found), found
    rebuild()
    assert list(compare_search()) == []


def test_a_sealed_text_that_is_gone_is_found():
    texts = RevisionText.objects.filter(revision__comment__source_id="2")
    assert any("whose text is gone" in said for said in damaged(texts.delete))


def test_what_is_to_be_folded_anew_is_left_out():
    def hide():
        Comment.objects.filter(source_id="1").update(visibility="trashed")

    def note():
        one = Comment.objects.get(source_id="1")
        SearchChange.objects.create(kind="c", key=one.pk)

    assert damaged(hide, note) == []
    assert left_over().exists()
    catch_up()
    assert not left_over().exists()
    assert list(compare_search()) == []
