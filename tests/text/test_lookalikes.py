import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.lookalikes import has_words, looks, placed, spelled

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("paypal", "pаypаl"),
        ("Iiar", "liar"),
        ("Italy", "italy"),
        ("modern", "rnodern"),
        ("don’t", "dont"),
        ("café", "cafe\u0301"),
        ("Straße", "STRASSE"),
        ("ΤΕΧΤ", "text"),
        ("𝔭𝒶ỿ𝕡𝕒ℓ".replace("ỿ", "y"), "paypal"),
        ("ﬁsh", "fish"),
        ("lıar", "liar"),
    ],
)
def test_what_looks_alike_is_alike(one, other):
    assert looks(one) == looks(other)


@pytest.mark.parametrize(("one", "other"), [("van", "nan"), ("Big", "dig"), ("a", "o")])
def test_what_looks_different_stays_different(one, other):
    assert looks(one) != looks(other)


@given(st.text())
def test_places_lead_back_into_the_text(text):
    for by_looks, fold in ((True, looks), (False, spelled)):
        made, places = placed(text, by_looks=by_looks)
        assert made == fold(text)
        assert len(places) == len(made) + 1
        assert places == sorted(places)
        assert places.pop() == len(text)
        assert all(place < len(text) for place in places)


@pytest.mark.parametrize(
    "text", ["", ".", "\u200b", "\u00ad –", "…!?", "\u3164", "\u0301"]
)
def test_says_nothing(text):
    assert not has_words(text)


@pytest.mark.parametrize("text", ["a", "7", "骗", "½"])
def test_says_something(text):
    assert has_words(text)
