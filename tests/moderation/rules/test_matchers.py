"""Which rules a comment meets: words, parts, patterns, links, hosts."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from moderation.models import Kind
from moderation.rules.matchers import Matcher, Remark, Sought, repeats_itself


def finds(kind, *lines, plain="", **remark):
    rule = Sought(number=1, kind=kind, lines=lines)
    return Matcher([rule]).matched(Remark(plain=plain, **remark)) == [1]


@pytest.mark.parametrize(
    "plain",
    [
        "Cheap watches here",
        "cheap   WATCHES",
        "Cheap, watches!",
        "CHEAP wa\u00adtches",
        "cheap wa\u200btches",
        "ｃｈｅａｐ ｗａｔｃｈｅｓ",
        "chéap wátches",
        "сheap wаtches",  # Cyrillic с and а
        "ch3ap".replace("3", "e") + " w\u0430tches",
        "𝐜𝐡𝐞𝐚𝐩 𝔴𝔞𝔱𝔠𝔥𝔢𝔰",
    ],
)
def test_a_phrase_is_found_however_it_is_spelled(plain):
    assert finds(Kind.WORDS, "cheap watches", plain=plain)


@pytest.mark.parametrize(
    "plain", ["cheap old watches", "cheapwatches", "watches cheap", "cheap watch", ""]
)
def test_a_phrase_is_whole_words_in_a_row(plain):
    assert not finds(Kind.WORDS, "cheap watches", plain=plain)


def test_digits_and_capitals_among_letters_are_a_disguise():
    assert finds(Kind.WORDS, "viagra", plain="Buy v1agra")
    assert finds(Kind.WORDS, "casino", plain="the best cas1n0")
    assert finds(Kind.WORDS, "gold", plain="Sell your goId")


def test_plain_words_are_never_taken_for_others():
    assert not finds(Kind.WORDS, "bum", plain="The fields burn")
    assert not finds(Kind.WORDS, "lil", plain="He was ill")
    assert not finds(Kind.WORDS, "2o12", plain="In 2012")
    assert not finds(Kind.PARTS, "bum", plain="The fields burn")


def test_an_honest_word_of_another_script_is_no_disguise():
    # "сор" is litter; "привет" cannot be written in Latin letters.
    assert not finds(Kind.WORDS, "cop", plain="Привет, тут сор и жара")
    assert finds(Kind.WORDS, "cop", plain="You are a сор")


def test_words_of_scripts_without_spaces_are_found():
    assert finds(Kind.WORDS, "赌博", plain="这里有赌博网站")


def test_parts_are_found_inside_words():
    assert finds(Kind.PARTS, "watch", plain="Wristwatches")
    assert finds(Kind.PARTS, "cheap w", plain="CHEAP\n w\u00adatches")
    assert finds(Kind.PARTS, "casino", plain="onlineсаsino24")
    assert not finds(Kind.PARTS, "watch", plain="wat ch")
    assert not finds(Kind.PARTS, "://", plain="cas1n0")


def test_patterns_are_found_in_what_is_seen():
    assert finds(Kind.PATTERN, r"\bcheap (watch|shoe)", plain="CHEAP wa\u00adtch")
    assert finds(Kind.PATTERN, r"\bcasino\b", plain="A саsіno")
    assert finds(Kind.PATTERN, r"\bcall me\b", plain="саll me")
    assert not finds(Kind.PATTERN, r"\bcasino\b", plain="casinos")
    assert finds(Kind.PATTERN, r"(?-i)[A-Z]{5}", plain="Say HELLO")
    assert not finds(Kind.PATTERN, r"(?-i)[A-Z]{5}", plain="Say hello")


def test_a_pattern_never_takes_long():
    assert not finds(Kind.PATTERN, "(a+)+$", plain="a" * 50_000 + "!")


def test_hosts_are_found_in_links_and_words():
    html = '<p><a href="http://www.shop.example/x?y">here</a></p>'
    assert finds(Kind.HOSTS, "shop.example", html=html)
    assert finds(Kind.HOSTS, "https://www.Shop.example/", link="shop.example")
    assert finds(Kind.HOSTS, "shop.example", plain="go to deep.shop.example now")
    assert finds(Kind.HOSTS, "*.example", html=html)
    assert finds(Kind.HOSTS, "shop.example", plain="ｓｈｏｐ．example")
    assert finds(Kind.HOSTS, "bücher.example", link="http://xn--bcher-kva.example/")
    assert not finds(Kind.HOSTS, "shop.example", link="http://workshop.example/")
    assert not finds(Kind.HOSTS, "hop.example", html=html)
    assert not finds(Kind.HOSTS, ".about", html='<a href="/about">us</a>')


def test_links_are_counted():
    rule = Sought(number=4, kind=Kind.LINKS, least=2)
    two = Remark(plain="http://a.example and www.b.example")
    html = '<a href="http://a.example">a</a> <a href="http://b.example">b</a>'
    assert Matcher([rule]).matched(two) == [4]
    assert Matcher([rule]).matched(Remark(plain="a b", html=html)) == [4]
    assert Matcher([rule]).matched(Remark(plain="http://a.example")) == []


def test_new_names_and_texts_that_are_there_again():
    rules = Matcher(
        [
            Sought(number=2, kind=Kind.FIRST),
            Sought(number=1, kind=Kind.REPEATED, least=3),
        ]
    )
    assert rules.matched(Remark(plain="Hello")) == []
    assert rules.matched(Remark(plain="Hello", is_first=True, times=3)) == [1, 2]
    assert rules.matched(Remark(plain="Hello", times=2)) == []


def test_a_rule_looks_where_it_is_told():
    def rule(number, **places):
        none = dict.fromkeys(("in_name", "in_text", "in_link"), False)
        return Sought(
            number=number, kind=Kind.PARTS, lines=("casino",), **{**none, **places}
        )

    rules = Matcher(
        [rule(1, in_name=True), rule(2, in_text=True), rule(3, in_link=True)]
    )
    assert rules.matched(Remark(name="Casino King")) == [1]
    assert rules.matched(Remark(plain="casino")) == [2]
    assert rules.matched(Remark(link="http://casino.example")) == [3]
    inside = '<a href="http://casino.example">a</a>'
    assert rules.matched(Remark(plain="a", html=inside)) == [3]


def test_public_words_must_not_hold_what_is_looked_for():
    rule = Sought(number=1, kind=Kind.WORDS, lines=("watches",), in_text=False)
    assert repeats_itself(rule, "It sells w\u0430tches.")
    assert not repeats_itself(rule, "It sells things.")


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
kinds = st.sampled_from([Kind.WORDS, Kind.PARTS, Kind.HOSTS])


@given(kinds, st.lists(words, max_size=4), words, words)
def test_any_rule_takes_any_comment(kind, lines, plain, name):
    places = {"in_name": True, "in_link": True}
    rule = Sought(number=1, kind=kind, lines=tuple(lines), **places)
    remark = Remark(name=name, plain=plain, link=plain, html=f"<p>{name}</p>")
    assert Matcher([rule]).matched(remark) in ([], [1])


@given(
    st.lists(st.from_regex(r"[a-z]{3,8}", fullmatch=True), min_size=1, max_size=5),
    st.data(),
)
def test_a_phrase_survives_what_nobody_sees(phrase, data):
    unseen = st.sampled_from(["", "\u00ad", "\u200b", "\u2060", "\u0301"])
    text = " ".join(
        "".join(char + data.draw(unseen) for char in word) for word in phrase
    )
    shown = data.draw(st.sampled_from([str.upper, str.title, str.lower]))(text)
    assert finds(Kind.WORDS, " ".join(phrase), plain=f"Well, {shown}!")
    assert finds(Kind.PARTS, " ".join(phrase), plain=f"Well, {shown}!")


@given(words, st.lists(words, min_size=2, max_size=6))
def test_rules_together_find_what_each_finds_alone(plain, lines):
    rules = [
        Sought(number=number, kind=kind, lines=(line,))
        for number, (line, kind) in enumerate(
            ((line, kind) for line in lines for kind in (Kind.WORDS, Kind.PARTS)), 1
        )
    ]
    rules += [
        Sought(number=100 + at, kind=Kind.PATTERN, lines=(re2.escape(line),))
        for at, line in enumerate(lines)
        if line
    ]
    remark = Remark(plain=plain)
    alone = [rule.number for rule in rules if Matcher([rule]).matched(remark)]
    assert Matcher(rules).matched(remark) == alone
