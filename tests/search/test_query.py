from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.search.query import (
    KEYS,
    QueryFault,
    Term,
    parse,
    without_phrases,
    without_some,
)
from commentarchive.text.search_words import words_of


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Town  HALL", [Term(("town",)), Term(("hall",))]),
        (
            '“town hall” -"old wall"',
            [Term(("town", "hall")), Term(("old", "wall"), True)],
        ),
        ("by-election", [Term(("by", "election"))]),
        ("https://a.example/b", [Term(("https", "a", "example", "b"))]),
        ("12:30 wall!!! -- !", [Term(("12", "30")), Term(("wall",))]),
        ("note:this", [Term(("note", "this"))]),
        ('"', None),
        ('wall "town', None),
        ("!!!", None),
        ("-wall", None),
        ("before:2012", None),
        ("-author:ann", None),
    ],
)
def test_reads_words_and_phrases(typed, text):
    if text is None:
        with pytest.raises(QueryFault, match=r"^[A-Z].*\.$"):
            parse(typed)
    else:
        assert parse(typed).text == text


def test_reads_what_else_a_hit_has_to_be():
    query = parse('wall author:"Ann Bell" -author:ted blog:/a-b/ -post:p1 is:Moderated')
    assert query.authors == [Term(("ann", "bell")), Term(("ted",), True)]
    assert (query.blogs, query.posts) == ([("a-b", False)], [("p1", True)])
    assert query.is_moderated
    assert parse("wall -is:moderated").is_moderated is False


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("x after:2012", date(2012, 1, 1), None),
        ("x before:2012-05 before:2012-04-03", None, date(2012, 4, 3)),
        ("x after:2012-02-29 after:2011", date(2012, 2, 29), None),
    ],
)
def test_reads_days(typed, since, until):
    query = parse(typed)
    assert (query.since, query.until) == (since, until)


@pytest.mark.parametrize(
    "typed",
    [
        *("x after:2011-02-29", "x before:2012-13", "x after:20120", "x after:0000"),
        *("x after:٢٠١٢", "x -before:2012", "x author:", 'x author:""', "x blog:!"),
        *("x is:hidden", "x after:yesterday", "x before:2012-4-3", "x before:2012-00"),
    ],
)
def test_what_cannot_be_read_gets_a_hint_in_one_sentence(typed):
    with pytest.raises(QueryFault) as fault:
        parse(typed)
    hint = str(fault.value)
    assert hint[0].isupper()
    assert hint.endswith(".")
    assert ". " not in hint


PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *(f"{key}:" for key in KEYS),
            *("-", '"', "“", "«", ":", " ", "\x00", "\ue000", "\u0301", "'", "(", "*"),
            *("2012", "2012-04-31", "moderated", "AND", "NOT", "NEAR", "wall", "京都"),
        ]
    ),
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_whatever_is_typed_is_read_or_gets_a_hint(typed):
    try:
        query = parse(typed)
    except QueryFault as fault:
        hint = str(fault)
        assert hint[0].isupper()
        assert hint.endswith(".")
        return
    assert query.asks_for_something
    for term in (*query.text, *query.authors):
        # Nothing that either database would read as more than a word.
        assert term.words
        for word in term.words:
            assert words_of(word) == [word] or not word.isascii()
            assert not set(word) & set("\"'\\ &|!:*()^+-\x00\ue000")


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["wall", "old lamp"]))))
def test_words_and_phrases_are_read_as_they_were_written(terms):
    typed = " ".join(
        f'{"-" if is_unwanted else ""}"{words}"' for is_unwanted, words in terms
    )
    expected = [Term(tuple(words.split()), no) for no, words in terms]
    if all(term.is_unwanted for term in expected):
        with pytest.raises(QueryFault):
            parse(typed)
    else:
        assert parse(typed).text == expected


def test_wanted_words_may_be_left_out():
    typed = "old -lamp “the wall”  author:ann ferry"
    assert list(without_some(typed, 1)) == [
        (["old"], '-lamp "the wall" author:ann ferry'),
        (['"the wall"'], "old -lamp author:ann ferry"),
        (["ferry"], 'old -lamp "the wall" author:ann'),
    ]
    assert (["old", "ferry"], '-lamp "the wall" author:ann') in without_some(typed, 2)
    assert list(without_some("lamp -wall", 1)) == []
    assert list(without_some("lamp !!", 1)) == []
    assert list(without_some("lamp wall", 2)) == []


def test_the_words_of_wanted_phrases_may_stand_in_any_order():
    typed = 'old “The Author:Wall” -"by the" author:"Ann Bell" "!"'
    assert without_phrases(typed) == 'old the author wall -"by the" author:"Ann Bell"'
    assert without_phrases('old -"the wall" author:"Ann Bell"') == ""
