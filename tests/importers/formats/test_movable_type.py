import pytest

from tests.importers.reading import read

pytestmark = pytest.mark.pure


def test_both_clocks_pings_and_lines_of_hyphens_in_texts():
    posts, reading = read("movable_type/export.txt")
    first, second = posts
    assert first.raw == (
        "Three lamps are out.\n\n-----\nThat line above is mine and no end.\n\n"
        "They were out in February too."
    )
    assert [(each.kind, each.name, each.raw) for each in first.comments] == [
        ("comment", "Ivo", "NOTE: four lamps.\n--------\nCount again."),
        ("comment", "", "I counted\nfive."),
        ("trackback", "The Other Row", "Lamps\nThey write about lamps."),
    ]
    assert [each.when.utc.hour for each in first.comments] == [15, 15, 15]
    # The clock is the blog's own, which the file does not name.
    assert first.comments[0].when.utc.tzinfo is None
    assert (second.status, second.is_live, second.form) == ("draft", False, "markdown")
    assert reading.is_whole


def test_an_old_charset_is_guessed_and_said_and_a_few_odd_bytes_are_named():
    text = "AUTHOR: a\nTITLE: Zażółć gęślą jaźń\n-----\nBODY:\n" + (
        "Zażółć gęślą jaźń, powiedział żółty pies i poszedł dalej do domu. " * 20
    )
    data = (text + "\n-----\n--------\n").encode("cp1250")
    posts, reading = read(data)
    assert posts[0].title == "Zażółć gęślą jaźń"
    assert "which is a guess" in reading.repairs[0].reason
    broken = (text + "\n-----\n--------\n").encode().replace(b"pies", b"p\x81es", 1)
    posts, reading = read(broken)
    assert "p\ufffdes" in posts[0].raw
    assert "that are not UTF-8" in reading.problems[0].reason


def test_hyphens_and_capitals_in_a_comment_end_no_article():
    data = (
        "AUTHOR: a\nTITLE: t\nDATE: 03/14/2006 03:04:07 PM\n-----\nBODY:\nx\n-----\n"
        "COMMENT:\nAUTHOR: Ann\nmy words\n--------\nUPDATE: I was wrong.\n-----\n"
        'COMMENT:\nAUTHOR: Bob\nhis words <rss version="2.0">\n-----\n--------\n'
    )
    [post], reading = read(data.encode())
    assert [(each.name, each.raw) for each in post.comments] == [
        ("Ann", "my words\n--------\nUPDATE: I was wrong."),
        ("Bob", 'his words <rss version="2.0">'),
    ]
    assert reading.is_whole
