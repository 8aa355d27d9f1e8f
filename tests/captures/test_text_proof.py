"""A proof stands on the very text that it opens, and on no other of its comment."""

import pytest

from commentarchive.captures import text_proof
from commentarchive.models import Manifest

pytestmark = pytest.mark.pure


@pytest.fixture
def parts(monkeypatch):
    """Build a copy that holds one article at two times, with two texts of a comment."""
    words = {
        (0, 0): [("c1", "old", "published", "")],
        (1, 0): [("c2", "other", "published", "")],
        (1, 1): [("c1", "new", "published", "")],
    }
    monkeypatch.setattr(
        text_proof, "comment_words", lambda part: words[part.ordinal, part.part]
    )
    return [Manifest(ordinal=ordinal, part=part) for ordinal, part in words]


@pytest.mark.parametrize(
    ("commitment", "ordinal", "place"), [("old", 0, 0), ("new", 1, 1)]
)
def test_finds_the_time_at_which_the_copy_held_that_text(
    parts, commitment, ordinal, place
):
    leaf = text_proof._leaves_in(parts)["c1", commitment]
    assert (leaf.article.ordinal, leaf.place) == (ordinal, place)
    assert leaf.words[:2] == ("c1", commitment)
    # The article's leaf stands with the last part of it.
    assert leaf.article is [part for part in parts if part.ordinal == ordinal][-1]


def test_a_text_that_the_copy_does_not_hold_has_no_proof(parts):
    leaves = text_proof._leaves_in(parts)
    assert ("c1", "old") in leaves
    assert not leaves.keys() & {("c1", "newest"), ("c3", "old")}
