"""Which comments of two threads are proposed as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.pairing import Remark, propose

pytestmark = pytest.mark.pure


def said(*texts, names=()):
    named = [*names, *[""] * len(texts)]
    return [Remark((text,), name) for text, name in zip(texts, named, strict=False)]


def pairs(ones, others):
    return [(pair.one, pair.other) for pair in propose(ones, others)]


LONG = "The ferry was late again this morning, and nobody on the quay knew why."
OTHER = "They should ask the harbour master, who has kept a log since the war."


def test_the_same_words_in_another_rendering_are_one():
    found = propose(
        said("“It’s — late”, she wrote:\nso it was."),
        said('"It\'s - late", she wrote: so it was.'),
    )
    assert [(p.one, p.other, p.score) for p in found] == [(0, 0, 100)]


def test_an_edited_text_is_near():
    (pair,) = propose(said(LONG, OTHER), said(LONG.replace("nobody", "no one"), "No."))
    assert (pair.one, pair.other) == (0, 0)
    assert 80 <= pair.score < 100


def test_a_lost_quotation_is_near_where_the_order_speaks_for_it():
    whole = f"As somebody wrote: {OTHER} I could not agree more with all of that, and so on."
    short = "As somebody wrote: I could not agree more with all of that, and so on."
    ones = said(LONG, short, "And the last word of all is mine.")
    others = said(LONG, whole, "And the last word of all is mine.")
    assert pairs(ones, others) == [(0, 0), (1, 1), (2, 2)]


def test_what_anybody_says_is_paired_by_order_and_only_where_it_decides():
    between = said("Yes!", LONG, "Yes!", OTHER)
    assert pairs(between, between) == [(0, 0), (1, 1), (2, 2), (3, 3)]
    # One of two is there: which one is not known.
    assert pairs(said("Yes!", "Yes!", LONG), said("Yes!", LONG)) == [(2, 1)]
    # After both places that are known, one is left on either side.
    assert pairs(said(LONG, "Yes!"), said("Yes!", LONG, "Yes!")) == [(0, 1), (1, 2)]


def test_names_decide_between_the_same_words():
    ones = said("Yes!", "Yes!", names=("Ann", "Ben"))
    others = said("Yes!", "Yes!", names=("Ben", "Ann"))
    assert pairs(ones, others) == [(0, 1), (1, 0)]
    assert pairs(said("Yes!", names=("Ann",)), said("Yes!", names=("Ben",))) == []
    assert pairs(said("Yes!"), said("Yes!", names=("Ben",))) == [(0, 0)]


def test_other_texts_and_empty_ones_are_not_paired():
    assert pairs(said(LONG, "", "??"), said(OTHER, "", "!!")) == []
    assert pairs([], said(OTHER)) == pairs(said(OTHER), []) == []


def test_two_nameless_comments_of_one_copy_are_two():
    one = Remark((LONG,), "", 7)
    assert propose([one], [one]) == []
    assert propose([one], [one._replace(copy=8)])
    assert propose([one], [one._replace(name="Ann")])


def test_any_version_of_a_text_counts():
    assert pairs([Remark((OTHER, LONG))], said(LONG)) == [(0, 0)]


words = st.sampled_from(
    ["Yes!", "No.", LONG, OTHER, LONG + " Really.", "So I say to you all, again", ""]
)
copies = st.none() | st.integers(0, 2)
names = st.sampled_from(["", "Ann", "Ben"])
threads = st.lists(st.builds(Remark, st.tuples(words), names, copies), max_size=9)


@given(threads, threads)
def test_nothing_is_in_two_pairs_and_sides_do_not_matter(ones, others):
    found = propose(ones, others)
    assert len({p.one for p in found}) == len({p.other for p in found}) == len(found)
    assert all(0 <= p.score <= 100 for p in found)


@given(threads)
def test_a_thread_pairs_with_itself_in_its_place(ones):
    telling = [
        Remark((f"{each.texts[0]} {n} xx yy zz",)) for n, each in enumerate(ones)
    ]
    assert pairs(telling, telling) == [(n, n) for n in range(len(telling))]
