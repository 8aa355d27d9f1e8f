from dataclasses import replace

import pytest

from commentarchive.transcripts.faults import faults
from commentarchive.transcripts.marks import (
    THE_ARTICLE,
    Claim,
    CommentFacts,
    CrossPost,
    Time,
    with_claim,
    with_facts,
)
from commentarchive.transcripts.paragraphs import Place
from tests.transcripts.texts import NOW, decided

pytestmark = pytest.mark.pure

TEXT = "The fence is up.\nIt is green.\nIs it?\nIt is.\n"


def found(marks):
    return [str(each) for each in faults(marks, NOW)]


def test_what_is_decided_has_none():
    _lines, marks = decided(TEXT, "assm")
    for answers in (None, THE_ARTICLE, Place(2)):
        assert not found(with_facts(marks, Place(3), CommentFacts(answers=answers)))


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ("aaax", ["no paragraph starts a comment"]),
        ("as-m", ["line 3: a paragraph is not decided yet"]),
        ("a-s-", ["line 2: 2 paragraphs are not decided yet"]),
        ("mssm", ["line 1: it goes on, but nothing starts before it"]),
        ("xqss", ["line 2: it goes on, but nothing starts before it"]),
    ],
)
def test_roles_that_do_not_make_a_thread(roles, expected):
    assert found(decided(TEXT, roles)[1]) == expected


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (Place(4), "line 3: it answers line 4, which does not come before"),
        (Place(3), "line 3: it answers line 3, which does not come before"),
        (Place(1), "line 3: it answers line 1, where no comment starts"),
        (Place(2, 5), "line 3: it answers line 2.5, where no comment starts"),
    ],
)
def test_an_answer_to_what_is_no_earlier_comment(answers, reason):
    _lines, marks = decided(TEXT, "asss")
    marks = with_facts(marks, Place(3), CommentFacts(answers=answers))
    assert found(marks) == [reason]


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        (Time("day", "", "2012-02-30"), "2012-02-30 is no day, and no day and hour"),
        (Time("day", "", "30 February"), "30 February is no day, and no day and hour"),
        (Time("day", "", "2012-5-3"), "2012-5-3 is no day, and no day and hour"),
        (Time("day", "", "2026-05-04"), "2026-05-04 is in the future"),
        (Time("day", "", "1066-10-14"), "1066-10-14 is before 1900"),
        (Time("day", "", "0000-01-01"), "0000-01-01 is no day, and no day and hour"),
        (Time("day", "in May"), "a day is written such as 2012-05-03"),
        (Time("day", "", "2012-05-03 10:00"), "a day is written such as 2012-05-03"),
        (
            Time("exact", "", "2012-05-03"),
            "an exact time has a day and an hour, such as 2012-05-03 14:20",
        ),
        (
            Time("exact", "", "2012-05-03 24:61"),
            "2012-05-03 24:61 is no day, and no day and hour",
        ),
        (
            Time("exact", "", "2026-05-01T12:30+00:00"),
            "2026-05-01T12:30+00:00 is in the future",
        ),
        (Time("about"), "about when it was has to be said in words, or as a day"),
        (Time("about", "x", "2012-04-31"), "2012-04-31 is no day, and no day and hour"),
        (Time("between", "", "2012-05-03"), "a time between two others needs both"),
        (
            Time("between", "", "2012-05-03", "2012-05-01"),
            "2012-05-03 is after 2012-05-01",
        ),
        (
            Time("day", "", "2012-05-03", "2012-05-04"),
            "only a time between two others has an end",
        ),
        (Time("unknown", "", "2012-05-03"), "a time that is not known has no day"),
    ],
)
def test_a_time_that_is_none(time, reason):
    _lines, marks = decided(TEXT, "asss")
    marks = with_facts(marks, Place(3), CommentFacts(time=time))
    assert found(marks) == [f"line 3: {reason}"]
    _lines, marks = decided(TEXT, "asss", date=time)
    assert found(marks) == [f"the article's date: {reason}"]


@pytest.mark.parametrize(
    "time",
    [
        Time(),
        Time("unknown", "last Tuesday"),
        Time("day", "3rd of May", "2012-05-03"),
        # Somewhere it is tomorrow.
        Time("day", "", "2026-05-02"),
        Time("exact", "", "2012-02-29 23:59"),
        Time("exact", "", "2012-05-03T10:15:30+02:00"),
        Time("about", "Easter"),
        Time("about", "", "2012-05-03"),
        Time("between", "", "2012-05-03", "2012-05-03"),
        Time("between", "", "2012-05-03 10:00", "2012-05-03"),
    ],
)
def test_a_time_that_may_be(time):
    _lines, marks = decided(TEXT, "asss", date=time)
    assert not found(with_facts(marks, Place(3), CommentFacts(time=time)))


def test_an_article_needs_a_title_or_an_address_that_is_one():
    assert found(decided(TEXT, "asss", title="")[1]) == [
        "the article needs a title or an address"
    ]
    assert not found(decided(TEXT, "asss", title="", address="http://a.example/1")[1])
    for address in (
        "a.example/1",
        "ftp://a.example/",
        "http://",
        "http://[",
        "javascript:x",
    ):
        assert found(decided(TEXT, "asss", address=address)[1]) == [
            "the article's address is none that begins with http:// or https://"
        ]
    marks = decided(TEXT, "asss", cross_post=CrossPost(address="nowhere"))[1]
    assert "address of the cross-post" in found(marks)[0]
    marks = replace(marks, article=replace(marks.article, cross_post=CrossPost()))
    assert found(marks) == ["the cross-post needs the name of its blog, or an address"]


def test_a_claim_is_about_a_blog():
    _lines, marks = decided(TEXT, "asss")
    marks = with_claim(marks, Place(3), Claim(blog="", number=2))
    assert found(marks) == ["line 3: the claim does not say which blog it is about"]
