import pytest

from commentarchive.text.alike import (
    ALIKE,
    KEPT,
    SHARED,
    likeness,
    sketch,
)

pytestmark = pytest.mark.pure
TEXT = " ".join(
    f"The lamp number {n} on the quay costs {n * 7} pounds." for n in range(30)
)


def digest(row):
    return sum(ord(char) * 31**place for place, char in enumerate(row)) % 2**61


def test_a_copy_shares_most_of_what_is_kept_of_a_text():
    copy = f"With thanks to the Quay for this one. {TEXT.upper()}"
    shared = set(sketch(TEXT, digest)) & set(sketch(copy, digest))
    assert len(shared) > KEPT / 2 > SHARED
    assert likeness(TEXT, copy) > 90


def test_other_articles_are_not_alike():
    other = " ".join(f"Nobody asked me about bus {n} or its driver." for n in range(30))
    assert not set(sketch(TEXT, digest)) & set(sketch(other, digest))
    assert likeness(TEXT, other) < ALIKE


def test_a_text_of_few_words_tells_nothing():
    assert sketch("Comments are closed on this article.", digest) == []


def test_only_words_differ():
    assert likeness("It's the QUAY, again!", "it’s the quay — again") == 100
