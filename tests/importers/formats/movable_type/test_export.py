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


HEAD = "AUTHOR: a\nTITLE: {}\nSTATUS: {}\n{}DATE: 03/14/2006 03:04:07 PM\n-----\n"
REST = (
    "BODY:\nx\n-----\nCOMMENT:\nAUTHOR: Ann\nDATE: 03/14/2006 04:04:07 PM\n"
    "under {}\n-----\n{}--------\n"
)


def entry(title, *, status="Publish", more="", gap=""):
    return HEAD.format(title, status, more) + REST.format(title, gap)


@pytest.mark.parametrize(
    "more",
    [
        *("\n", "\n\n\n", "IMAGE: https://img.example/a.jpg\n"),
        "IMAGE: https://img.example/a.jpg\nhttps://img.example/b.jpg\n",
        "CUSTOM_FIELD 2: a\n\nb\n",
    ],
)
@pytest.mark.parametrize("gap", ["", "\n\n", " \n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_article_ends_at_its_line_whatever_fields_it_has(more, gap, newline):
    text = "".join(
        entry(title, status=status, more=more, gap=gap)
        for title, status in (
            ("One", "Publish"),
            ("Two", "Draft"),
            ("Three", "Publish"),
        )
    )
    posts, reading = read(text.replace("\n", newline).encode())
    assert [(post.title, post.is_live) for post in posts] == [
        *(("One", True), ("Two", False), ("Three", True)),
    ]
    assert [[each.raw for each in post.comments] for post in posts] == [
        *(["under One"], ["under Two"], ["under Three"]),
    ]
    assert reading.is_whole
    named = [each.reason for each in reading.problems]
    assert len(named) == (":" in more)
    assert all("not read (3)" in reason for reason in named)


def test_an_article_whose_fields_are_all_unknown_is_one_of_its_own():
    text = entry("One") + "SERIAL: 7\nPAYER: x\n-----\nBODY:\nhidden\n-----\n--------\n"
    posts, reading = read(text.encode())
    assert [post.title for post in posts] == ["One", ""]
    assert len(reading.problems) == 2


def test_what_no_section_holds_is_named_and_no_article_swallows_it():
    text = entry("One") + "Once upon a time\n--------\n" + entry("Two")
    _posts, reading = read(text.encode())
    assert not reading.is_whole
    doubled = entry("One").replace("--------\n", "") + entry("Two")
    _posts, reading = read(doubled.encode())
    assert not reading.is_whole


def test_an_unknown_status_is_for_staff_and_named():
    [post], reading = read(entry("One", status="Embargoed").encode())
    assert not post.is_live
    assert "status is none that is known" in reading.problems[0].reason


def test_unknown_fields_of_a_comment_are_no_part_of_its_text():
    text = entry("One").replace("AUTHOR: Ann\n", "AUTHOR: Ann\nCOMMENT ID: 9\n\n")
    [post], reading = read(text.encode())
    assert [(each.name, each.raw) for each in post.comments] == [("Ann", "under One")]
    assert "“COMMENT ID” of a comment" in reading.problems[0].reason


@pytest.mark.parametrize(
    ("line", "is_whole"), [("TITLE: One\nand more", False), ("TAGS: a,\nb", True)]
)
def test_a_line_among_the_fields_that_is_none_is_named(line, is_whole):
    text = entry("One").replace("TITLE: One", line)
    [post], reading = read(text.encode())
    assert len(post.comments) == 1
    assert "a line among an article's fields" in reading.problems[0].reason
    assert reading.is_whole == is_whole


@pytest.mark.parametrize(
    "shape", ["--------\n", "--------\nA:\n", "-----\n--------\nA: b\n"]
)
def test_thousands_of_lines_of_hyphens_are_read(shape):
    text = "AUTHOR: a\nTITLE: t\n-----\nBODY:\nx\n" + shape * 5000
    posts, _reading = read(text.encode())
    assert posts


def comment(text, date="DATE: 03/14/2006 04:04:07 PM\n"):
    return entry("One").replace("DATE: 03/14/2006 04:04:07 PM\nunder One", date + text)


@pytest.mark.parametrize(
    ("text", "raw", "unread"),
    [
        ("MOOD: glad\nwords", "words", ["MOOD"]),
        (
            "MOOD: glad\nCOMMENT ID: 7\nwords\nMOOD: sad",
            "words\nMOOD: sad",
            ["MOOD", "ID"],
        ),
        ("MOOD: glad\n\nMOOD: sad\nwords", "MOOD: sad\nwords", ["MOOD"]),
        ("MOOD:\nURL: http://a.example/\nwords", "words", ["MOOD"]),
        (
            "MOOD: glad\nAUTHOR: I am another\nwords",
            "AUTHOR: I am another\nwords",
            ["MOOD"],
        ),
        ("\nMOOD: glad\nwords", "MOOD: glad\nwords", []),
        ("words\nMOOD: glad", "words\nMOOD: glad", []),
        # What people say in such a way.
        ("NOTE: four lamps.\nwords", "NOTE: four lamps.\nwords", []),
        ("PS: four lamps.", "PS: four lamps.", []),
        ("I SAY THIS ONCE MORE: no.\nwords", "I SAY THIS ONCE MORE: no.\nwords", []),
        ("HTTP://A.EXAMPLE/\nwords", "HTTP://A.EXAMPLE/\nwords", []),
        ("Q: why?\nA: so.", "Q: why?\nA: so.", []),
        # A text is not empty.
        ("LAMPS: four.", "LAMPS: four.", []),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_fields_after_the_date_are_no_text_and_text_is_no_field(
    text, raw, unread, newline
):
    [post], reading = read(comment(text).replace("\n", newline).encode())
    [found] = post.comments
    assert (found.name, found.raw) == ("Ann", raw)
    assert found.when.utc.hour == 16
    assert len(reading.problems) == len(unread)
    for name, problem in zip(unread, reading.problems, strict=True):
        assert f"{name}” of a comment is not known" in problem.reason
    assert reading.is_whole


def test_without_a_date_no_address_becomes_text():
    text = "MOOD: glad\nEMAIL: ann@mail.example\nIP: 192.0.2.1\nwords"
    [post], _reading = read(comment(text, date="").encode())
    [found] = post.comments
    assert (found.email, found.raw) == ("ann@mail.example", "words")


def test_a_field_of_a_trackback_is_no_text_of_it():
    text = comment("words").replace(
        "--------\n",
        "PING:\nTITLE: t\nBLOG NAME: b\nDATE: 03/14/2006 05:04:07 PM\nKIND: x\ny\n"
        "-----\n--------\n",
    )
    [post], _reading = read(text.encode())
    assert [each.raw for each in post.comments] == ["words", "t\ny"]


@pytest.mark.parametrize(
    "mark", ["HIDDEN: 1", "STATUS: junk", "VISIBLE: 0", "APPROVED: no"]
)
@pytest.mark.parametrize("text", ["{}\nwords", "{}"])
def test_a_comment_that_is_not_for_readers_is_for_staff(mark, text):
    [post], reading = read(comment(text.format(mark)).encode())
    assert [each.state for each in post.comments] == ["unknown"]
    assert "kept for staff only (1)" in reading.problems[-1].reason
    [post], _reading = read(
        entry("One", more=f"{mark}\n" if "ST" not in mark else "HIDDEN: y\n").encode()
    )
    assert not post.is_live
