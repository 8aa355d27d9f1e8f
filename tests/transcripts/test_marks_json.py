import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.transcripts.marks import (
    THE_ARTICLE,
    ArticleFacts,
    Claim,
    CommentFacts,
    CrossPost,
    Mark,
    Marks,
    Role,
    Time,
)
from commentarchive.transcripts.marks_json import WrongMarks, as_json, from_json
from commentarchive.transcripts.paragraphs import Place

pytestmark = pytest.mark.pure

words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20).map(
    str.strip
)
places = st.builds(Place, st.integers(1, 99), st.integers(0, 99))
times = st.builds(
    Time,
    st.sampled_from(["unknown", "exact", "day", "about", "between"]),
    words,
    words,
    words,
)
facts = st.builds(
    CommentFacts,
    name=words,
    time=times,
    answers=st.one_of(st.none(), st.just(THE_ARTICLE), places),
)
claims = st.builds(Claim, blog=words, number=st.integers(0, 999))


@st.composite
def marks(draw):
    begins = sorted(draw(st.sets(places, min_size=1, max_size=8)))
    made = []
    for place in begins:
        role = draw(st.one_of(st.none(), st.sampled_from(Role)))
        made.append(
            Mark(
                place=place,
                role=role,
                facts=draw(facts) if role is Role.START else None,
                lacks_quotation=draw(st.booleans()),
                claim=draw(st.one_of(st.none(), claims)),
            )
        )
    ids = st.frozensets(
        st.text("0123456789abcdef", min_size=16, max_size=16), max_size=3
    )
    origin = st.builds(CrossPost, blog=words, author=words, address=words)
    return Marks(
        sha256="ab" * 32,
        lines=99,
        width=draw(st.integers(0, 120)),
        paragraphs=tuple(made),
        article=draw(
            st.builds(
                ArticleFacts,
                **dict.fromkeys(("title", "blog", "address", "author"), words),
                date=times,
                cross_post=st.one_of(st.none(), origin),
            )
        ),
        accepted=draw(ids),
        refused=draw(ids),
    )


@given(marks())
def test_marks_come_back_as_they_were(made):
    told = as_json(made)
    assert from_json(told) == made
    assert from_json(told.encode("utf-8", "surrogatepass")) == made
    assert as_json(from_json(told)) == told


def _value():
    mark = {
        "place": [1, 0],
        "role": "start",
        "facts": {"name": "Ann", "time": _time(), "answers": None},
        "lacks_quotation": False,
        "claim": None,
    }
    return {
        "version": 1,
        "sha256": "0" * 64,
        "lines": 3,
        "width": 0,
        "article": {
            "title": "",
            "blog": "",
            "address": "",
            "date": _time(),
            "author": "",
            "cross_post": None,
        },
        "paragraphs": [mark, {**mark, "place": [2, 0], "role": "more", "facts": None}],
        "accepted": [],
        "refused": [],
    }


def _time():
    return {"kind": "unknown", "printed": "", "since": "", "until": ""}


def test_the_value_that_is_spoilt_below_is_sound():
    assert from_json(json.dumps(_value())).paragraphs[0].facts.name == "Ann"


def _places(value):
    """Yield each container and key inside a value."""
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


@pytest.mark.parametrize(
    "wrong",
    [
        True,
        1.0,
        -1,
        10**12,
        "x\ny",
        "\ud800",
        "a" * 3000,
        {},
        [[]],
        {"a": 1},
        [1, 2, 3],
    ],
)
def test_a_member_of_a_wrong_type_or_length_refuses_the_whole(wrong):
    count = len(list(_places(_value())))
    for number in range(count):
        value = _value()
        holder, key = list(_places(value))[number]
        if type(holder[key]) is type(wrong) and wrong is True:
            continue
        holder[key] = wrong
        with pytest.raises(WrongMarks):
            from_json(json.dumps(value))


def test_a_member_too_many_or_too_few_refuses_the_whole():
    for number, _each in enumerate(list(_places(_value()))):
        value = _value()
        holder, key = list(_places(value))[number]
        if isinstance(holder, dict):
            del holder[key]
            with pytest.raises(WrongMarks):
                from_json(json.dumps(value))
            holder[key], holder["more"] = "", 1
            with pytest.raises(WrongMarks):
                from_json(json.dumps(value))


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["paragraphs"].reverse(),
        lambda value: value["paragraphs"].append(value["paragraphs"][1]),
        lambda value: value["paragraphs"].clear(),
        lambda value: value["paragraphs"][1].update(place=[4, 0]),
        lambda value: value["paragraphs"][0].update(place=[0, 0]),
        lambda value: value["paragraphs"][0].update(role="more"),
        lambda value: value["paragraphs"][0].update(facts=None),
        lambda value: value.update(version=2),
        lambda value: value.update(accepted=["0" * 15]),
        lambda value: value["paragraphs"][0]["facts"].update(answers="comment"),
    ],
)
def test_what_no_marks_can_say_is_refused(change):
    value = _value()
    change(value)
    with pytest.raises(WrongMarks):
        from_json(json.dumps(value))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "null",
        "[]",
        "[" * 100_000,
        '{"version":1,"version":1}',
        b"\xff",
        "9" * 9999,
    ],
)
def test_what_is_no_json_of_marks_is_refused(text):
    with pytest.raises(WrongMarks):
        from_json(text)


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60)))
def test_anything_is_marks_or_refused(text):
    with pytest.raises(WrongMarks):
        from_json(text)
